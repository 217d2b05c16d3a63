import { styleText } from "node:util";
import type { Finding, Problem, Severity } from "../core/finding.ts";
import type { LineIndex, Span } from "../core/text.ts";
import { frame, gutterWidth } from "./frame.ts";
import { cells, plainLine, wrap } from "./plain.ts";
import { lineIndexes, type Report, shownPath } from "./report.ts";
import { NO_SPANS } from "./spanSet.ts";
import { count, severities, summaryLines } from "./summary.ts";

export interface TextOptions {
  readonly colours: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

type Format = Parameters<typeof styleText>[0];
type Paint = (format: Format, text: string) => string;

const NARROWEST = 40;
/** Prose that is wider is hard to read. */
const WIDEST_PROSE = 100;
const INDENT = "  ";
const LABEL_WIDTH = 9;
/** Related places of one finding that are listed; the rest is counted. */
const MAX_RELATED = 6;

const SEVERITY_FORMAT: Readonly<Record<Severity, Format>> = {
  critical: ["bold", "inverse", "red"],
  high: ["bold", "red"],
  medium: ["bold", "yellow"],
  low: ["bold", "cyan"],
  info: ["bold", "blue"],
};
const MARK_FORMAT: Readonly<Record<Severity, Format>> = {
  critical: ["bold", "red"],
  high: ["bold", "red"],
  medium: ["bold", "yellow"],
  low: ["bold", "cyan"],
  info: ["bold", "blue"],
};

class TextReport {
  readonly #index: (file: string) => LineIndex | undefined;
  readonly #paint: Paint;
  readonly #width: number;

  constructor(
    readonly report: Report,
    options: TextOptions,
  ) {
    this.#index = lineIndexes(report);
    this.#paint = options.colours
      ? (format, text) => styleText(format, text, { validateStream: false })
      : (_, text) => text;
    this.#width = Math.max(NARROWEST, options.width);
  }

  /** `path:line:column`, which terminals make a link of. */
  #place(file: string, span: Span | undefined): string {
    const shown = plainLine(shownPath(this.report, file));
    const index = this.#index(file);
    if (!span || !index) return shown;
    const { line, character } = index.position(span.start);
    return `${shown}:${line + 1}:${character + 1}`;
  }

  /** Prose under a label: `remedy   Use https.`, wrapped below itself. */
  #labelled(label: string, text: string, format?: Format): string[] {
    const lines = wrap(plainLine(text), Math.min(WIDEST_PROSE, this.#width) - INDENT.length - LABEL_WIDTH);
    return lines.map((line, i) => {
      const head = i === 0 ? this.#paint("dim", label.padEnd(LABEL_WIDTH)) : " ".repeat(LABEL_WIDTH);
      return `${INDENT}${head}${format ? this.#paint(format, line) : line}`;
    });
  }

  #frame(file: string, span: Span, severity: Severity): string[] {
    const index = this.#index(file);
    if (!index) return [];
    const secrets = this.report.secrets.get(file) ?? NO_SPANS;
    // Line numbers have at most as many digits as the last line's.
    const room = this.#width - INDENT.length * 2 - String(index.lineCount).length - 3;
    const lines = frame(index, span, secrets, room);
    const width = gutterWidth(lines);
    const several = lines.length > 1;
    const bar = this.#paint("dim", "│");
    return lines.flatMap(({ number, text, mark }) => {
      const edge = several && mark ? this.#paint(MARK_FORMAT[severity], "┃") : bar;
      const shown = `${INDENT}${INDENT}${this.#paint("dim", String(number ?? "").padStart(width))} ${edge} ${text}`;
      if (several || !mark) return [shown];
      const underline = "^".repeat(Math.max(1, mark.end - mark.start));
      const lead = " ".repeat(mark.start);
      return [
        shown,
        `${INDENT}${INDENT}${" ".repeat(width)} ${bar} ${lead}${this.#paint(MARK_FORMAT[severity], underline)}`,
      ];
    });
  }

