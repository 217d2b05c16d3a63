import type { Readable, Writable } from "node:stream";
import { GATE_LIMITS } from "../../mcp/gate.ts";
import type { Message } from "../../mcp/message.ts";
import type { Decisions } from "../decisions.ts";
import { MAX_HELD, MAX_PARKED, MAX_UNREAD_ANSWERS, Tap, Waits } from "../flow.ts";
import { LineReader } from "../framing.ts";
import { Gateway } from "../gateway.ts";
import type { Output } from "../lane.ts";
import { PipeOutput } from "../pipes.ts";
import type { SecretDigest } from "../secrets.ts";
import type { Ending } from "../session.ts";
import { Bodies } from "./bodies.ts";
import { Remote } from "./remote.ts";

export interface RemoteSessionOptions {
  /** The entry's name. */
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Why the server is not to be reached at all. */
  readonly held?: string | undefined;
  readonly decisions: Decisions;
  readonly digest: SecretDigest;
  readonly input: Readable;
  readonly output: Writable;
  readonly log: (line: string) => void;
}

/** After the client has closed its end, open requests have this long to be answered, in milliseconds. */
const LAST_ANSWERS_MS = 10_000;
/** Last messages are on their way to the broker and the client for at most this long. */
const LAST_MS = 5000;
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Carries the session of one client on our stdin and stdout with a server behind a URL, to its end. */
export async function runRemoteSession(options: RemoteSessionOptions): Promise<Ending> {
  const { name, url, headers, held, decisions, digest, input, output, log } = options;
  const pipe = new PipeOutput(output);
  const waits = new Waits();
  const bodies = new Bodies(GATE_LIMITS.maxBytes);
  // What the client is told of tools says which of their arguments headers repeat.
  const toClient: Output = {
    write: (bytes: Buffer, message: Message) => {
      remote.sawAnswer(message);
      pipe.write(bytes);
    },
  };
  const remote: Remote = new Remote({
    name,
    url,
    headers,
    bodies,
    log,
    receive: (frame, via) => gateway.receive("server", frame, via),
    awaits: (id) => gateway.awaits(id),
    notAnswered: (id, error, reason, remedy) => {
      log(reason);
      gateway.notAnswered(id, error, reason, remedy);
    },
    gone: (error, reason, remedy) => {
      log(reason);
      gateway.serverGone(error, reason, remedy);
      ended();
    },
  });
  const gateway = new Gateway({ server: name, decisions, digest, toClient, toServer: remote, log });
  if (held !== undefined) {
    gateway.serverGone(
      "SERVER_NOT_STARTED",
      `The server ${name} is not reached: ${held}.`,
      "A person must release it.",
    );
  }

  const tap = new Tap(input);
  const balance = (): void => {
    bodies.set(!pipe.isFull && gateway.lanes.client.heldBytes <= MAX_HELD);
    const { heldBytes, parkedBytes } = gateway.lanes.server;
    tap.set(
      !remote.isFull && heldBytes <= MAX_HELD && parkedBytes <= MAX_PARKED && pipe.buffered <= MAX_UNREAD_ANSWERS,
    );
    waits.moved();
  };
  pipe.onDrain = balance;
  remote.onDrain = balance;
  gateway.lanes.client.onMove = balance;
  gateway.lanes.server.onMove = balance;

  let ended: () => void = () => {};
  const serverEnded = new Promise<"server">((resolve) => (ended = () => resolve("server")));
  let closed: () => void = () => {};
  const clientGone = new Promise<"client">((resolve) => (closed = () => resolve("client")));
  const reader = new LineReader(GATE_LIMITS.maxBytes, (frame) => gateway.receive("client", frame));
  input.on("data", (chunk: Buffer) => {
    reader.push(chunk);
    balance();
  });
  input.once("end", () => {
    reader.end();
    closed();
  });
  input.once("error", () => closed());
  output.on("error", () => {
    pipe.shut();
    closed();
  });

  let signal: NodeJS.Signals | undefined;
  const unhook: (() => void)[] = [];
  const signalled = new Promise<"signal">((resolve) => {
    for (const one of ENDING) {
      const take = (): void => {
        signal = one;
        resolve("signal");
      };
      process.on(one, take);
      unhook.push(() => process.off(one, take));
    }
  });
  const fail = (error: unknown): void => {
    log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    gateway.serverGone("INTERNAL", "Sallyport's proxy failed.", "The client must start the server anew.");
    ended();
  };
  process.on("uncaughtException", fail);
  unhook.push(() => process.off("uncaughtException", fail));

  const first = await Promise.race([clientGone, serverEnded, signalled]);
  if (first === "client") {
    gateway.clientGone();
    await Promise.race([signalled, waits.until(() => gateway.open === 0 && remote.buffered === 0, LAST_ANSWERS_MS)]);
  }
  await waits.until(() => gateway.lanes.client.waiting === 0, first === "signal" ? 0 : LAST_MS);
  gateway.stop();
  await remote.close();
  await Promise.race([pipe.end(), waits.pause(LAST_MS)]);
  for (const off of unhook) off();
  waits.end();
  input.destroy();
  const reason = gateway.gone ?? "";
  const code = first === "client" ? 0 : 1;
  return signal === undefined ? { code, reason } : { code, signal, reason };
}
