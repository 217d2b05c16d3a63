import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { SallyportError } from "../core/errors.ts";
import type { LockedServer } from "./lock.ts";
import { differences, isLockable, lockable, lockedServer, versionDrift } from "./lockEntry.ts";
import { type Installed, versionFor } from "./versions.ts";

/** One line of what `sallyport lock` does. */
export interface LockChange {
  readonly kind: "added" | "changed" | "removed";
  readonly file: string;
  readonly name: string;
  /** Of an added one the command or address; of a changed one what differs. */
  readonly what: readonly string[];
}

interface Locked {
  readonly server: LockedServer;
  readonly entry: ServerEntry;
}

/**
 * The servers of a workspace as a lock has them; `ignored` files are this machine's alone. Throws MALFORMED for two that are switched on under one name in one file
 * and differ: nothing can say which of them a client starts.
 */
export function serversOf(
  configs: readonly ConfigFile[],
  root: string,
  installed: Installed,
  ignored: ReadonlySet<string> = new Set(),
): readonly Locked[] {
  return configs.flatMap((file) => {
    if (!isLockable(file) || file.root !== root || ignored.has(file.path)) return [];
    const version = (name: string): string | undefined => versionFor(installed, file.root, name);
    return lockable(file).map(({ entry, others }) => {
      const server = lockedServer(file, entry, version);
      const other = others.find((one) => differences(server, lockedServer(file, one, version), one).length > 0);
      if (other) {
        throw new SallyportError(
          "MALFORMED",
          `${server.file} has the server ${JSON.stringify(entry.name)} more than once, and they differ: remove one; the lock is left as it is`,
        );
      }
      return { server, entry };
    });
  });
}

function commandOf({ launch }: LockedServer): string {
  return [launch.command, ...launch.args, launch.url].filter((word) => word !== undefined && word !== "").join(" ");
}

const key = ({ file, name }: { readonly file: string; readonly name: string }): string => JSON.stringify([file, name]);

/**
 * A new lock's servers, and what changes. What was seen of a server that starts as before stays; of one that starts
 * otherwise nothing is known any more. A version that this machine does not know stays the locked one.
 */
export function updateLock(
  before: readonly LockedServer[],
  now: readonly Locked[],
): { readonly servers: readonly LockedServer[]; readonly changes: readonly LockChange[] } {
  const old = new Map(before.map((server) => [key(server), server]));
  const changes: LockChange[] = [];
  const servers = now.map(({ server, entry }): LockedServer => {
    const { file, name } = server;
    const was = old.get(key(server));
    old.delete(key(server));
    if (!was) {
      changes.push({ kind: "added", file, name, what: [commandOf(server)] });
      return server;
    }
    const what = differences(was, server, entry).map((one) => one.what);
    if (what.length === 0) {
      what.push(...versionDrift(was, server).map((one) => `${one.name} was ${one.before}, is ${one.now}`));
    }
    const sameLaunch = was.identity === server.identity;
    if (!sameLaunch && was.surface) what.push("what it offers must be looked at again: sallyport inspect");
    const packages = new Map(
      [...server.packages].map(([one, version]) => [
        one,
        version ?? (sameLaunch ? (was.packages.get(one) ?? null) : null),
      ]),
    );
    if (what.length > 0) changes.push({ kind: "changed", file, name, what });
    return { ...server, packages, ...(sameLaunch && was.surface && { surface: was.surface }) };
  });
  for (const server of old.values()) {
    changes.push({ kind: "removed", file: server.file, name: server.name, what: [commandOf(server)] });
  }
  return { servers, changes };
}
