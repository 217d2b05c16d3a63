import path from "node:path";
import { SallyportError } from "../../../src/core/errors.ts";
import type { Entry, EntryKind, Files } from "../../../src/core/files.ts";

/** Files in memory: absolute path to text or bytes; `links` are entries that are symbolic links to a kind. */
export function memoryFiles(
  content: Readonly<Record<string, string | Uint8Array>>,
  links: Readonly<Record<string, Exclude<EntryKind, "missing">>> = {},
): Files {
  const files = new Map(Object.entries(content));
  const kindOf = (at: string): EntryKind => {
    if (files.has(at)) return "file";
    const link = links[at];
    if (link) return link;
    const below = at.endsWith(path.sep) ? at : `${at}${path.sep}`;
    return [...files.keys(), ...Object.keys(links)].some((file) => file.startsWith(below)) ? "directory" : "missing";
  };
  return {
    async read(file, maxBytes) {
      const text = files.get(file);
      if (text === undefined) throw new SallyportError("UNREADABLE", `${file} cannot be read`);
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      if (bytes.length > maxBytes) throw new SallyportError("TOO_LARGE", `${file} is too large`);
      return bytes;
    },
    async kind(at) {
      return kindOf(at);
    },
    async list(folder) {
      if (kindOf(folder) !== "directory") throw new SallyportError("UNREADABLE", `${folder} cannot be listed`);
      const names = new Set<string>();
      for (const file of [...files.keys(), ...Object.keys(links)]) {
        if (!file.startsWith(`${folder}${path.sep}`)) continue;
        const [name] = file.slice(folder.length + 1).split(path.sep);
        if (name !== undefined) names.add(name);
      }
      return [...names].toSorted().map((name): Entry => {
        const at = path.join(folder, name);
        const kind = kindOf(at);
        return { name, kind: kind === "missing" ? "other" : kind, link: at in links };
      });
    },
  };
}
