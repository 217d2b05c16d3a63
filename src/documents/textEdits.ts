import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { type DataDocument, type DataString, type DataValue, keyOf } from "./data.ts";
import { isBlank, lineStart, touchesShared } from "./layout.ts";
import { doubleQuoted, escaped } from "./literal.ts";
import { sourcePlaces } from "./strings.ts";

/** What is to stand in the place of a part of a string: `text` is as a reader will see it, without escapes. */
export interface TextChange {
  /** As `partOfString` gives it, or a string's own span for all of it. */
  readonly span: Span;
  readonly text: string;
}

interface Placed {
  readonly string: DataString;
  /** Between brackets, where plain text of YAML may hold less. */
  readonly inBrackets: boolean;
}

const indexes = new WeakMap<DataDocument, readonly Placed[]>();

/** The strings of a document, keys among them, in the order of the text. */
function stringsOf(document: DataDocument): readonly Placed[] {
  const before = indexes.get(document);
  if (before) return before;
  const found: Placed[] = [];
  const pending: { value: DataValue; inBrackets: boolean }[] = document.root
    ? [{ value: document.root, inBrackets: false }]
    : [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value } = next;
    if (value.kind === "string") found.push({ string: value, inBrackets: next.inBrackets });
    if (value.kind !== "object" && value.kind !== "array") continue;
    const inBrackets = next.inBrackets || value.layout === "brackets";
    if (value.kind === "array") for (const element of value.elements) pending.push({ value: element, inBrackets });
    else {
      for (const one of value.properties) {
        found.push({ string: keyOf(one), inBrackets });
        pending.push({ value: one.value, inBrackets });
      }
    }
  }
  found.sort((a, b) => a.string.span.start - b.string.span.start);
  indexes.set(document, found);
  return found;
}

/** The last of spans in order that begins at an offset or before. */
function lastFrom<T>(all: readonly T[], startOf: (one: T) => number, offset: number): T | undefined {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = all[middle];
    if (one !== undefined && startOf(one) <= offset) low = middle + 1;
    else high = middle;
  }
  return all[low - 1];
}

const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** What no line of text may hold. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
/** What YAML 1.2, or a reader of 1.1, takes for a number, a date, a boolean or nothing. */
const YAML_OTHER = /^(?:[-+.]?\d[\w.:+-]*|[-+]?\.(?:inf|nan)|true|false|null|yes|no|on|off|y|n|~|=|<<)$/i;

/** Whether text can stand in YAML without quotes and stays text. */
export function isPlainYaml(text: string, inBrackets: boolean): boolean {
  if (text === "" || text !== text.trim() || CONTROL.test(text) || text.includes("\t")) return false;
  if (/^[[\]{},#&*!|>'"%@`]/.test(text) || /^[-?:](?:\s|$)/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/:(?:\s|$)/.test(text) || /\s#/.test(text) || YAML_OTHER.test(text)) return false;
  return !inBrackets || !(/[[\]{},]/.test(text) || /^[-?:]/.test(text) || text.includes("::"));
}

/** What stands in the source for `text` inside of this string, and leaves the string's end where it is. */
function written(document: DataDocument, string: DataString, { span, text }: TextChange): string | undefined {
  switch (string.style) {
    case "double":
    case "multi-double":
      return document.format === "toml" && /[\ud800-\udfff]/u.test(text) ? undefined : escaped(document, text);
    case "single":
      return CONTROL.test(text) ? undefined : text.replaceAll("'", "''");
    case "literal":
    case "multi-literal":
      return CONTROL.test(text) || text.includes("'") ? undefined : text;
    case "block": {
      const source = document.text;
      const startsLine = source.slice(lineStart(source, span.start), span.start).trim() === "";
      const next = text === "" ? source[span.end] : text[0];
      const moves = startsLine && (next === undefined || isBlank(next) || /[\r\n]/.test(next));
      return CONTROL.test(text) || moves ? undefined : text;
    }
    case "plain":
    case "opaque":
      return undefined;
  }
}

/** The changes of a string without quotes: as they are while it needs none, else the whole of it in quotes. */
function plainEdits(document: DataDocument, { string, inBrackets }: Placed, changes: readonly TextChange[]): Edit[] {
  const { file, format } = document;
  const { span, value } = string;
  let result = value;
  for (const { span: at, text } of changes.toSorted((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, at.start - span.start) + text + result.slice(at.end - span.start);
  }
  const plain = format === "toml" ? /^[A-Za-z0-9_-]{1,200}$/.test(result) : isPlainYaml(result, inBrackets);
  if (plain) return changes.map(({ span: at, text }) => ({ file, span: at, newText: text }));
  return [{ file, span, newText: doubleQuoted(document, result) }];
}

/**
 * Puts text in the place of parts of strings (values or keys) or of comments, in the syntax of each: escaped, or with
 * quotes that the string had not. All of them or, where one cannot be written, none. Changes may not overlap.
 */
export function replaceText(document: DataDocument, ...changes: readonly TextChange[]): Edit[] {
  const { file, comments } = document;
  const edits: Edit[] = [];
  const plain = new Map<Placed, TextChange[]>();
  for (const change of changes) {
    const { span, text } = change;
    const placed = lastFrom(stringsOf(document), (one) => one.string.span.start, span.start);
    if (!placed || !contains(placed.string.span, span)) {
      const comment = lastFrom(comments, (one) => one.start, span.start);
      if (!comment || !contains(comment, span) || /[\r\n]/.test(text) || text.includes("*/")) return [];
      edits.push({ file, span, newText: text });
      continue;
    }
    const { string } = placed;
    if (string.style === "opaque" || touchesShared(document, string.span)) return [];
    if (!sourcePlaces(document.text, string)) return [];
    if (string.style === "plain") {
      plain.set(placed, [...(plain.get(placed) ?? []), change]);
      continue;
    }
    const isWhole = span.start === string.span.start && span.end === string.span.end;
    const newText = isWhole ? doubleQuoted(document, text) : written(document, string, change);
    if (newText === undefined) return [];
    edits.push({ file, span, newText });
  }
  for (const [placed, own] of plain) edits.push(...plainEdits(document, placed, own));
  return edits;
}
