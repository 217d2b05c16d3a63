import path from "node:path";
import { type Candidate, pathsOf, type WorkspaceFile } from "../clients/client.ts";
import { isWorkspaceName, kindOf, userFiles, WORKSPACE_FILES, workspaceFile } from "../clients/clients.ts";
import type { FileKind, Scope } from "../clients/config.ts";
import { vscodeUserData } from "../clients/vscode.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";
import { walkFiles } from "../documents/walk.ts";
import { isLock, LOCK_FILE, LOCK_NAME } from "./lock.ts";
import { isSnapshot, SNAPSHOT_ENDING, SNAPSHOT_FILE } from "./snapshot.ts";
import { Lookup } from "./lookup.ts";
import { isPackageManifest, manifestsBeside, PACKAGE_MANIFEST } from "./packageManifest.ts";
import { isPolicy, POLICY_FILE, POLICY_NAME } from "./policyFile.ts";

/** A file that is to be read. */
export interface Place {
  readonly path: string;
  readonly kind: FileKind;
  readonly scope: Scope;
  readonly root?: string;
}

/** A place that was looked at, and what was there. */
export interface LookedFor {
  /** Absolute; with the stars of `Candidate`. Of a workspace: at its top, while `found` has those of projects inside too. */
  readonly pattern: string;
  readonly kind: FileKind;
  readonly scope: Scope;
  readonly root?: string;
  /** Absolute paths, in order; empty where nothing is there. */
  readonly found: readonly string[];
}

export interface Discovered {
  readonly places: readonly Place[];
  /** Every place that was looked at, in output order: for each root its own, then the person's. */
  readonly looked: readonly LookedFor[];
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

const OWN_FILES: readonly WorkspaceFile[] = [
  ...WORKSPACE_FILES,
  { path: POLICY_NAME, kind: POLICY_FILE },
  { path: LOCK_NAME, kind: LOCK_FILE },
];
/** Files of which some projects make a folder, with files in it that are found by their own patterns. */
const OR_FOLDER: ReadonlySet<string> = new Set(
  OWN_FILES.map((one) => one.path).filter((one) => OWN_FILES.some((other) => other.path.startsWith(`${one}/`))),
);

/** The pattern that a file found by its name goes with. */
const patternOf = (file: string): string | undefined => (isPolicy(file) ? POLICY_NAME : workspaceFile(file)?.path);

/** The files of a workspace folder: those at its top whoever ignores them, and those of projects inside it. */
async function inWorkspace(files: Files, lookup: Lookup, root: string, problems: Problem[]): Promise<LookedFor[]> {
  const tops = OWN_FILES.map((one) => path.join(root, ...one.path.split("/")));
  const atTop = await lookup.findAll(tops);
  const found = new Map<string, readonly string[]>();
  for (const [i, { path: pattern }] of OWN_FILES.entries()) {
    const isFolder = OR_FOLDER.has(pattern) && (await lookup.kind(tops[i] ?? root)) === "directory";
    found.set(pattern, isFolder ? [] : (atTop[i] ?? []));
  }
  const taken = new Set([...found.values()].flat());
  const inside = await walkFiles({
    files,
    roots: [root],
    wanted: (name) => name === POLICY_NAME || isWorkspaceName(name) || isSnapshot(name),
  });
  problems.push(...inside.problems);
  const snapshots = inside.files.filter(isSnapshot);
  for (const file of inside.files.filter((one) => !taken.has(one) && !isSnapshot(one))) {
    const pattern = patternOf(file);
    if (pattern !== undefined) found.set(pattern, [...(found.get(pattern) ?? []), file]);
  }
  const looked = (pattern: string, kind: FileKind, files: readonly string[]): LookedFor => ({
    pattern,
    kind,
    scope: "workspace",
    root,
    found: files,
  });
  return [
    ...OWN_FILES.map(({ path: pattern, kind }, i) => looked(tops[i] ?? root, kind, found.get(pattern) ?? [])),
    looked(path.join(root, "**", `*${SNAPSHOT_ENDING}`), SNAPSHOT_FILE, snapshots),
  ];
}

/** The files that candidates name. */
async function ofMachine(lookup: Lookup, candidates: readonly Candidate[]): Promise<LookedFor[]> {
  const found = await lookup.findAll(candidates.map((one) => one.path));
  return candidates.map(({ path: pattern, kind, scope }, i) => ({ pattern, kind, scope, found: found[i] ?? [] }));
}

/** One file by its path alone. */
export function placeOf(file: string, environment: Environment): Place {
  if (isPolicy(file)) return { path: file, kind: POLICY_FILE, scope: "workspace" };
  if (isLock(file)) return { path: file, kind: LOCK_FILE, scope: "workspace" };
  if (isSnapshot(file)) return { path: file, kind: SNAPSHOT_FILE, scope: "workspace" };
  if (isPackageManifest(file)) return { path: file, kind: PACKAGE_MANIFEST, scope: "workspace" };
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
  const looked: LookedFor[] = [];
  const paths = pathsOf(environment);
  const lookup = new Lookup(files, paths);
  for (const file of options.snapshots ?? []) {
    looked.push({ pattern: file, kind: SNAPSHOT_FILE, scope: "workspace", found: [file] });
  }
  for (const root of options.roots) {
    try {
      const kind = await files.kind(root);
      if (kind === "directory") {
        const own = await inWorkspace(files, lookup, root, problems);
        const beside = await manifestsBeside(
          (file) => lookup.kind(file),
          root,
          own.flatMap(({ found }) => found),
        );
        looked.push(...own, { ...beside, kind: PACKAGE_MANIFEST, scope: "workspace" as const, root });
      } else if (kind === "missing") problems.push({ code: "UNREADABLE", file: root, message: "does not exist" });
      else {
        const { path: pattern, ...place } = placeOf(root, environment);
        looked.push({ ...place, pattern, found: [root] });
      }
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      problems.push({ code: "UNREADABLE", file: root, message: "could not be looked at" });
    }
  }
  const extra = (options.userDataFolders ?? []).flatMap((folder) => vscodeUserData(folder, environment));
  const candidates = [...(options.home ? userFiles(environment) : []), ...extra];
  looked.push(...(await ofMachine(lookup, candidates)));
  const places = new Map<string, Place>();
  for (const { found, kind, scope, root } of looked) {
    for (const file of found) {
      if (places.has(file)) continue;
      places.set(file, { path: file, kind, scope, ...(root !== undefined && { root }) });
    }
  }
  return { places: [...places.values()], looked, problems: [...problems, ...lookup.problems] };
}
