import type { ServerEntry } from "../../clients/config.ts";
import { atLeast, type Severity } from "../../core/finding.ts";
import advisories from "../data/advisories.json" with { type: "json" };
import { launchesOf } from "../launch.ts";
import { type PackageRef, packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";
import { compareVersions, inRange, isOpenRange } from "../versionRange.ts";

interface Advisory {
  readonly ids: readonly string[];
  readonly ecosystem: string;
  readonly package: string;
  readonly affected: string;
  readonly severity: string;
  readonly summary: string;
  readonly source: string;
  readonly fixed?: string;
  readonly malware?: boolean;
}

const normal = (ecosystem: string, name: string): string =>
  `${ecosystem} ${ecosystem === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name}`;

const byPackage = new Map<string, Advisory[]>();
for (const one of advisories as readonly Advisory[]) {
  const key = normal(one.ecosystem, one.package);
  byPackage.set(key, [...(byPackage.get(key) ?? []), one]);
}

/** Those that hold for what is started: a version, or whatever was published last. */
function applying(ref: PackageRef): Advisory[] {
  const all = byPackage.get(normal(ref.source, ref.name)) ?? [];
  const { version } = ref;
  return all.filter((one) => (version === undefined ? isOpenRange(one.affected) : inRange(version, one.affected)));
}

/** The lowest version that mends all of them and that no advisory names. */
function fixedVersion(ref: PackageRef, found: readonly Advisory[]): string | undefined {
  const fixes = found.map((one) => one.fixed);
  if (fixes.some((fix) => fix === undefined)) return undefined;
  const highest = fixes
    .filter((fix) => fix !== undefined)
    .toSorted(compareVersions)
    .at(-1);
  if (highest === undefined) return undefined;
  const still = byPackage.get(normal(ref.source, ref.name))?.some((one) => inRange(highest, one.affected));
  return still === true ? undefined : highest;
}

function worst(found: readonly Advisory[]): Advisory | undefined {
  return found.toSorted((a, b) => {
    if (a.malware !== b.malware) return a.malware === true ? -1 : 1;
    if (a.severity === b.severity) return 0;
    return atLeast(a.severity as Severity, b.severity as Severity) ? -1 : 1;
  })[0];
}

function describe(file: RuleContext["file"], entry: ServerEntry, ref: PackageRef): Found | undefined {
  const found = applying(ref);
  const first = worst(found);
  if (!first) return undefined;
  const what = `${ref.name}${ref.version === undefined ? "" : ` ${ref.version}`}`;
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  const fixed = ref.version === undefined ? undefined : fixedVersion(ref, found);
  const name = ref.span.end > ref.span.start ? file.document.text.slice(ref.span.start, ref.span.end) : "";
  const at = name.lastIndexOf(ref.version ?? "\0");
  const span = { start: ref.span.start + at, end: ref.span.start + at + (ref.version?.length ?? 0) };
  return {
    entry,
    span: ref.span,
    severity: first.malware === true ? "critical" : (first.severity as Severity),
    message:
      first.malware === true
        ? `The server ${JSON.stringify(entry.name)} starts ${what}, which is known to be malicious: ${first.summary} (${first.ids[0]})`
        : `The server ${JSON.stringify(entry.name)} starts ${what}, which has a known vulnerability: ${first.summary} (${first.ids[0]}${more})${fixed === undefined && ref.version !== undefined && first.fixed === undefined ? "; no version without it is known" : ""}`,
    ...(fixed !== undefined &&
      at >= 0 &&
      first.malware !== true && {
        fixes: textFix(file, `Raise to ${fixed}`, "unsafe", { span, text: fixed }),
      }),
  };
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      const found = describe(file, entry, ref);
      if (found) yield found;
    }
  }
}

export const vulnerableVersion: AuditRule = {
  info: {
    id: "vulnerable-version",
    title: "Known vulnerable or malicious package",
    summary:
      "Reports a package of npm or PyPI that is started in a version with a published advisory, or that is listed as malicious. Without a version it is reported only where what was published last is affected. The list comes with Sallyport and is as old as its version.",
    why: "Published weaknesses of MCP servers and bridges are used as soon as they are known; a malicious package has already run when it answers.",
    remedy:
      "Raise the version to one that is mended. Remove a malicious package, and revoke every credential it could see.",
    severity: "high",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-1395", "CWE-506"],
  },
  fix: "Raises an exact version to the first one that is mended; look whether the server still does what you need.",
  example: {
    before: `"command": "uvx", "args": ["mcp-atlassian==0.21.0"]`,
    after: `"command": "uvx", "args": ["mcp-atlassian==0.22.0"]`,
  },
  check,
};
