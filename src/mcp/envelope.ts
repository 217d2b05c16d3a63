import { isId, type Id } from "./message.ts";

/** What of a message's outermost object can be told without keeping the message. */
export interface EnvelopeSight {
  /** Undefined where there is none, or more than one. */
  readonly id: Id | undefined;
  readonly hasMethod: boolean;
}

const MAX_CAPTURE = 2048;

/**
 * Looks for the id of a message that is too large, or too broken, to be parsed: a byte machine with constant memory that
 * is fed piece by piece. It reads keys and scalars of the outermost object only. Used to answer a refusal to the right
 * request, never to decide anything.
 */
export class EnvelopeScan {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Bytes of the string or scalar at depth 1 that is being read; undefined while none is. */
  #capture: number[] | undefined;
  #key: string | undefined;
  #expectValue = false;
  #hasMethod = false;
  #ids: unknown[] = [];

  feed(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i] ?? 0;
      if (this.#inString) {
        if (!this.#escaped && this.#capture === undefined && c !== 0x22 && c !== 0x5c) {
          // Skip what nobody reads: to the next quote, but not past a backslash.
          const quote = bytes.indexOf(0x22, i);
          const end = quote === -1 ? bytes.length : quote;
          const slash = bytes.subarray(i, end).indexOf(0x5c);
          i = (slash === -1 ? end : i + slash) - 1;
          continue;
        }
        this.#stringByte(c);
      } else this.#structureByte(c);
    }
  }

  #stringByte(c: number): void {
    if (this.#capture !== undefined && this.#capture.length < MAX_CAPTURE) this.#capture.push(c);
    if (this.#escaped) this.#escaped = false;
    else if (c === 0x5c) this.#escaped = true;
    else if (c === 0x22) {
      this.#inString = false;
      if (this.#depth === 1 && this.#capture) this.#finish();
    }
  }

  #structureByte(c: number): void {
    switch (c) {
      case 0x22: // "
        this.#inString = true;
        if (this.#depth === 1) this.#capture = [c];
        return;
      case 0x7b: // {
      case 0x5b: // [
        if (this.#depth === 1) this.#value(undefined);
        this.#depth++;
        return;
      case 0x7d: // }
      case 0x5d: // ]
        if (this.#depth === 1 && this.#capture) this.#finish();
        this.#depth--;
        return;
      case 0x3a: // :
        if (this.#depth === 1) this.#expectValue = true;
        return;
      case 0x2c: // ,
        if (this.#depth === 1) {
          if (this.#capture) this.#finish();
          this.#expectValue = false;
          this.#key = undefined;
        }
        return;
      default:
        if (this.#depth !== 1 || c <= 0x20) return;
        this.#capture ??= [];
        if (this.#capture.length < MAX_CAPTURE) this.#capture.push(c);
    }
  }

  /** A string or scalar of the outermost object has ended. */
  #finish(): void {
    const text = Buffer.from(this.#capture ?? []).toString("utf8");
    this.#capture = undefined;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Broken or cut: no id can be read from it.
      parsed = undefined;
    }
    if (this.#expectValue) this.#value(parsed);
    else this.#key = typeof parsed === "string" ? parsed : undefined;
  }

  #value(value: unknown): void {
    if (!this.#expectValue) return;
    if (this.#key === "id") this.#ids.push(value);
    if (this.#key === "method") this.#hasMethod = true;
    this.#expectValue = false;
    this.#key = undefined;
  }

  /** What was seen so far; call it at the message's end. */
  sight(): EnvelopeSight {
    const id = this.#ids.length === 1 ? this.#ids[0] : undefined;
    return { id: isId(id) ? id : undefined, hasMethod: this.#hasMethod };
  }
}
