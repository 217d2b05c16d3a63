import { randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, rmSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { isSallyportError, SallyportError } from "../core/errors.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import { answers } from "../link/client.ts";
import { elect } from "../link/election.ts";
import { Channel, type Message } from "../link/framing.ts";
import { hearHello, type Caller } from "../link/hello.ts";
import {
  MAX_HELLO_BYTES,
  PROTOCOL,
  type BrokerInfo,
  type FromControl,
  type FromProxy,
  type FromReviewer,
  type RefusalCode,
  type Subscribe,
} from "../link/messages.ts";
import { ensureFolder, ensureFolders, linkToken, newSocketAddress, type Paths } from "../link/paths.ts";
import { checkMessage } from "../link/shapes.ts";
import { AlwaysRule } from "./alwaysRule.ts";
import { Broker } from "./broker.ts";
import type { Enforcement, Peer } from "./enforcement.ts";
import { Grants } from "./grants.ts";
import { Pins } from "./pins.ts";
import { Policies } from "./policies.ts";
import { Reviewers } from "./reviewers.ts";
import { Reviewing } from "./reviewing.ts";
import { Seal } from "./seal.ts";
import { Sessions } from "./sessions.ts";
import { readSettings, type Settings } from "./settings.ts";

const MAX_CONNECTIONS = 256;
/** How often the policy files are looked at without a call. */
const LOOK_MS = 1000;

/** What a connection's role makes of its messages. */
interface Handler {
  take(message: Message): void;
  gone(reason: string): void;
}

/** A broker that runs. */
export interface RunningBroker {
  /** Resolves when it has ended: idle, stopped, or by `stop`. Its ledger is closed then. */
  readonly ended: Promise<void>;
  stop(reason: string): void;
}

/**
 * Stands for election and, where elected, serves until it is idle or stopped. Undefined: another one is the broker. Throws
 * where it was elected and cannot work (no ledger, damaged keys): nobody is served then, and every call is refused.
 */
export async function serve(paths: Paths, version: string): Promise<RunningBroker | undefined> {
  ensureFolders(paths);
  const token = linkToken(paths);
  const address = newSocketAddress(paths);
  const info: BrokerInfo = { pid: process.pid, version, protocol: PROTOCOL, startedAt: Date.now() };
  // Whoever connects before the ledger is open waits in this list; the socket must answer once the pid file names it.
  const early: Socket[] = [];
  let take = (socket: Socket): void => void early.push(socket);
  const server = createServer({ noDelay: true }, (socket) => take(socket));
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, address);
  try {
    const { elected } = await elect(paths, { pid: info.pid, address, startedAt: info.startedAt }, answers);
    if (!elected) {
      server.close();
      return undefined;
    }
    const running = new Serving(paths, token, info, server, await ledgerOf(paths));
    take = (socket) => running.accept(socket);
    for (const socket of early) running.accept(socket);
    return running;
  } catch (error) {
    server.close();
    for (const socket of early) socket.destroy();
    throw error;
  }
}

/** A broker that was killed may hold the ledger for a moment after its socket has gone: processes do not end at once. */
const HELD_MS = 3000;
const HELD_LOOK_MS = 25;

async function ledgerOf(paths: Paths): Promise<Ledger> {
  ensureFolder(paths.ledger);
  for (let waited = 0; ; waited += HELD_LOOK_MS) {
    try {
      return openLedger(paths.ledger, paths.keys, Date.now);
    } catch (error) {
      if (!isSallyportError(error, "REFUSED") || waited >= HELD_MS) throw error;
    }
    await delay(HELD_LOOK_MS);
  }
}

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // The folder keeps others out already; the mode says so too.
  if (process.platform !== "win32") chmodSync(address, 0o600);
}

