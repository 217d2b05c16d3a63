import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../../../scripts/editor/browser.mjs";
import { FAKE_AI, startServer, WITHOUT_AI } from "../../../scripts/editor/server.mjs";

/**
 * plain: no AI features of VS Code's own (its MCP client and `vscode.lm` work all the same). agent: VS Code's chat agent
 * with the fake model. restricted: like plain, with Workspace Trust on, so that a folder opens in Restricted Mode.
 */
export type ServerKind = "plain" | "agent" | "restricted";

/** One running VS Code server that has the packaged extension installed. */
export interface EditorServer {
  readonly url: string;
  readonly port: number;
  /** HOME of the server and of all that it starts. */
  readonly home: string;
  /** SALLYPORT_HOME of the same. */
  readonly sallyportHome: string;
  /** Where each window's bridge listens. */
  readonly sockets: string;
  output(): string;
}

const running = new Map<ServerKind, Promise<EditorServer & { stop(): Promise<void> }>>();
let browser: Promise<Browser> | undefined;

/** The headless browser of all windows. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= openBrowser();
  return browser;
}

async function start(kind: ServerKind): Promise<EditorServer & { stop(): Promise<void> }> {
  const vsix = process.env.SALLYPORT_VSIX;
  if (vsix === undefined) throw new Error("SALLYPORT_VSIX is not set: run test/editor/run.mjs");
  // Short: a local socket's path has at most 104 bytes on macOS.
  const sockets = mkdtempSync(path.join(tmpdir(), "sp-"));
  const server = await startServer({
    vsix: [vsix],
    trust: kind !== "restricted",
    settings: kind === "agent" ? FAKE_AI : WITHOUT_AI,
    env: { SALLYPORT_BRIDGE: sockets },
    verbose: process.env.SALLYPORT_VERBOSE === "1",
  });
  const stop = async () => {
    await server.stop();
    rmSync(sockets, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...server, sallyportHome: path.join(server.home, ".sallyport"), sockets, stop };
}

/** The server of this kind; the first who asks starts it, all others share it. */
export function sharedServer(kind: ServerKind): Promise<EditorServer> {
  const known = running.get(kind);
  if (known) return known;
  const started = start(kind);
  running.set(kind, started);
  return started;
}

// Servers go with this process only where it ends by exit().
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));

/** Ends all servers and the browser: once, after the last test. */
export async function stopServers(): Promise<void> {
  await (await browser)?.close();
  for (const server of running.values()) await (await server).stop();
  running.clear();
}
