import path from "node:path";
import type { ConfigFile } from "../clients/config.ts";
import { pluginsOf } from "../clients/permissions/permissions.ts";
import { isSallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import { decodeText } from "../documents/decode.ts";
import { type DataDocument, valueAt } from "../documents/data.ts";
import { parseJson } from "../documents/json.ts";
import { launchesOf } from "./launch.ts";
import { hasAdvisory } from "./advisories.ts";
import { dependenciesOf } from "./packageManifest.ts";
import { packagesOf } from "./packages.ts";

/** Versions of npm packages, by folder that they are installed for, then by name. */
export type Installed = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The key of what npx has fetched for the person, whatever the folder. */
const ANYWHERE = "";

async function readJson(files: Files, file: string): Promise<DataDocument | undefined> {
  try {
    return parseJson(file, decodeText(file, await files.read(file, MAX_CONFIG_BYTES)).text);
  } catch (error) {
    // A version that cannot be read is not known, and no fix is offered for it.
    if (isSallyportError(error)) return undefined;
    throw error;
  }
}

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]{1,100})?$/;

async function versionIn(files: Files, modules: string, name: string): Promise<string | undefined> {
  const manifest = await readJson(files, path.join(modules, ...name.split("/"), "package.json"));
  const version = valueAt(manifest?.root, "version");
  return version?.kind === "string" && VERSION.test(version.value) ? version.value : undefined;
}

/** Every version that a lock file of a project holds of a package, or the one of the project itself where it says so. */
type Locked = (name: string) => string | undefined;

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The only version in a text; undefined for several. */
function onlyIn(text: string, pattern: RegExp): string | undefined {
  const versions = new Set(Array.from(text.matchAll(pattern), (match) => match[1]));
  const [version] = versions;
  return versions.size === 1 && version !== undefined && VERSION.test(version) ? version : undefined;
}

function npmLock(document: DataDocument | undefined): Locked {
  return (name) => {
    const version = valueAt(document?.root, "packages", `node_modules/${name}`, "version");
    return version?.kind === "string" && VERSION.test(version.value) ? version.value : undefined;
  };
}

/** `'@scope/name@1.2.3':` and, before version 9, `/@scope/name@1.2.3:`, as keys under `packages`. */
const pnpmLock =
  (text: string): Locked =>
  (name) =>
    onlyIn(text, new RegExp(`^ {2}'?/?${escaped(name)}@(\\d[\\w.+-]{0,100})[(':]`, "gm"));

/** `"@scope/name@^1.0.0":`, then `version "1.2.3"`; since version 2 `version: 1.2.3`. */
const yarnLock =
  (text: string): Locked =>
  (name) =>
    onlyIn(text, new RegExp(`^"?${escaped(name)}@[^\\n]{1,300}\\r?\\n {2}version:? "?(\\d[\\w.+-]{0,100})`, "gm"));

/** `"@scope/name": ["@scope/name@1.2.3", …]` under `packages`. */
const bunLock =
  (text: string): Locked =>
  (name) =>
    onlyIn(text, new RegExp(`^ {4}"${escaped(name)}": \\["${escaped(name)}@(\\d[\\w.+-]{0,100})"`, "gm"));

async function textIn(files: Files, file: string): Promise<string | undefined> {
  try {
    if ((await files.kind(file)) !== "file") return undefined;
    return decodeText(file, await files.read(file, MAX_CONFIG_BYTES)).text;
  } catch (error) {
    if (isSallyportError(error)) return undefined;
    throw error;
  }
}

/** What the lock files of a project say, of whichever package manager. */
async function locksOf(files: Files, root: string): Promise<Locked> {
  const all: Locked[] = [npmLock(await readJson(files, path.join(root, "package-lock.json")))];
  const others = [
    ["pnpm-lock.yaml", pnpmLock],
    ["yarn.lock", yarnLock],
    ["bun.lock", bunLock],
  ] as const;
  for (const [file, read] of others) {
    const text = await textIn(files, path.join(root, file));
    if (text !== undefined) all.push(read(text));
  }
  return (name) => all.map((one) => one(name)).find((version) => version !== undefined);
}

async function cachesOfNpx(files: Files, home: string): Promise<string[]> {
  const cache = path.join(home, ".npm", "_npx");
  try {
    if ((await files.kind(cache)) !== "directory") return [];
    const entries = await files.list(cache);
    return entries.filter((entry) => entry.kind === "directory").map((entry) => path.join(cache, entry.name));
  } catch (error) {
    if (isSallyportError(error)) return [];
    throw error;
  }
}

/** The packages of a file's launches, and its plugins, that have no version; a project's own that advisories name. */
function wanted(file: ConfigFile): string[] {
  const launched = file.entries
    .flatMap((entry) => launchesOf(file, entry).flatMap(packagesOf))
    .filter((ref) => ref.source === "npm" && ref.version === undefined);
  const used = dependenciesOf(file).filter((one) => one.ecosystem === "npm" && hasAdvisory("npm", one.name));
  const loaded = pluginsOf(file).filter((plugin) => plugin.kind === "npm" && plugin.version === undefined);
  return [...launched, ...loaded, ...used].map((one) => one.name).filter((name) => NAME.test(name));
}

/**
 * Looks for the versions of unpinned packages on this machine: `node_modules` and the lock files of the workspace,
 * and, if the person's files are read, what npx has fetched. Nothing is asked of a registry.
 */
export async function findInstalled(
  files: Files,
  configs: readonly ConfigFile[],
  home: string | undefined,
): Promise<Installed> {
  const result = new Map<string, Map<string, string>>();
  const put = (folder: string, name: string, version: string | undefined): void => {
    if (version === undefined) return;
    result.set(folder, (result.get(folder) ?? new Map<string, string>()).set(name, version));
  };
  const byRoot = new Map<string | undefined, Set<string>>();
  for (const file of configs) {
    const names = byRoot.get(file.root) ?? new Set();
    for (const name of wanted(file)) names.add(name);
    byRoot.set(file.root, names);
  }
  for (const [root, names] of byRoot) {
    if (root === undefined || names.size === 0) continue;
    const locked = await locksOf(files, root);
    for (const name of names) {
      put(root, name, (await versionIn(files, path.join(root, "node_modules"), name)) ?? locked(name));
    }
  }
  const all = new Set([...byRoot.values()].flatMap((names) => [...names]));
  if (home === undefined || all.size === 0) return result;
  for (const cache of await cachesOfNpx(files, home)) {
    for (const name of all) {
      if (result.get(ANYWHERE)?.has(name)) continue;
      put(ANYWHERE, name, await versionIn(files, path.join(cache, "node_modules"), name));
    }
  }
  return result;
}

/** The version that a file of that root would start; with `own` only what the root itself has installed or locked. */
export function versionFor(
  installed: Installed,
  root: string | undefined,
  name: string,
  { own = false }: { readonly own?: boolean } = {},
): string | undefined {
  const inRoot = root === undefined ? undefined : installed.get(root)?.get(name);
  return own ? inRoot : (inRoot ?? installed.get(ANYWHERE)?.get(name));
}
