import { randomBytes } from "node:crypto";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";

/**
 * Writes a file as a whole: whoever reads it meanwhile sees the old or the new text. A link is followed; a file that is
 * there keeps its mode, a new one has what the person's umask gives. What is no file (`/dev/stdout`, a pipe) is written
 * to and not replaced.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => path.resolve(file));
  const known = await stat(target).catch(() => undefined);
  if (known && !known.isFile()) return await writeFile(target, text);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(draft, text, { flag: "wx", ...(known && { mode: known.mode & 0o777 }) });
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Writes a report where `--output` says. Throws UNAVAILABLE with the system's reason. */
export async function writeReport(output: string, text: string): Promise<void> {
  try {
    await writeWhole(output, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SallyportError("UNAVAILABLE", `${output} could not be written: ${why}`, { cause: error });
  }
}
