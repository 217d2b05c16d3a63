import { createHash } from "node:crypto";
import type { Severity } from "../core/finding.ts";
import { plainLine, sentence } from "./plain.ts";
import { Places } from "./places.ts";
import type { Report } from "./report.ts";

/** GitLab's names, worst first. */
const SEVERITY: Readonly<Record<Severity, "blocker" | "critical" | "major" | "minor" | "info">> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  info: "info",
};

/**
 * The report as GitLab's Code Quality artefact: a list of objects with `description`, `check_name`, `fingerprint`,
 * `severity` and `location`. Paths are relative to where the person stands, which must be the checkout's root; what could
 * not be read is a blocker, for the artefact has no other word for it.
 */
export function renderGitlab(report: Report): string {
  const places = new Places(report);
  const fingerprints = places.fingerprints(report.findings);
  const unique = (parts: readonly string[]): string =>
    createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
  const location = (file: string, line: number): object => ({
    path: decodeURIComponent(places.uri(file).uri),
    lines: { begin: line },
  });
  const findings = report.findings.map((found) => {
    const { file, span } = found.primary;
    return {
      description: plainLine(`${sentence(found.message)} ${found.rule.remedy}`),
      check_name: found.rule.id,
      fingerprint: unique([places.uri(file).uri, found.rule.id, fingerprints.get(found) ?? ""]),
      severity: SEVERITY[found.severity],
      location: location(file, places.region(file, span)?.startLine ?? 1),
    };
  });
  const problems = report.problems.map(({ code, file, message, span }) => ({
    description: plainLine(`Sallyport could not read this: ${message}`),
    check_name: code.toLowerCase(),
    fingerprint: unique([places.uri(file).uri, code, message]),
    severity: "blocker",
    location: location(file, (span && places.region(file, span)?.startLine) ?? 1),
  }));
  return `${JSON.stringify([...findings, ...problems], undefined, 2)}\n`;
}
