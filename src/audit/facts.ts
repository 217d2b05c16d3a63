import path from "node:path";
import { type ConfigFile, isShared, type ServerEntry } from "../clients/config.ts";
import { withFolders } from "../clients/variables.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import type { Machine } from "../core/machine.ts";
import type { Span } from "../core/text.ts";
import { hijackOf } from "./hijacks.ts";
import { type InHouse, readInHouse } from "./inHouse.ts";
import { launchesOf } from "./launch.ts";
import { LOCK_FILE } from "./lock.ts";
import { isLockable } from "./lockEntry.ts";
import type { PluginPaths } from "./pluginPaths.ts";
import type { LockMode } from "./rule.ts";
import { findProviderSecret, isCredentialName, isPlaceholder, looksRandom } from "./secrets.ts";
import { programName } from "./words.ts";

/** What a run found out about the machine before its rules ran. */
export interface Facts {
  /** Files of variables in a repository that its entries name, by absolute path. */
  readonly envFiles: ReadonlyMap<string, EnvFile>;
  /** Configurations, their folders, and what entries start, that other users of the machine may change. */
  readonly changeable: ReadonlySet<string>;
  /** Where each folder's code and packages come from; ask by `inHouseOf`. */
  readonly inHouse: ReadonlyMap<string, InHouse>;
  /** Configurations of a workspace that its git ignores: no lock holds them. Asked where a lock has something to say. */
  readonly ignored: ReadonlySet<string>;
  /** Which paths in the manifests of plugins cannot be followed. */
  readonly pluginPaths: PluginPaths;
}

/** A file of variables, and what git makes of it. */
export interface EnvFile {
  /** How many credentials it holds. */
  readonly credentials: number;
  /** The variables in it that change what code runs. */
  readonly hijacks: readonly { readonly name: string; readonly what: string }[];
  /** Git has it; or would take it with the next `git add .`; or leaves it alone, or was not asked. */
  readonly git: "tracked" | "not-ignored" | "apart";
}

export const NO_FACTS: Facts = {
  envFiles: new Map(),
  changeable: new Set(),
  inHouse: new Map(),
  ignored: new Set(),
  pluginPaths: new Map(),
};

/** A path that an entry names, and where. */
export interface NamedPath {
  /** Absolute, without `.` and `..`. */
  readonly path: string;
  readonly span: Span;
}

const HOME = /^(?:~|%USERPROFILE%)(?=[\\/]|$)/;

