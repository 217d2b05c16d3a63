import path from "node:path";
import type { BaselineEntry } from "../audit/baseline.ts";
import { type Finding, type Problem, type RuleInfo, SEVERITIES, type Severity } from "../core/finding.ts";
import { LineIndex } from "../core/text.ts";
import type { SpanSet } from "./spanSet.ts";

/** Everything that a format needs to show one run. Formats read no files: the texts come with it. */
export interface Report {
  /** Sallyport's version. */
  readonly version: string;
  /** Absolute folder that paths are shown relative to: where the person stands. */
  readonly base: string;
  /** Absolute home folder: paths below it are shown with `~`. */
  readonly home: string;
  /** Every rule that was asked, whether or not it found anything. */
  readonly rules: readonly RuleInfo[];
  /** What is reported, in order. */
  readonly findings: readonly Finding[];
  /** Accepted by an ignore comment or a baseline: counted and never silent. */
  readonly ignored: readonly Finding[];
  readonly problems: readonly Problem[];
  /** The baseline that was asked, and its entries that no finding answers to, as far as the run looked there. */
  readonly baseline?: { readonly file: string; readonly stale: readonly BaselineEntry[] };
  /** What was found and is not shown, because the person asked for less. */
  readonly hidden: { readonly severity: number; readonly persona: number };
  /** Files that were looked at. */
  readonly filesRead: number;
  /** Texts of the files that findings and problems point into, as they were audited. */
  readonly texts: ReadonlyMap<string, string>;
  /** Places whose text is never shown, by file. */
  readonly secrets: ReadonlyMap<string, SpanSet>;
}

/** By file in path order, then by place, then by severity: the order in which one mends them. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      comparePaths(a.primary.file, b.primary.file) ||
      a.primary.span.start - b.primary.span.start ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      (a.rule.id < b.rule.id ? -1 : Number(a.rule.id > b.rule.id)),
  );
}

function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** How many there are of each severity. */
export function bySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Where `file` lies below `folder`, with the system's separators; undefined where it does not. */
export function below(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  if (relative === "" || relative === ".." || relative.startsWith(`..${path.sep}`)) return undefined;
  return path.isAbsolute(relative) ? undefined : relative;
}

/** A path as a person reads and a terminal links it: relative to where they stand, else from home, else whole. */
export function shownPath(report: Pick<Report, "base" | "home">, file: string): string {
  const here = below(report.base, file);
  if (here !== undefined) return here;
  const fromHome = below(report.home, file);
  return fromHome === undefined ? file : `~${path.sep}${fromHome}`;
}

/** The lines of a report's files, indexed when they are first asked for; undefined where a file's text is not known. */
export function lineIndexes({ texts }: Pick<Report, "texts">): (file: string) => LineIndex | undefined {
  const indexes = new Map<string, LineIndex>();
  return (file) => {
    const text = texts.get(file);
    if (text === undefined) return undefined;
    const index = indexes.get(file) ?? new LineIndex(text);
    indexes.set(file, index);
    return index;
  };
}
