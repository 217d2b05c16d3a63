import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataArray, DataDocument, DataObject, DataProperty, DataString } from "../documents/data.ts";
import { deleteElements, deleteProperty } from "../documents/edits.ts";
import { commentAt, lineEnding, lineStart, skipTrivia, touchesShared } from "../documents/layout.ts";
import { colon, doubleQuoted } from "../documents/literal.ts";
import { isPlainYaml } from "../documents/textEdits.ts";

/** The parts of an entry that Protect touches. */
export interface Stdio {
  readonly command: DataProperty & { readonly value: DataString };
  readonly args?: DataProperty & { readonly value: DataArray };
}

const insert = (file: string, at: number, newText: string): Edit => ({ file, span: { start: at, end: at }, newText });

/** What is not understood, as the end of a sentence, and where. */
export interface Unmovable {
  readonly reason: string;
  readonly span: Span;
}

/** Why the literal of the command cannot move as it is written. */
export function unmovable(document: DataDocument, object: DataObject, { command, args }: Stdio): Unmovable | undefined {
  const { text, format } = document;
  const { value } = command;
  if (touchesShared(document, object.span) || touchesShared(document, command.span)) {
    return { reason: "an alias stands for it or for a part of it", span: command.span };
  }
  if (value.style === "opaque" || value.style === "block") {
    return { reason: `its \`${command.key}\` is written over several lines`, span: value.span };
  }
  if (format !== "yaml") return undefined;
  for (const one of args ? [command, args] : [command]) {
    const { start } = one.value.span;
    const between = text.slice(one.keySpan.end, start);
    if (!/^[ \t]*:\s/.test(between) || skipTrivia(document, text.indexOf(":", one.keySpan.end) + 1) !== start) {
      return { reason: `its \`${one.key}\` has a tag or an anchor`, span: one.span };
    }
  }
  const raw = text.slice(value.span.start, value.span.end);
  if (args?.value.layout === "brackets" && value.style === "plain" && !isPlainYaml(raw, true)) {
    return { reason: `its \`${command.key}\` would need quotes between the brackets of its args`, span: value.span };
  }
  return undefined;
}

/** Blanks and dashes before a key of YAML, as blanks: the column of what stands below it. */
function columnOf(text: string, key: Span): string | undefined {
  const before = text.slice(lineStart(text, key.start), key.start);
  return /^ *(?:- +)*$/.test(before) ? " ".repeat(before.length) : undefined;
}

/** What stands between the command and an `args` that we add; undefined for a layout where none can be added. */
function separator(document: DataDocument, object: DataObject, command: DataProperty): string | undefined {
  const { text, format } = document;
  const eol = lineEnding(text);
  if (object.layout === "brackets") {
    if (command.pieces !== undefined) return undefined;
    let start = command.span.start;
    while (text[start - 1] === " " || text[start - 1] === "\t") start--;
    const before = text[start - 1];
    return before === "\n" || before === "\r" ? `,${eol}${text.slice(start, command.span.start)}` : ", ";
  }
  if (format === "yaml") {
    const column = object.layout === "lines" ? columnOf(text, command.keySpan) : undefined;
    return column === undefined ? undefined : `${eol}${column}`;
  }
  // The keys before it on its line, where it is a dotted one.
  const start = lineStart(text, command.keySpan.start);
  return `${eol}${text.slice(start, command.keySpan.start)}`;
}

/** The edits that put words in front of the arguments, the last of them as it stands in the file. */
export function prepend(
  document: DataDocument,
  object: DataObject,
  { command, args }: Stdio,
  words: readonly string[],
): readonly Edit[] | undefined {
  const { file, text, format } = document;
  const original = text.slice(command.value.span.start, command.value.span.end);
  const all = [...words.map((word) => doubleQuoted(document, word)), original];
  const eol = lineEnding(text);
  if (!args) {
    const before = separator(document, object, command);
    if (before === undefined) return undefined;
    const isPlain = format === "yaml" && command.value.style === "plain";
    if (object.layout === "lines" && isPlain && !isPlainYaml(original, true)) {
      // Plain text that brackets would not hold stands on a line of its own.
      return [insert(file, command.span.end, `${before}args:${all.map((word) => `${before}  - ${word}`).join("")}`)];
    }
    const key = format === "json" ? '"args"' : "args";
    return [insert(file, command.span.end, `${before}${key}${colon(document)}[${all.join(", ")}]`)];
  }
  const { span, layout, elements } = args.value;
  if (layout === "lines") {
    const column = columnOf(text, span);
    if (column === undefined || text[span.start] !== "-") return undefined;
    return [insert(file, span.start, all.map((word) => `- ${word}${eol}${column}`).join(""))];
  }
  const at = span.start + 1;
  const startsLine = /[\t\r\n]/.test(text.charAt(at));
  const comma = elements.length === 0 ? "" : startsLine ? "," : ", ";
  return [insert(file, at, `${all.join(", ")}${comma}`)];
}

/** The edits that take the words up to the `at`-th away again; `added`: the entry had no arguments before. */
export function withdraw(
  document: DataDocument,
  object: DataObject,
  { command, args }: Stdio & Required<Pick<Stdio, "args">>,
  at: number,
  added: boolean,
): readonly Edit[] {
  const { file, text } = document;
  const { elements, span, layout } = args.value;
  const cut = (start: number, end: number): Edit => ({ file, span: { start, end }, newText: "" });
  const original = elements[at];
  if (!original) return [];
  const last = at === elements.length - 1;
  if (last && added) {
    const between = text.slice(command.span.end, args.keySpan.start);
    if (between === separator(document, object, command)) return [cut(command.span.end, args.span.end)];
    return deleteProperty(document, object, args);
  }
  if (layout === "lines") {
    if (last) return deleteElements(document, args.value, elements);
    const next = skipTrivia(document, original.span.end);
    return text[next] === "-" ? [cut(span.start, next)] : [];
  }
  const open = span.start + 1;
  if (last) return [cut(open, original.span.end)];
  let comma = original.span.end;
  while (comma < span.end && text[comma] !== ",") comma = commentAt(document, comma)?.end ?? comma + 1;
  const end = comma + 1 + (text[comma + 1] === " " ? 1 : 0);
  if (comma === original.span.end) return [cut(open, end)];
  return [cut(open, original.span.end), cut(comma, end)];
}
