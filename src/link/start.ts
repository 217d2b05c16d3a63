import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "../core/environment.ts";
import { SallyportError } from "../core/errors.ts";
import { readOwn, type Paths } from "./paths.ts";

/** What the broker's process tells whoever started it, over the IPC channel; then both sides close that. */
export type StartReport =
  /** It was elected and takes connections. */
  | { readonly state: "ready" }
  /** Another one is the broker. */
  | { readonly state: "taken" }
  /** It cannot be one. */
  | { readonly state: "failed"; readonly message: string };

/** A start that has said nothing by then has failed: reading a large ledger's end takes well under a second. */
const START_MS = 20_000;

/**
 * The broker is started by whoever needs it first, which may be a server's entry in somebody's repository: it gets the few
 * variables that a process needs, and none that change how Node or the loader behave.
 */
const KEPT = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "SystemDrive",
  "USERPROFILE",
  "HOME",
];

/** The command line's program beside the bundle that runs now: `dist/sallyport.js`. */
function installedProgram(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = ["sallyport.js", "../sallyport.js", "../../dist/sallyport.js"].map((place) => path.join(here, place));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new SallyportError("UNAVAILABLE", `the broker's program is missing beside ${here}`);
  return found;
}

/**
 * Starts a broker that outlives us, and resolves once there is one to connect to (this one or another that was quicker).
 * Throws UNAVAILABLE with what it said where it could not start.
 */
export function startBroker(environment: Environment, paths: Paths, program = installedProgram()): Promise<void> {
  const variables: Record<string, string> = { SALLYPORT_HOME: paths.home };
  for (const name of KEPT) {
    const value = environment.variable(name);
    if (value !== undefined) variables[name] = value;
  }
  // In an editor's extension host the runtime is Electron, which is Node only when it is told so.
  if (process.versions["electron"] !== undefined) variables["ELECTRON_RUN_AS_NODE"] = "1";
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, "broker", "serve"], {
      cwd: paths.home,
      env: variables,
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    let settled = false;
    const settle = (why?: string): void => {
      if (settled) return;
      settled = true;
      clearTimeout(watchdog);
      child.removeAllListeners();
      child.on("error", () => {}); // nothing more to learn from it
      if (child.connected) child.disconnect();
      child.unref();
      if (why === undefined) resolve();
      else reject(new SallyportError("UNAVAILABLE", `the broker did not start: ${why}`));
    };
    const watchdog = setTimeout(() => {
      // Each further call would start one more.
      child.kill("SIGKILL");
      settle("it says nothing");
    }, START_MS);
    child.on("message", (report: StartReport) => settle(report.state === "failed" ? report.message : undefined));
    child.on("error", (error) => settle(error.message));
    // Not "exit": what it said last may still be in the channel then.
    child.on("close", (code, signal) => settle(lastWords(paths) ?? `it ended with ${signal ?? code}`));
  });
}

function lastWords(paths: Paths): string | undefined {
  return readOwn(paths.brokerLog)?.trimEnd().split("\n").at(-1);
}
