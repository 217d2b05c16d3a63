import { applyEdits, type Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataArray, DataDocument, DataObject, DataProperty, DataValue } from "./data.ts";
import { parseJson } from "./json.ts";

/**
 * Edits of a JSON document by ranges: what is not edited keeps every byte, comments included. They are made from one
 * state of the document, so edits of neighbours may not be combined in one fix unless they do not overlap.
 */

const isBlank = (c: string | undefined): boolean => c === " " || c === "\t";
const isBreak = (c: string | undefined): boolean => c === "\n" || c === "\r";

/** Offset after blanks, line breaks and comments from `offset`. */
function skipTrivia(document: DataDocument, offset: number): number {
  const { text, comments } = document;
  let at = offset;
  for (;;) {
    while (isBlank(text[at]) || isBreak(text[at])) at++;
    const comment = comments.find((candidate) => candidate.start === at);
    if (!comment) return at;
    at = comment.end;
  }
}

/** The comma that follows `offset`, past comments. */
function commaAfter(document: DataDocument, offset: number): Span | undefined {
  const at = skipTrivia(document, offset);
  return document.text[at] === "," ? { start: at, end: at + 1 } : undefined;
}

/** The blanks before `offset`, when nothing else stands before it on its line. */
function indentationBefore(text: string, offset: number): string | undefined {
  let start = offset;
  while (isBlank(text[start - 1])) start--;
  return start === 0 || isBreak(text[start - 1]) ? text.slice(start, offset) : undefined;
}

/** Offset after the line break that ends the line of `offset`, when only blanks stand between. */
function nextLine(text: string, offset: number): number | undefined {
  let end = offset;
  while (isBlank(text[end])) end++;
  if (text[end] === "\r" && text[end + 1] === "\n") return end + 2;
  return isBreak(text[end]) ? end + 1 : undefined;
}

/** Widens a range to its whole lines where nothing else stands on them, else by the blanks that follow it. */
function withItsLine(text: string, { start, end }: Span): Span {
  const indentation = indentationBefore(text, start);
  const next = nextLine(text, end);
  if (indentation !== undefined && next !== undefined) return { start: start - indentation.length, end: next };
  if (next !== undefined) return { start, end };
  let blank = end;
  while (isBlank(text[blank])) blank++;
  return { start, end: blank };
}

function remove(document: DataDocument, parent: Span, siblings: readonly Span[], index: number): Edit[] {
  const { file, text } = document;
  const own = siblings[index];
  if (!own) return [];
  const cut = (span: Span): Edit => ({ file, span, newText: "" });
  const hasComment = (from: number, to: number): boolean =>
    document.comments.some((comment) => comment.start >= from && comment.end <= to);
  const previous = siblings[index - 1];
  const comma = commaAfter(document, own.end);
  if (siblings.length === 1 && !hasComment(parent.start, own.start) && !hasComment(own.end, parent.end)) {
    return [cut({ start: parent.start + 1, end: parent.end - 1 })];
  }
  if (comma && (comma.start === own.end || !hasComment(own.end, comma.start))) {
    return [cut(withItsLine(text, { start: own.start, end: comma.end }))];
  }
  if (comma) return [cut(own), cut(comma)];
  const before = previous && commaAfter(document, previous.end);
  if (!before) return [cut(withItsLine(text, own))];
  if (!hasComment(previous.end, own.start)) return [cut({ start: before.start, end: own.end })];
  return [cut(before), cut(withItsLine(text, own))];
}

/** Replaces a value. `newText` is JSON. */
export function setValue(document: DataDocument, value: DataValue, newText: string): Edit {
  return { file: document.file, span: value.span, newText };
}

/** Removes a property with its comma and, where it stands alone on them, its lines. Comments stay. */
export function deleteProperty(document: DataDocument, object: DataObject, property: DataProperty): Edit[] {
  const spans = object.properties.map((candidate) => candidate.span);
  return remove(document, object.span, spans, object.properties.indexOf(property));
}

/** Removes an element as `deleteProperty` removes a property. */
export function deleteElement(document: DataDocument, array: DataArray, element: DataValue): Edit[] {
  const spans = array.elements.map((candidate) => candidate.span);
  return remove(document, array.span, spans, array.elements.indexOf(element));
}

