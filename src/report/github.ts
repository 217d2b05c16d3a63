import path from "node:path";
import type { Finding, Severity } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { plainLine, sentence } from "./plain.ts";
import { Places } from "./places.ts";
import { below, type Report, shownPath } from "./report.ts";
import { summaryLines } from "./summary.ts";

type Level = "error" | "warning" | "notice";

const LEVEL: Readonly<Record<Severity, Level>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};
/** Annotations of one level that GitHub shows for a step; what is over is dropped there without a word. */
const MAX_ANNOTATIONS = 10;

/** Text after the second `::`, as the runner reads it. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The value of a property, which ends at a comma or colon. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A line of the log that is no command: the runner reads `##[…]` anywhere in a line, and `::` at its start. */
function logLine(text: string): string {
  return plainLine(text)
    .replaceAll("##[", "# #[")
    .replace(/^\s*::/, "| ::");
}

/**
 * The report as workflow commands, which GitHub Actions shows as annotations at the lines; the worst first, since it shows
 * ten of a level at most. The rest follow as lines of the log, then the summary.
 */
export function renderGithub(report: Report): string {
  const places = new Places(report);
  const lines: string[] = [];
  const more: string[] = [];
  const used: Record<Level, number> = { error: 0, warning: 0, notice: 0 };

  const annotate = (level: Level, title: string, message: string, file: string, span: Span | undefined): void => {
    const region = span && places.region(file, span);
    const here = below(report.base, file);
    const shown = `${shownPath(report, file)}${region ? `:${region.startLine}:${region.startColumn}` : ""}`;
    if (++used[level] > MAX_ANNOTATIONS) {
      more.push(logLine(`${shown}: ${level}: ${title}: ${message}`));
      return;
    }
    const properties: string[] = [];
    // A file outside the checkout has no lines to show it at.
    if (here !== undefined) {
      properties.push(`file=${property(here.split(path.sep).join("/"))}`);
      if (region) {
        properties.push(`line=${region.startLine}`, `endLine=${region.endLine}`);
        const oneLine = region.startLine === region.endLine;
        if (oneLine) properties.push(`col=${region.startColumn}`, `endColumn=${region.endColumn}`);
      }
    }
    properties.push(`title=${property(plainLine(title))}`);
    const text = here === undefined ? `${shown}: ${message}` : message;
    lines.push(`::${level} ${properties.join(",")}::${data(plainLine(text))}`);
  };

  for (const { file, span, message } of report.problems) {
    annotate("error", "Sallyport could not read this", message, file, span);
  }
  const worstFirst: Severity[] = ["critical", "high", "medium", "low", "info"];
  const ordered = worstFirst.flatMap((severity) => report.findings.filter((found) => found.severity === severity));
  for (const found of ordered) {
    annotate(LEVEL[found.severity], titleOf(found), messageOf(found), found.primary.file, found.primary.span);
  }
  if (more.length > 0) {
    const head = `::group::${more.length} more than GitHub shows as annotations`;
    lines.push(head, ...more, "::endgroup::");
  }
  lines.push(...summaryLines(report).map(logLine));
  return `${lines.join("\n")}\n`;
}

function titleOf({ severity, rule }: Finding): string {
  return `${rule.id} (${severity})`;
}

function messageOf({ message, rule }: Finding): string {
  return `${sentence(message)} ${rule.remedy}`;
}
