import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument } from "./data.ts";
import {
  commentAt,
  hasComment,
  indentationBefore,
  indentationUnit,
  isBlank,
  lineEnding,
  lineIndentation,
  skipTrivia,
  touchesShared,
  withItsLine,
} from "./layout.ts";
import { colon, keyLiteral, literal } from "./literal.ts";

/** Edits of what stands in brackets with commas between: JSON, TOML's arrays and inline tables, YAML's flow style. */

/** What stands in brackets, without what is inside of its members. */
export interface Bracketed {
  readonly span: Span;
  readonly size: number;
  readonly at: (index: number) => Span | undefined;
}

/** The comma that follows `offset`, past comments. */
function commaAfter(document: DataDocument, offset: number): Span | undefined {
  const at = skipTrivia(document, offset);
  return document.text[at] === "," ? { start: at, end: at + 1 } : undefined;
}

/**
 * A member with its comma, when the text around it is nothing but brackets, commas, blanks and comments: a tag or an anchor
 * belongs to the member and is not in its span, and what stands for an alias stands elsewhere.
 */
function surroundings(document: DataDocument, list: Bracketed, index: number): { own: Span; comma?: Span } | undefined {
  const own = list.at(index);
  const inside = (span: Span): boolean => span.start > list.span.start && span.end < list.span.end;
  if (!own || !inside(own) || touchesShared(document, own)) return undefined;
  const previous = list.at(index - 1);
  if (previous && (!inside(previous) || touchesShared(document, previous))) return undefined;
  const before = previous ? commaAfter(document, previous.end)?.end : list.span.start + 1;
  if (before === undefined || skipTrivia(document, before) !== own.start) return undefined;
  const comma = commaAfter(document, own.end);
  if (comma) return { own, comma };
  return skipTrivia(document, own.end) === list.span.end - 1 ? { own } : undefined;
}

/** Removes members with their commas and, where they stand alone on them, their lines. Comments stay. In order. */
export function removeMembers(document: DataDocument, list: Bracketed, indices: readonly number[]): Edit[] {
  const { file, text } = document;
  const { start, end } = list.span;
  const cut = (span: Span): Edit => ({ file, span, newText: "" });
  const members = indices.map((index) => surroundings(document, list, index));
  const [first] = members;
  const last = members.at(-1);
  if (!first || !last || members.includes(undefined)) return [];
  if (
    members.length === list.size &&
    !hasComment(document, start, first.own.start) &&
    !hasComment(document, last.own.end, end) &&
    members.every((one, i) => !hasComment(document, one?.own.end ?? 0, members[i + 1]?.own.start ?? 0))
  ) {
    return [cut({ start: start + 1, end: end - 1 })];
  }
  const edits = members.flatMap((one): Edit[] => {
    if (!one) return [];
    const { own, comma } = one;
    if (!comma) return [cut(withItsLine(text, own))];
    if (comma.start === own.end || !hasComment(document, own.end, comma.start)) {
      return [cut(withItsLine(text, { start: own.start, end: comma.end }))];
    }
    return [cut(own), cut(comma)];
  });
  if (last.comma) return edits;
  // The last one has none of its own: the comma of the last that stays goes.
  let kept = list.size - 1;
  for (let i = indices.length - 1; i >= 0 && indices[i] === kept; i--) kept--;
  const previous = list.at(kept);
  const before = previous && commaAfter(document, previous.end);
  if (!before) return edits;
  if (hasComment(document, previous.end, last.own.end)) return [cut(before), ...edits];
  const earlier = edits.filter((edit) => edit.span.start < before.start);
  return [...earlier, cut({ start: before.start, end: last.own.end })];
}

/** A value as it would stand in the document at the indentation of its property; JSON over lines. */
function render(document: DataDocument, value: unknown, indentation: string, oneLine: boolean): string | undefined {
  const { text, format } = document;
  if (oneLine || format !== "json") return literal(document, value);
  return JSON.stringify(value, undefined, indentationUnit(text)).replaceAll("\n", `${lineEnding(text)}${indentation}`);
}

/** Appends a member in the style of its siblings: on a line of its own where they are, and with their comma. */
export function appendMember(document: DataDocument, list: Bracketed, key: string | undefined, value: unknown): Edit[] {
  const { file, text, format } = document;
  const parent = list.span;
  if (touchesShared(document, parent)) return [];
  const eol = lineEnding(text);
  const lead = key === undefined ? "" : `${keyLiteral(document, key)}${colon(document)}`;
  const oneLine = render(document, value, "", true);
  if (oneLine === undefined) return [];
  const put = (at: number, newText: string): Edit => ({ file, span: { start: at, end: at }, newText });
  const last = list.at(list.size - 1);
  if (!last) {
    const comment = document.comments.findLast((c) => c.start > parent.start && c.end < parent.end);
    const inner = { start: comment?.end ?? parent.start + 1, end: parent.end - 1 };
    if (format !== "json" && comment === undefined) {
      const space = format === "toml" && key !== undefined ? " " : "";
      return [{ file, span: inner, newText: `${space}${lead}${oneLine}${space}` }];
    }
    if (!/[\r\n]/.test(text)) return [{ file, span: inner, newText: `${lead}${oneLine}` }];
    const outer = lineIndentation(text, parent.start);
    const indentation = outer + indentationUnit(text);
    const body = render(document, value, indentation, false) ?? oneLine;
    return [{ file, span: inner, newText: `${eol}${indentation}${lead}${body}${eol}${outer}` }];
  }
  const around = surroundings(document, list, list.size - 1);
  if (!around) return [];
  const indentation = indentationBefore(text, last.start);
  const { comma: trailing } = around;
  if (indentation === undefined) {
    return trailing ? [put(trailing.end, ` ${lead}${oneLine}`)] : [put(last.end, `, ${lead}${oneLine}`)];
  }
  // A comment that ends the last line belongs to that line.
  let end = trailing?.end ?? last.end;
  for (;;) {
    let next = end;
    while (isBlank(text[next])) next++;
    const comment = commentAt(document, next);
    if (!comment) break;
    end = comment.end;
  }
  const body = render(document, value, indentation, false) ?? oneLine;
  const line = `${eol}${indentation}${lead}${body}${trailing ? "," : ""}`;
  if (trailing) return [put(end, line)];
  return end === last.end ? [put(end, `,${line}`)] : [put(last.end, ","), put(end, line)];
}
