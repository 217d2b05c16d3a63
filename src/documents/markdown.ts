import type { Span } from "../core/text.ts";
import type { DataDocument, DataObject, DataProperty } from "./data.ts";
import { parseYaml } from "./yaml.ts";

/** What stands where in a Markdown text. All spans are in order and do not overlap within a list. */
export interface MarkdownParts {
  /** Between the `---` lines at the very top, without them. */
  readonly frontMatter?: Span;
  /** HTML comments outside of code, with their marks: not shown where Markdown is rendered, read by a model. */
  readonly comments: readonly Span[];
  /** Fenced blocks with their fences, and code within a line with its backticks. */
  readonly code: readonly Span[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const CLOSING_FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

interface Line {
  readonly start: number;
  readonly end: number;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length;) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    lines.push({ start, end: text[end - 1] === "\r" && end > start ? end - 1 : end });
    if (feed < 0) break;
    start = feed + 1;
  }
  return lines;
}

function frontMatterOf(text: string, lines: readonly Line[]): { span: Span; lines: number } | undefined {
  const of = (line: Line): string => text.slice(line.start, line.end).trimEnd();
  const [first, second] = lines;
  if (!first || !second || of(first) !== "---") return undefined;
  const close = lines.findIndex((line, i) => i > 0 && (of(line) === "---" || of(line) === "..."));
  const last = lines[close];
  return last && { span: { start: second.start, end: last.start }, lines: close + 1 };
}

/** Code within one line: from a run of backticks to the next run of the same length. */
function codeInLine(line: string, offset: number, code: Span[]): void {
  const runs = Array.from(line.matchAll(/`+/g), (run): Span => ({ start: run.index, end: run.index + run[0].length }));
  // From the last run back: where the next one of each length is.
  const following = new Map<number, number>();
  const closes = runs.map(() => -1);
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i];
    if (!run) continue;
    closes[i] = following.get(run.end - run.start) ?? -1;
    following.set(run.end - run.start, i);
  }
  for (let i = 0; i < runs.length; i++) {
    const close = runs[closes[i] ?? -1];
    const open = runs[i];
    if (!close || !open) continue;
    code.push({ start: offset + open.start, end: offset + close.end });
    i = closes[i] ?? i;
  }
}

/** One pass over the lines; time linear in the text. Indented code is prose here: a model reads it as such. */
export function markdownParts(text: string): MarkdownParts {
  const lines = linesOf(text);
  const front = frontMatterOf(text, lines);
  const comments: Span[] = [];
  const code: Span[] = [];
  let fence: { readonly mark: string; readonly start: number } | undefined;
  /** Offset up to which a comment reaches. */
  let until = 0;
  for (const line of lines.slice(front?.lines ?? 0)) {
    if (line.end < until) continue;
    const whole = text.slice(line.start, line.end);
    if (fence) {
      const closing = CLOSING_FENCE.exec(whole)?.[1];
      if (closing?.[0] === fence.mark[0] && closing && closing.length >= fence.mark.length) {
        code.push({ start: fence.start, end: line.end });
        fence = undefined;
      }
      continue;
    }
    const mark = line.start >= until ? FENCE.exec(whole)?.[1] : undefined;
    if (mark !== undefined) {
      fence = { mark, start: line.start };
      continue;
    }
    const from = Math.max(line.start, until);
    const rest = text.slice(from, line.end);
    const first = code.length;
    codeInLine(rest, from, code);
    let next = first;
    for (const { index } of rest.matchAll(/<!--/g)) {
      const at = from + index;
      if (at < until) continue;
      while ((code[next]?.end ?? Infinity) <= at) next++;
      if ((code[next]?.start ?? Infinity) <= at) continue;
      const close = text.indexOf("-->", at + 4);
      until = close < 0 ? text.length : close + 3;
      comments.push({ start: at, end: until });
    }
  }
  if (fence) code.push({ start: fence.start, end: text.length });
  return { ...(front && { frontMatter: front.span }), comments, code };
}

const SIMPLE = /^([A-Za-z][\w-]{0,60}):[ \t]+(\S.*)$/;

/** Front matter that is no YAML, as tolerant readers take it: each `key: text` that starts a line. */
function simpleFrontMatter(text: string, span: Span): DataObject {
  const properties = linesOf(text.slice(span.start, span.end)).flatMap((line): DataProperty[] => {
    const start = span.start + line.start;
    const match = SIMPLE.exec(text.slice(start, span.start + line.end).trimEnd());
    const [whole, key, value] = match ?? [];
    if (whole === undefined || key === undefined || value === undefined) return [];
    const end = start + whole.length;
    const node = { kind: "string" as const, style: "plain" as const, value, span: { start: end - value.length, end } };
    return [{ key, keyStyle: "plain", keySpan: { start, end: start + key.length }, value: node, span: { start, end } }];
  });
  return { kind: "object", span, properties, layout: "none" };
}

/**
 * Reads a Markdown file: `root` is its front matter (and so its syntax is YAML), `comments` are its HTML comments. Nothing in a Markdown file is
 * malformed: front matter that is no YAML is read line by line, as the clients do.
 */
export function parseMarkdown(file: string, text: string): DataDocument {
  const { frontMatter, comments } = markdownParts(text);
  const document = { file, format: "yaml" as const, text, problems: [], comments, trailingCommas: [], blank: false };
  if (!frontMatter) return { ...document, root: undefined };
  // A comment of the same length in front keeps every offset.
  const { root, problems } = parseYaml(
    file,
    `#${" ".repeat(frontMatter.start - 2)}\n${text.slice(frontMatter.start, frontMatter.end)}`,
  );
  const legible = root?.kind === "object" && problems.length === 0;
  return { ...document, root: legible ? root : simpleFrontMatter(text, frontMatter) };
}
