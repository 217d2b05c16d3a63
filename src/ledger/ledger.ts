import { sign } from "node:crypto";
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { CHECKPOINT_EVERY, checkpointText, Lines } from "./chain.ts";
import { dayFiles, dayOf, fileOfDay, syncFolder } from "./files.ts";
import { createSigningKey, publish, readSigningKey, type SigningKey } from "./keys.ts";
import { lockLedger } from "./lock.ts";
import { GENESIS, type Head, type LedgerRecord, type OwnBody, type RecordBody } from "./records.ts";
import { readTail, type SetAside, setAside } from "./tail.ts";

/** Milliseconds since 1970, as `Date.now`. */
export type Clock = () => number;

/**
 * The one writer of a ledger. Whatever throws leaves the chain as it was: the caller refuses what it wanted to record.
 */
export interface Ledger {
  /** The checkpoint key's id; goes into witnesses. */
  readonly id: string;
  /**
   * Hands one record to the kernel before it returns, so that a killed process loses nothing. Throws a SallyportError:
   * UNAVAILABLE (disk full, failed earlier, closed), REFUSED (someone else wrote to the file), TOO_LARGE.
   */
  append(body: RecordBody): Head;
  /** The same for several records with one write: either the kernel has all of them, or this throws and has none. */
  appendAll(bodies: readonly RecordBody[]): Head[];
  /** Everything appended so far is on the disk when this resolves; concurrent callers share one fdatasync. */
  sync(): Promise<void>;
  /** The last record. */
  head(): Head;
  /** The last record that a power cut cannot take back: what witnesses are given. `seq` is 0 before the first sync. */
  durable(): Head;
  /** Writes a checkpoint, syncs, and lets the next writer in. */
  close(): Promise<void>;
}

/** An unsigned record older than this brings a checkpoint with the next append. */
const CHECKPOINT_AGE = 60_000;
/** A clock that goes back by less is the ordinary discipline of clocks. */
const CLOCK_TOLERANCE = 1_000;

const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;

/** What the files say when a writer comes. */
interface Start {
  readonly head: Head;
  readonly last?: LedgerRecord;
  /** Day of the newest file. */
  readonly day: string;
  readonly unsigned: number;
  readonly torn: readonly SetAside[];
}

/** Finds the last whole record, sets torn bytes behind it aside, and removes a file that holds nothing else. */
function recover(dir: string): Start {
  const torn: SetAside[] = [];
  for (const name of dayFiles(dir).toReversed()) {
    const file = path.join(dir, name);
    const fd = openSync(file, constants.O_RDWR);
    try {
      const tail = readTail(fd);
      if (tail.end < tail.size) torn.push(setAside(file, fd, tail.end, tail.size));
      const { last, unsigned } = tail;
      if (last) {
        return { head: { seq: last.seq, hash: last.hash }, last, day: path.basename(name, ".jsonl"), unsigned, torn };
      }
    } finally {
      closeSync(fd);
    }
    rmSync(file);
  }
  return { head: { seq: 0, hash: GENESIS }, day: "", unsigned: 0, torn };
}

class Writer implements Ledger {
  readonly id: string;
  readonly #dir: string;
  readonly #key: SigningKey;
  readonly #clock: Clock;
  readonly #unlock: () => void;
  #fd = -1;
  #day: string;
  #size = 0;
  #head: Head;
  #durable: Head;
  #lastTime: number;
  #unsigned: number;
  /** Time of the first unsigned record. Those of a writer that died count as old: they are signed at once. */
  #unsignedSince = 0;
  /** Sealed, and not written yet: empty but within an append. */
  readonly #lines = new Lines();
  #syncing: Promise<void> | undefined;
  #failure: SallyportError | undefined;
  #closed: Promise<void> | undefined;

