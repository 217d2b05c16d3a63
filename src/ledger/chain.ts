import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { SallyportError } from "../core/errors.ts";
import { canonical } from "./canonical.ts";
import {
  type Head,
  type LedgerRecord,
  MAX_RECORD_BYTES,
  type OwnBody,
  RECORD_VERSION,
  type RecordBody,
} from "./records.ts";

/** What stands between a record's canonical text, less its last brace, and the line's end: the hash as last member. */
const BEFORE_HASH = Buffer.from(',"hash":"', "latin1");
const AFTER_HASH = Buffer.from('"}', "latin1");
const HASH_DIGITS = 64;
const SUFFIX = BEFORE_HASH.length + HASH_DIGITS + AFTER_HASH.length;
const BRACE = 0x7d;

const ROOM = 64 * 1024;
/** A buffer that a long record made longer than this is not kept. */
const KEPT_ROOM = 1024 * 1024;

/** Sealed records that go to the file with one write. The buffer is used again. */
export class Lines {
  #buffer = Buffer.allocUnsafe(ROOM);
  #length = 0;

  /** All lines since `clear`, newlines included. Valid until the next call of another method. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > KEPT_ROOM) this.#buffer = Buffer.allocUnsafe(ROOM);
  }

  /** Adds the line of the record that follows `head`. Throws TOO_LARGE; then the lines are what they were. */
  add(head: Head, body: RecordBody | OwnBody, time: string): Head {
    const seq = head.seq + 1;
    const text = canonical({ ...body, v: RECORD_VERSION, seq, time, prev: head.hash });
    const bound = this.#length + text.length * 3 + SUFFIX + 1;
    if (bound > this.#buffer.length) {
      const length = Buffer.byteLength(text) + SUFFIX;
      if (length > MAX_RECORD_BYTES) throw new SallyportError("TOO_LARGE", `a record of ${length} bytes is too long`);
      const larger = Buffer.allocUnsafe(Math.max(bound, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    const end = this.#length + this.#buffer.write(text, this.#length, "utf8");
    const digest = hash("sha256", this.#buffer.subarray(this.#length, end), "hex");
    this.#length = end - 1 + this.#buffer.write(`,"hash":"${digest}"}\n`, end - 1, "latin1");
    return { seq, hash: digest };
  }
}

export type LineProblem = "malformed" | "edited";
export type Line = { readonly record: LedgerRecord; readonly text: string } | { readonly problem: LineProblem };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isHeader(value: Record<string, unknown>): boolean {
  const { v, seq, time, prev, kind } = value;
  return (
    v === RECORD_VERSION &&
    Number.isSafeInteger(seq) &&
    typeof time === "string" &&
    TIME.test(time) &&
    !Number.isNaN(Date.parse(time)) &&
    typeof prev === "string" &&
    typeof kind === "string"
  );
}

/**
 * Reads one line (without its newline) and checks its own hash: `malformed` where it is no record at all, `edited` where
 * the hash is not that of the rest. The bytes are changed for a moment and put back.
 */
export function readLine(bytes: Buffer): Line {
  const brace = bytes.length - SUFFIX;
  const digits = brace + BEFORE_HASH.length;
  if (
    brace < 1 ||
    bytes.length >= MAX_RECORD_BYTES ||
    bytes.compare(BEFORE_HASH, 0, BEFORE_HASH.length, brace, digits) !== 0 ||
    bytes.compare(AFTER_HASH, 0, AFTER_HASH.length, digits + HASH_DIGITS) !== 0 ||
    !isUtf8(bytes)
  ) {
    return { problem: "malformed" };
  }
  const comma = bytes[brace] ?? 0;
  bytes[brace] = BRACE;
  const signed = bytes.subarray(0, brace + 1);
  const digest = hash("sha256", signed, "hex");
  const text = signed.toString("utf8");
  bytes[brace] = comma;
  if (digest !== bytes.toString("latin1", digits, digits + HASH_DIGITS)) return { problem: "edited" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The hash fits, so someone sealed a line that is no JSON: said as such.
    return { problem: "malformed" };
  }
  if (typeof value !== "object" || value === null || !isHeader(value as Record<string, unknown>)) {
    return { problem: "malformed" };
  }
  (value as { hash: string }).hash = digest;
  return { record: value as LedgerRecord, text };
}

/** What a checkpoint's signature covers: its key, its place, everything before it (through `prev`), and why it stands. */
export function checkpointText(record: {
  key: string;
  seq: number;
  prev: string;
  time: string;
  reason: string;
}): Buffer {
  return Buffer.from(
    `sallyport checkpoint 1\n${record.key}\n${record.seq}\n${record.prev}\n${record.time}\n${record.reason}\n`,
  );
}

/** Never more records than this between two checkpoints; `verify` holds the ledger to it. */
export const CHECKPOINT_EVERY = 256;
