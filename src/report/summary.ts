import { type Finding, SEVERITIES } from "../core/finding.ts";
import { plainLine } from "./plain.ts";
import { bySeverity, type Report } from "./report.ts";

/** `1 finding`, `2 findings`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** `1 critical, 2 high`, worst first, without the zeros. */
export function severities(findings: readonly Finding[]): string {
  const counts = bySeverity(findings);
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(", ");
}

const WAYS = { comment: "by comments", config: "by sallyport.yaml", baseline: "by the baseline" } as const;

/** `2 by comments, 1 by the baseline`, without the zeros. */
function ways(ignored: readonly Finding[]): string {
  return (Object.keys(WAYS) as (keyof typeof WAYS)[])
    .map((by) => [ignored.filter((found) => found.ignored?.by === by).length, WAYS[by]] as const)
    .filter(([n]) => n > 0)
    .map(([n, by]) => `${n} ${by}`)
    .join(", ");
}

/** Stale entries of a baseline that are named; the rest is counted. */
const MAX_STALE = 5;

/** What a run came to, a sentence or two a line, without colours. The first line can stand alone. */
export function summaryLines(report: Report): string[] {
  const { findings, ignored, problems, hidden, filesRead, baseline } = report;
  const files = new Set(findings.map((found) => found.primary.file)).size;
  const lines: string[] = [];
  const read = `${count(filesRead, "file")} read`;
  if (findings.length === 0) lines.push(`No findings, ${read}.`);
  else lines.push(`${count(findings.length, "finding")} in ${count(files, "file")}: ${severities(findings)}; ${read}.`);
  const safe = findings.filter((found) => found.fixes.some((fix) => fix.safety === "safe")).length;
  const unsafe = findings.filter((found) => found.fixes.length > 0).length - safe;
  if (safe > 0) lines.push(`${safe} can be fixed with --fix${unsafe > 0 ? `, ${unsafe} more with --unsafe` : ""}.`);
  else if (unsafe > 0) lines.push(`${unsafe} can be fixed with --fix --unsafe; look at the result.`);
  if (ignored.length > 0) lines.push(`${count(ignored.length, "finding")} ignored: ${ways(ignored)}.`);
  const pending = findings.filter((found) => found.pendingIgnore).length;
  if (pending > 0) {
    lines.push(`${pending} shown although the project says to ignore ${pending === 1 ? "it" : "them"}: see --trusted.`);
  }
  const stale = baseline?.stale.length ?? 0;
  if (stale > 0) {
    const what = stale === 1 ? "entry of the baseline is" : "entries of the baseline are";
    lines.push(`${stale} ${what} no longer found: --update-baseline drops ${stale === 1 ? "it" : "them"}.`);
    const gone = baseline?.stale.slice(0, MAX_STALE) ?? [];
    lines.push(...gone.map(({ file, rule }) => `- ${plainLine(`${rule} in ${file}`)}`));
    if (stale > gone.length) lines.push(`- and ${stale - gone.length} more`);
  }
  if (hidden.severity > 0) lines.push(`${hidden.severity} below --min-severity not shown.`);
  if (hidden.persona > 0) lines.push(`${hidden.persona} more with --persona auditor.`);
  if (problems.length > 0) lines.push(`${count(problems.length, "problem")}: the audit is not complete.`);
  return lines;
}
