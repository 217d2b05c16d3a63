import type { Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { GATE_LIMITS } from "../mcp/gate.ts";
import type { Decisions } from "./decisions.ts";
import { LineReader } from "./framing.ts";
import { MAX_HELD, MAX_PARKED, MAX_UNREAD_ANSWERS, Tap, Waits } from "./flow.ts";
import { Gateway } from "./gateway.ts";
import { PipeOutput } from "./pipes.ts";
import { groupLives } from "./processGroup.ts";
import type { SecretDigest } from "./secrets.ts";
import type { Server, ServerEnd } from "./server.ts";

/** How our process ends: with an exit code, or by the signal that ended the server. */
export interface Ending {
  readonly code: number;
  readonly signal?: NodeJS.Signals;
  /** For the broker. */
  readonly reason: string;
}

export interface SessionOptions {
  /** The entry's name. */
  readonly name: string;
  readonly command: string;
  readonly server: Server | { readonly failed: string };
  readonly decisions: Decisions;
  readonly digest: SecretDigest;
  readonly input: Readable;
  readonly output: Writable;
  readonly log: (line: string) => void;
}

/** After its stdin was closed, a server has this long to go before it is asked to, and again before it is made to. */
const GRACE_MS = 1500;
/** The same where requests are still open, which it may be about to answer. */
const BUSY_GRACE_MS = 10_000;
/** What a server that is gone left in its pipe is read for at most this long: grandchildren may hold the pipe open. */
const DRAIN_MS = 500;
/** A client whose server is gone before anything was asked is waited for this long, to be told why. */
const TELL_MS = 5000;
/** Last messages are on their way to the broker and the client for at most this long. */
const LAST_MS = 5000;
/** Ends us, after the server has had its turn. */
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
const PASSED_ON: readonly NodeJS.Signals[] = ["SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"];

/** Carries one client's session with one server, to its end. */
export async function runSession(options: SessionOptions): Promise<Ending> {
  const { name, command, server, decisions, digest, input, output, log } = options;
  const running = "failed" in server ? undefined : server;
  const failed = "failed" in server ? server.failed : "";
  const toClient = new PipeOutput(output);
  const toServer = new PipeOutput(running?.stdin ?? output);
  if (!running) toServer.shut();
  const gateway = new Gateway({ server: name, decisions, digest, toClient, toServer, log });
  const waits = new Waits();
  const unhook: (() => void)[] = [];

  // ── flow: neither side is read while the other one does not keep up
  const fromClient = new Tap(input);
  const fromServer = running && new Tap(running.stdout);
  const balance = (): void => {
    fromServer?.set(!toClient.isFull && gateway.lanes.client.heldBytes <= MAX_HELD);
    fromClient.set(
      !toServer.isFull &&
        gateway.lanes.server.heldBytes <= MAX_HELD &&
        gateway.lanes.server.parkedBytes <= MAX_PARKED &&
        toClient.buffered <= MAX_UNREAD_ANSWERS,
    );
    waits.moved();
  };
  toClient.onDrain = balance;
  toServer.onDrain = balance;
  gateway.lanes.client.onMove = balance;
  gateway.lanes.server.onMove = balance;
  // ── the server
  let serverGone = false;
  const explain = (end: ServerEnd): void => {
    if (serverGone) return;
    serverGone = true;
    const printed = gateway.garbage.describe();
    if (end.failed !== undefined) {
      const reason = `The server ${name} could not be started: ${JSON.stringify(command)}: ${end.failed}.`;
      gateway.serverGone("SERVER_NOT_STARTED", reason, "Mend the command in the client's configuration.");
    } else {
      const how = end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
      const reason = `The server ${name} ended ${how}.${printed === "" ? "" : ` ${printed}.`}`;
      gateway.serverGone("SERVER_EXITED", reason, "Look at what it wrote to stderr; the client must start it anew.");
    }
  };
  const serverReader = new LineReader(GATE_LIMITS.maxBytes, (frame) => gateway.receive("server", frame));
  const drained = running ? running.drained : Promise.resolve();
  if (running) {
    running.read((chunk) => {
      serverReader.push(chunk);
      balance();
    });
    running.stdin.on("error", () => {
      // It does not read any more. Mostly it is about to exit, which says more.
      toServer.shut();
      void waits.pause(DRAIN_MS).then(() => {
        gateway.serverGone(
          "SERVER_CLOSED",
          `The server ${name} has closed its input.`,
          "The client must start it anew.",
        );
      });
    });
  }
  const ended = running ? running.ended : Promise.resolve<ServerEnd>({ code: null, signal: null, failed });

  // ── the client
  const clientReader = new LineReader(GATE_LIMITS.maxBytes, (frame) => gateway.receive("client", frame));
  let clientClosed: () => void = () => {};
  const clientGone = new Promise<void>((resolve) => (clientClosed = resolve));
  input.on("data", (chunk: Buffer) => {
    clientReader.push(chunk);
    balance();
  });
  input.once("end", () => {
    clientReader.end();
    clientClosed();
  });
  input.once("error", () => clientClosed());
  output.on("error", () => {
    // It does not read any more; the server's output goes nowhere, so that the server is not stuck with it.
    toClient.shut();
    clientClosed();
  });

  // ── signals
  let told = false;
  let signalled: () => void = () => {};
  const asked = new Promise<void>((resolve) => (signalled = resolve));
  const hook = (signal: NodeJS.Signals, take: () => void): void => {
    try {
      process.on(signal, take);
      unhook.push(() => process.off(signal, take));
    } catch {
      // Not a signal of this system.
    }
  };
  for (const signal of ENDING) {
    hook(signal, () => {
      told = true;
      running?.signal(signal);
      signalled();
    });
  }
  const fail = (error: unknown): void => {
    log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    gateway.serverGone("INTERNAL", "Sallyport's proxy failed.", "The client must start the server anew.");
    told = true;
    running?.signal("SIGTERM");
    signalled();
  };
  process.on("uncaughtException", fail);
  unhook.push(() => process.off("uncaughtException", fail));
  for (const signal of PASSED_ON) hook(signal, () => running?.signal(signal));

  // ── the end
  const first = await Promise.race([
    ended.then(() => "server" as const),
    clientGone.then(() => "client" as const),
    asked.then(() => "signal" as const),
    ...(running ? [drained.then(() => "stdout" as const)] : []),
  ]);
  if (running && first !== "server") {
    if (first === "client") {
      gateway.clientGone();
      // What the client has sent before it closed still goes to the server, which then sees the end of it.
      await Promise.race([ended, asked, waits.until(() => gateway.lanes.server.waiting === 0, BUSY_GRACE_MS)]);
      await Promise.race([ended, asked, toServer.end()]);
      await Promise.race([ended, asked, waits.until(() => gateway.open === 0, BUSY_GRACE_MS)]);
    } else if (first === "stdout") {
      // Mostly its end follows, which says more.
      const exited = await Promise.race([ended, waits.pause(DRAIN_MS)]);
      if (exited === undefined)
        gateway.serverGone(
          "SERVER_CLOSED",
          `The server ${name} has closed its output.`,
          "The client must start it anew.",
        );
      running.stdin.end();
    }
    const gone = ended.then(() => true);
    if (!told) {
      const inTime = await Promise.race([gone, asked, waits.pause(GRACE_MS)]);
      if (inTime !== true && !told) running.signal("SIGTERM");
    }
    if ((await Promise.race([gone, waits.pause(GRACE_MS)])) !== true) running.signal("SIGKILL");
  }
  const end = await ended;
  await Promise.race([drained, waits.pause(DRAIN_MS)]);
  // On a machine that let us wait longer than that, the timer comes before what lies in the pipe is read.
  for (let turns = 0; turns < 2; turns++) await nextTurn();
  serverReader.end();
  explain(end);
  if (first === "server" || first === "stdout") log(gateway.gone ?? "");
  // A client that has asked nothing yet is about to: it shall hear why there is no server.
  if (!gateway.asked && (first === "server" || first === "stdout")) {
    await Promise.race([clientGone, asked, waits.until(() => gateway.asked, TELL_MS)]);
  }
  await waits.until(() => gateway.lanes.client.waiting === 0, LAST_MS);
  gateway.stop();
  if (running?.pid !== undefined && process.platform !== "win32") await endGroup(running, running.pid, waits);
  running?.unwatch();
  await Promise.race([toClient.end(), clientGone.then(() => waits.pause(LAST_MS))]);
  for (const off of unhook) off();
  waits.end();
  input.destroy();
  const reason = gateway.gone ?? "";
  if (end.failed !== undefined) return { code: end.failed.includes("permission") ? 126 : 127, reason };
  return end.signal === null ? { code: end.code ?? 1, reason } : { code: 1, signal: end.signal, reason };
}

/** Ends what a server has left behind in its group. */
async function endGroup(server: Server, group: number, waits: Waits): Promise<void> {
  for (const [signal, turns] of [
    ["SIGTERM", 20],
    ["SIGKILL", 20],
  ] as const) {
    if (!groupLives(group)) return;
    server.signal(signal);
    for (let turn = 0; turn < turns && groupLives(group); turn++) await waits.pause(25);
  }
}
