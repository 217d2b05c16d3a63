import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { sourcePlaces } from "./strings.ts";

/** The syntax of a document. `markdown`: the YAML of its front matter is its data. `text`: nothing in it is read as data. */
export type Format = "json" | "toml" | "yaml" | "markdown" | "text";

/** A value of a document in the data model of JSON, with its place. Keys stay in a list, so duplicates and `__proto__` are seen. */
export type DataValue = DataObject | DataArray | DataString | DataNumber | DataBoolean | DataNull;

/**
 * How an object or array stands in the text. `brackets`: in its own, with commas. `lines`: a line or more for each member
 * (a block of YAML, a table of TOML, an array of tables). `none`: only its members stand there, so that nothing can be
 * put into it or taken out by ranges: a dotted key's objects, a pair without braces in a list of YAML.
 */
export type Layout = "brackets" | "lines" | "none";

export interface DataObject {
  readonly kind: "object";
  /** Of an object that is put together from several places: from the first to the end of the last. */
  readonly span: Span;
  readonly properties: readonly DataProperty[];
  readonly layout: Layout;
  /** Of a table of TOML: every stretch of the text that speaks of it, with its subtables, in order. */
  readonly pieces?: readonly Span[];
  /** Of a table of TOML: the end of the line behind which a key of its own can be put. */
  readonly insertAt?: number;
}
export interface DataArray {
  readonly kind: "array";
  readonly span: Span;
  readonly elements: readonly DataValue[];
  readonly layout: Layout;
  /** Of an array of tables: as an object's. */
  readonly pieces?: readonly Span[];
}

/**
 * How a string is written, and so which offset in the source an offset into its value is. `opaque`: not to be told (folded
 * or continued over lines, or no string at all in its own syntax, as a date).
 */
export type StringStyle =
  | "plain"
  | "double"
  | "single"
  | "literal"
  | "multi-double"
  | "multi-literal"
  | "block"
  | "opaque";

/** `span` includes the quotes. */
export interface DataString {
  readonly kind: "string";
  readonly span: Span;
  readonly value: string;
  readonly style: StringStyle;
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
  readonly keyStyle: StringStyle;
  readonly value: DataValue;
  /** From the key to the end of the value; of a table of TOML the table's. */
  readonly span: Span;
  /** Of TOML, where it is more than `span`: every stretch that goes when the property goes. Empty: it cannot go alone. */
  readonly pieces?: readonly Span[];
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
  /** Of YAML: what an alias elsewhere stands for, so that an edit in it would change more than one place. In order. */
  readonly shared?: readonly Span[];
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

/** A property's key as a string of the document. */
export function keyOf({ key, keySpan, keyStyle }: DataProperty): DataString {
  return { kind: "string", value: key, span: keySpan, style: keyStyle };
}

/**
 * Where a part of a string's value stands in the source: `from` and `to` are offsets into the decoded value. Where that
 * cannot be told it is the whole value with its quotes.
 */
export function partOfString(text: string, value: DataString, from: number, to: number): Span {
  const places = sourcePlaces(text, value);
  return places ? { start: places(from), end: places(to) } : value.span;
}
