import type { Finding, Location, Problem } from "../core/finding.ts";
import { plain } from "./plain.ts";
import { Places } from "./places.ts";
import { bySeverity, type Report } from "./report.ts";

/** The number of the JSON format; it grows when a consumer has to change. docs/audit/output.md describes it. */
export const JSON_VERSION = 1;

/**
 * The report as JSON, one document, indented, with a final line feed. Lines and columns count from 1, columns in UTF-16
 * code units, ends are exclusive; `offset` and `endOffset` are UTF-16 offsets after a byte order mark.
 */
export function renderJson(report: Report): string {
  const places = new Places(report);
  const fingerprints = places.fingerprints([...report.findings, ...report.ignored]);

  const place = (file: string, span: Location["span"] | undefined): object => ({
    file,
    ...(span ? { ...places.region(file, span), offset: span.start, endOffset: span.end } : {}),
  });
  const location = ({ file, span, message }: Location): object => ({
    ...place(file, span),
    ...(message === undefined ? {} : { message: plain(message) }),
  });
  const finding = (found: Finding): object => ({
    rule: found.rule.id,
    title: found.rule.title,
    severity: found.severity,
    confidence: found.confidence,
    persona: found.persona,
    message: plain(found.message),
    ...location(found.primary),
    // The primary location's own message must not hide the finding's.
    ...(found.primary.message === undefined
      ? {}
      : { message: plain(found.message), detail: plain(found.primary.message) }),
    related: found.related.map(location),
    remedy: found.rule.remedy,
    references: found.rule.references,
    fixes: places.fixes(found).map((fix) => ({
      title: fix.title,
      safety: fix.safety,
      edits: fix.edits.map((edit) => ({ ...place(edit.file, edit.span), newText: edit.newText })),
    })),
    fingerprint: fingerprints.get(found),
    ...(found.ignored ? { ignored: found.ignored } : {}),
    ...(found.pendingIgnore ? { pendingIgnore: found.pendingIgnore } : {}),
  });
  const problem = ({ code, file, message, span }: Problem): object => ({
    code,
    message: plain(message),
    ...place(file, span),
  });

  const result = {
    version: JSON_VERSION,
    tool: { name: "sallyport", version: report.version },
    summary: {
      findings: report.findings.length,
      ...bySeverity(report.findings),
      ignored: report.ignored.length,
      hidden: report.hidden,
      problems: report.problems.length,
      filesRead: report.filesRead,
    },
    findings: report.findings.map(finding),
    ignored: report.ignored.map(finding),
    problems: report.problems.map(problem),
    ...(report.baseline && { baseline: { file: report.baseline.file, stale: report.baseline.stale } }),
  };
  return `${JSON.stringify(result, undefined, 2)}\n`;
}