/** A path as the client takes it; undefined where it begins with a variable that no file explains. */
export function resolved(file: ConfigFile, text: string, environment: Environment, base?: string): string | undefined {
  if (text === "" || text.length > 4000) return undefined;
  const folder = base ?? file.root ?? path.dirname(file.path);
  const known = withFolders(text, file.kind.variables, environment, file.root ?? folder);
  const inside = known.replace(HOME, () => environment.home).replace(/^\$HOME(?=[\\/]|$)/, () => environment.home);
  return /^[$%{]/.test(inside) ? undefined : path.resolve(folder, inside);
}

/** The files of variables that an entry has read for its server: VS Code's `envFile`, `--env-file`. */
export function envFilesOf(file: ConfigFile, entry: ServerEntry, environment: Environment): NamedPath[] {
  const found: NamedPath[] = [];
  const add = (text: string, span: Span): void => {
    const at = resolved(file, text, environment, entry.cwd && resolved(file, entry.cwd.value, environment));
    if (at !== undefined) found.push({ path: at, span });
  };
  if (entry.envFile) add(entry.envFile.value, entry.envFile.node.span);
  for (const { args } of launchesOf(file, entry)) {
    for (const [i, word] of args.entries()) {
      const joined = /^--env-file=(.+)$/.exec(word.text)?.[1];
      if (joined !== undefined) add(joined, word.part(word.text.length - joined.length, word.text.length));
      else if (args[i - 1]?.text === "--env-file") add(word.text, word.span);
    }
  }
  return found;
}

const INTERPRETERS =
  /^(?:node|nodejs|bun|deno|python[\d.]*|ruby|perl|php|sh|bash|zsh|pwsh|powershell|tsx|ts-node|java)$/;

/** What an entry starts that is a file: its program by a path, and the script that an interpreter is given. */
export function startedFiles(file: ConfigFile, entry: ServerEntry, environment: Environment): NamedPath[] {
  const cwd = entry.cwd && resolved(file, entry.cwd.value, environment);
  const found: NamedPath[] = [];
  for (const { program, args } of launchesOf(file, entry)) {
    const isPath = /[\\/]/.test(program.text);
    const script = INTERPRETERS.test(programName(program.text))
      ? args.find((word) => !word.text.startsWith("-") && word.text !== "run")
      : undefined;
    for (const word of [...(isPath ? [program] : []), ...(script ? [script] : [])]) {
      if (/^[a-z][a-z0-9+.-]+:/i.test(word.text) && !/^[a-z]:[\\/]/i.test(word.text)) continue;
      const at = resolved(file, word.text, environment, cwd);
      if (at !== undefined) found.push({ path: at, span: word.span });
    }
  }
  return found;
}

const MAX_ENV_BYTES = 256 * 1024;
const MAX_HIJACKS = 5;
const ASSIGNMENT = /^\s{0,20}(?:export\s{1,10})?([A-Za-z_]\w{0,100})\s{0,10}=\s{0,10}(.{0,4000})$/;

/** What stands in a file of variables. */
function read(text: string): Omit<EnvFile, "git"> {
  let credentials = 0;
  const hijacks: { name: string; what: string }[] = [];
  for (const line of text.split(/\r?\n/, 5000)) {
    const [, name = "", written = ""] = ASSIGNMENT.exec(line) ?? [];
    const value = written.trim().replace(/^(["'])(.*)\1$/, "$2");
    const hijack = name === "" ? undefined : hijackOf(name, value);
    if (hijack?.severity === "high" && hijacks.length < MAX_HIJACKS) hijacks.push({ name, what: hijack.what });
    if (value.length < 8 || isPlaceholder(value, name)) continue;
    if (findProviderSecret(value) || (isCredentialName(name) && looksRandom(value, 12))) credentials++;
  }
  return { credentials, hijacks };
}

async function readEnvFile(files: Files, file: string): Promise<Omit<EnvFile, "git"> | undefined> {
  try {
    if ((await files.kind(file)) !== "file") return undefined;
    return read(Buffer.from(await files.read(file, MAX_ENV_BYTES)).toString("utf8"));
  } catch (error) {
    // What cannot be read is no file of ours, and not ours to complain of here.
    if (isSallyportError(error)) return undefined;
    throw error;
  }
}

async function envFilesBelow(
  files: Files,
  root: string,
  paths: ReadonlySet<string>,
  machine: Machine,
): Promise<[string, EnvFile][]> {
  const inside = [...paths].filter((one) => !path.relative(root, one).startsWith(".."));
  if (inside.length === 0) return [];
  const [tracked, untracked] = await Promise.all([machine.tracked(root, inside), machine.untracked(root, inside)]);
  const known = await Promise.all(
    inside.map(async (one): Promise<[string, EnvFile][]> => {
      const found = await readEnvFile(files, one);
      if (!found) return [];
      const git = tracked.has(one) ? "tracked" : untracked.has(one) ? "not-ignored" : "apart";
      return [[one, { ...found, git }]];
    }),
  );
  return known.flat();
}

interface Asked {
  readonly files: Files;
  readonly environment: Environment;
  /** Whether the person's own files are read too. */
  readonly home: boolean;
  readonly machine?: Machine;
  readonly lock: LockMode;
  /** As following them found out. */
  readonly pluginPaths: PluginPaths;
}

/** Finds out, once for a run, what rules ask beside the configurations: without a machine what files say alone. */
export async function gatherFacts(configs: readonly ConfigFile[], asked: Asked): Promise<Facts> {
  const { files, environment, home, machine, pluginPaths } = asked;
  const inHouse = await readInHouse(files, configs, home ? environment.home : undefined);
  return { ...NO_FACTS, ...(machine && (await ofMachine(configs, { ...asked, machine }))), inHouse, pluginPaths };
}

async function ofMachine(
  configs: readonly ConfigFile[],
  { files, environment, machine, lock }: Asked & { readonly machine: Machine },
): Promise<Omit<Facts, "inHouse" | "pluginPaths">> {
  const asksLock = ({ kind }: ConfigFile): boolean => lock === "required" || (lock === "shown" && kind === LOCK_FILE);
  const byRoot = new Map<string, Set<string>>();
  const started = new Set<string>();
  for (const file of configs) {
    for (const entry of file.entries) {
      for (const one of startedFiles(file, entry, environment)) started.add(one.path);
      if (file.root === undefined || !isShared(file.scope)) continue;
      for (const one of envFilesOf(file, entry, environment)) {
        byRoot.set(file.root, (byRoot.get(file.root) ?? new Set()).add(one.path));
      }
    }
  }
  const envFiles = await Promise.all([...byRoot].map(([root, paths]) => envFilesBelow(files, root, paths, machine)));
  const ignored = new Set<string>();
  for (const root of new Set(
    configs.flatMap((file) => (asksLock(file) && file.root !== undefined ? [file.root] : [])),
  )) {
    const lockable = configs.filter((file) => file.root === root && isLockable(file)).map((file) => file.path);
    for (const one of await machine.ignored(root, lockable)) ignored.add(one);
  }
  // What lies in an archive only its maker could change.
  const own = configs.filter(({ archive }) => !archive).flatMap(({ path: at }) => [at, path.dirname(at)]);
  const changeable = await machine.changeableByOthers([...new Set([...own, ...started])]);
  return { envFiles: new Map(envFiles.flat()), changeable, ignored };
}
