import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, fstatSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { CHECKPOINT_EVERY, readLine } from "./chain.ts";
import { readFully, syncFolder } from "./files.ts";
import { type LedgerRecord, MAX_RECORD_BYTES } from "./records.ts";

/** The end of a day file as a writer finds it. */
export interface Tail {
  /** Offset after the last whole record; what stands behind it is torn. */
  readonly end: number;
  readonly size: number;
  /** The last whole record; undefined where the file holds none. */
  readonly last?: LedgerRecord;
  /** Records after the last checkpoint in this file, as far as the last CHECKPOINT_EVERY go. */
  readonly unsigned: number;
}

const WINDOW = 2 * MAX_RECORD_BYTES;

/** Looks for whole records from the end of a file backwards, a window at a time: a long file costs no more than a short one. */
export function readTail(fd: number): Tail {
  const size = fstatSync(fd).size;
  let end = size;
  let window = 64 * 1024;
  for (;;) {
    const start = Math.max(0, end - window);
    const buffer = Buffer.allocUnsafe(end - start);
    readFully(fd, buffer, start);
    const found = scan(buffer, start === 0);
    if (found) return { end: start + found.end, size, last: found.last, unsigned: found.unsigned };
    if (start === 0) return { end: 0, size, unsigned: 0 };
    if (window < WINDOW) window = WINDOW;
    else end = start + MAX_RECORD_BYTES;
  }
}

function scan(buffer: Buffer, whole: boolean): { end: number; last: LedgerRecord; unsigned: number } | undefined {
  let newline = buffer.lastIndexOf(10);
  let found: { end: number; last: LedgerRecord } | undefined;
  let unsigned = 0;
  while (newline >= 0) {
    const before = newline === 0 ? -1 : buffer.lastIndexOf(10, newline - 1);
    // The first stretch of a window may be the rest of a line.
    if (before === -1 && !whole) break;
    const line = readLine(buffer.subarray(before + 1, newline));
    if ("record" in line) {
      found ??= { end: newline + 1, last: line.record };
      if (line.record.kind === "checkpoint") break;
      unsigned++;
      if (unsigned === CHECKPOINT_EVERY) break;
    } else if (found) {
      break;
    }
    newline = before;
  }
  return found && { ...found, unsigned };
}

export interface SetAside {
  /** `torn`: one piece without a newline. `damaged`: whole lines that are no records. */
  readonly reason: "torn" | "damaged";
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
  /** Name of the file that holds the bytes now. */
  readonly name: string;
}

/** Moves what stands behind `end` into a file of its own, durably, and cuts it off. */
export function setAside(file: string, fd: number, end: number, size: number): SetAside {
  const name = `${path.basename(file)}.torn-${end}-${randomBytes(4).toString("hex")}`;
  const out = openSync(path.join(path.dirname(file), name), "wx", 0o600);
  const digest = createHash("sha256");
  let reason: SetAside["reason"] = "torn";
  try {
    const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, size - end));
    for (let at = end; at < size;) {
      const count = readFully(fd, buffer.subarray(0, Math.min(buffer.length, size - at)), at);
      if (count === 0) break;
      digest.update(buffer.subarray(0, count));
      if (buffer.subarray(0, count).includes(10)) reason = "damaged";
      for (let done = 0; done < count;) done += writeSync(out, buffer, done, count - done);
      at += count;
    }
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
  syncFolder(path.dirname(file));
  ftruncateSync(fd, end);
  return { reason, bytes: size - end, digest: digest.digest("hex"), name };
}
