import { verify as verifySignature } from "node:crypto";
import { closeSync, fstatSync, openSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { canonical } from "./canonical.ts";
import { CHECKPOINT_EVERY, checkpointText, readLine } from "./chain.ts";
import { dayFiles, dayOf, linesOf, type RawLine } from "./files.ts";
import { decodePublicKey, type VerifyingKey } from "./keys.ts";
import { GENESIS, type Head, type LedgerRecord, MAX_RECORD_BYTES } from "./records.ts";
import type { Witness } from "./witness.ts";

export type ProblemCode =
  /** A line is no record. */
  | "malformed"
  /** A record's bytes are not those that its hash was made of. */
  | "edited"
  /** Records are gone from the middle or the beginning. */
  | "missing"
  /** A record that does not belong here, or stands here twice. */
  | "inserted"
  /** Records stand in another order. */
  | "reordered"
  /** A record does not name its predecessor's hash: one of the two was rewritten. */
  | "relinked"
  /** A checkpoint was signed with another key, or the ledger names another key than the one kept in `keys/`. */
  | "foreign-key"
  /** A checkpoint's signature is not one over this chain. */
  | "bad-signature"
  /** More records than there may be stand without a checkpoint. */
  | "unsigned"
  /** The last line has no newline: a power cut, or a cut by hand. The next broker sets it aside. */
  | "torn"
  /** Whole lines that were no records were found by a broker as it started, and set aside. */
  | "damaged"
  /** A day file's name is not the day of its first record. */
  | "renamed"
  /** A witness remembers records that are no longer there. */
  | "cut"
  /** A witness remembers another hash: the chain was rewritten. */
  | "contradicted";

export interface LedgerProblem {
  readonly code: ProblemCode;
  /** Absolute path. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** What it means, in one sentence. */
  readonly message: string;
}

export interface Gap {
  readonly seq: number;
  readonly time: string;
  readonly reason: "torn" | "damaged";
  readonly bytes: number;
  readonly aside: string;
}

export interface Verdict {
  /** The first problem; undefined when the ledger is intact as far as it can be known. */
  readonly problem?: LedgerProblem;
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
  readonly checkpoints: number;
  /** Records after the last checkpoint: these could be rewritten by whoever recomputes their hashes. */
  readonly unsigned: number;
  readonly first?: string;
  readonly last?: string;
  readonly head: Head;
  readonly gaps: readonly Gap[];
  /** True when at least one witness was held against it; false: whether its tail was cut cannot be known. */
  readonly witnessed: boolean;
  /** Highest number that a witness confirms; 0 without one. */
  readonly confirmed: number;
  /** True when checkpoints were checked with a key from outside the ledger. */
  readonly trustedKey: boolean;
}

export interface VerifyOptions {
  readonly witnesses?: readonly Witness[];
  /** The public key that `keys/` holds. Without it the ledger's own word is taken, and the verdict says so. */
  readonly key?: VerifyingKey;
}

class Broken extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
  ) {
    super(message);
  }
}

/** Whether a record of the ledger's own has what is read from it here: its hash only says that nobody changed it since. */
function isWhole(record: LedgerRecord): boolean {
  const { kind, key, reason, signature, bytes, aside } = record as unknown as Record<string, unknown>;
  const strings = { open: [key], checkpoint: [key, reason, signature], gap: [reason, aside] }[String(kind)] ?? [];
  return strings.every((one) => typeof one === "string") && (kind !== "gap" || typeof bytes === "number");
}

/** How far to look for a number that is not where it should be. */
const LOOK_AHEAD = 4096;

class Chain {
  head: Head = { seq: 0, hash: GENESIS };
  checkpoints = 0;
  unsigned = 0;
  first: string | undefined;
  last: string | undefined;
  confirmed = 0;
  damaged: LedgerProblem | undefined;
  readonly gaps: Gap[] = [];
  #key: VerifyingKey | undefined;
  readonly #witnesses = new Map<number, Witness[]>();