  #finding(found: Finding): string[] {
    const { severity, rule, primary, confidence } = found;
    const sure = confidence === "high" ? "" : this.#paint("dim", ` (${confidence} confidence)`);
    const name = severity === "critical" ? ` ${severity} ` : severity;
    const head = `${this.#paint(SEVERITY_FORMAT[severity], name)}  ${this.#paint("bold", rule.id)}${sure}`;
    const place = this.#place(primary.file, primary.span);
    const shownPlace = this.#paint("dim", place);
    const width = cells(`${name}  ${rule.id}${confidence === "high" ? "" : ` (${confidence} confidence)`}  ${place}`);
    const lines = width <= this.#width ? [`${head}  ${shownPlace}`] : [head, `${INDENT}${shownPlace}`];
    for (const line of wrap(plainLine(found.message), Math.min(WIDEST_PROSE, this.#width) - INDENT.length)) {
      lines.push(`${INDENT}${line}`);
    }
    lines.push(...this.#frame(primary.file, primary.span, severity));
    lines.push(...this.#labelled("remedy", rule.remedy));
    for (const fix of found.fixes) lines.push(...this.#labelled("fix", `${fix.title} (${fix.safety})`, "green"));
    const { pendingIgnore } = found;
    if (pendingIgnore) {
      const by = pendingIgnore.by === "comment" ? "a comment" : "sallyport.yaml";
      lines.push(...this.#labelled("ignore", `${by} says "${pendingIgnore.reason}", which needs your consent`));
    }
    for (const place of found.related.slice(0, MAX_RELATED)) {
      const where = this.#place(place.file, place.span);
      lines.push(...this.#labelled("see", place.message ? `${where}: ${place.message}` : where));
    }
    const more = found.related.length - MAX_RELATED;
    if (more > 0) lines.push(...this.#labelled("", `and ${count(more, "more place")}`));
    return lines;
  }

  #heading(file: string, findings: readonly Finding[]): string {
    const shown = plainLine(shownPath(this.report, file));
    const counted = severities(findings);
    const rule = "─".repeat(Math.max(2, Math.min(WIDEST_PROSE, this.#width) - cells(shown) - cells(counted) - 2));
    const title = this.#paint(["bold", "underline"], shown);
    if (cells(shown) + cells(counted) + 4 > this.#width) return `${title}\n${this.#paint("dim", counted)}`;
    return `${title} ${this.#paint("dim", `${rule} ${counted}`)}`;
  }

  #problem(problem: Problem): string[] {
    const place = this.#place(problem.file, problem.span);
    const index = this.#index(problem.file);
    return [
      `${this.#paint(["bold", "red"], "error")}  ${this.#paint("bold", place)}`,
      ...wrap(plainLine(problem.message), Math.min(WIDEST_PROSE, this.#width) - INDENT.length).map(
        (line) => `${INDENT}${line}`,
      ),
      ...(problem.span && index ? this.#frame(problem.file, problem.span, "high") : []),
    ];
  }

  #summary(): string[] {
    const clean = this.report.problems.length === 0 && this.report.findings.length === 0;
    const first: Format = clean ? ["bold", "green"] : "bold";
    const lines = summaryLines(this.report).flatMap((line) => wrap(line, this.#width));
    return lines.map((line, i) => {
      const [head = ""] = /^(?:No findings|\d+ findings?)(?= in |,)/.exec(line) ?? [];
      if (i === 0 && head !== "") return this.#paint(first, head) + this.#countsIn(line.slice(head.length));
      return /^\d+ problems?:/.test(line) ? this.#paint(["bold", "red"], line) : this.#countsIn(line);
    });
  }

  /** Colours the counts of severities in a line. */
  #countsIn(line: string): string {
    return line.replace(/\b\d+ (critical|high|medium|low|info)\b/g, (counted, severity: Severity) =>
      this.#paint(MARK_FORMAT[severity], counted),
    );
  }

  render(): string {
    const blocks: string[] = [];
    const byFile = new Map<string, Finding[]>();
    for (const found of this.report.findings) {
      const list = byFile.get(found.primary.file);
      if (list) list.push(found);
      else byFile.set(found.primary.file, [found]);
    }
    for (const [file, findings] of byFile) {
      blocks.push(this.#heading(file, findings));
      for (const found of findings) blocks.push(this.#finding(found).join("\n"));
    }
    for (const problem of this.report.problems) blocks.push(this.#problem(problem).join("\n"));
    blocks.push(this.#summary().join("\n"));
    return `${blocks.join("\n\n")}\n`;
  }
}

/** The report as a person reads it in a terminal. Ends with a line feed. */
export function renderText(report: Report, options: TextOptions): string {
  return new TextReport(report, options).render();
}
