import path from "node:path";
import type { Candidate } from "../clients/client.ts";
import { kindOf, userFiles, WORKSPACE_FILES, workspaceKind } from "../clients/clients.ts";
import type { FileKind, Scope } from "../clients/config.ts";
import { vscodeUserData } from "../clients/vscode.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";
import { walkFiles } from "../documents/walk.ts";
import { isLock, LOCK_FILE, LOCK_NAME } from "./lock.ts";
import { isSnapshot, SNAPSHOT_FILE } from "./snapshot.ts";
import { isPolicy, POLICY_FILE, POLICY_NAME } from "./policyFile.ts";

/** A file that is to be read. */
export interface Place {
  readonly path: string;
  readonly kind: FileKind;
  readonly scope: Scope;
  readonly root?: string;
}

export interface Discovered {
  readonly places: readonly Place[];
  readonly problems: readonly Problem[];
}

export interface DiscoverOptions {
  readonly files: Files;
  readonly environment: Environment;
  /** Absolute paths of workspace folders and of single files. */
  readonly roots: readonly string[];
  readonly home: boolean;
  /** Further user-data folders of VS Code (`--user-data-dir`). */
  readonly userDataFolders?: readonly string[];
  /** Absolute paths of files that hold what a server offers, whatever their names. */
  readonly snapshots?: readonly string[];
}

const isWanted = (name: string): boolean => WANTED_NAMES.has(name) || isSnapshot(name);
const WANTED_NAMES = new Set([POLICY_NAME, ...WORKSPACE_FILES.map((one) => path.posix.basename(one.path))]);

/** Replaces a `*` segment by the folders that are there. */
async function expand(files: Files, candidate: Candidate): Promise<Candidate[]> {
  const star = candidate.path.search(/[\\/]\*[\\/]/);
  if (star < 0) return [candidate];
  const folder = candidate.path.slice(0, star);
  if ((await files.kind(folder)) !== "directory") return [];
  const found = await files.list(folder);
  return found
    .filter((entry) => entry.kind === "directory")
    .map((entry) => ({
      ...candidate,
      path: `${candidate.path.slice(0, star + 1)}${entry.name}${candidate.path.slice(star + 2)}`,
    }));
}

/** The files of a workspace folder: those at its top whoever ignores them, and those of projects inside it. */
async function workspacePlaces(files: Files, root: string, problems: Problem[]): Promise<Place[]> {
  const own = [...WORKSPACE_FILES, { path: POLICY_NAME, kind: POLICY_FILE }, { path: LOCK_NAME, kind: LOCK_FILE }].map(
    (one) => ({
      path: path.join(root, ...one.path.split("/")),
      kind: one.kind,
    }),
  );
  const places = new Map<string, Place>(own.map((one) => [one.path, { ...one, scope: "workspace", root }]));
  const inside = await walkFiles({ files, roots: [root], wanted: isWanted });
  problems.push(...inside.problems);
  for (const file of inside.files) {
    const kind = isPolicy(file) ? POLICY_FILE : isSnapshot(file) ? SNAPSHOT_FILE : workspaceKind(file);
    if (kind && !places.has(file)) places.set(file, { path: file, kind, scope: "workspace", root });
  }
  return [...places.values()];
}

/** One file by its path alone. */
export function placeOf(file: string, environment: Environment): Place {
  if (isPolicy(file)) return { path: file, kind: POLICY_FILE, scope: "workspace" };
  if (isLock(file)) return { path: file, kind: LOCK_FILE, scope: "workspace" };
  if (isSnapshot(file)) return { path: file, kind: SNAPSHOT_FILE, scope: "workspace" };
  return { path: file, ...kindOf(file, environment) };
}

/**
 * Finds the files that there are to audit, in output order: for each root its own, then the person's. A root that is
 * missing is a problem; a client's file that is missing is not. Whatever stands where a file should be is a place too, so
 * that reading it says what is wrong.
 */
export async function discover(options: DiscoverOptions): Promise<Discovered> {
  const { files, environment } = options;
  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  const add = (place: Place): void => void (places.has(place.path) || places.set(place.path, place));
  const unreadable = (file: string, error: unknown): void => {
    if (!isSallyportError(error)) throw error;
    problems.push({ code: "UNREADABLE", file, message: "could not be looked at" });
  };
  for (const file of options.snapshots ?? []) add({ path: file, kind: SNAPSHOT_FILE, scope: "workspace" });
  for (const root of options.roots) {
    try {
      const kind = await files.kind(root);
      if (kind === "directory") {
        for (const place of await workspacePlaces(files, root, problems)) {
          if ((await files.kind(place.path)) !== "missing") add(place);
        }
      } else if (kind === "missing") {
        problems.push({ code: "UNREADABLE", file: root, message: "does not exist" });
      } else add(placeOf(root, environment));
    } catch (error) {
      unreadable(root, error);
    }
  }
  const extra = (options.userDataFolders ?? []).flatMap((folder) => vscodeUserData(folder, environment));
  for (const candidate of [...(options.home ? userFiles(environment) : []), ...extra]) {
    try {
      for (const one of await expand(files, candidate)) {
        if ((await files.kind(one.path)) !== "missing") add({ ...one, scope: "user" });
      }
    } catch (error) {
      unreadable(candidate.path, error);
    }
  }
  return { places: [...places.values()], problems };
}
