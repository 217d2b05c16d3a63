import path from "node:path";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import { REGISTRY_MANIFEST } from "../clients/registryManifest.ts";
import type { EntryKind } from "../core/files.ts";
import { type DataObject, type DataString, type DataValue, property, valueAt } from "../documents/data.ts";
import type { Published } from "./advisories.ts";

/** What the project beside a configuration is made of: the packages that it names itself. */
export const PACKAGE_MANIFEST: FileKind = {
  id: "package-manifest",
  client: "unknown",
  title: "the project's package manifest",
  variables: "none",
  format: "json",
  serverMaps: () => [],
};

/** Of npm. */
const NAME = "package.json";

export function isPackageManifest(file: string): boolean {
  return path.basename(file) === NAME;
}

/** The folder of the project that a configuration belongs to: `.vscode/mcp.json` stands one below it. */
function projectOf(file: string): string {
  let folder = path.dirname(file);
  while (path.basename(folder).startsWith(".") && path.dirname(folder) !== folder) folder = path.dirname(folder);
  return folder;
}

/** The manifests of the projects that some configurations of a workspace belong to. */
export async function manifestsBeside(
  kindOf: (file: string) => Promise<EntryKind>,
  root: string,
  configs: readonly string[],
): Promise<{ readonly pattern: string; readonly found: readonly string[] }> {
  const inside = (folder: string): boolean => folder === root || !path.relative(root, folder).startsWith("..");
  const folders = [...new Set(configs.map(projectOf))].filter(inside);
  const candidates = folders.map((folder) => path.join(folder, NAME));
  const kinds = await Promise.all(candidates.map(kindOf));
  return { pattern: path.join(root, NAME), found: candidates.filter((_, i) => kinds[i] === "file") };
}

/** A package that a manifest names, and where its version stands. */
export interface Dependency extends Published {
  /** As it is written: a version or a range of npm. */
  readonly range: string;
  readonly node: DataString;
  /** Needed to build or test only. */
  readonly development: boolean;
}

const GROUPS = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];
const EXACT = /^[v=]?(\d+\.\d+\.\d+(?:[-+][\w.+-]{1,100})?)$/;

function* ofNpm(root: DataObject): Iterable<Dependency> {
  for (const group of GROUPS) {
    const all = property(root, group)?.value;
    if (all?.kind !== "object") continue;
    for (const { key, value } of all.properties) {
      if (value.kind !== "string") continue;
      const version = EXACT.exec(value.value)?.[1];
      const known = version === undefined ? {} : { version };
      const development = group === "devDependencies";
      yield { ecosystem: "npm", name: key, range: value.value, node: value, development, ...known };
    }
  }
}

const text = (value: DataValue | undefined): DataString | undefined => (value?.kind === "string" ? value : undefined);

/** `packages` of a `server.json`, with the registry that each is in: `registryType`, `registry_name` before. */
function* ofServer(root: DataObject): Iterable<Dependency> {
  const packages = property(root, "packages")?.value;
  for (const one of packages?.kind === "array" ? packages.elements : []) {
    const registry = text(valueAt(one, "registryType")) ?? text(valueAt(one, "registry_name"));
    const name = text(valueAt(one, "identifier")) ?? text(valueAt(one, "name"));
    const version = text(valueAt(one, "version"));
    if (!name || !version || !/^(?:npm|pypi)$/.test(registry?.value ?? "")) continue;
    yield {
      ecosystem: registry?.value ?? "",
      name: name.value,
      version: version.value,
      range: version.value,
      node: version,
      development: false,
    };
  }
}

/** The packages that a manifest names itself; what those need in turn is theirs to raise. */
export function dependenciesOf(file: ConfigFile): readonly Dependency[] {
  const { root } = file.document;
  if (root?.kind !== "object") return [];
  if (file.kind === REGISTRY_MANIFEST) return [...ofServer(root)];
  return file.kind === PACKAGE_MANIFEST ? [...ofNpm(root)] : [];
}

/** The lowest version that a range of npm takes, for `^1.2.3`, `~1.2`, `>=1`, `1.x` and exact ones. */
export function lowestOf(range: string): string | undefined {
  const numbers = /^(?:[\^~v=]|>=)?\s{0,5}(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?((?:-[\w.]{1,60})?)(?=$|\s|\|)/.exec(
    range.trim().slice(0, 200),
  );
  if (!numbers) return undefined;
  const [, major = "0", minor = "0", patch = "0", rest = ""] = numbers;
  const number = (part: string): string => (/^\d+$/.test(part) ? part : "0");
  return `${major}.${number(minor)}.${number(patch)}${rest}`;
}
