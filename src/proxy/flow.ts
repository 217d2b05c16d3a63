import type { Readable } from "node:stream";

/** Bytes whose verdict is out, before their source is not read any more. */
export const MAX_HELD = 4 * 1024 * 1024;
/** Bytes that wait for a person; the client is read on meanwhile, since it may cancel. */
export const MAX_PARKED = 64 * 1024 * 1024;
/** Answers of ours that the client does not read, before the client is not read any more. */
export const MAX_UNREAD_ANSWERS = 8 * 1024 * 1024;

/** Waits that are all given up together, so that none of them keeps the process. */
export class Waits {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #conditions = new Set<() => void>();

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }

  /** Resolves when the condition holds; it is looked at whenever something has moved, and given up after `ms`. */
  until(condition: () => boolean, ms: number): Promise<void> {
    const held = new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#conditions.delete(look);
        resolve();
      };
      this.#conditions.add(look);
      look();
    });
    return Promise.race([held, this.pause(ms)]);
  }

  moved(): void {
    for (const look of this.#conditions) look();
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#conditions.clear();
  }
}

/** A source that is read or not; only changes reach the stream. */
export class Tap {
  #flowing = true;
  constructor(readonly stream: Readable) {}
  set(flowing: boolean): void {
    if (flowing === this.#flowing) return;
    this.#flowing = flowing;
    if (flowing) this.stream.resume();
    else this.stream.pause();
  }
}
