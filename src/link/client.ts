import { connect as connectSocket, type Socket } from "node:net";
import type { Environment } from "../core/environment.ts";
import { isSallyportError, SallyportError } from "../core/errors.ts";
import { currentBroker, type BrokerFile } from "./election.ts";
import { Channel, type Message } from "./framing.ts";
import { sayHello } from "./hello.ts";
import {
  MAX_HELLO_BYTES,
  type BrokerInfo,
  type FromControl,
  type FromObserver,
  type FromProxy,
  type FromReviewer,
  type ToControl,
  type ToObserver,
  type ToProxy,
  type ToReviewer,
} from "./messages.ts";
import { ensureFolders, linkToken, pathsFor, type Paths } from "./paths.ts";
import { startBroker } from "./start.ts";

/** What each role sends and receives. */
interface Roles {
  proxy: { out: FromProxy; in: ToProxy };
  hook: { out: FromProxy; in: ToProxy };
  reviewer: { out: FromReviewer; in: ToReviewer };
  observer: { out: FromObserver; in: ToObserver };
  control: { out: FromControl; in: ToControl };
}

/** An open connection to the broker. */
export interface Link<R extends keyof Roles> {
  readonly broker: BrokerInfo;
  /** The broker's name for this connection. */
  readonly connection: string;
  /** Messages of one turn leave in one write. After the end it does nothing. */
  send(message: Roles[R]["out"]): void;
  /** Set right after connecting; messages that came earlier are handed over then. */
  onMessage(take: (message: Roles[R]["in"]) => void): void;
  /** Resolves when the connection has ended, with what the broker said or what went wrong. Never rejects. */
  readonly closed: Promise<string>;
  close(): void;
  /** Lets the process end although the connection is open. */
  unref(): void;
}

export interface ConnectOptions {
  readonly environment: Environment;
  /** What connects, for lists: `sallyport proxy`. */
  readonly program: string;
  /** Our package version. */
  readonly version: string;
  /** False: only a broker that runs already. Default true. */
  readonly start?: boolean;
  /** The script that is run as `<script> broker serve`; default: the one installed beside us. */
  readonly brokerProgram?: string;
  readonly signal?: AbortSignal;
}

/**
 * Connects in a role, and starts the broker where none runs. Throws UNAVAILABLE where there is none and none can be
 * started, REFUSED where the broker does not want us (token, protocol) or is not ours.
 */
export async function connectBroker<R extends keyof Roles>(role: R, options: ConnectOptions): Promise<Link<R>> {
  const paths = pathsFor(options.environment);
  ensureFolders(paths);
  const token = linkToken(paths);
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    const link = await tryCurrent(paths, token, role, options);
    if (link) return link;
    if (options.start === false) throw new SallyportError("UNAVAILABLE", "no broker runs");
    if (attempt === 3) throw new SallyportError("UNAVAILABLE", "the broker was started, and went away each time");
    await startBroker(options.environment, paths, options.brokerProgram);
  }
}

async function tryCurrent<R extends keyof Roles>(
  paths: Paths,
  token: string,
  role: R,
  options: ConnectOptions,
): Promise<Link<R> | undefined> {
  const broker = currentBroker(paths);
  const socket = broker && (await dial(broker, options.signal));
  if (!socket) return undefined;
  try {
    return await open(socket, token, role, options);
  } catch (error) {
    // Gone between our connecting and its answer: as if it had not been there.
    if (isSallyportError(error, "UNAVAILABLE") && currentBroker(paths)?.generation !== broker.generation)
      return undefined;
    if (isSallyportError(error, "UNAVAILABLE") && !(await answers(broker))) return undefined;
    throw error;
  }
}

async function open<R extends keyof Roles>(
  socket: Socket,
  token: string,
  role: R,
  { version, program }: ConnectOptions,
): Promise<Link<R>> {
  const channel = new Channel(socket, MAX_HELLO_BYTES);
  const welcome = await sayHello(channel, token, { role, version, program });
  let closing: (why: string) => void = () => {};
  const closed = new Promise<string>((resolve) => (closing = resolve));
  let take: ((message: Roles[R]["in"]) => void) | undefined;
  let early: Message[] = [];
  let last = "";
  channel.onClose = (error) => closing(last || error?.message || "the broker went away");
  channel.onMessage = (message) => {
    if (message.type === "refused") last = String((message as { message?: unknown }).message);
    if (take) take(message as Roles[R]["in"]);
    else early.push(message);
  };
  return {
    broker: welcome.broker,
    connection: welcome.connection,
    send: (message) => channel.send(message),
    onMessage: (handler) => {
      take = handler;
      for (const message of early) handler(message as Roles[R]["in"]);
      early = [];
    },
    closed,
    close: () => {
      last ||= "closed";
      channel.close();
    },
    unref: () => channel.unref(),
  };
}

/** Nobody listens, or stopped listening while we stood in its queue and had not been taken. */
const GONE: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE"]);

/** A socket to the broker that a pid file names; undefined where nobody listens there. */
function dial(broker: BrokerFile, signal?: AbortSignal): Promise<Socket | undefined> {
  if (broker.address === "") return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ path: broker.address, ...(signal && { signal }) });
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.destroy();
      if (GONE.has(error.code ?? "")) resolve(undefined);
      else reject(signal?.aborted ? error : new SallyportError("UNAVAILABLE", `the broker's socket: ${error.message}`));
    });
  });
}

/** Whether somebody listens where a pid file says: the test for a living broker that reuse of its pid cannot fool. */
export async function answers(broker: BrokerFile): Promise<boolean> {
  const socket = await dial(broker);
  socket?.destroy();
  return socket !== undefined;
}
