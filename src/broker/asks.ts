import type { AnswerChoice, Ask, AskClosed } from "../link/messages.ts";
import type { Call } from "./enforcement.ts";
import type { Settings } from "./settings.ts";

/** Questions that may wait at once, of all and of one connection. */
const MAX_PENDING = 256;
const MAX_PENDING_OF_ONE = 64;
/** A question that lapsed can still be answered for so long. */
export const LATE_MS = 10 * 60_000;
/** Lapsed and answered questions that are remembered, so that a late or second answer is told what became of it. */
const MAX_REMEMBERED = 512;

export type Schedule = (ms: number, run: () => void) => () => void;

export interface AskEntry {
  readonly ask: Ask;
  readonly call: Call;
  /** Digest of all that the person is shown and that the decision hangs on. */
  readonly exact: string;
  readonly choices: readonly AnswerChoice[];
}

/** Who can be shown a question. */
export interface Audience {
  /** True while somebody is there (or may get there with a click) to answer. */
  present(): boolean;
  show(ask: Ask): void;
  close(message: AskClosed): void;
}

/** The queue of questions to people: who waits, until when, and what became of those that do not. */
export class Asks {
  readonly #settings: Settings;
  readonly #schedule: Schedule;
  readonly #audience: Audience;
  readonly #lapse: (entry: AskEntry, why: "expired" | "no-reviewer") => void;
  readonly #pending = new Map<string, { entry: AskEntry; stopExpiry: () => void; stopWaiting: () => void }>();
  readonly #late = new Map<string, { entry: AskEntry; until: number }>();
  readonly #answered = new Set<string>();

  constructor(
    settings: Settings,
    schedule: Schedule,
    audience: Audience,
    lapse: (entry: AskEntry, why: "expired" | "no-reviewer") => void,
  ) {
    this.#settings = settings;
    this.#schedule = schedule;
    this.#audience = audience;
    this.#lapse = lapse;
  }

  get size(): number {
    return this.#pending.size;
  }

  hasRoom(connection: string): boolean {
    let ofOne = 0;
    for (const { entry } of this.#pending.values()) if (entry.call.server.peer.id === connection) ofOne++;
    return this.#pending.size < MAX_PENDING && ofOne < MAX_PENDING_OF_ONE;
  }

  add(entry: AskEntry): void {
    const { id, expiresAt, createdAt } = entry.ask;
    const stopExpiry = this.#schedule(expiresAt - createdAt, () => this.#end(id, "expired"));
    const waiting = { entry, stopExpiry, stopWaiting: () => {} };
    this.#pending.set(id, waiting);
    if (this.#audience.present()) this.#audience.show(entry.ask);
    else this.#wait(id);
  }

  pending(): AskEntry[] {
    return [...this.#pending.values()].map(({ entry }) => entry);
  }

  get(id: string): AskEntry | undefined {
    return this.#pending.get(id)?.entry;
  }

  /** A question that lapsed and may still be answered. */
  late(id: string, now: number): AskEntry | undefined {
    const late = this.#late.get(id);
    return late && late.until > now ? late.entry : undefined;
  }

  wasAnswered(id: string): boolean {
    return this.#answered.has(id);
  }

  /** Somebody came or went. */
  audienceChanged(): void {
    const present = this.#audience.present();
    for (const [id, waiting] of this.#pending) {
      waiting.stopWaiting();
      waiting.stopWaiting = () => {};
      if (!present) this.#wait(id);
    }
  }

  /** Takes a question out because it was answered. False where it is not there any more. */
  answered(id: string, outcome: "allowed" | "denied" | "withdrawn", by: string): boolean {
    const entry = this.#take(id) ?? this.#takeLate(id);
    if (!entry) return false;
    remember(this.#answered, id);
    this.#audience.close({ type: "ask-closed", ask: id, outcome, by });
    return true;
  }

  /** The caller does not wait any more; an answer can still come late. */
  cancel(id: string, now: number): AskEntry | undefined {
    const entry = this.#take(id);
    if (entry) {
      this.#keepLate(entry, now);
      this.#audience.close({ type: "ask-closed", ask: id, outcome: "cancelled" });
    }
    return entry;
  }

  #wait(id: string): void {
    const waiting = this.#pending.get(id);
    if (waiting) waiting.stopWaiting = this.#schedule(this.#settings.reviewerMs, () => this.#end(id, "no-reviewer"));
  }

  #end(id: string, why: "expired" | "no-reviewer"): void {
    const entry = this.#take(id);
    if (!entry) return;
    if (why === "expired") this.#keepLate(entry, entry.ask.expiresAt);
    this.#audience.close({ type: "ask-closed", ask: id, outcome: "expired" });
    this.#lapse(entry, why);
  }

  #take(id: string): AskEntry | undefined {
    const waiting = this.#pending.get(id);
    if (!waiting) return undefined;
    this.#pending.delete(id);
    waiting.stopExpiry();
    waiting.stopWaiting();
    return waiting.entry;
  }

  #takeLate(id: string): AskEntry | undefined {
    const late = this.#late.get(id);
    this.#late.delete(id);
    return late?.entry;
  }

  #keepLate(entry: AskEntry, now: number): void {
    if (this.#late.size >= MAX_REMEMBERED) {
      const [oldest] = this.#late.keys();
      if (oldest !== undefined) this.#late.delete(oldest);
    }
    const { arguments: _, ...ask } = entry.ask;
    this.#late.set(ask.id, { entry: { ...entry, ask }, until: now + LATE_MS });
  }
}

function remember(set: Set<string>, id: string): void {
  if (set.size >= MAX_REMEMBERED) {
    const [oldest] = set;
    if (oldest !== undefined) set.delete(oldest);
  }
  set.add(id);
}
