import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import { lower, type Severity } from "../../core/finding.ts";
import { partOfString } from "../../documents/data.ts";
import { deleteElement, deleteProperty } from "../../documents/edits.ts";
import { type Advisory, advisoriesFor, mendedVersion, onceMalicious, publishedOf, worstOf } from "../advisories.ts";
import { launchesOf } from "../launch.ts";
import { type Dependency, dependenciesOf, lowestOf } from "../packageManifest.ts";
import { type PackageRef, packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

function removal(file: ConfigFile, entry: ServerEntry): Pick<Found, "fixes"> {
  const { object, list } = entry.map;
  const edits = list
    ? deleteElement(file.document, list, entry.object)
    : object && entry.property
      ? deleteProperty(file.document, object, entry.property)
      : [];
  return edits.length === 0 ? {} : { fixes: [{ title: "Remove the server", safety: "unsafe", edits }] };
}

/** ", which has a known vulnerability: what (CVE, and 2 more)", with what is known of a mended version. */
function weakness(found: readonly Advisory[], first: Advisory, mended: string | undefined): string {
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  const none = mended === undefined && first.fixed === undefined ? "; no version without it is known" : "";
  return `which has a known vulnerability: ${first.summary} (${first.ids[0]}${more})${none}`;
}

/** A package that was malicious in every version that is known, started in whatever version there is now. */
function suspected(file: ConfigFile, entry: ServerEntry, ref: PackageRef): Found | undefined {
  const published = publishedOf(ref);
  if (!published || published.version !== undefined) return undefined;
  const was = onceMalicious(published);
  return (
    was && {
      entry,
      span: ref.span,
      severity: "high",
      confidence: "medium",
      message: `The server ${JSON.stringify(entry.name)} starts ${ref.name}, all known versions of which are malicious: ${was.summary} (${was.ids[0]})`,
      ...removal(file, entry),
    }
  );
}

function ofLaunch(file: ConfigFile, entry: ServerEntry, ref: PackageRef): Found | undefined {
  const published = publishedOf(ref);
  const found = published ? advisoriesFor(published) : [];
  const first = worstOf(found);
  if (!published || !first) return suspected(file, entry, ref);
  const name = ref.source === "remote" ? published.name : ref.name;
  const starts = `The server ${JSON.stringify(entry.name)} starts ${name}${ref.version === undefined ? "" : ` ${ref.version}`}`;
  if (first.malware === true) {
    const message = `${starts}, which is known to be malicious: ${first.summary} (${first.ids[0]})`;
    return { entry, span: ref.span, severity: "critical", message, ...removal(file, entry) };
  }
  const mended = ref.version === undefined ? undefined : mendedVersion(published, found);
  const written = file.document.text.slice(ref.span.start, ref.span.end);
  const at = written.lastIndexOf(ref.version ?? "\0");
  const span = { start: ref.span.start + at, end: ref.span.start + at + (ref.version?.length ?? 0) };
  return {
    entry,
    span: ref.span,
    severity: first.severity as Severity,
    message: `${starts}, ${weakness(found, first, ref.version === undefined ? first.fixed : mended)}`,
    ...(mended !== undefined &&
      at >= 0 && { fixes: textFix(file, `Raise to ${mended}`, "unsafe", { span, text: mended }) }),
  };
}

/** What the project itself uses: in the version that is installed, if its manifest lets that one be. */
function ofDependency({ file, locked }: RuleContext, one: Dependency): Found | undefined {
  const lowest = one.version ?? lowestOf(one.range);
  const version = one.version ?? (one.ecosystem === "npm" ? locked(one.name) : undefined);
  if (version === undefined || lowest === undefined) return undefined;
  const used = { ...one, version };
  const found = advisoriesFor(used);
  const first = worstOf(found);
  // Where the manifest asks for a mended one already, installing it is all that is left to do.
  if (!first || advisoriesFor({ ...one, version: lowest }).length === 0) return undefined;
  const severity: Severity = first.malware === true ? "critical" : (first.severity as Severity);
  const mended = first.malware === true ? undefined : mendedVersion(used, found);
  const from = one.node.value.search(/\d/);
  const simple = /^[\^~v=]?\d[\w.+-]*$/.test(one.node.value);
  const span = partOfString(file.document.text, one.node, Math.max(from, 0), one.node.value.length);
  return {
    span: one.node.span,
    severity: one.development ? lower(severity) : severity,
    confidence: "medium",
    message:
      first.malware === true
        ? `The project uses ${one.name} ${version}, which is known to be malicious: ${first.summary} (${first.ids[0]})`
        : `The project uses ${one.name} ${version}, ${weakness(found, first, mended)}`,
    ...(mended !== undefined &&
      simple && { fixes: textFix(file, `Raise to ${mended}`, "unsafe", { span, text: mended }) }),
  };
}

function* check(context: RuleContext): Iterable<Found> {
  const { file } = context;
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      const found = ofLaunch(file, entry, ref);
      if (found) yield found;
    }
  }
  for (const one of dependenciesOf(file)) {
    const found = ofDependency(context, one);
    if (found) yield found;
  }
}

export const vulnerableVersion: AuditRule = {
  info: {
    id: "vulnerable-version",
    title: "Known vulnerable or malicious package",
    summary:
      "Reports a package of npm, PyPI or Go that is started in a version with a published advisory, or that is listed as malicious; of the `package.json` and `server.json` beside a configuration the packages that it names itself, in the version that is installed. Without a version it is reported only where what was published last is affected. The list comes with Sallyport and is as old as its version.",
    why: "Published weaknesses of MCP servers and bridges are used as soon as they are known; a malicious package has already run when it answers.",
    remedy:
      "Raise the version to one that is mended. Remove a malicious package, and revoke every credential it could see.",
    severity: "high",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-1395", "CWE-506"],
  },
  fix: "Raises an exact version to the first one that is mended; look whether the server still does what you need. Removes a malicious server.",
  example: {
    before: `"command": "uvx", "args": ["mcp-atlassian==0.21.0"]`,
    after: `"command": "uvx", "args": ["mcp-atlassian==0.22.0"]`,
  },
  check,
};
