import type { Span } from "../core/text.ts";
import type { DataDocument } from "./data.ts";

/** What edits ask of the text around a place: blanks, lines, comments. */

export const isBlank = (c: string | undefined): boolean => c === " " || c === "\t";
export const isBreak = (c: string | undefined): boolean => c === "\n" || c === "\r";

/** The first of spans in order that ends behind an offset. */
function firstBehind(spans: readonly Span[], offset: number): Span | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return spans[low];
}

/** The comment that begins at an offset. */
export function commentAt({ comments }: DataDocument, offset: number): Span | undefined {
  const found = firstBehind(comments, offset);
  return found?.start === offset ? found : undefined;
}

/** Whether a character is one of a comment's. */
export function isInComment({ comments }: DataDocument, offset: number): boolean {
  const found = firstBehind(comments, offset);
  return found !== undefined && found.start <= offset;
}

/** Whether a comment lies between two offsets. */
export function hasComment({ comments }: DataDocument, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const found = firstBehind(comments, at);
    if (!found || found.start >= to) return false;
    if (found.start >= from && found.end <= to) return true;
    at = found.end - 1;
  }
  return false;
}

/** Offset after blanks, line breaks and comments from `offset`. */
export function skipTrivia(document: DataDocument, offset: number): number {
  const { text } = document;
  let at = offset;
  for (;;) {
    while (isBlank(text[at]) || isBreak(text[at])) at++;
    const comment = commentAt(document, at);
    if (!comment) return at;
    at = comment.end;
  }
}

/** Offset of the start of the line. */
export function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isBreak(text[start - 1])) start--;
  return start;
}

/** The blanks before `offset`, when nothing else stands before it on its line. */
export function indentationBefore(text: string, offset: number): string | undefined {
  let start = offset;
  while (isBlank(text[start - 1])) start--;
  return start === 0 || isBreak(text[start - 1]) ? text.slice(start, offset) : undefined;
}

/** Blanks at the start of the line of `offset`. */
export function lineIndentation(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (isBlank(text[end])) end++;
  return text.slice(start, end);
}

/** Offset after the line break that ends the line of `offset`, when only blanks stand between. */
export function nextLine(text: string, offset: number): number | undefined {
  let end = offset;
  while (isBlank(text[end])) end++;
  if (text[end] === "\r" && text[end + 1] === "\n") return end + 2;
  return isBreak(text[end]) ? end + 1 : undefined;
}

/** Widens a range to its whole lines where nothing else stands on them, else by the blanks that follow it. */
export function withItsLine(text: string, { start, end }: Span): Span {
  const indentation = indentationBefore(text, start);
  const next = nextLine(text, end);
  if (indentation !== undefined && next !== undefined) return { start: start - indentation.length, end: next };
  if (next !== undefined) return { start, end };
  let blank = end;
  while (isBlank(text[blank])) blank++;
  if (indentation !== undefined && blank === text.length) return { start: start - indentation.length, end: blank };
  return { start, end: blank };
}

/** The end of a line's content, its comment included, where nothing but a comment follows `offset` on it. */
export function endOfLine(document: DataDocument, offset: number): number | undefined {
  const { text } = document;
  let end = offset;
  while (isBlank(text[end])) end++;
  const comment = commentAt(document, end);
  if (comment) return comment.end;
  return end >= text.length || isBreak(text[end]) ? offset : undefined;
}

/** The document's line ending: that of its first line. */
export function lineEnding(text: string): "\n" | "\r\n" | "\r" {
  const at = text.search(/[\r\n]/);
  if (at < 0 || text[at] === "\n") return "\n";
  return text[at + 1] === "\n" ? "\r\n" : "\r";
}

/** One level of indentation as this document writes it. */
export function indentationUnit(text: string): string {
  return /(?:^|[\r\n])(\t| {1,8})\S/.exec(text)?.[1] ?? "  ";
}

/** True where an edit would change what an alias elsewhere stands for too. */
export function touchesShared({ shared = [] }: DataDocument, { start, end }: Span): boolean {
  return shared.some((one) => one.start <= end && start <= one.end);
}