  constructor(dir: string, key: SigningKey, clock: Clock, unlock: () => void, start: Start) {
    this.id = key.id;
    this.#dir = dir;
    this.#key = key;
    this.#clock = clock;
    this.#unlock = unlock;
    this.#head = start.head;
    // Whether the last writer's records reached the disk is not known before our first sync.
    this.#durable = { seq: 0, hash: GENESIS };
    this.#day = start.day;
    this.#unsigned = start.unsigned;
    this.#lastTime = start.last ? Date.parse(start.last.time) : Number.NEGATIVE_INFINITY;
    try {
      this.#begin(start);
    } catch (error) {
      if (this.#fd !== -1) closeSync(this.#fd);
      throw error;
    }
  }

  #begin(start: Start): void {
    if (this.#day !== "") this.#openFile(this.#day);
    const last = start.last;
    const closed = last?.kind === "checkpoint" && last.reason === "close";
    this.#append([
      { kind: "open", key: this.#key.encoded, state: last ? (closed ? "closed" : "unclosed") : "first" },
      ...start.torn.map(({ reason, bytes, digest, name }) => ({
        kind: "gap" as const,
        reason,
        bytes,
        digest,
        aside: name,
      })),
    ]);
  }

  append(body: RecordBody): Head {
    this.appendAll([body]);
    return this.#head;
  }

