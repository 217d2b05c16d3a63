import { randomBytes } from "node:crypto";
import { lstat, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";

/**
 * Writes a file of a workspace whole or not at all, and has it on the disk before it returns; its mode stays. A link in
 * its place is refused: a repository could lead it to anything that the person may write. Throws a SallyportError:
 * REFUSED, UNAVAILABLE.
 */
export async function replacePlainFile(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  const draft = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const before = await lstat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (before && !before.isFile())
      throw new SallyportError("REFUSED", `${file} is not a plain file; nothing is written`);
    const handle = await open(draft, "wx", before ? before.mode & 0o777 : 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    if (error instanceof SallyportError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SallyportError("UNAVAILABLE", `${file} could not be written: ${why}`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}
