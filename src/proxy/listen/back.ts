import type { Message } from "../../mcp/message.ts";
import { GATE_LIMITS } from "../../mcp/gate.ts";
import { Waits } from "../flow.ts";
import { LineReader } from "../framing.ts";
import type { Gateway } from "../gateway.ts";
import { Bodies } from "../http/bodies.ts";
import { Remote } from "../http/remote.ts";
import type { Output } from "../lane.ts";
import { PipeOutput } from "../pipes.ts";
import { groupLives } from "../processGroup.ts";
import { systemReason, type Server } from "../server.ts";

/** The server behind one session of a client. */
export interface Back {
  readonly output: Output;
  readonly isFull: boolean;
  onDrain: () => void;
  /** Whether what it says is read. */
  set(flowing: boolean): void;
  sawAnswer(message: Message): void;
  /** The session is over. */
  close(): Promise<void>;
}

export interface BackOptions {
  readonly name: string;
  readonly gateway: () => Gateway;
  readonly log: (line: string) => void;
}

/** A session of its own with a server behind a URL. */
export function urlBack(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { name, gateway, log }: BackOptions,
): Back {
  const bodies = new Bodies(GATE_LIMITS.maxBytes);
  const remote = new Remote({
    name,
    url,
    headers,
    bodies,
    log,
    receive: (frame, via) => gateway().receive("server", frame, via),
    awaits: (id) => gateway().awaits(id),
    notAnswered: (id, error, reason, remedy) => {
      log(reason);
      gateway().notAnswered(id, error, reason, remedy);
    },
    gone: (error, reason, remedy) => gateway().serverGone(error, reason, remedy),
  });
  return {
    output: remote,
    get isFull() {
      return remote.isFull;
    },
    set onDrain(drained: () => void) {
      remote.onDrain = drained;
    },
    set: (flowing) => bodies.set(flowing),
    sawAnswer: (message) => remote.sawAnswer(message),
    close: async () => await remote.close(),
  };
}

const GRACE_MS = 1500;

/** A server of its own, started for this session. */
export function commandBack(server: Server | { readonly failed: string }, { name, gateway, log }: BackOptions): Back {
  if ("failed" in server) {
    const reason = `The server ${name} could not be started: ${server.failed}.`;
    setImmediate(() =>
      gateway().serverGone("SERVER_NOT_STARTED", reason, "Mend the command in the client's configuration."),
    );
    const none = { write: () => {} };
    return {
      output: none,
      isFull: false,
      onDrain: () => {},
      set: () => {},
      sawAnswer: () => {},
      close: async () => {},
    };
  }
  const pipe = new PipeOutput(server.stdin);
  const reader = new LineReader(GATE_LIMITS.maxBytes, (frame) => gateway().receive("server", frame));
  server.read((chunk) => reader.push(chunk));
  let over = false;
  const gone = (reason: string): void => {
    if (over) return;
    log(reason);
    gateway().serverGone("SERVER_EXITED", reason, "The client must open another session.");
  };
  server.stdin.on("error", (error) => {
    pipe.shut();
    gone(`The server ${name} has closed its input (${systemReason(error)}).`);
  });
  void Promise.all([server.ended, server.drained]).then(([{ code, signal, failed }]) => {
    reader.end();
    if (failed !== undefined) gone(`The server ${name} could not be started: ${failed}.`);
    else gone(`The server ${name} ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}.`);
  });
  return {
    output: pipe,
    get isFull() {
      return pipe.isFull;
    },
    set onDrain(drained: () => void) {
      pipe.onDrain = drained;
    },
    set: (flowing) => {
      if (flowing) server.stdout.resume();
      else server.stdout.pause();
    },
    sawAnswer: () => {},
    close: async () => {
      over = true;
      await endServer(server, pipe);
    },
  };
}

/** Closes a server's input, and ends it with all it has started where it does not go by itself. */
async function endServer(server: Server, pipe: PipeOutput): Promise<void> {
  const waits = new Waits();
  const ended = server.ended.then(() => true);
  server.stdout.resume();
  await Promise.race([ended, pipe.end(), waits.pause(GRACE_MS)]);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const gone = await Promise.race([ended, waits.pause(GRACE_MS)]);
    if (gone === true && (server.pid === undefined || process.platform === "win32" || !groupLives(server.pid))) break;
    server.signal(signal);
  }
  server.unwatch();
  waits.end();
}
