import path from "node:path";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import type { Span } from "../core/text.ts";

/** What the servers of a workspace are, at its top: detects drift, and never approves anything. */
export const LOCK_NAME = "sallyport.lock";

export const LOCK_FILE: FileKind = {
  id: "lock",
  client: "unknown",
  title: "the lock of the workspace's servers",
  variables: "none",
  format: "json",
  strict: true,
  serverMaps: () => [],
};

/** The lists of what a server offers, by the key that they have in a lock. */
export const SURFACE_LISTS = ["tools", "prompts", "resources", "templates"] as const;
export type SurfaceList = (typeof SURFACE_LISTS)[number];

/** What a server offered when it was looked at: the fingerprints of its definitions, as pins have them. */
export interface Surface {
  /** Of the server itself: its info, capabilities and instructions. */
  readonly server?: string;
  /** By list, then by name. */
  readonly lists: ReadonlyMap<SurfaceList, ReadonlyMap<string, string>>;
}

/** What starts, as a repository may hold it: names of variables and headers, secrets replaced. */
export interface LockedLaunch {
  readonly command?: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly url?: string;
  /** In order of their names. */
  readonly env: readonly string[];
  readonly envFile?: string;
  readonly headers: readonly string[];
  /** A command whose output becomes headers. */
  readonly headersHelper?: string;
  readonly disabled: boolean;
}

/** One entry of a lock. */
export interface LockedServer {
  /** Below the workspace folder, with `/`. */
  readonly file: string;
  readonly name: string;
  readonly client: string;
  readonly launch: LockedLaunch;
  /** By `npm:name`, `pypi:name`, `image:name`, `remote:address`; null where nothing said which version starts. */
  readonly packages: ReadonlyMap<string, string | null>;
  /** SHA-256 in hex over `launch`: what the surface was seen of. */
  readonly identity: string;
  readonly surface?: Surface;
}

/** Where an entry stands in the lock's text. */
export interface LockedAt {
  readonly server: LockedServer;
  /** Of its name. */
  readonly span: Span;
  /** Of the identity's value. */
  readonly identity: Span;
}

export interface Lock {
  /** In the order of the file. */
  readonly servers: readonly LockedAt[];
  readonly find: (file: string, name: string) => LockedAt | undefined;
}

export function isLock(file: string): boolean {
  return path.basename(file) === LOCK_NAME;
}

/** A file's path as a lock has it. */
export function lockedPath(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

/** The lock at the top of a file's workspace folder, among the files of the run. */
export function lockFileFor(file: ConfigFile, all: readonly ConfigFile[]): ConfigFile | undefined {
  const { root } = file;
  return root === undefined
    ? undefined
    : all.find((one) => one.kind === LOCK_FILE && one.root === root && path.dirname(one.path) === root);
}
