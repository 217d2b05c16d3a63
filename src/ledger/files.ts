import { closeSync, fstatSync, fsyncSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";

const DAY_FILE = /^\d{4}-\d\d-\d\d\.jsonl$/;

/** Names of the ledger's day files, oldest first; none where the folder is missing. Throws UNREADABLE. */
export function dayFiles(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => DAY_FILE.test(name))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new SallyportError("UNREADABLE", `${dir}: the ledger's folder cannot be read`, { cause: error });
  }
}

/** The UTC day of a record's time: `2026-11-25`. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

export function fileOfDay(dir: string, day: string): string {
  return path.join(dir, `${day}.jsonl`);
}

/** Makes a new or removed name in a folder last. Windows has no such call and needs none. */
export function syncFolder(dir: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(dir, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Fills `into` from a position; fewer bytes only at the end of the file. */
export function readFully(fd: number, into: Buffer, position: number): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(fd, into, done, into.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** A stretch of a file between newlines. */
export interface RawLine {
  /** Without the newline. Valid until the next step: the buffer is used again. */
  readonly bytes: Buffer;
  /** One-based, counted from where the reading began. */
  readonly number: number;
  /** Offset of its first byte. */
  readonly start: number;
  /** False for what stands after the last newline. */
  readonly ended: boolean;
  /** True when it is longer than any record; `bytes` is then its beginning. */
  readonly over: boolean;
}

const CHUNK = 1024 * 1024;

/** The lines of an open file from an offset that begins a line, in constant memory whatever the file holds. */
export function* linesOf(fd: number, maxLine: number, from = 0): Generator<RawLine> {
  let buffer = Buffer.allocUnsafe(Math.min(CHUNK, fstatSync(fd).size + 1));
  let held = 0;
  let position = from;
  let number = 1;
  let skipping = false;
  for (;;) {
    if (held === buffer.length) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger, 0, 0, held);
      buffer = larger;
    }
    const count = readSync(fd, buffer, held, buffer.length - held, position);
    if (count === 0) break;
    const filled = held + count;
    let start = 0;
    let newline = buffer.indexOf(10, held);
    position += count;
    while (newline !== -1 && newline < filled) {
      if (skipping) skipping = false;
      else {
        const bytes = buffer.subarray(start, newline);
        const at = position - filled + start;
        yield { bytes, number, start: at, ended: true, over: bytes.length > maxLine };
      }
      number++;
      start = newline + 1;
      newline = buffer.indexOf(10, start);
    }
    held = filled - start;
    if (start > 0) buffer.copyWithin(0, start, filled);
    if (skipping) held = 0;
    else if (held > maxLine) {
      yield { bytes: buffer.subarray(0, held), number, start: position - held, ended: true, over: true };
      skipping = true;
      held = 0;
    }
  }
  if (held > 0) yield { bytes: buffer.subarray(0, held), number, start: position - held, ended: false, over: false };
}

/** The whole lines of an open file from its end to its beginning: bytes without the newline, and where they begin. */
export function* linesBackwards(fd: number, maxLine: number): Generator<{ bytes: Buffer; start: number }> {
  let end = fstatSync(fd).size;
  let window = Math.min(CHUNK, end);
  while (end > 0) {
    const from = Math.max(0, end - window);
    const buffer = Buffer.allocUnsafe(end - from);
    const count = readFully(fd, buffer, from);
    let newline = buffer.lastIndexOf(10, count - 1);
    let before = newline > 0 ? buffer.lastIndexOf(10, newline - 1) : -1;
    if (newline === -1 || (before === -1 && from > 0)) {
      // Not one whole line: look further back, up to the length of the longest record; a longer line is left out.
      if (from > 0 && window < 2 * maxLine) {
        window *= 2;
        continue;
      }
      if (from > 0) {
        end = from;
        continue;
      }
    }
    while (newline !== -1) {
      // The first stretch of a window may be the rest of a line.
      if (before === -1 && from > 0) break;
      yield { bytes: buffer.subarray(before + 1, newline), start: from + before + 1 };
      newline = before;
      before = newline > 0 ? buffer.lastIndexOf(10, newline - 1) : -1;
    }
    if (from === 0) return;
    end = from + newline + 1;
  }
}

/** The one-based number of the line that begins at an offset. */
export function lineNumberAt(file: string, offset: number): number {
  const fd = openSync(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let lines = 1;
    for (let at = 0; at < offset;) {
      const count = readFully(fd, buffer.subarray(0, Math.min(CHUNK, offset - at)), at);
      if (count === 0) break;
      for (let i = buffer.indexOf(10); i !== -1 && i < count; i = buffer.indexOf(10, i + 1)) lines++;
      at += count;
    }
    return lines;
  } finally {
    closeSync(fd);
  }
}
