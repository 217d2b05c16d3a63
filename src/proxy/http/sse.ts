import { EnvelopeScan } from "../../mcp/envelope.ts";
import type { Frame } from "../framing.ts";
import { oneLine } from "./oneLine.ts";

/** One event of a stream (WHATWG HTML, 9.2 Server-sent events). */
export interface SseEvent {
  /** `message` where none is named. */
  readonly type: string;
  /** The stream's last event id after this event; undefined while it has named none. */
  readonly lastId: string | undefined;
  /** The data as a message; undefined where there is none, or only white space. */
  readonly frame: Frame | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
/** What a line has before its data, and a little more. */
const FIELD = 64;
/** Ids go into a header; longer ones are not remembered. */
const MAX_ID = 1024;
const MAX_RETRY_MS = 60_000;

/** Cuts a byte stream into events. Holds at most `maxBytes` of one; of one that is longer only what tells its id. */
export class SseReader {
  #line: Buffer[] = [];
  #lineBytes = 0;
  #afterCr = false;
  #first = true;
  #data: Buffer[] = [];
  #dataBytes = 0;
  #skipped: EnvelopeScan | undefined;
  /** The line that is being read is too long to keep; only of data something is looked at. */
  #skipping: "data" | "other" | undefined;
  #type = "";
  #id: string | undefined;
  /** The wait that the server asks for before a new connection, in milliseconds. */
  retry: number | undefined;

  constructor(
    readonly maxBytes: number,
    readonly emit: (event: SseEvent) => void,
  ) {}

  push(chunk: Buffer): void {
    let from = this.#afterCr && chunk[0] === LF ? 1 : 0;
    if (chunk.length > 0) this.#afterCr = false;
    // Each is searched for anew only once it was passed, so that a flood of the one does not search for the other again.
    let lf = chunk.indexOf(LF, from);
    let cr = chunk.indexOf(CR, from);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      this.#take(chunk.subarray(from, end));
      this.#endLine();
      from = end + 1;
      if (end === cr) {
        if (from === chunk.length) this.#afterCr = true;
        else if (chunk[from] === LF) from++;
      }
      if (lf !== -1 && lf < from) lf = chunk.indexOf(LF, from);
      if (cr !== -1 && cr < from) cr = chunk.indexOf(CR, from);
    }
    this.#take(chunk.subarray(from));
  }

  #take(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#lineBytes += piece.length;
    if (this.#skipping === "data") this.#skipped?.feed(piece);
    else if (this.#skipping === undefined) {
      this.#line.push(piece);
      if (this.#lineBytes <= this.maxBytes + FIELD) return;
      const parts = this.#line;
      this.#line = [];
      this.#skipping = Buffer.concat(parts, 5).toString("latin1") === "data:" ? "data" : "other";
      if (this.#skipping === "data") for (const part of parts) this.#skip(part);
    }
  }

  #skip(piece: Buffer): void {
    if (!this.#skipped) {
      this.#skipped = new EnvelopeScan();
      for (const part of this.#data) this.#skipped.feed(part);
      this.#data = [];
    }
    this.#skipped.feed(piece);
  }

  #endLine(): void {
    const parts = this.#line;
    const length = this.#lineBytes;
    this.#line = [];
    this.#lineBytes = 0;
    if (this.#skipping) {
      if (this.#skipping === "data") this.#dataBytes += length;
      this.#skipping = undefined;
      return;
    }
    let line = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length);
    if (this.#first && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    this.#first = false;
    if (line.length === 0) this.#dispatch();
    else this.#field(line);
  }

  #field(line: Buffer): void {
    const colon = line.indexOf(COLON);
    if (colon === 0) return; // a comment
    const name = line.toString("latin1", 0, colon === -1 ? line.length : Math.min(colon, FIELD));
    const value =
      colon === -1 ? line.subarray(line.length) : line.subarray(line[colon + 1] === 0x20 ? colon + 2 : colon + 1);
    switch (name) {
      case "data":
        this.#dataBytes += value.length + 1;
        if (this.#skipped || this.#dataBytes > this.maxBytes + 2) this.#skip(value);
        else this.#data.push(value);
        return;
      case "event":
        this.#type = value.toString("utf8", 0, FIELD);
        return;
      case "id":
        if (!value.includes(0)) this.#id = value.length > MAX_ID ? undefined : value.toString("utf8");
        return;
      case "retry": {
        const text = value.toString("latin1", 0, FIELD);
        if (/^\d+$/.test(text)) this.retry = Math.min(Number(text), MAX_RETRY_MS);
        return;
      }
      default:
    }
  }

  #dispatch(): void {
    const type = this.#type === "" ? "message" : this.#type;
    const skipped = this.#skipped;
    const data = this.#data;
    const length = this.#dataBytes;
    this.#type = "";
    this.#skipped = undefined;
    this.#data = [];
    this.#dataBytes = 0;
    const bytes = skipped ? undefined : oneLine(data);
    const frame: Frame | undefined = skipped
      ? { kind: "oversize", length, sight: skipped.sight() }
      : bytes && { kind: "line", bytes };
    if (frame || this.#id !== undefined) this.emit({ type, lastId: this.#id, frame });
  }
}
