import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import type { Entry, EntryKind, Files } from "../core/files.ts";

interface KindOfEntry {
  isFile(): boolean;
  isDirectory(): boolean;
}

function kindOf(entry: KindOfEntry): Exclude<EntryKind, "missing"> {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "directory" : "other";
}

/** What the system's commonest answers mean, in words a person can act on. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EACCES: "may not be read: permission denied",
  EPERM: "may not be read: permission denied",
  EISDIR: "is a directory",
  ELOOP: "is a loop of symbolic links",
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? `could not be read: ${code ?? message}`;
}

function unreadable(file: string, error: unknown): SallyportError {
  return new SallyportError("UNREADABLE", `${file} ${reason(error)}`, { cause: error });
}

/** Opens a plain file, does something with it, and closes it. */
async function withFile<T>(file: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  const refuse = (why: string): never => {
    throw new SallyportError("UNREADABLE", `${file} ${why}`);
  };
  let handle;
  try {
    // Opening a pipe or device can block for ever, so it is looked at first; and O_NONBLOCK, should it change in between.
    const kind = kindOf(await stat(file));
    if (kind === "directory") return refuse("is a directory");
    if (kind === "other") return refuse("is a device, socket or pipe");
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const opened = await handle.stat();
    if (!opened.isFile()) return refuse("is not a file");
    return await use(handle, opened.size);
  } catch (error) {
    throw error instanceof SallyportError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

function read(file: string, maxBytes: number): Promise<Uint8Array> {
  return withFile(file, async (handle, size) => {
    if (size > maxBytes) {
      throw new SallyportError("TOO_LARGE", `${file} has ${size} bytes; at most ${maxBytes} are read`);
    }
    // One byte more than allowed tells a file that grew (or, as under /proc, has no size) from one that fits.
    const limit = Math.min(maxBytes + 1, Math.max(size + 1, 4096));
    let buffer = Buffer.allocUnsafe(limit);
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length > maxBytes) break;
        buffer = Buffer.concat([buffer], Math.min(maxBytes + 1, buffer.length * 2));
      }
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > maxBytes) throw new SallyportError("TOO_LARGE", `${file} has more than ${maxBytes} bytes`);
    return buffer.subarray(0, length);
  });
}

function part(file: string, start: number, length: number): Promise<{ size: number; bytes: Uint8Array }> {
  return withFile(file, async (handle, size) => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - start)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { size, bytes: buffer.subarray(0, filled) };
  });
}

async function kind(file: string): Promise<EntryKind> {
  try {
    return kindOf(await stat(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link that leads nowhere or in a circle is there, and is nothing that can be opened.
    if (code === "ELOOP") return "other";
    if (code === "ENOENT" || code === "ENOTDIR")
      return (await lstat(file).catch(() => undefined)) ? "other" : "missing";
    throw unreadable(file, error);
  }
}

async function list(folder: string): Promise<readonly Entry[]> {
  let found;
  try {
    found = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
  const entries = await Promise.all(
    found.map(async (entry): Promise<Entry> => {
      const link = entry.isSymbolicLink();
      const target = link ? await stat(path.join(folder, entry.name)).catch(() => undefined) : entry;
      return { name: entry.name, link, kind: target ? kindOf(target) : "other" };
    }),
  );
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The disk. Reads are bounded before they begin; devices, sockets and pipes are never opened. */
export const diskFiles: Files = { read, part, kind, list };
