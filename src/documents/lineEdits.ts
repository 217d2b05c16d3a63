import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument, DataObject, DataValue } from "./data.ts";
import {
  endOfLine,
  indentationBefore,
  isBlank,
  isBreak,
  isInComment,
  lineEnding,
  lineStart,
  nextLine,
  touchesShared,
  withItsLine,
} from "./layout.ts";
import { colon, keyLiteral, literal } from "./literal.ts";

/** Edits of what stands on lines without brackets: YAML's blocks, TOML's tables. */

/** The members of a block, each from its key or dash to the end of its value. */
export interface Block {
  readonly size: number;
  /** Undefined where a member's own start is not to be found. */
  readonly at: (index: number) => Span | undefined;
  /** What the block is without a member. */
  readonly empty: "{}" | "[]";
}

/** Where the dash of an element of a YAML list stands; undefined behind a tag, an anchor or a comment. */
export function withDash(document: DataDocument, { start, end }: Span): Span | undefined {
  const { text } = document;
  if (start === end) return undefined;
  let at = start - 1;
  while (isBlank(text[at]) || isBreak(text[at])) at--;
  if (isInComment(document, at)) return undefined;
  return text[at] === "-" && (isBlank(text[at + 1]) || isBreak(text[at + 1])) ? { start: at, end } : undefined;
}

/** What may stand before a member that is not the first on its line: dashes of the lists around it. */
const ONLY_DASHES = /^ *(?:- +)+$/;

/** The place of a member's last line: what follows the block scalar that ends it would be read as a part of it. */
function isKept(text: string, value: DataValue | undefined): boolean {
  let last = value;
  while (last && (last.kind === "object" || last.kind === "array")) {
    last = last.kind === "object" ? last.properties.at(-1)?.value : last.elements.at(-1);
  }
  return last?.kind === "string" && /^[|>][0-9-]?\+/.test(text.slice(last.span.start, last.span.start + 3));
}

/** The block becomes an empty pair of brackets, behind its key's colon or dash, or where it stood. */
function emptied(document: DataDocument, own: Span, empty: string): Edit[] {
  const { file, text } = document;
  let before = own.start - 1;
  while (isBlank(text[before]) || isBreak(text[before])) before--;
  if (text[before] === ":" && !isInComment(document, before))
    return [{ file, span: { start: before + 1, end: own.end }, newText: ` ${empty}` }];
  const column = text.slice(lineStart(text, own.start), own.start);
  if (ONLY_DASHES.test(column)) return [{ file, span: own, newText: empty }];
  if (column.trim() !== "") return [];
  return [{ file, span: own, newText: empty === "[]" ? `  ${empty}` : empty }];
}

/** Removes one member of a YAML block with its lines. Comments that are not inside of it stay. */
export function removeFromBlock(document: DataDocument, block: Block, index: number): Edit[] {
  const { file, text } = document;
  const own = block.at(index);
  if (!own || touchesShared(document, own)) return [];
  if (block.size === 1) return emptied(document, own, block.empty);
  const end = endOfLine(document, own.end);
  if (end === undefined) return [];
  if (indentationBefore(text, own.start) !== undefined) {
    // A comment behind it stays in its column: further to the right it could become a part of the text above.
    if (end === own.end) return [{ file, span: withItsLine(text, own), newText: "" }];
    let comment = own.end;
    while (isBlank(text[comment])) comment++;
    return [{ file, span: { start: own.start, end: comment }, newText: "" }];
  }
  const next = block.at(index + 1);
  const behindDash = index === 0 && ONLY_DASHES.test(text.slice(lineStart(text, own.start), own.start));
  if (!next || !behindDash || text.slice(own.end, next.start).trim() !== "") return [];
  return [{ file, span: { start: own.start, end: next.start }, newText: "" }];
}

/** Appends a line to a YAML block: `key: value`, or `- value`. */
export function appendToBlock(
  document: DataDocument,
  block: Block,
  last: DataValue | undefined,
  key: string | undefined,
  value: unknown,
): Edit[] {
  const { file, text } = document;
  const first = block.at(0);
  const own = block.at(block.size - 1);
  const body = literal(document, value);
  if (!first || !own || body === undefined || touchesShared(document, own) || isKept(text, last)) return [];
  const column = text.slice(lineStart(text, first.start), first.start);
  if (!/^ *$/.test(column) && !ONLY_DASHES.test(column)) return [];
  const at = endOfLine(document, own.end);
  if (at === undefined) return [];
  const lead = key === undefined ? "- " : `${keyLiteral(document, key)}${colon(document)}`;
  const newText = `${lineEnding(text)}${" ".repeat(column.length)}${lead}${body}`;
  return [{ file, span: { start: at, end: at }, newText }];
}

/** Removes stretches of TOML with their lines; a table leaves no second blank line behind. */
export function removePieces(document: DataDocument, pieces: readonly Span[]): Edit[] {
  const { file, text } = document;
  return pieces.map((piece): Edit => {
    const span = withItsLine(text, piece);
    const isTable = text[piece.start] === "[" && span.start === lineStart(text, piece.start);
    const after = isTable ? nextLine(text, span.end) : undefined;
    const blankBefore = span.start === 0 || /\n\r?\n$/.test(text.slice(Math.max(0, span.start - 3), span.start));
    return { file, span: after !== undefined && blankBefore ? { start: span.start, end: after } : span, newText: "" };
  });
}

/** Puts a key into a table of TOML, behind its other keys. */
export function insertIntoTable(document: DataDocument, table: DataObject, key: string, value: unknown): Edit[] {
  const { file, text } = document;
  const body = literal(document, value);
  const { insertAt } = table;
  if (body === undefined || insertAt === undefined) return [];
  const line = `${keyLiteral(document, key)}${colon(document)}${body}`;
  const eol = lineEnding(text);
  if (insertAt === 0) return [{ file, span: { start: 0, end: 0 }, newText: `${line}${eol}` }];
  const at = endOfLine(document, insertAt);
  if (at === undefined) return [];
  const indentation = /^[ \t]*/.exec(text.slice(lineStart(text, insertAt), insertAt))?.[0] ?? "";
  return [{ file, span: { start: at, end: at }, newText: `${eol}${indentation}${line}` }];
}
