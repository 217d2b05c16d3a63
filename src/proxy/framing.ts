import type { Admitted } from "../mcp/gate.ts";
import { EnvelopeScan, type EnvelopeSight } from "../mcp/envelope.ts";

/** One line of a peer: its bytes with the line ending, or, where it was too long to keep, what could be seen of it. */
export type Frame =
  /** `admitted`: the gate has looked at it already. */
  | { readonly kind: "line"; readonly bytes: Buffer; readonly admitted?: Admitted }
  | { readonly kind: "oversize"; readonly length: number; readonly sight: EnvelopeSight };

const LF = 0x0a;

/** Cuts a byte stream into lines. Holds at most `maxBytes` of one; what is longer is skipped to its end. */
export class LineReader {
  #parts: Buffer[] = [];
  #held = 0;
  #skipping: EnvelopeScan | undefined;

  constructor(
    readonly maxBytes: number,
    readonly emit: (frame: Frame) => void,
  ) {}

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      const piece = from === 0 && end === chunk.length - 1 ? chunk : chunk.subarray(from, end + 1);
      from = end + 1;
      this.#take(piece, true);
    }
    if (from < chunk.length) this.#take(from === 0 ? chunk : chunk.subarray(from), false);
  }

  /** The stream has ended: what is held is a last line without its ending. */
  end(): void {
    if (this.#held > 0) this.#finish();
  }

  #take(piece: Buffer, ends: boolean): void {
    this.#held += piece.length;
    if (this.#skipping) this.#skipping.feed(piece);
    // Two bytes more than a message may have: its line ending.
    else if (this.#held > this.maxBytes + 2) {
      this.#skipping = new EnvelopeScan();
      for (const part of this.#parts) this.#skipping.feed(part);
      this.#skipping.feed(piece);
      this.#parts = [];
    } else this.#parts.push(piece);
    if (ends) this.#finish();
  }

  #finish(): void {
    const skipped = this.#skipping;
    const length = this.#held;
    const parts = this.#parts;
    this.#skipping = undefined;
    this.#held = 0;
    this.#parts = [];
    if (skipped) this.emit({ kind: "oversize", length, sight: skipped.sight() });
    else this.emit({ kind: "line", bytes: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length) });
  }
}

/** True for a line that holds nothing: peers may send one to keep a pipe alive. */
export function isBlank(bytes: Buffer): boolean {
  for (const c of bytes) if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return false;
  return true;
}
