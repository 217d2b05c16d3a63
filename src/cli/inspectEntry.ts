import path from "node:path";
import { lockedPath } from "../audit/lock.ts";
import { isLockable, lockedServer } from "../audit/lockEntry.ts";
import { type ConfigFile, isShared, type ServerEntry } from "../clients/config.ts";
import { SallyportError } from "../core/errors.ts";
import type { InspectedEntry } from "../inspect/snapshotText.ts";
import { plainLine } from "../report/plain.ts";

/** A configured server that was named. */
export interface Named {
  readonly file: ConfigFile;
  readonly entry: ServerEntry;
}

export interface Wanted {
  readonly name: string;
  /** Absolute path of the file, where there may be several. */
  readonly file: string | undefined;
  readonly client: string | undefined;
}

const MAX_LISTED = 20;

function words({ entry }: Named): string {
  return JSON.stringify([
    entry.command?.value,
    entry.args.map((arg) => arg.value),
    entry.url?.value,
    entry.cwd?.value,
    entry.env.map((one) => [one.name, one.value]),
  ]);
}

/**
 * The one server of that name. Throws USAGE where there is none, and where there are several that start differently: the
 * person has to say which.
 */
export function findNamed(configs: readonly ConfigFile[], { name, file, client }: Wanted): Named {
  const configured = configs.filter(({ kind }) => kind.published !== true);
  const all = configured.flatMap((one) => one.entries.map((entry) => ({ file: one, entry })));
  const asked = all.filter(
    (one) =>
      (file === undefined || one.file.path === file) && (client === undefined || one.file.kind.client === client),
  );
  const named = asked.filter((one) => one.entry.name === name);
  const enabled = named.filter((one) => one.entry.enabled);
  const candidates = enabled.length > 0 ? enabled : named;
  const [first] = candidates;
  if (!first) {
    const names = [...new Set(asked.map((one) => JSON.stringify(one.entry.name)))].slice(0, MAX_LISTED);
    const there = names.length > 0 ? `; there are ${names.join(", ")}` : "";
    throw new SallyportError("USAGE", `there is no server ${JSON.stringify(name)}${there}`);
  }
  if (new Set(candidates.map(words)).size > 1) {
    const places = candidates.slice(0, MAX_LISTED).map((one) => `${one.file.path} (${one.file.kind.client})`);
    throw new SallyportError(
      "USAGE",
      `there are several servers ${JSON.stringify(name)} that start differently; say which with --file or --client: ${places.map(plainLine).join(", ")}`,
    );
  }
  return first;
}

/** The folder that the server's client would have open. */
export function folderOf({ file, entry }: Named, cwd: string): string {
  return file.root ?? entry.map.project ?? cwd;
}

/** Which entry it is, as a lock has it; one of the person's own by its whole path. */
export function inspectedEntry({ file, entry }: Named, cwd: string): InspectedEntry {
  const root = file.root ?? cwd;
  const { identity } = lockedServer({ ...file, root }, entry, () => undefined);
  return { file: isShared(file.scope) ? lockedPath(root, file.path) : file.path, name: entry.name, identity };
}

/** Where a lock of this server would stand; undefined for one that no lock holds. */
export function lockFolderOf({ file }: Named): string | undefined {
  return isLockable(file) ? file.root : undefined;
}

/** A file's name for the snapshot of a server, whatever the server is called. */
export function snapshotName(name: string): string {
  const safe = name
    .slice(0, 100)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "");
  return `${path.basename(safe) || "server"}.mcp-tools.json`;
}
