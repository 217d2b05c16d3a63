import type { Span } from "../core/text.ts";

/** Places of one file, without order or overlap among them, asked for by place: quick however many there are. */
export class SpanSet {
  readonly #spans: Span[] = [];

  constructor(spans: Iterable<Span>) {
    for (const span of Array.from(spans).toSorted((a, b) => a.start - b.start)) {
      const last = this.#spans.at(-1);
      if (last && span.start < last.end) {
        this.#spans[this.#spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
      } else if (span.end > span.start) this.#spans.push(span);
    }
  }

  /** The places that share at least one code unit with `from`..`to`, in order. */
  within(from: number, to: number): Span[] {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.end ?? 0) > from) high = middle;
      else low = middle + 1;
    }
    const found: Span[] = [];
    for (let span = this.#spans[low]; span && span.start < to; span = this.#spans[++low]) found.push(span);
    return found;
  }
}

/** No places. */
export const NO_SPANS = new SpanSet([]);