  constructor(options: VerifyOptions) {
    this.#key = options.key;
    for (const witness of options.witnesses ?? []) {
      const same = this.#witnesses.get(witness.seq);
      if (same) same.push(witness);
      else this.#witnesses.set(witness.seq, [witness]);
    }
  }

  /** Throws Broken. `ahead` tells whether a number follows soon. */
  take(record: LedgerRecord, text: string, ahead: (seq: number) => boolean): void {
    const { hash, ...rest } = record;
    if (canonical(rest) !== text) throw new Broken("malformed", "the record is not in canonical form");
    if (!isWhole(record)) throw new Broken("malformed", `the record is no ${record.kind} record`);
    this.#link(record, ahead);
    if (record.seq === 1 && record.kind !== "open") throw new Broken("missing", "a ledger begins with a record `open`");
    if (record.kind === "open") this.#open(record.key);
    if (record.kind === "checkpoint") this.#checkpoint(record);
    else if (++this.unsigned > CHECKPOINT_EVERY) {
      throw new Broken("unsigned", `over ${CHECKPOINT_EVERY} records without a checkpoint: checkpoints were taken out`);
    }
    if (record.kind === "gap") {
      const { seq, time, reason, bytes, aside } = record;
      this.gaps.push({ seq, time, reason, bytes, aside });
    }
    this.head = { seq: record.seq, hash };
    this.first ??= record.time;
    this.last = record.time;
    this.#witness(record);
  }

  #link(record: LedgerRecord, ahead: (seq: number) => boolean): void {
    const expected = this.head.seq + 1;
    if (record.seq > expected) {
      if (ahead(expected)) {
        throw new Broken("reordered", `record ${record.seq} stands where ${expected} belongs, which follows later`);
      }
      const gone =
        record.seq - 1 === expected ? `record ${expected} is` : `records ${expected} to ${record.seq - 1} are`;
      throw new Broken("missing", `${gone} missing before record ${record.seq}`);
    }
    if (record.seq < expected) {
      throw new Broken("inserted", `record ${record.seq} follows record ${this.head.seq}: one of them was put in`);
    }
    if (record.prev !== this.head.hash) {
      throw new Broken("relinked", `record ${record.seq} does not follow the one before it: one of them was rewritten`);
    }
  }

  #open(encoded: string): void {
    if (this.#key === undefined) this.#key = decodePublicKey(encoded);
    if (this.#key?.encoded !== encoded) {
      throw new Broken("foreign-key", "the ledger names another checkpoint key than its own");
    }
  }

  #checkpoint(record: LedgerRecord & { kind: "checkpoint" }): void {
    if (this.#key?.id !== record.key) {
      throw new Broken("foreign-key", `the checkpoint is signed with a foreign key, ${record.key}`);
    }
    const signature = Buffer.from(record.signature, "base64");
    if (
      signature.toString("base64") !== record.signature ||
      !verifySignature(null, checkpointText(record), this.#key.publicKey, signature)
    ) {
      throw new Broken("bad-signature", "the checkpoint's signature is not one over the records before it");
    }
    this.checkpoints++;
    this.unsigned = 0;
  }

  #witness(record: LedgerRecord): void {
    for (const witness of this.#witnesses.get(record.seq) ?? []) {
      if (witness.ledger !== undefined && witness.ledger !== this.#key?.id) {
        throw new Broken("contradicted", `a witness of ${witness.time} knows another ledger: this one took its place`);
      }
      if (witness.hash !== record.hash) {
        throw new Broken("contradicted", `a witness of ${witness.time} remembers another record ${record.seq}`);
      }
      this.confirmed = record.seq;
    }
  }

  /** The first witness of what is not there. */
  get unseen(): Witness | undefined {
    return [...this.#witnesses.values()].flat().find((witness) => witness.seq > this.head.seq);
  }
}

function openForReading(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    throw new SallyportError("UNREADABLE", `${file}: this part of the ledger cannot be read`, { cause: error });
  }
}

/**
 * The lines of a file that may be growing: a line that has no end yet is read again as long as the file grows, so that a
 * record which is being written is not taken for a torn one.
 */