class Serving implements RunningBroker {
  readonly ended: Promise<void>;
  readonly #paths: Paths;
  readonly #token: string;
  readonly #info: BrokerInfo;
  readonly #server: Server;
  readonly #settings: Settings;
  readonly #broker: Broker;
  readonly #reviewing: Reviewing;
  readonly #channels = new Set<Channel>();
  readonly #unanswered: Socket[] = [];
  readonly #looking: NodeJS.Timeout;
  #idle: NodeJS.Timeout | undefined;
  #stopping = false;
  #end: () => void = () => {};

  constructor(paths: Paths, token: string, info: BrokerInfo, server: Server, ledger: Ledger) {
    this.#paths = paths;
    this.#token = token;
    this.#info = info;
    this.#server = server;
    this.#settings = readSettings(paths);
    this.ended = new Promise((resolve) => (this.#end = resolve));
    const now = Date.now;
    const seal = Seal.load(paths.stateKey);
    const reviewers = new Reviewers(paths.reviewers, seal);
    this.#reviewing = new Reviewing(reviewers, now);
    this.#broker = new Broker(
      {
        info,
        ledger,
        policies: new Policies(paths),
        grants: new Grants(paths.grants, seal),
        pins: new Pins(paths.pins, seal),
        sessions: new Sessions(paths.taints, now(), seal),
        reviewers,
        always: new AlwaysRule(paths.userPolicy),
        settings: this.#settings,
        now,
        schedule: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      this.#reviewing,
    );
    this.#broker.onProblem = (message) => log(paths, message);
    this.#reviewing.attach(this.#broker);
    // So that a version that was good is known as such, and the panel shows a fault, before the next call.
    this.#looking = setInterval(() => this.#broker.lookAtPolicy(), LOOK_MS);
    this.#restIfIdle();
  }

  accept(socket: Socket): void {
    // While it stops, nobody is answered: the end of the connection tells them to start the next one.
    if (this.#stopping) {
      this.#unanswered.push(socket);
      socket.on("error", () => {}); // gone before us
      return;
    }
    clearTimeout(this.#idle);
    const channel = new Channel(socket, MAX_HELLO_BYTES);
    this.#channels.add(channel);
    socket.once("close", () => {
      this.#channels.delete(channel);
      this.#restIfIdle();
    });
    hearHello(channel, this.#token, this.#info, (caller) => this.#welcome(channel, caller));
  }

  stop(reason: string): void {
    if (this.#stopping) return;
    this.#stopping = true;
    clearTimeout(this.#idle);
    clearInterval(this.#looking);
    void this.#close(reason);
  }

  async #close(reason: string): Promise<void> {
    try {
      await this.#broker.stop(reason);
    } catch (error) {
      log(this.#paths, `closing the ledger: ${String(error)}`);
    }
    // Only now: while the socket answers, no other broker is elected, and the ledger has one writer.
    this.#server.close();
    for (const socket of this.#unanswered) socket.destroy();
    for (const channel of this.#channels) {
      channel.close({ type: "refused", code: "stopping", message: `the broker stops: ${reason}` });
    }
    this.#end();
  }

  #restIfIdle(): void {
    clearTimeout(this.#idle);
    if (this.#channels.size > 0 || this.#stopping) return;
    this.#idle = setTimeout(() => this.stop("idle"), this.#settings.idleMs);
  }

  #welcome(channel: Channel, caller: Caller): void {
    const id = randomBytes(8).toString("hex");
    const peer: Peer = {
      id,
      pid: caller.pid,
      send: (message) => channel.send(message),
      drop: (code, message) => {
        // What was decided before the fault is still told.
        this.#broker.release();
        channel.close({ type: "refused", code, message });
      },
    };
    const handler = this.#handler(peer, caller);
    channel.onMessage = (message) => {
      if (this.#stopping) return;
      this.#guard(peer, () => {
        checkMessage(caller.role, message);
        handler.take(message);
      });
    };
    channel.around = (handOver) => this.#broker.together(handOver);
    channel.onClose = (error) => {
      if (!this.#stopping) handler.gone(error?.message ?? "the connection was closed");
    };
    channel.send({ type: "welcome", connection: id, broker: this.#info });
  }

  /** What is wrong with one client's message ends that client's connection, and nothing else. */
  #guard(peer: Peer, run: () => void): void {
    try {
      run();
    } catch (error) {
      const ours = !(error instanceof SallyportError);
      if (ours) log(this.#paths, error instanceof Error ? (error.stack ?? error.message) : String(error));
      const code: RefusalCode = "malformed";
      peer.drop(code, ours ? "a fault of the broker; see its log" : error.message);
    }
  }

  #handler(peer: Peer, { role }: Caller): Handler {
    switch (role) {
      case "proxy":
      case "hook":
        return this.#proxy(peer);
      case "reviewer":
        return this.#reviewer(peer);
      case "observer":
        return this.#observer(peer);
      case "control":
        return { take: (message) => this.#control(peer, message as FromControl), gone: () => {} };
    }
  }

  #proxy(peer: Peer): Handler {
    const broker = this.#broker;
    let server: Enforcement | undefined;
    let reason: string | undefined;
    return {
      take: (untyped) => {
        const message = untyped as FromProxy;
        if (message.type === "open") {
          if (server) peer.drop("malformed", "a connection opens once");
          else server = broker.open(peer, message);
          return;
        }
        if (!server) {
          peer.drop("malformed", `${message.type} came before open`);
          return;
        }
        switch (message.type) {
          case "decide":
            return broker.decide(server, message);
          case "cancel":
            return broker.cancel(server, message.id);
          case "result":
            return broker.result(server, message);
          case "definitions":
            return broker.definitions(server, message);
          case "counts":
            return broker.counts(server, message);
          case "client":
            return broker.clientNamed(server, message.name, message.version);
          case "close":
            reason = message.reason;
            return undefined;
        }
      },
      gone: (why) => {
        if (server) broker.gone(server, reason ?? why);
      },
    };
  }

  #reviewer(peer: Peer): Handler {
    const observer = this.#observer(peer);
    return {
      take: (untyped) => {
        const message = untyped as FromReviewer;
        switch (message.type) {
          case "announce":
            return this.#reviewing.announce(peer, message);
          case "enrol":
            return this.#reviewing.enrol(peer, message);
          case "answer":
            return this.#reviewing.answer(peer, message);
          case "subscribe":
            return observer.take(message);
          case "grants-withdraw":
            return peer.send({ type: "withdrawn", count: this.#broker.withdraw(message.grant) });
        }
      },
      gone: (reason) => {
        observer.gone(reason);
        this.#reviewing.gone(peer);
      },
    };
  }

  #observer(peer: Peer): Handler {
    const subscriber = { send: (event: object) => peer.send(event) };
    return {
      take: (message) => this.#broker.feed.subscribe(subscriber, (message as Subscribe).replay),
      gone: () => this.#broker.feed.unsubscribe(subscriber),
    };
  }

  #control(peer: Peer, message: FromControl): void {
    switch (message.type) {
      case "status":
        return peer.send({ ...this.#broker.status(), reviewers: this.#reviewing.list() });
      case "grants-list":
        return peer.send({ type: "grants", grants: this.#broker.grants() });
      case "grants-withdraw":
        return peer.send({ type: "withdrawn", count: this.#broker.withdraw(message.grant) });
      case "stop":
        peer.send({ type: "stopping" });
        return this.stop("asked to stop");
    }
  }
}

const MAX_LOG_BYTES = 256 * 1024;

/** For a process that nobody watches. Starts anew when it has grown. */
export function log(paths: Paths, message: string): void {
  try {
    if ((statSync(paths.brokerLog, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) rmSync(paths.brokerLog);
    appendFileSync(paths.brokerLog, `${new Date().toISOString()} ${message}\n`, { mode: 0o600 });
  } catch {
    // A log that cannot be written must not stop the broker; the ledger is what counts.
  }
}
