import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AlwaysRule } from "../../../src/broker/alwaysRule.ts";
import { Broker } from "../../../src/broker/broker.ts";
import type { Enforcement, Peer } from "../../../src/broker/enforcement.ts";
import { Grants } from "../../../src/broker/grants.ts";
import { Pins } from "../../../src/broker/pins.ts";
import { Policies } from "../../../src/broker/policies.ts";
import { Reviewers } from "../../../src/broker/reviewers.ts";
import { Reviewing } from "../../../src/broker/reviewing.ts";
import { Seal } from "../../../src/broker/seal.ts";
import { Sessions } from "../../../src/broker/sessions.ts";
import { DEFAULT_SETTINGS } from "../../../src/broker/settings.ts";
import { SallyportError } from "../../../src/core/errors.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import type { RecordBody } from "../../../src/ledger/records.ts";
import type { AnswerChoice, Ask, Decide, Open, Verdict } from "../../../src/link/messages.ts";
import { pathsFor, type Paths } from "../../../src/link/paths.ts";
import { answerInput, digest, enrolmentInput, newReviewerKey, signInput } from "../../../src/link/signature.ts";

/** Keeps records in memory, and fails when it is told to. */
export class MemoryLedger implements Ledger {
  readonly id = "memory";
  readonly records: (RecordBody & { seq: number })[] = [];
  failing = false;
  /** Calls of `appendAll`. */
  writes = 0;
  longest = Number.POSITIVE_INFINITY;

  append(body: RecordBody): { seq: number; hash: string } {
    if (this.failing) throw new SallyportError("UNAVAILABLE", "the disk is full");
    this.records.push({ ...body, seq: this.records.length + 1 });
    return this.head();
  }
  appendAll(bodies: readonly RecordBody[]): { seq: number; hash: string }[] {
    this.writes++;
    if (bodies.some((body) => JSON.stringify(body).length > this.longest))
      throw new SallyportError("TOO_LARGE", "a record is too long");
    return bodies.map((body) => this.append(body));
  }
  async sync(): Promise<void> {
    if (this.failing) throw new SallyportError("UNAVAILABLE", "the disk is full");
  }
  head(): { seq: number; hash: string } {
    return { seq: this.records.length, hash: "" };
  }
  durable(): { seq: number; hash: string } {
    return this.head();
  }
  async close(): Promise<void> {}
}

type Sent = { type: string; id?: number };

/** A connection that keeps what it was sent. */
export class FakePeer implements Peer {
  readonly pid = 1;
  readonly sent: Sent[] = [];
  dropped: string | undefined;

  constructor(readonly id: string) {}

  send(message: object): void {
    this.sent.push(message as Sent);
  }
  drop(_code: string, message: string): void {
    this.dropped = message;
  }
  take<T extends Sent>(type: string): T[] {
    const found = this.sent.filter((message) => message.type === type) as T[];
    for (const message of found) this.sent.splice(this.sent.indexOf(message), 1);
    return found;
  }
}

/** The broker's core in one process with a clock that only the test moves. */
export class World {
  readonly folder = mkdtempSync(path.join(tmpdir(), "sallyport-world-"));
  readonly paths: Paths = {
    ...pathsFor({ os: "linux", home: this.folder, cwd: this.folder, variable: () => undefined }),
    home: this.folder,
    pins: path.join(this.folder, "pins"),
    userPolicy: path.join(this.folder, "policy.yaml"),
    managedPolicy: path.join(this.folder, "managed.yaml"),
    grants: path.join(this.folder, "grants.json"),
    taints: path.join(this.folder, "taints.json"),
    reviewers: path.join(this.folder, "reviewers.json"),
  };
  readonly ledger = new MemoryLedger();
  readonly key = newReviewerKey();
  readonly seal = new Seal(Buffer.alloc(32, 7));
  now = 1_000_000;
  broker!: Broker;
  reviewing!: Reviewing;
  window!: FakePeer;
  #timers: { at: number; run: () => void }[] = [];
  #peers = 0;

  constructor(files: { userPolicy?: string } = {}) {
    Object.assign(this.paths, files);
    this.restart();
  }

  /** A new broker over the same files, as after a crash: timers and connections are gone. */
  restart(): void {
    this.#timers = [];
    const now = (): number => this.now;
    const reviewers = new Reviewers(this.paths.reviewers, this.seal);
    this.reviewing = new Reviewing(reviewers, now);
    this.broker = new Broker(
      {
        info: { pid: 1, version: "0", protocol: 1, startedAt: this.now },
        ledger: this.ledger,
        policies: new Policies(this.paths),
        grants: new Grants(this.paths.grants, this.seal),
        pins: new Pins(this.paths.pins, this.seal),
        sessions: new Sessions(this.paths.taints, this.now, this.seal),
        reviewers,
        always: new AlwaysRule(this.paths.userPolicy),
        settings: DEFAULT_SETTINGS,
        now,
        schedule: (ms, run) => {
          const timer = { at: this.now + ms, run };
          this.#timers.push(timer);
          return () => (this.#timers = this.#timers.filter((other) => other !== timer));
        },
      },
      this.reviewing,
    );
    this.reviewing.attach(this.broker);
    this.window = this.reviewer(this.key.publicKey);
  }

  /** Moves the clock, and runs what is due on the way. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = until;
  }

  reviewer(publicKey: string): FakePeer {
    const peer = new FakePeer(`window ${this.#peers++}`);
    this.reviewing.announce(peer, { type: "announce", publicKey, name: "a window", folders: [], trusted: true });
    return peer;
  }

  /** The first window's click. */
  enrol(): void {
    const [pending] = this.window.take<Sent & { reviewer: string; nonce: string }>("enrolment-pending");
    if (!pending) return;
    const { reviewer, nonce } = pending;
    const signature = signInput(enrolmentInput(reviewer, nonce, true), this.key.privateKey);
    this.reviewing.enrol(this.window, { type: "enrol", reviewer, nonce, accept: true, signature });
  }

  proxy(changes: Partial<Open> = {}): { peer: FakePeer; server: Enforcement } {
    const peer = new FakePeer(`proxy ${this.#peers++}`);
    const server = this.broker.open(peer, {
      type: "open",
      server: "outbox",
      identity: { kind: "stdio", id: digest("outbox"), scope: "user", executable: "/n", args: [], cwd: "/" },
      client: { name: "agent", pid: 1, ancestors: [{ pid: 1_000_000, name: "agent" }] },
      ...changes,
    });
    return { peer, server };
  }

  answer(ask: Ask, answer: AnswerChoice, key = this.key, peer = this.window): string {
    const signature = signInput(answerInput(ask, answer, ""), key.privateKey);
    this.reviewing.answer(peer, { type: "answer", ask: ask.id, answer, reason: "", signature });
    return peer.take<Sent & { outcome: string }>("answer-outcome")[0]?.outcome ?? "nothing";
  }

  asks(): Ask[] {
    return this.window.take<Sent & { ask: Ask }>("ask").map(({ ask }) => ask);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function decide(id: number, tool: string, changes: Partial<Decide> = {}): Decide {
  return {
    type: "decide",
    id,
    direction: "to-server",
    kind: "request",
    method: "tools/call",
    tool,
    paramsDigest: digest(tool),
    bytes: 10,
    preview: "{}",
    findings: [],
    progress: false,
    ...changes,
  };
}

/** Verdicts that follow a sync come in a later turn. */
export async function verdicts(peer: FakePeer): Promise<Verdict[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return peer.take<Verdict>("verdict");
}