  appendAll(bodies: readonly RecordBody[]): Head[] {
    if (this.#closed) throw new SallyportError("UNAVAILABLE", `${this.#dir}: the ledger is closed`);
    return this.#append(bodies);
  }

  head(): Head {
    return this.#head;
  }

  durable(): Head {
    return this.#durable;
  }

  async sync(): Promise<void> {
    const { seq } = this.#head;
    while (this.#durable.seq < seq) {
      if (this.#failure) throw this.#failure;
      this.#syncing ??= this.#startSync();
      await this.#syncing;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      if (!this.#failure) {
        this.#append([], "close");
        await this.sync();
      }
    } finally {
      await this.#syncing?.catch(() => undefined);
      if (this.#fd !== -1) closeSync(this.#fd);
      this.#unlock();
    }
  }

  /** Some records, one write: after it the kernel has all of their lines, or the file and the chain are as they were. */
  #append(bodies: readonly (RecordBody | OwnBody)[], last?: "close"): Head[] {
    if (this.#failure) throw this.#failure;
    const now = this.#clock();
    const time = new Date(now).toISOString();
    // Files never go back: a record of an earlier day than the newest file's stands in that file.
    if (dayOf(time) > this.#day) {
      if (this.#unsigned > 0 && this.#day !== "") this.#write(() => this.#checkpoint("day", this.#lastTime));
      this.#roll(dayOf(time));
    }
    return this.#write(() => {
      if (now < this.#lastTime - CLOCK_TOLERANCE) {
        this.#seal({ kind: "clock", from: new Date(this.#lastTime).toISOString(), to: time }, now, time);
      }
      const heads = bodies.map((body) => {
        if (this.#unsigned >= CHECKPOINT_EVERY) this.#checkpoint("count", now);
        else if (this.#unsigned > 0 && now - this.#unsignedSince >= CHECKPOINT_AGE) this.#checkpoint("age", now);
        return this.#seal(body, now, time);
      });
      if (last) this.#checkpoint(last, now);
      return heads;
    });
  }

  #checkpoint(reason: "count" | "age" | "day" | "close", now: number): void {
    const time = new Date(now).toISOString();
    const place = { key: this.#key.id, seq: this.#head.seq + 1, prev: this.#head.hash, reason };
    const signature = sign(null, checkpointText({ ...place, time }), this.#key.privateKey).toString("base64");
    this.#seal({ kind: "checkpoint", key: this.#key.id, reason, signature }, now, time);
  }

  #seal(body: RecordBody | OwnBody, now: number, time: string): Head {
    this.#head = this.#lines.add(this.#head, body, time);
    this.#lastTime = now;
    if (body.kind === "checkpoint") this.#unsigned = 0;
    else if (this.#unsigned++ === 0) this.#unsignedSince = now;
    return this.#head;
  }

  /** Writes what `sealAll` seals. Where that fails, the chain goes on from where it was. */
  #write<T>(sealAll: () => T): T {
    const head = this.#head;
    const lastTime = this.#lastTime;
    const unsigned = this.#unsigned;
    const unsignedSince = this.#unsignedSince;
    try {
      const sealed = sealAll();
      this.#handOver(this.#lines.bytes);
      return sealed;
    } catch (error) {
      this.#head = head;
      this.#lastTime = lastTime;
      this.#unsigned = unsigned;
      this.#unsignedSince = unsignedSince;
      throw error;
    } finally {
      this.#lines.clear();
    }
  }

  #handOver(bytes: Buffer): void {
    if (fstatSync(this.#fd).size !== this.#size) {
      throw this.#fail("REFUSED", "someone else changed the file while it was being written");
    }
    let written = 0;
    let cause: unknown;
    try {
      written = writeSync(this.#fd, bytes);
    } catch (error) {
      cause = error;
    }
    if (written !== bytes.length) throw this.#takeBack(cause);
    this.#size += written;
  }

  /** After a write that was refused or cut short (a full disk): the file as it was, so that a later append can pass. */
  #takeBack(cause: unknown): SallyportError {
    const why = cause instanceof Error ? cause.message : "only a part of the record was taken: the disk is full";
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch (error) {
      return this.#fail("UNAVAILABLE", `${why}; and the part could not be taken back`, error);
    }
    return new SallyportError("UNAVAILABLE", `${this.#file()}: nothing can be recorded: ${why}`, { cause });
  }

  #fail(code: "REFUSED" | "UNAVAILABLE", why: string, cause?: unknown): SallyportError {
    this.#failure = new SallyportError(code, `${this.#file()}: nothing can be recorded: ${why}`, { cause });
    return this.#failure;
  }

  #file(): string {
    return fileOfDay(this.#dir, this.#day);
  }

  #openFile(day: string): void {
    this.#fd = openSync(fileOfDay(this.#dir, day), APPEND, 0o600);
    this.#day = day;
    this.#size = fstatSync(this.#fd).size;
  }

  #roll(day: string): void {
    const old = this.#fd;
    if (old !== -1) {
      fdatasyncSync(old);
      this.#durable = this.#head;
      // A sync that is on its way still uses the descriptor.
      const close = (): void => closeSync(old);
      if (this.#syncing) this.#syncing.then(close, close);
      else close();
    }
    this.#openFile(day);
    syncFolder(this.#dir);
  }

  #startSync(): Promise<void> {
    const covered = this.#head;
    const fd = this.#fd;
    const file = this.#file();
    return new Promise<void>((resolve, reject) => {
      fdatasync(fd, (error) => {
        this.#syncing = undefined;
        // After one failure the kernel may have dropped the pages: whether they are on the disk cannot be known any more.
        if (error) return reject(this.#fail("UNAVAILABLE", error.message, error));
        if (fd === this.#fd && !isSame(fd, file)) {
          return reject(this.#fail("REFUSED", "the file was moved or replaced while it was being written"));
        }
        if (covered.seq > this.#durable.seq) this.#durable = covered;
        resolve();
      });
    });
  }
}

/** True while the name still leads to the open file. */
function isSame(fd: number, file: string): boolean {
  const open = fstatSync(fd);
  const named = statSync(file, { throwIfNoEntry: false });
  return named !== undefined && named.ino === open.ino && named.dev === open.dev;
}

function keyFor(dir: string, keys: string): SigningKey {
  const key = readSigningKey(keys);
  if (key) return key;
  if (dayFiles(dir).length > 0) {
    throw new SallyportError(
      "UNAVAILABLE",
      `${keys}: the key of the ledger in ${dir} is gone, and no other may sign it; put it back, or move the ledger away to begin a new one`,
    );
  }
  return createSigningKey(keys);
}

/**
 * Opens a ledger for writing, and makes it where there is none (folders 0700, files 0600): sets torn bytes of a power cut
 * aside and records that, then appends `open`. `keys` is the folder of the key files.
 *
 * Throws a SallyportError: REFUSED (another process writes it), UNAVAILABLE (its key is gone, disk full), UNREADABLE.
 */
export function openLedger(dir: string, keys: string, clock: Clock): Ledger {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const unlock = lockLedger(dir);
  try {
    const key = keyFor(dir, keys);
    publish(keys, key);
    return new Writer(dir, key, clock, unlock, recover(dir));
  } catch (error) {
    unlock();
    throw error;
  }
}
