import { randomBytes } from "node:crypto";
import { fstatSync } from "node:fs";
import type { Decisions } from "../decisions.ts";
import type { Gateway } from "../gateway.ts";
import type { SecretDigest } from "../secrets.ts";
import { Mirror } from "../http/mirror.ts";
import type { Server } from "../server.ts";
import { ToolNames } from "../toolNames.ts";
import type { Address } from "./address.ts";
import { commandBack, urlBack, type Back } from "./back.ts";
import { Front } from "./front.ts";
import { listen } from "./listener.ts";

export interface RunListenerOptions {
  readonly name: string;
  readonly address: Address;
  /** The bearer of a port; one is made where none is given. */
  readonly token: string | undefined;
  readonly target:
    | { readonly url: URL; readonly headers: Readonly<Record<string, string>>; readonly held?: string | undefined }
    | { readonly start: () => Server | { readonly failed: string } };
  /** One for each session. */
  readonly decisions: () => Decisions & { close(reason: string): void };
  readonly digest: SecretDigest;
  readonly log: (line: string) => void;
}

/** Listens until a signal, or until whoever started us through a pipe goes away. */
export async function runListener(options: RunListenerOptions): Promise<{ code: number; signal?: NodeJS.Signals }> {
  const { name, address, target, digest, log } = options;
  const token = address.kind === "port" ? (options.token ?? randomBytes(32).toString("base64url")) : undefined;
  const known = { names: new ToolNames(), mirror: new Mirror() };
  const made = new Set<{ close(reason: string): void }>();
  const front = (): Front => {
    const decisions = options.decisions();
    made.add(decisions);
    const back = (gateway: () => Gateway): Back =>
      "url" in target
        ? urlBack(target.url, target.headers, { name, gateway, log })
        : commandBack(target.start(), { name, gateway, log });
    const one = new Front({ name, decisions, digest, back, log, known });
    if ("url" in target && target.held !== undefined) {
      const reason = `The server ${name} is not reached: ${target.held}.`;
      one.gateway.serverGone("SERVER_NOT_STARTED", reason, "A person must release it.");
    }
    one.onClosed = () => {
      made.delete(decisions);
      decisions.close("the session is over");
    };
    return one;
  };
  const listener = await listen({ address, token, front, log });
  // For whoever started us; a token that was given is not told again.
  const ready = { url: listener.url, ...(token !== undefined && options.token === undefined && { token }) };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const signal = await untilTold();
  await listener.close();
  for (const one of made) one.close("the proxy ends");
  return signal === undefined ? { code: 0 } : { code: 0, signal };
}

function untilTold(): Promise<NodeJS.Signals | undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
    const stat = fstatSync(0);
    if (!stat.isFIFO() && !stat.isSocket()) return;
    process.stdin.once("end", () => resolve(undefined));
    process.stdin.once("error", () => resolve(undefined));
    process.stdin.resume();
  });
}
