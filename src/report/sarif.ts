import type { Edit, Finding, Location, Problem, RuleInfo, Severity } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { plain } from "./plain.ts";
import { fileUri, Places } from "./places.ts";
import type { Report } from "./report.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};
/** On the scale of CVSS, within the ranges that code scanning services use for their own names of severities. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
  info: "1.0",
};

const PROBLEM_TITLES: Readonly<Record<Problem["code"], string>> = {
  UNREADABLE: "A file could not be read",
  TOO_LARGE: "A file is larger than what is read",
  MALFORMED: "A file is not what its format says",
  UNAVAILABLE: "Something that is needed is not there",
};

/** `plaintext-http` as the name `PlaintextHttp`. */
function nameOf(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** CWE numbers in the form that code scanning services know; other references as they are. */
function tagOf(reference: string): string {
  const cwe = /^CWE-(\d+)$/.exec(reference)?.[1];
  return cwe === undefined ? reference : `external/cwe/cwe-${cwe.padStart(3, "0")}`;
}

function descriptor(rule: RuleInfo): object {
  const references = rule.references.join(", ");
  return {
    id: rule.id,
    name: nameOf(rule.id),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.summary },
    help: {
      text: `${rule.summary}\n\nWhy: ${rule.why}\n\nWhat to do: ${rule.remedy}\n\n${references}`.trim(),
      markdown:
        `${rule.summary}\n\n**Why** ${rule.why}\n\n**What to do** ${rule.remedy}${references ? `\n\n_${references}_` : ""}`.trim(),
    },
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      precision: "high",
      "security-severity": SECURITY_SEVERITY[rule.severity],
      persona: rule.persona,
      tags: ["security", ...rule.references.map(tagOf)],
    },
  };
}

/**
 * The report as SARIF 2.1.0, with a final line feed. It holds no text of the audited files, so no secret; columns are
 * UTF-16 code units; URIs are relative to where the person stands (`%SRCROOT%`) or to their home (`HOME`).
 */
export function renderSarif(report: Report): string {
  const places = new Places(report);
  const results = [...report.findings, ...report.ignored];
  const fingerprints = places.fingerprints(results);
  const rules: RuleInfo[] = [];
  for (const rule of [...report.rules, ...results.map((found) => found.rule)]) {
    if (!rules.some((known) => known.id === rule.id)) rules.push(rule);
  }
  const ruleIndex = new Map(rules.map((rule, i) => [rule.id, i]));

  const artifacts = new Map<string, number>();
  const artifactLocation = (file: string): { uri: string; uriBaseId?: string; index: number } => {
    const { uri, base } = places.uri(file);
    const index = artifacts.get(file) ?? artifacts.size;
    artifacts.set(file, index);
    return { uri, ...(base ? { uriBaseId: base === "SRCROOT" ? "%SRCROOT%" : base } : {}), index };
  };
  const physical = (file: string, span: Span | undefined): object => {
    const region = span && places.region(file, span);
    return { physicalLocation: { artifactLocation: artifactLocation(file), ...(region ? { region } : {}) } };
  };
  const related = ({ file, span, message }: Location, id: number): object => ({
    id,
    ...physical(file, span),
    ...(message === undefined ? {} : { message: { text: plain(message) } }),
  });
  const changes = (edits: readonly Edit[]): object[] => {
    const files = [...new Set(edits.map((edit) => edit.file))];
    return files.map((file) => ({
      artifactLocation: artifactLocation(file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map((edit) => ({
          deletedRegion: places.region(file, edit.span),
          ...(edit.newText === "" ? {} : { insertedContent: { text: edit.newText } }),
        })),
    }));
  };
  const result = (found: Finding): object => {
    // A fix whose file is not at hand has no region that could be named.
    const fixes = places.fixes(found).filter((fix) => fix.edits.every((edit) => report.texts.has(edit.file)));
    const fingerprint = fingerprints.get(found) ?? "";
    return {
      ruleId: found.rule.id,
      ruleIndex: ruleIndex.get(found.rule.id),
      level: LEVEL[found.severity],
      message: { text: plain(found.message) },
      locations: [physical(found.primary.file, found.primary.span)],
      ...(found.related.length > 0 ? { relatedLocations: found.related.map(related) } : {}),
      // The second is the name under which code scanning services look for it.
      partialFingerprints: { "sallyportFinding/v1": fingerprint, primaryLocationLineHash: fingerprint },
      ...(fixes.length > 0
        ? {
            fixes: fixes.map((fix) => ({
              description: { text: `${plain(fix.title)} (${fix.safety})` },
              artifactChanges: changes(fix.edits),
            })),
          }
        : {}),
      ...(found.ignored
        ? {
            suppressions: [
              {
                kind: found.ignored.by === "comment" ? "inSource" : "external",
                status: "accepted",
                justification: plain(found.ignored.reason),
              },
            ],
          }
        : {}),
      properties: {
        severity: found.severity,
        confidence: found.confidence,
        "security-severity": SECURITY_SEVERITY[found.severity],
      },
    };
  };
  const notification = ({ code, file, message, span }: Problem): object => ({
    descriptor: { id: code },
    level: "error",
    message: { text: plain(message) },
    locations: [physical(file, span)],
  });

  const shownResults = results.map(result);
  const notifications = report.problems.map(notification);
  const folder = (absolute: string): { uri: string } => ({ uri: fileUri(absolute).replace(/\/?$/, "/") });
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Sallyport",
            version: report.version,
            semanticVersion: report.version,
            rules: rules.map(descriptor),
            notifications: Object.entries(PROBLEM_TITLES).map(([id, title]) => ({
              id,
              shortDescription: { text: title },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            ...(notifications.length > 0 ? { toolExecutionNotifications: notifications } : {}),
          },
        ],
        originalUriBaseIds: { "%SRCROOT%": folder(report.base), HOME: folder(report.home) },
        columnKind: "utf16CodeUnits",
        newlineSequences: ["\r\n", "\n", "\r"],
        artifacts: [...artifacts.keys()].map((file) => {
          const { index: _, ...location } = artifactLocation(file);
          return { location, roles: ["analysisTarget"] };
        }),
        results: shownResults,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
