import { atLeast, type Severity } from "../core/finding.ts";
import advisories from "./data/advisories.json" with { type: "json" };
import type { PackageRef } from "./packages.ts";
import { compareVersions, endOf, inRange, isOpenRange, type Scheme } from "./versionRange.ts";

/** One published weakness of one package, or a report that the package is malicious. */
export interface Advisory {
  readonly ids: readonly string[];
  /** `npm`, `pypi`, `go`, `maven`, `gem`. */
  readonly ecosystem: string;
  readonly package: string;
  readonly affected: string;
  readonly severity: string;
  readonly summary: string;
  /** Where it was published. */
  readonly source: string;
  /** The first version without it. */
  readonly fixed?: string;
  readonly malware?: boolean;
}

/** A package as advisories name it. */
export interface Published {
  readonly ecosystem: string;
  readonly name: string;
  readonly version?: string;
}

/** PEP 503: on PyPI these are one name. */
const keyOf = (ecosystem: string, name: string): string =>
  `${ecosystem} ${ecosystem === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name}`;

const schemeOf = (ecosystem: string): Scheme => (ecosystem === "pypi" ? "pep440" : "semver");

const byPackage = new Map<string, Advisory[]>();
for (const one of advisories as readonly Advisory[]) {
  const key = keyOf(one.ecosystem, one.package);
  byPackage.set(key, [...(byPackage.get(key) ?? []), one]);
}

/** True for a package that some advisory is about. */
export function hasAdvisory(ecosystem: string, name: string): boolean {
  return byPackage.has(keyOf(ecosystem, name));
}

/** What a launch fetches, as advisories name it. A program of a Go module is named below its module. */
export function publishedOf(ref: PackageRef): Published | undefined {
  const version = ref.version === undefined ? {} : { version: ref.version };
  if (ref.source === "npm" || ref.source === "pypi") return { ecosystem: ref.source, name: ref.name, ...version };
  if (ref.source !== "remote" || ref.runner !== "go run") return undefined;
  let name = ref.name.split("@")[0] ?? "";
  while (name.includes("/") && !hasAdvisory("go", name)) name = name.slice(0, name.lastIndexOf("/"));
  return { ecosystem: "go", name, ...version };
}

/** Those that hold for a version; without one, for whatever was published last. */
export function advisoriesFor({ ecosystem, name, version }: Published): readonly Advisory[] {
  const all = byPackage.get(keyOf(ecosystem, name)) ?? [];
  return all.filter(({ affected }) =>
    version === undefined ? isOpenRange(affected) : inRange(version, affected, schemeOf(ecosystem)),
  );
}

/** A package all of whose known versions were malicious, though it may be somebody else's by now. */
export function onceMalicious({ ecosystem, name }: Published): Advisory | undefined {
  return byPackage.get(keyOf(ecosystem, name))?.find((one) => one.malware === true && one.fixed === undefined);
}

/** The lowest version above a package's that mends all of some advisories and that no advisory names. */
export function mendedVersion(one: Published, found: readonly Advisory[]): string | undefined {
  const scheme = schemeOf(one.ecosystem);
  const fixes = found.map(({ fixed, affected }) => fixed ?? endOf(affected));
  const known = fixes.filter((fix) => fix !== undefined);
  if (known.length < fixes.length) return undefined;
  const highest = known.toSorted((a, b) => compareVersions(a, b, scheme)).at(-1);
  if (highest === undefined) return undefined;
  // One branch is mended at a version below another branch's: that would be a step back.
  if (one.version !== undefined && compareVersions(highest, one.version, scheme) <= 0) return undefined;
  if (advisoriesFor({ ...one, version: highest }).length > 0) return undefined;
  // Go writes a version with its letter, npm and PyPI without.
  return one.version?.startsWith("v") === true ? `v${highest}` : highest;
}

/** The one to name first: malware, then the most severe. */
export function worstOf(found: readonly Advisory[]): Advisory | undefined {
  return found.toSorted((a, b) => {
    if (a.malware !== b.malware) return a.malware === true ? -1 : 1;
    if (a.severity === b.severity) return 0;
    return atLeast(a.severity as Severity, b.severity as Severity) ? -1 : 1;
  })[0];
}
