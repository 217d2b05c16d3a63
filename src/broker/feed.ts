import type { GrantsMessage, ObserverEvent, ServersMessage, TrafficCall } from "../link/messages.ts";

/** Calls that an observer who comes later can still be told about. */
const MAX_KEPT = 1000;
/** What the kept calls' full arguments may take together, in UTF-16 units; the oldest are let go first. */
const MAX_KEPT_ARGUMENTS = 8 * 1024 * 1024;
/** Changes of a call within so long are told once. */
const FLUSH_MS = 30;
const HEAD_MS = 1000;

export interface Subscriber {
  send(event: ObserverEvent): void;
}

export interface FeedSource {
  servers(): ServersMessage;
  grants(): GrantsMessage;
  policy(): ObserverEvent;
  head(): { seq: number; hash: string };
}

/** What observers are told: each call as it stands, live servers, grants, policy layers, the ledger's head. */
export class Feed {
  readonly #source: FeedSource;
  readonly #schedule: (ms: number, run: () => void) => () => void;
  readonly #subscribers = new Set<Subscriber>();
  readonly #kept = new Map<string, TrafficCall>();
  #argumentsKept = 0;
  readonly #changed = new Map<string, TrafficCall>();
  readonly #stale = new Set<"servers" | "grants" | "policy">();
  #flushing = false;
  #headTold = -1;
  #headWaiting = false;

  constructor(source: FeedSource, schedule: (ms: number, run: () => void) => () => void) {
    this.#source = source;
    this.#schedule = schedule;
  }

  subscribe(subscriber: Subscriber, replay: number): void {
    this.#subscribers.add(subscriber);
    subscriber.send(this.#source.servers());
    subscriber.send(this.#source.grants());
    subscriber.send(this.#source.policy());
    subscriber.send({ type: "head", ...this.#source.head() });
    const calls = [...this.#kept.values()].slice(-Math.min(replay, MAX_KEPT));
    if (replay > 0 && calls.length > 0) subscriber.send({ type: "traffic", calls });
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  call(call: TrafficCall): void {
    this.#keep(call);
    if (this.#subscribers.size === 0) return;
    this.#changed.set(call.id, call);
    this.#flushSoon();
  }

  /** A call as it was last told. */
  known(id: string): TrafficCall | undefined {
    return this.#kept.get(id);
  }

  /** Something other than a call changed. */
  changed(what: "servers" | "grants" | "policy"): void {
    if (this.#subscribers.size === 0) return;
    this.#stale.add(what);
    this.#flushSoon();
  }

  /** The ledger grew. */
  grown(): void {
    if (this.#headWaiting || this.#subscribers.size === 0) return;
    this.#headWaiting = true;
    this.#schedule(HEAD_MS, () => {
      this.#headWaiting = false;
      const head = this.#source.head();
      if (head.seq === this.#headTold) return;
      this.#headTold = head.seq;
      this.#tell({ type: "head", ...head });
    });
  }

  #keep(call: TrafficCall): void {
    this.#forget(call.id);
    this.#kept.set(call.id, call);
    this.#argumentsKept += call.arguments?.text.length ?? 0;
    if (this.#kept.size > MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#forget(oldest);
    }
    if (this.#argumentsKept <= MAX_KEPT_ARGUMENTS) return;
    for (const [id, old] of this.#kept) {
      if (this.#argumentsKept <= MAX_KEPT_ARGUMENTS) break;
      if (!old.arguments || id === call.id) continue;
      const { text, total } = old.arguments;
      this.#argumentsKept -= text.length;
      this.#kept.set(id, { ...old, arguments: { text: "", truncated: true, total } });
    }
  }

  #forget(id: string): void {
    const old = this.#kept.get(id);
    if (!old) return;
    this.#argumentsKept -= old.arguments?.text.length ?? 0;
    this.#kept.delete(id);
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#schedule(FLUSH_MS, () => {
      this.#flushing = false;
      for (const what of this.#stale) this.#tell(this.#source[what]());
      this.#stale.clear();
      const calls = [...this.#changed.values()];
      this.#changed.clear();
      // In portions, so that a burst with long arguments stays below the longest line.
      let portion: TrafficCall[] = [];
      let size = 0;
      for (const call of calls) {
        const length = (call.arguments?.text.length ?? 0) + 8192;
        if (portion.length > 0 && size + length > 1024 * 1024) {
          this.#tell({ type: "traffic", calls: portion });
          portion = [];
          size = 0;
        }
        portion.push(call);
        size += length;
      }
      if (portion.length > 0) this.#tell({ type: "traffic", calls: portion });
    });
  }

  #tell(event: ObserverEvent): void {
    for (const subscriber of this.#subscribers) subscriber.send(event);
  }
}