function* settledLines(fd: number): Generator<RawLine> {
  let from = 0;
  let before = 0;
  for (;;) {
    const { size } = fstatSync(fd);
    let rest: RawLine | undefined;
    let lines = before;
    for (const raw of linesOf(fd, MAX_RECORD_BYTES, from)) {
      lines = before + raw.number;
      if (raw.ended) yield { ...raw, number: lines };
      else rest = { ...raw, number: lines };
    }
    if (!rest) return;
    if (fstatSync(fd).size === size) {
      yield rest;
      return;
    }
    from = rest.start;
    before = lines - 1;
  }
}

/** Whether a number stands in the lines after an offset. */
function standsAhead(file: string, from: number, seq: number): boolean {
  const fd = openForReading(file);
  try {
    for (const { bytes, number } of linesOf(fd, MAX_RECORD_BYTES, from)) {
      const line = readLine(bytes);
      if ("record" in line && line.record.seq === seq) return true;
      if (number > LOOK_AHEAD) break;
    }
    return false;
  } finally {
    closeSync(fd);
  }
}

const LINE_MEANS = {
  malformed: "the line is no record",
  edited: "the record was changed: its hash is not that of its content",
};

function check(chain: Chain, file: string, raw: RawLine): void {
  if (!raw.ended) throw new Broken("torn", "the last line has no end: a power cut or a cut by hand");
  const line = raw.over ? { problem: "malformed" as const } : readLine(raw.bytes);
  if ("problem" in line) throw new Broken(line.problem, LINE_MEANS[line.problem]);
  const { record, text } = line;
  if (raw.number === 1 && dayOf(record.time) !== path.basename(file, ".jsonl")) {
    throw new Broken("renamed", `the file's first record is of ${dayOf(record.time)}`);
  }
  const after = raw.start + raw.bytes.length + 1;
  chain.take(record, text, (seq) => standsAhead(file, after, seq));
  if (record.kind === "gap" && record.reason === "damaged" && !chain.damaged) {
    chain.damaged = {
      code: "damaged",
      file,
      line: raw.number,
      message: `${record.bytes} bytes of lines that were no records stood before this one; they are kept in ${record.aside}`,
    };
  }
}

/**
 * Reads a ledger from its first record to its last, in constant memory, and reports the first thing that is wrong with it.
 * Throws a SallyportError UNREADABLE where a file cannot be read.
 */
export function verifyLedger(dir: string, options: VerifyOptions = {}): Verdict {
  const chain = new Chain(options);
  const names = dayFiles(dir);
  let problem: LedgerProblem | undefined;
  let bytes = 0;
  let at = { file: path.join(dir, names[0] ?? ""), line: 1 };
  for (const name of names) {
    const file = path.join(dir, name);
    const fd = openForReading(file);
    try {
      for (const raw of settledLines(fd)) {
        at = { file, line: raw.number };
        bytes = bytes + raw.bytes.length + 1;
        check(chain, file, raw);
      }
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      problem = { code: error.code, ...at, message: error.message };
      break;
    } finally {
      closeSync(fd);
    }
  }
  problem ??= atTheEnd(chain, options, at);
  return {
    ...(problem && { problem }),
    files: names.length,
    records: chain.head.seq,
    bytes,
    checkpoints: chain.checkpoints,
    unsigned: chain.unsigned,
    ...(chain.first !== undefined && { first: chain.first }),
    ...(chain.last !== undefined && { last: chain.last }),
    head: chain.head,
    gaps: chain.gaps,
    witnessed: (options.witnesses ?? []).length > 0,
    confirmed: chain.confirmed,
    trustedKey: options.key !== undefined,
  };
}

function atTheEnd(chain: Chain, options: VerifyOptions, at: { file: string; line: number }): LedgerProblem | undefined {
  const unseen = chain.unseen;
  if (unseen) {
    const message = `the ledger ends at record ${chain.head.seq}, but a witness of ${unseen.time} saw record ${unseen.seq}`;
    return { code: "cut", ...at, message };
  }
  if (chain.head.seq === 0 && options.key) {
    return { code: "missing", ...at, message: "there is a ledger's key, but no record of it is left" };
  }
  return chain.damaged;
}
