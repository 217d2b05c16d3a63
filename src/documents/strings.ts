import type { DataString, StringStyle } from "./data.ts";

/** Turns an offset into a decoded value into one into the source. */
export type Places = (offset: number) => number;

/** Characters before the content. */
const OPENING: Readonly<Record<StringStyle, number>> = {
  plain: 0,
  double: 1,
  single: 1,
  literal: 1,
  "multi-double": 3,
  "multi-literal": 3,
  block: 0,
  opaque: 0,
};

/** Collects where each UTF-16 unit of a value begins in the source. */
class Walk {
  readonly starts: number[] = [];
  constructor(
    readonly text: string,
    readonly end: number,
    public at: number,
  ) {}

  /** `units` of the value are written by `length` characters of the source. */
  take(length: number, units = 1): void {
    for (let i = 0; i < units; i++) this.starts.push(this.at);
    this.at += length;
  }

  /** A line break, which a reader takes for one character however it is written. */
  takeBreak(): boolean {
    const c = this.text[this.at];
    if (c === "\r" && this.text[this.at + 1] === "\n") this.take(2);
    else if (c === "\n") this.take(1);
    else return false;
    return true;
  }
}

/** Length of an escape that begins with a backslash at `at`, and the units that it stands for. */
function escape(text: string, at: number): { length: number; units: number } {
  const sort = text[at + 1];
  if (sort === "x") return { length: 4, units: 1 };
  if (sort === "u") return { length: 6, units: 1 };
  if (sort !== "U") return { length: 2, units: 1 };
  const code = Number.parseInt(text.slice(at + 2, at + 10), 16);
  return { length: 10, units: code > 0xffff ? 2 : 1 };
}

function walkEscapes(walk: Walk, lines: boolean): void {
  const { text, end } = walk;
  while (walk.at < end) {
    if (lines && walk.takeBreak()) continue;
    if (text[walk.at] !== "\\") {
      walk.take(1);
      continue;
    }
    // A backslash that ends a line takes the line break and the blanks that follow along.
    const continued = lines ? /^\\[ \t]*\r?\n/.exec(text.slice(walk.at, walk.at + 200)) : null;
    if (continued) {
      walk.at += continued[0].length;
      while (walk.at < end && /\s/.test(text.charAt(walk.at))) walk.at++;
    } else {
      const { length, units } = escape(text, walk.at);
      walk.take(length, units);
    }
  }
}

function walkBlock(walk: Walk, value: string): void {
  const { text, end } = walk;
  // The header's own line, then lines that are indented alike.
  while (walk.at < end && text[walk.at] !== "\n") walk.at++;
  walk.at++;
  let indentation = -1;
  for (let at = 0; indentation < 0 && at < value.length; at++) {
    // The first line that has content says how far the others are indented: by what its value does not begin with.
    if (value[at] === "\n") continue;
    let line = walk.at;
    for (let breaks = value.slice(0, at).split("\n").length - 1; breaks > 0; breaks--) {
      line = text.indexOf("\n", line) + 1;
    }
    let blanks = 0;
    while (text[line + blanks] === " ") blanks++;
    let own = 0;
    while (value[at + own] === " ") own++;
    indentation = blanks - own;
  }
  // The line breaks at the end are no part of the span, and may be part of the value.
  while (walk.at < text.length && walk.starts.length < value.length) {
    for (let i = 0; i < indentation && text[walk.at] === " "; i++) walk.at++;
    while (walk.at < text.length && !/[\r\n]/.test(text.charAt(walk.at))) walk.take(1);
    if (walk.starts.length < value.length && !walk.takeBreak()) break;
  }
}

/** Where each unit of the value begins, and the end; undefined where the source does not read as the value. */
function startsOf(text: string, { span, style, value }: DataString): readonly number[] | undefined {
  const walk = new Walk(text, span.end - OPENING[style], span.start + OPENING[style]);
  switch (style) {
    case "double":
      walkEscapes(walk, false);
      break;
    case "single":
      while (walk.at < walk.end) walk.take(text[walk.at] === "'" ? 2 : 1);
      break;
    case "multi-double":
    case "multi-literal":
      if (/^\r?\n/.test(text.slice(walk.at, walk.at + 2))) walk.at += text[walk.at] === "\r" ? 2 : 1;
      if (style === "multi-double") walkEscapes(walk, true);
      else while (walk.at < walk.end) if (!walk.takeBreak()) walk.take(1);
      break;
    case "block":
      walkBlock(walk, value);
      break;
    case "plain":
    case "literal":
    case "opaque":
      break;
  }
  walk.starts.push(Math.min(walk.at, walk.end));
  return walk.starts.length === value.length + 1 ? walk.starts : undefined;
}

const known = new WeakMap<DataString, Places>();

/** The places of a string's characters in the source; undefined where they cannot be told. */
export function sourcePlaces(text: string, string: DataString): Places | undefined {
  const { span, style, value } = string;
  if (style === "opaque") return undefined;
  const before = known.get(string);
  if (before) return before;
  const opening = OPENING[style];
  let places: Places | undefined;
  // Without escapes, and so in nearly every string, an offset is an offset.
  if (style !== "block" && span.end - span.start - 2 * opening === value.length) {
    const begin = span.start + opening;
    places = (offset) => begin + offset;
  } else {
    const starts = startsOf(text, string);
    const last = starts?.at(-1) ?? 0;
    places = starts && ((offset) => Math.min(starts[offset] ?? last, span.end));
  }
  if (places) known.set(string, places);
  return places;
}
