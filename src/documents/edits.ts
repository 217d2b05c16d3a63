import type { Edit } from "../core/finding.ts";
import type { DataArray, DataDocument, DataObject, DataProperty, DataValue } from "./data.ts";
import { appendMember, type Bracketed, removeMembers } from "./commaEdits.ts";
import { hasComment, isBlank, isBreak, isInComment, touchesShared } from "./layout.ts";
import { appendToBlock, type Block, insertIntoTable, removeFromBlock, removePieces, withDash } from "./lineEdits.ts";
import { literal } from "./literal.ts";

/**
 * Edits of a document by ranges, in its own syntax: what is not edited keeps every byte, comments included. They are made
 * from one state of the document, so edits of neighbours may not be combined in one fix unless they do not overlap. Where a
 * layout does not let an edit be made safely there is none: an empty list, and so no fix.
 */

const indices = new WeakMap<object, ReadonlyMap<unknown, number>>();

/** Where a member stands among its siblings; asked for often, of lists that may be long. */
function indexIn(siblings: readonly unknown[], member: unknown): number {
  let known = indices.get(siblings);
  if (!known) {
    known = new Map(siblings.map((one, i) => [one, i]));
    indices.set(siblings, known);
  }
  return known.get(member) ?? -1;
}

const bracketedObject = ({ span, properties }: DataObject): Bracketed => ({
  span,
  size: properties.length,
  at: (i) => properties[i]?.span,
});
const bracketedArray = ({ span, elements }: DataArray): Bracketed => ({
  span,
  size: elements.length,
  at: (i) => elements[i]?.span,
});
const blockOf = ({ properties }: DataObject): Block => ({
  size: properties.length,
  at: (i) => properties[i]?.span,
  empty: "{}",
});
const blockList = (document: DataDocument, { elements }: DataArray): Block => ({
  size: elements.length,
  at: (i) => elements[i] && withDash(document, elements[i].span),
  empty: "[]",
});

/** Replaces a value by another. */
export function setValue(document: DataDocument, value: DataValue, to: unknown): Edit[] {
  const { file, text, format } = document;
  const { span } = value;
  const newText = literal(document, to);
  if (newText === undefined || touchesShared(document, span)) return [];
  if ((value.kind === "object" || value.kind === "array") && value.layout !== "brackets") return [];
  if (format !== "yaml") return [{ file, span, newText }];
  // A tag or an anchor before it would speak of the new value.
  let before = span.start - 1;
  while (isBlank(text[before]) || isBreak(text[before])) before--;
  if (!/[:\-,[{?]/.test(text.charAt(before)) || isInComment(document, before)) return [];
  const isApart = span.start === 0 || isBlank(text[span.start - 1]) || /[[{,\r\n]/.test(text.charAt(span.start - 1));
  return [{ file, span, newText: isApart ? newText : ` ${newText}` }];
}

/** Removes members of a YAML block, or none of them where that cannot be. */
function removeAll(document: DataDocument, block: Block, unwanted: readonly number[]): Edit[] {
  const [first] = unwanted;
  if (first === undefined) return [];
  if (unwanted.length === 1) return removeFromBlock(document, block, first);
  if (unwanted.length === block.size) {
    // All of them are one stretch, from the first one's start to the last one's end.
    const places = unwanted.map((i) => block.at(i));
    const [from, to] = [places[0], places.at(-1)];
    const whole = from && to && { start: from.start, end: to.end };
    const apart = places.some((one, i) => i > 0 && hasComment(document, places[i - 1]?.end ?? 0, one?.start ?? 0));
    return whole && !apart ? removeFromBlock(document, { ...block, size: 1, at: () => whole }, 0) : [];
  }
  const edits = unwanted.map((i) => removeFromBlock(document, block, i));
  const all = edits.flat();
  const overlap = all.some(({ span }, i) => i > 0 && span.start < (all[i - 1]?.span.end ?? 0));
  return edits.every((one) => one.length > 0) && !overlap ? all : [];
}

/** Where members stand among their siblings, in order; undefined where one does not. */
function places(siblings: readonly unknown[], members: readonly unknown[]): number[] | undefined {
  const found = [...new Set(members.map((one) => indexIn(siblings, one)))].toSorted((a, b) => a - b);
  return found.length === 0 || (found[0] ?? -1) < 0 ? undefined : found;
}

/** Removes properties with their commas and, where they stand alone on them, their lines; all or none. Comments stay. */
export function deleteProperties(
  document: DataDocument,
  object: DataObject,
  properties: readonly DataProperty[],
): Edit[] {
  const unwanted = places(object.properties, properties);
  if (!unwanted) return [];
  if (object.layout === "brackets") {
    // A dotted key in an inline table is a part of the line of another.
    const isDotted = properties.some((one) => one.pieces !== undefined);
    return isDotted ? [] : removeMembers(document, bracketedObject(object), unwanted);
  }
  if (document.format === "toml") {
    const pieces = properties.map((one) => one.pieces ?? [one.span]);
    return pieces.every((one) => one.length > 0) ? removePieces(document, pieces.flat()) : [];
  }
  return object.layout === "lines" ? removeAll(document, blockOf(object), unwanted) : [];
}

/** Removes a property as `deleteProperties` does. */
export function deleteProperty(document: DataDocument, object: DataObject, property: DataProperty): Edit[] {
  return deleteProperties(document, object, [property]);
}

/** Removes elements as `deleteProperties` removes properties. */
export function deleteElements(document: DataDocument, array: DataArray, elements: readonly DataValue[]): Edit[] {
  const unwanted = places(array.elements, elements);
  if (!unwanted) return [];
  if (array.layout === "brackets") return removeMembers(document, bracketedArray(array), unwanted);
  if (document.format !== "toml") return removeAll(document, blockList(document, array), unwanted);
  const pieces = unwanted.map((i) => array.elements[i]).map((one) => (one?.kind === "object" ? one.pieces : undefined));
  return pieces.every((one) => one !== undefined) ? removePieces(document, pieces.flat()) : [];
}

/** Removes an element as `deleteElements` does. */
export function deleteElement(document: DataDocument, array: DataArray, element: DataValue): Edit[] {
  return deleteElements(document, array, [element]);
}

/** Appends a property in the style of its siblings: on a line of its own where they are, and with their comma. */
export function insertProperty(document: DataDocument, object: DataObject, key: string, value: unknown): Edit[] {
  if (object.layout === "brackets") return appendMember(document, bracketedObject(object), key, value);
  if (document.format === "toml") return insertIntoTable(document, object, key, value);
  if (object.layout === "none") return [];
  return appendToBlock(document, blockOf(object), object.properties.at(-1)?.value, key, value);
}

/** Appends an element in the style of its siblings. */
export function insertElement(document: DataDocument, array: DataArray, value: unknown): Edit[] {
  if (array.layout === "brackets") return appendMember(document, bracketedArray(array), undefined, value);
  if (document.format === "toml") return [];
  return appendToBlock(document, blockList(document, array), array.elements.at(-1), undefined, value);
}
