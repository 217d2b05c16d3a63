import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";

/** The syntax of a document. `text`: nothing in it is read as data. */
export type Format = "json" | "toml" | "yaml" | "text";

/** A value of a document in the data model of JSON, with its place. Keys stay in a list, so duplicates and `__proto__` are seen. */
export type DataValue = DataObject | DataArray | DataString | DataNumber | DataBoolean | DataNull;

export interface DataObject {
  readonly kind: "object";
  readonly span: Span;
  readonly properties: readonly DataProperty[];
}
export interface DataArray {
  readonly kind: "array";
  readonly span: Span;
  readonly elements: readonly DataValue[];
}
/** `span` includes the quotes. */
export interface DataString {
  readonly kind: "string";
  readonly span: Span;
  readonly value: string;
}
export interface DataNumber {
  readonly kind: "number";
  readonly span: Span;
  readonly value: number;
}
export interface DataBoolean {
  readonly kind: "boolean";
  readonly span: Span;
  readonly value: boolean;
}
export interface DataNull {
  readonly kind: "null";
  readonly span: Span;
}

export interface DataProperty {
  readonly key: string;
  /** With the quotes. */
  readonly keySpan: Span;
  readonly value: DataValue;
  /** From the key to the end of the value. */
  readonly span: Span;
}

export interface DataDocument {
  readonly file: string;
  readonly format: Format;
  readonly text: string;
  /** Undefined where nothing could be read. Where there are problems: what was recovered. */
  readonly root: DataValue | undefined;
  readonly problems: readonly Problem[];
  /** Tolerated, and noted: clients that read strict JSON refuse them. */
  readonly comments: readonly Span[];
  readonly trailingCommas: readonly Span[];
  /** Nothing but blanks and comments: to a reader of JSONC the same as nothing set, to others no JSON. */
  readonly blank: boolean;
}

/** The last property of that name, which is the one that parsers take; undefined for another kind of value. */
export function property(value: DataValue | undefined, key: string): DataProperty | undefined {
  return value?.kind === "object" ? value.properties.findLast((candidate) => candidate.key === key) : undefined;
}

/** The value at a path of keys. */
export function valueAt(value: DataValue | undefined, ...path: readonly string[]): DataValue | undefined {
  let current = value;
  for (const key of path) current = property(current, key)?.value;
  return current;
}

/** Where a part of a string's value stands in the source: `from` and `to` are offsets into the decoded value. */
export function partOfString(text: string, value: DataString, from: number, to: number): Span {
  let source = value.span.start + 1;
  // Without escapes, and so in nearly every string, an offset is an offset.
  if (value.span.end - value.span.start - 2 === value.value.length) return { start: source + from, end: source + to };
  const step = (): number => {
    if (text[source] !== "\\") return 1;
    return text[source + 1] === "u" ? 6 : 2;
  };
  for (let i = 0; i < from; i++) source += step();
  const start = source;
  for (let i = from; i < to; i++) source += step();
  return { start, end: source };
}
