import type { Counts, Direction } from "../link/messages.ts";

/** How long chatter is counted before the count is sent, in milliseconds (DESIGN, decision 2). */
const WINDOW_MS = 100;

/** Counts progress, log messages, pings and list changes, and reports each window that had any. */
export class Counter {
  readonly #report: (counts: Omit<Counts, "type">) => void;
  #entries = new Map<string, { direction: Direction; method: string; count: number }>();
  #from = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (counts: Omit<Counts, "type">) => void) {
    this.#report = report;
  }

  add(direction: Direction, method: string): void {
    if (this.#entries.size === 0) {
      this.#from = Date.now();
      this.#timer = setTimeout(() => this.flush(), WINDOW_MS);
    }
    const key = `${direction} ${method}`;
    const entry = this.#entries.get(key);
    if (entry) entry.count++;
    else this.#entries.set(key, { direction, method, count: 1 });
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#entries.size === 0) return;
    const entries = [...this.#entries.values()];
    this.#entries = new Map();
    this.#report({ from: this.#from, to: Date.now(), entries });
  }
}
