import { closeSync, openSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { type LineProblem, readLine } from "./chain.ts";
import { dayFiles, dayOf, linesBackwards, linesOf } from "./files.ts";
import { type LedgerRecord, MAX_RECORD_BYTES } from "./records.ts";

/** One line of a day file, as a reader finds it. */
export interface Entry {
  readonly file: string;
  /** Offset of its first byte. */
  readonly start: number;
  readonly content: { readonly record: LedgerRecord } | { readonly problem: LineProblem };
}

/** Which records; all that is given must hold. A record without the property in question does not match. */
export interface Query {
  readonly server?: string;
  readonly tool?: string;
  readonly session?: string;
  /** `ask`: what a person was asked, and what became of it. */
  readonly decision?: "allow" | "deny" | "ask";
  /** Records whose time is not before this; milliseconds since 1970. */
  readonly since?: number;
}

/** Where a reader stands: everything before an offset of a day file has been read. */
export interface Cursor {
  file: string;
  offset: number;
}

/** Before everything. */
export function beginning(): Cursor {
  return { file: "", offset: 0 };
}

function decided(record: LedgerRecord, decision: NonNullable<Query["decision"]>): boolean {
  if (decision === "ask") return record.kind === "ask" || record.kind === "answer";
  return record.kind === "decision" && record.effect === decision;
}

export function matches(query: Query, record: LedgerRecord): boolean {
  for (const name of ["server", "tool", "session"] as const) {
    const wanted = query[name];
    if (wanted !== undefined && (record as { server?: string; tool?: string; session?: string })[name] !== wanted)
      return false;
  }
  if (query.decision !== undefined && !decided(record, query.decision)) return false;
  return query.since === undefined || Date.parse(record.time) >= query.since;
}

function open(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    throw new SallyportError("UNREADABLE", `${file}: this part of the ledger cannot be read`, { cause: error });
  }
}

function* entriesOf(file: string, cursor: Cursor): Generator<Entry> {
  const fd = open(file);
  try {
    for (const raw of linesOf(fd, MAX_RECORD_BYTES, cursor.offset)) {
      // A line without an end is being written, or torn: it is read when it has one.
      if (!raw.ended) return;
      cursor.offset = raw.start + raw.bytes.length + 1;
      const content = raw.over ? { problem: "malformed" as const } : readLine(raw.bytes);
      yield { file, start: raw.start, content };
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * What stands behind the cursor, oldest first, over as many files as there are; the cursor moves along, so that the next
 * call gives what came since. Throws UNREADABLE.
 */
export function* readOn(dir: string, cursor: Cursor): Generator<Entry> {
  for (const name of dayFiles(dir)) {
    if (name < cursor.file) continue;
    if (name !== cursor.file) Object.assign(cursor, { file: name, offset: 0 });
    yield* entriesOf(path.join(dir, name), cursor);
  }
}

/** The last `limit` matching entries of a file, newest first; lines that are no records always match. */
function lastOf(file: string, query: Query, limit: number, cursor: Cursor): Entry[] {
  const kept: Entry[] = [];
  const fd = open(file);
  try {
    for (const { bytes, start } of linesBackwards(fd, MAX_RECORD_BYTES)) {
      cursor.offset = Math.max(cursor.offset, start + bytes.length + 1);
      const content = readLine(bytes);
      if ("record" in content && !matches(query, content.record)) continue;
      kept.push({ file, start, content });
      if (kept.length >= limit) break;
    }
  } finally {
    closeSync(fd);
  }
  return kept;
}

/**
 * The last `limit` entries that match, oldest first, reading from the end no further than that takes. The cursor is left at
 * the end of the ledger. Throws UNREADABLE.
 */
export function lastEntries(dir: string, query: Query, limit: number, cursor: Cursor): Entry[] {
  const found: Entry[] = [];
  const since = query.since === undefined ? "" : dayOf(new Date(query.since).toISOString());
  for (const name of dayFiles(dir).toReversed()) {
    if (found.length >= limit) break;
    // A file holds its own day and, where the clock went back, days before it: never a later one.
    if (path.basename(name, ".jsonl") < since) break;
    const at: Cursor = { file: name, offset: 0 };
    found.push(...lastOf(path.join(dir, name), query, limit - found.length, at));
    if (name >= cursor.file) Object.assign(cursor, at);
  }
  return found.toReversed();
}
