/**
 * What the link's client needs of an AbortSignal, and no more. A real one costs ten microseconds and survives until a full
 * garbage collection, which is most of what a call's own book-keeping would cost.
 */
export class Cancellation {
  aborted = false;
  #listener: (() => void) | undefined;

  /** Ends the question. Once. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#listener?.();
    this.#listener = undefined;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  /** For an interface that names the whole type; only the members above are used. */
  asSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }
}
