import path from "node:path";
import { SallyportError } from "../../../src/core/errors.ts";
import type { Entry, Files } from "../../../src/core/files.ts";

/** What stands at a path: content, or the error that reading it gives. */
export type Content = string | Uint8Array | SallyportError;

/** Files in memory, by absolute path in the system's form. Folders are those that the paths imply. */
export function memoryFiles(contents: ReadonlyMap<string, Content>): Files {
  const isFolder = (at: string): boolean =>
    [...contents.keys()].some((file) => file.startsWith(at.endsWith(path.sep) ? at : at + path.sep));
  const kind: Files["kind"] = (at) =>
    Promise.resolve(contents.has(at) ? "file" : isFolder(at) ? "directory" : "missing");
  return {
    kind,
    read(at, maxBytes) {
      const content = contents.get(at);
      if (content instanceof SallyportError) return Promise.reject(content);
      if (content === undefined) {
        const why = isFolder(at) ? "is a directory" : "does not exist";
        return Promise.reject(new SallyportError("UNREADABLE", `${at} ${why}`));
      }
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      if (bytes.length > maxBytes) return Promise.reject(new SallyportError("TOO_LARGE", `${at} is too large`));
      return Promise.resolve(bytes);
    },
    async list(at) {
      const names = new Set<string>();
      for (const file of contents.keys()) {
        const relative = path.relative(at, file);
        const [name] = relative.split(path.sep);
        if (name !== undefined && name !== "" && name !== "..") names.add(name);
      }
      if (names.size === 0) throw new SallyportError("UNREADABLE", `${at} does not exist`);
      const entries = await Promise.all(
        [...names].toSorted().map(async (name): Promise<Entry> => {
          const found = await kind(path.join(at, name));
          return { name, kind: found === "directory" ? "directory" : "file", link: false };
        }),
      );
      return entries;
    },
  };
}