/** Removes several elements, as one edit: the rest of the array keeps every character. */
export function deleteElements(document: DataDocument, array: DataArray, elements: readonly DataValue[]): Edit[] {
  const { start, end } = array.span;
  const unwanted = elements.map((element) => array.elements.indexOf(element)).filter((index) => index >= 0);
  let text = document.text.slice(start, end);
  for (const index of unwanted.toSorted((a, b) => b - a)) {
    const part = parseJson(document.file, text);
    const element = part.root?.kind === "array" ? part.root.elements[index] : undefined;
    if (part.root?.kind !== "array" || !element) return [];
    text = applyEdits(text, deleteElement(part, part.root, element));
  }
  return unwanted.length === 0 ? [] : [{ file: document.file, span: array.span, newText: text }];
}

/** The document's line ending: that of its first line. */
export function lineEnding(text: string): "\n" | "\r\n" | "\r" {
  const at = text.search(/[\r\n]/);
  if (at < 0 || text[at] === "\n") return "\n";
  return text[at + 1] === "\n" ? "\r\n" : "\r";
}

/** Blanks at the start of the line of `offset`. */
function lineIndentation(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && !isBreak(text[start - 1])) start--;
  let end = start;
  while (isBlank(text[end])) end++;
  return text.slice(start, end);
}

/** One level of indentation as this document writes it. */
function indentationUnit(text: string): string {
  return /(?:^|[\r\n])(\t| {1,8})\S/.exec(text)?.[1] ?? "  ";
}

/** JSON of a value as it would stand in the document at the indentation of its property. */
function render(value: unknown, text: string, indentation: string, oneLine: boolean): string {
  if (oneLine) return JSON.stringify(value);
  return JSON.stringify(value, undefined, indentationUnit(text)).replaceAll("\n", `${lineEnding(text)}${indentation}`);
}

function insert(document: DataDocument, parent: Span, siblings: readonly Span[], key: string, value: unknown): Edit[] {
  const { file, text } = document;
  const eol = lineEnding(text);
  const put = (at: number, newText: string): Edit => ({ file, span: { start: at, end: at }, newText });
  const last = siblings.at(-1);
  if (!last) {
    const comment = document.comments.findLast((c) => c.start > parent.start && c.end < parent.end);
    const inner = { start: comment?.end ?? parent.start + 1, end: parent.end - 1 };
    if (!/[\r\n]/.test(text)) return [{ file, span: inner, newText: `${key}${render(value, text, "", true)}` }];
    const outer = lineIndentation(text, parent.start);
    const indentation = outer + indentationUnit(text);
    const body = `${eol}${indentation}${key}${render(value, text, indentation, false)}${eol}${outer}`;
    return [{ file, span: inner, newText: body }];
  }
  const indentation = indentationBefore(text, last.start);
  const trailing = commaAfter(document, last.end);
  if (indentation === undefined) {
    const rendered = `${key}${render(value, text, "", true)}`;
    return trailing ? [put(trailing.end, ` ${rendered}`)] : [put(last.end, `, ${rendered}`)];
  }
  // A comment that ends the last line belongs to that line.
  let end = trailing?.end ?? last.end;
  for (;;) {
    let next = end;
    while (isBlank(text[next])) next++;
    const comment = document.comments.find((candidate) => candidate.start === next);
    if (!comment) break;
    end = comment.end;
  }
  const line = `${eol}${indentation}${key}${render(value, text, indentation, false)}${trailing ? "," : ""}`;
  if (trailing) return [put(end, line)];
  return end === last.end ? [put(end, `,${line}`)] : [put(last.end, ","), put(end, line)];
}

/** Appends a property in the style of its siblings: on a line of its own where they are, and with their comma. */
export function insertProperty(document: DataDocument, object: DataObject, key: string, value: unknown): Edit[] {
  const spans = object.properties.map((candidate) => candidate.span);
  return insert(document, object.span, spans, `${JSON.stringify(key)}: `, value);
}

/** Appends an element in the style of its siblings. */
export function insertElement(document: DataDocument, array: DataArray, value: unknown): Edit[] {
  const spans = array.elements.map((candidate) => candidate.span);
  return insert(document, array.span, spans, "", value);
}
