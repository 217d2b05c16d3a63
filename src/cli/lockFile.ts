import path from "node:path";
import { LOCK_NAME, LOCK_FILE, type Lock, type LockedServer } from "../audit/lock.ts";
import { lockOf } from "../audit/lockRead.ts";
import { lockText } from "../audit/lockText.ts";
import { SallyportError } from "../core/errors.ts";
import { MAX_CONFIG_BYTES } from "../core/files.ts";
import { LineIndex } from "../core/text.ts";
import { decodeText } from "../documents/decode.ts";
import { parseDocument } from "../documents/parse.ts";
import { diskFiles } from "../system/disk.ts";
import { replacePlainFile } from "../system/replacePlainFile.ts";

/** A lock on the disk. */
export interface LockFile {
  readonly path: string;
  /** Undefined where there is no file. */
  readonly text: string | undefined;
  readonly lock: Lock | undefined;
}

/**
 * Reads the lock at the top of a folder. A damaged one is never taken for an empty one, since what it holds would be lost:
 * throws MALFORMED with its place.
 */
export async function readLockFile(folder: string): Promise<LockFile> {
  const file = path.join(folder, LOCK_NAME);
  if ((await diskFiles.kind(file)) === "missing") return { path: file, text: undefined, lock: undefined };
  const { text, problem } = decodeText(file, await diskFiles.read(file, MAX_CONFIG_BYTES));
  const result = problem ? { problem } : lockOf(await parseDocument(LOCK_FILE.format, file, text));
  if ("lock" in result) return { path: file, text, lock: result.lock };
  const { line, character } = new LineIndex(text).position(result.problem.span?.start ?? 0);
  throw new SallyportError(
    "MALFORMED",
    `${file}:${line + 1}:${character + 1} ${result.problem.message}; mend it, or delete it to begin anew`,
  );
}

/** Writes a lock over the one that was read. Throws UNAVAILABLE where somebody else has changed it meanwhile. */
export async function writeLockFile(before: LockFile, servers: readonly LockedServer[]): Promise<void> {
  const now = await readLockFile(path.dirname(before.path));
  if (now.text !== before.text) {
    throw new SallyportError("UNAVAILABLE", `${before.path} was changed by somebody else meanwhile; run this again`);
  }
  await replacePlainFile(before.path, lockText(servers));
}
