import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { readVerifyingKey } from "../../../src/ledger/keys.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { connectBroker, type ConnectOptions, type Link } from "../../../src/link/client.ts";
import { currentBroker } from "../../../src/link/election.ts";
import { Enforcer } from "../../../src/link/enforcer.ts";
import type { AnswerChoice, AnswerOutcome, Ask, Decide, Open, ToReviewer } from "../../../src/link/messages.ts";
import { pathsFor, type Paths } from "../../../src/link/paths.ts";
import { answerInput, digest, enrolmentInput, newReviewerKey, signInput } from "../../../src/link/signature.ts";

/** Everything that waits for an event has this one bound, far above what any machine needs. */
const WATCHDOG_MS = 60_000;

export function within<T>(what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not happen`)), WATCHDOG_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

type Decision = ReturnType<Enforcer["decide"]>;

/** A home of its own with real broker processes, which are ended with the test. */
export class Rig {
  readonly home = mkdtempSync(path.join(tmpdir(), "sallyport-broker-"));
  readonly options: ConnectOptions;
  readonly paths: Paths;
  readonly #closing: (() => void)[] = [];

  constructor(t: TestContext, settings: Record<string, number> = {}) {
    const { platform } = process;
    const environment: Environment = {
      os: platform === "win32" ? "windows" : platform === "darwin" ? "macos" : "linux",
      home: this.home,
      cwd: this.home,
      variable: (name) => (name === "SALLYPORT_HOME" ? path.join(this.home, "s") : process.env[name]),
    };
    const brokerProgram = path.join(process.cwd(), "dist", "sallyport.js");
    this.options = { environment, program: "test", version: "0.0.0", brokerProgram };
    this.paths = pathsFor(environment);
    this.write("broker.json", JSON.stringify({ idleSeconds: 30, ...settings }));
    t.after(async () => {
      for (const close of this.#closing) close();
      await this.stop();
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** A file under the rig's `~/.sallyport`. */
  write(name: string, text: string): void {
    const file = path.join(this.paths.home, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
  }

  /** Asks a running broker to stop, and waits until it has. */
  async stop(): Promise<void> {
    try {
      const link = await connectBroker("control", { ...this.options, start: false });
      link.send({ type: "stop" });
      await within("the broker's end", link.closed);
    } catch {
      // none runs
    }
  }

  pid(): number {
    return currentBroker(this.paths)?.pid ?? 0;
  }

  /** Kills the broker as a power cut would. */
  kill(): void {
    process.kill(this.pid(), "SIGKILL");
  }

  open(changes: Partial<Omit<Open, "type">> = {}): Omit<Open, "type"> {
    return {
      server: "outbox",
      identity: {
        kind: "stdio",
        id: digest(`server ${changes.server ?? "outbox"}`),
        scope: "user",
        executable: "/usr/bin/node",
        args: ["outbox.mjs"],
        cwd: this.home,
      },
      client: { name: "test client", pid: process.pid, ancestors: [{ pid: process.pid, name: "agent" }] },
      ...changes,
    };
  }

  proxy(changes: Partial<Omit<Open, "type">> = {}): Enforcer {
    const proxy = new Enforcer("proxy", this.options, this.open(changes));
    this.#closing.push(() => proxy.close("the test ends"));
    return proxy;
  }

  async reviewer(key = newReviewerKey(), extensionHostPid = process.pid): Promise<Window> {
    const link = await connectBroker("reviewer", this.options);
    this.#closing.push(() => link.close());
    const window = new Window(link, key);
    link.send({
      type: "announce",
      publicKey: key.publicKey,
      name: "a window",
      extensionHostPid,
      folders: [this.home],
      trusted: true,
    });
    return window;
  }

  /** A reviewer that is enrolled: the first one, by its own click. */
  async enrolled(): Promise<Window> {
    const window = await this.reviewer();
    const pending = await window.next("enrolment-pending");
    window.enrol(pending.reviewer, pending.nonce, true);
    await window.next("enrolled");
    return window;
  }

  records(): Record<string, unknown>[] {
    return readdirSync(this.paths.ledger)
      .filter((name) => name.endsWith(".jsonl"))
      .toSorted()
      .flatMap((name) => readFileSync(path.join(this.paths.ledger, name), "utf8").trim().split("\n"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** What is wrong with the ledger; undefined while it is intact. */
  ledgerProblem(): string | undefined {
    const key = readVerifyingKey(this.paths.keys);
    return verifyLedger(this.paths.ledger, key ? { key } : {}).problem?.message;
  }
}

/** An editor window as the broker sees it. */
export class Window {
  readonly #inbox: ToReviewer[] = [];
  readonly #waiting: { type: string; take: (message: ToReviewer) => void }[] = [];

  constructor(
    readonly link: Link<"reviewer">,
    readonly key: { publicKey: string; privateKey: string },
  ) {
    link.onMessage((message) => {
      const index = this.#waiting.findIndex(({ type }) => type === message.type);
      if (index === -1) this.#inbox.push(message);
      else this.#waiting.splice(index, 1)[0]?.take(message);
    });
  }

  /** The next message of a type that was not taken yet. */
  next<T extends ToReviewer["type"]>(type: T): Promise<Extract<ToReviewer, { type: T }>> {
    const index = this.#inbox.findIndex((message) => message.type === type);
    if (index !== -1) return Promise.resolve(this.#inbox.splice(index, 1)[0] as Extract<ToReviewer, { type: T }>);
    const arrival = new Promise<ToReviewer>((take) => this.#waiting.push({ type, take }));
    return within(`a message ${type}`, arrival as Promise<Extract<ToReviewer, { type: T }>>);
  }

  enrol(reviewer: string, nonce: string, accept: boolean): void {
    const signature = signInput(enrolmentInput(reviewer, nonce, accept), this.key.privateKey);
    this.link.send({ type: "enrol", reviewer, accept, nonce, signature });
  }

  async answer(ask: Ask, answer: AnswerChoice, reason = "", key = this.key): Promise<AnswerOutcome> {
    const signature = signInput(answerInput(ask, answer, reason), key.privateKey);
    this.link.send({ type: "answer", ask: ask.id, answer, reason, signature });
    return await this.next("answer-outcome");
  }
}

/** A tools/call as a proxy would put it. */
export function call(tool: string, changes: Partial<Omit<Decide, "type" | "id">> = {}): Omit<Decide, "type" | "id"> {
  const text = JSON.stringify({ name: tool, arguments: {} });
  return {
    direction: "to-server",
    kind: "request",
    method: "tools/call",
    tool,
    paramsDigest: digest(text),
    bytes: text.length,
    preview: text,
    arguments: { text, truncated: false, total: text.length },
    findings: [],
    progress: false,
    ...changes,
  };
}

export function result(of: Decision, changes: object = {}): Parameters<Enforcer["result"]>[0] {
  return {
    of: of.id,
    outcome: "result",
    digest: digest("result"),
    bytes: 6,
    preview: "result",
    findings: [],
    serverMs: 1,
    ...changes,
  };
}
