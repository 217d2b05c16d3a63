import type { Span } from "../core/text.ts";
import { type DataString, type DataValue, partOfString, valueAt } from "../documents/data.ts";
import { parseJson } from "../documents/json.ts";
import type { GrammarName } from "../parsing/grammars.ts";

/** Where a program that was taken out of another file stands in it. */
export interface Origin {
  /** The whole file's text. */
  readonly text: string;
  /** Where a part of the program's text stands in the file's. */
  place(span: Span): Span;
}

export interface Embedded {
  readonly language: GrammarName;
  readonly text: string;
  readonly origin: Origin;
}

export type Extracted = Embedded | { readonly malformed: string } | undefined;

/** The program inside a notebook or a component; undefined for a file that is a program itself. */
export function embedded(name: string, text: string): Extracted {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (ending === "ipynb") return notebook(name, text);
  return ending === "vue" || ending === "svelte" ? component(text) : undefined;
}

const MAX_ATTRIBUTES = 1000;
const CLOSE = /<\/script[\s>]/gi;

/**
 * The script blocks of a Vue or Svelte component: everything around them is blanked out, so that places stay what they
 * are. Comments are stepped over; a block without an end goes to the file's.
 */
function component(text: string): Embedded {
  let kept = "";
  let language: GrammarName = "javascript";
  let at = 0;
  const blankTo = (end: number): void => {
    kept += text.slice(at, end).replace(/[^\r\n]/g, " ");
    at = end;
  };
  for (;;) {
    const open = next(text, at);
    if (open < 0) break;
    if (text.startsWith("<!--", open)) {
      const end = text.indexOf("-->", open + 4);
      blankTo(end < 0 ? text.length : end + 3);
      continue;
    }
    const end = text.indexOf(">", open);
    if (end < 0 || end - open > MAX_ATTRIBUTES) {
      blankTo(open + 1);
      continue;
    }
    const attributes = text.slice(open, end);
    blankTo(end + 1);
    if (attributes.endsWith("/")) continue;
    CLOSE.lastIndex = at;
    const close = CLOSE.exec(text)?.index ?? text.length;
    const lang = /\blang\s*=\s*["']?(\w+)/.exec(attributes)?.[1]?.toLowerCase();
    if (lang === "tsx" || lang === "jsx") language = "tsx";
    else if ((lang === "ts" || lang === "typescript") && language !== "tsx") language = "typescript";
    kept += text.slice(at, close);
    at = close;
  }
  blankTo(text.length);
  return { language, text: kept, origin: { text, place: (span) => span } };
}

/** The next `<script` or comment from an offset on; -1 when there is none. */
function next(text: string, from: number): number {
  const pattern = /<!--|<script(?=[\s>/])/gi;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

interface Piece {
  /** Offset in the program's text. */
  readonly start: number;
  readonly value: DataString;
}

const KERNELS: readonly (readonly [RegExp, GrammarName])[] = [
  [/^i?python|^sagemath$|^pyodide$/i, "python"],
  [/^(?:typescript|deno)$/i, "typescript"],
  [/^(?:javascript|node)$/i, "javascript"],
];
/** A line that IPython reads itself: a magic, a command of the shell, a question. */
const NOT_PYTHON = /^[ \t]*(?:[%!]|\?|[\w.]+\?{1,2}[ \t]*$)/;
/** Cells that are Python all the same. */
const CELL_MAGIC = /^[ \t]*%%(?!time\b|timeit\b|capture\b|prun\b|memit\b)/;

/**
 * A notebook's code cells, one after the other, as one program (nbformat 4: `cells[].source`, 3: `worksheets[].cells[].
 * input`). Lines that are no Python are blanked out, whole cells that a magic gives to another language too.
 */
function notebook(file: string, text: string): Extracted {
  const document = parseJson(file, text);
  const [problem] = document.problems;
  if (problem) return { malformed: `is no notebook: ${problem.message}` };
  const { root } = document;
  const kernel =
    textOf(valueAt(root, "metadata", "kernelspec", "language")) ??
    textOf(valueAt(root, "metadata", "language_info", "name")) ??
    "python";
  const language = KERNELS.find(([pattern]) => pattern.test(kernel))?.[1];
  const pieces: Piece[] = [];
  const parts: string[] = [];
  let length = 0;
  const add = (value: DataString, shown: string): void => {
    pieces.push({ start: length, value });
    parts.push(shown);
    length += shown.length;
  };
  if (language) {
    for (const cell of cellsOf(root)) {
      if (textOf(valueAt(cell, "cell_type")) !== "code") continue;
      const source = stringsOf(valueAt(cell, "source") ?? valueAt(cell, "input"));
      const other = CELL_MAGIC.test(source[0]?.value ?? "");
      for (const value of source) {
        const lines = value.value.split(/(?<=\n)/);
        add(value, lines.map((line) => (other || NOT_PYTHON.test(line) ? blank(line) : line)).join(""));
      }
      // The last line of a cell has no end of its own.
      parts.push("\n");
      length++;
    }
  }
  const place = (span: Span): Span => {
    const piece = pieceAt(pieces, span.start);
    if (!piece) return { start: 0, end: 0 };
    const from = Math.min(span.start - piece.start, piece.value.value.length);
    const last = pieceAt(pieces, Math.max(span.start, span.end - 1)) ?? piece;
    const to = Math.min(Math.max(0, span.end - last.start), last.value.value.length);
    const start = partOfString(text, piece.value, from, from).start;
    return { start, end: Math.max(start, partOfString(text, last.value, to, to).end) };
  };
  return { language: language ?? "python", text: parts.join(""), origin: { text, place } };
}

const blank = (line: string): string => line.replace(/[^\r\n]/g, " ");

function textOf(value: DataValue | undefined): string | undefined {
  return value?.kind === "string" ? value.value : undefined;
}

function elements(value: DataValue | undefined): readonly DataValue[] {
  return value?.kind === "array" ? value.elements : [];
}

function cellsOf(root: DataValue | undefined): readonly DataValue[] {
  const own = elements(valueAt(root, "cells"));
  if (own.length > 0) return own;
  return elements(valueAt(root, "worksheets")).flatMap((sheet) => elements(valueAt(sheet, "cells")));
}

/** A source is one text or one a line. */
function stringsOf(value: DataValue | undefined): DataString[] {
  if (value?.kind === "string") return [value];
  return elements(value).filter((one) => one.kind === "string");
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1];
}
