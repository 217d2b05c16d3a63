import type { DataValue } from "../documents/data.ts";
import type { FileKind, Holding, ServerMap } from "./config.ts";
import { inactiveMapAt, mapAt } from "./maps.ts";

type Known = Pick<FileKind, "id" | "client" | "title"> & Partial<Omit<FileKind, "serverMaps">>;

interface ServersInput extends Known {
  /** Paths of keys where the client looks; the first is the usual one. */
  readonly maps: readonly (readonly string[])[];
  /** Keys of other clients, under which this one reads nothing. */
  readonly wrong?: readonly string[];
  /** Maps besides, or what to do where there are none. */
  readonly more?: (root: DataValue | undefined, found: readonly ServerMap[]) => readonly ServerMap[];
  /** Servers that the same file switches off by a list elsewhere. */
  readonly off?: (root: DataValue | undefined) => ((name: string) => boolean) | undefined;
}

/** A kind of file with servers. Unless told: JSON, in which it is not known whether variables are put in. */
export function serverFile({ maps, wrong = [], more, off, ...known }: ServersInput): FileKind {
  return {
    variables: "unknown",
    format: "json",
    holds: ["servers"],
    serverKeys: maps,
    ...known,
    serverMaps: (root) => {
      const isOff = off?.(root);
      const found = maps.flatMap((path) => mapAt(root, ...path)).map((map) => (isOff ? { ...map, off: isOff } : map));
      const others = wrong.flatMap((key) => inactiveMapAt(root, key));
      return [...found, ...others, ...(more?.(root, found) ?? [])];
    },
  };
}

/** A kind of file without servers. Unless told: JSON, in which nothing is put in for variables. */
export function settingsFile({ holds, ...known }: Known & { readonly holds: readonly Holding[] }): FileKind {
  return { variables: "none", format: "json", holds, ...known, serverMaps: () => [] };
}
