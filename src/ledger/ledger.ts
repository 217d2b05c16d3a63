import type { Head, RecordBody } from "./records.ts";

/** Milliseconds since 1970, as `Date.now`. */
export type Clock = () => number;

/**
 * The one writer of a ledger, as `openLedger(dir: string, keys: string, clock: Clock): Ledger` gives it (`keys` is the
 * folder of its key files). Whatever throws leaves the chain as it was: the caller refuses what it wanted to record.
 */
export interface Ledger {
  /** Random id of this ledger; goes into witnesses. */
  readonly id: string;
  /**
   * Hands one record to the kernel before it returns, so that a killed process loses nothing. Throws a SallyportError:
   * UNAVAILABLE (disk full, failed earlier, closed), REFUSED (someone else wrote to the file), TOO_LARGE.
   */
  append(body: RecordBody): Head;
  /** Everything appended so far is on the disk when this resolves; concurrent callers share one fdatasync. */
  sync(): Promise<void>;
  /** The last record. */
  head(): Head;
  /** The last record that a power cut cannot take back: what witnesses are given. */
  durable(): Head;
  /** Writes a checkpoint, syncs, and lets the next writer in. */
  close(): Promise<void>;
}
