import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataArray, DataDocument, DataObject, DataProperty, DataString, DataValue, Layout } from "./data.ts";
import { TomlFault, TomlText } from "./tomlText.ts";

/** Deeper nesting is no configuration, and would exhaust the stack of whoever walks the tree. */
const MAX_DEPTH = 200;
/** Bounds the memory of the tree. Keys and values together. */
const MAX_TOKENS = 1_000_000;
/** A broken file has one cause and many consequences: the first problems say enough. */
const MAX_PROBLEMS = 5;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A table while it grows. */
interface Table extends Omit<Writable<DataObject>, "properties" | "span" | "pieces"> {
  span: Writable<Span>;
  properties: Member[];
  pieces?: Writable<Span>[];
}
/** An array of tables while it grows. */
interface Tables extends Omit<Writable<DataArray>, "elements" | "span" | "pieces"> {
  span: Writable<Span>;
  elements: Table[];
  pieces: Writable<Span>[];
}
interface Member extends Omit<Writable<DataProperty>, "span" | "value" | "pieces"> {
  span: Writable<Span>;
  value: DataValue | Table | Tables;
  pieces?: Writable<Span>[];
}

/** What is known of a table beside the tree: for finding a key at once, and whether a header of its own has come. */
interface Notes {
  readonly last: Map<string, Member>;
  readonly depth: number;
  hasHeader: boolean;
}

class Reader {
  readonly root: Table;
  readonly #notes = new WeakMap<object, Notes>();
  #tokens = 0;

  constructor(readonly source: TomlText) {
    this.root = this.#table({ start: 0, end: source.text.length }, "lines", 0);
    this.root.insertAt = 0;
  }

  #table({ start, end }: Span, layout: Layout, depth: number): Table {
    if (depth > MAX_DEPTH) this.source.fault(`is nested more than ${MAX_DEPTH} levels deep`, start, end, "all");
    const table: Table = { kind: "object", span: { start, end }, properties: [], layout };
    this.#notes.set(table, { last: new Map(), depth, hasHeader: false });
    return table;
  }

  #notesOf(table: object): Notes {
    const notes = this.#notes.get(table);
    if (!notes) throw new TypeError("a table of another reader");
    return notes;
  }

  #count(): void {
    if (++this.#tokens > MAX_TOKENS) {
      this.source.fault(`has more than ${MAX_TOKENS} keys and values`, this.source.at, this.source.at + 1, "all");
    }
  }

  #add(table: Table, key: DataString, value: Member["value"], span: Span): Member {
    this.#count();
    const member: Member = { key: key.value, keySpan: key.span, keyStyle: key.style, value, span: { ...span } };
    table.properties.push(member);
    this.#notesOf(table).last.set(key.value, member);
    return member;
  }

  /** The table under a key, when more may be written into it; the newest of an array of tables. */
  #open(member: Member | undefined): Table | undefined {
    const value = member?.value;
    if (value?.kind === "object" && value.layout !== "brackets") return value as Table;
    if (value?.kind === "array" && value.layout === "lines") return (value as Tables).elements.at(-1);
    return undefined;
  }

  /**
   * The table of a header, and every array and table on the way, whose spans grow with it. A header that stands for the
   * second time, or that gives a table to what is a value, begins another property of that name.
   */
  #header(path: readonly DataString[], header: Writable<Span>, array: boolean): { table: Table; way: Growing[] } {
    const way: Growing[] = [{ value: this.root }];
    let table = this.root;
    for (const [i, key] of path.entries()) {
      const last = i === path.length - 1;
      const { last: known, depth } = this.#notesOf(table);
      let member = known.get(key.value);
      const open = this.#open(member);
      if (!last && member && open) {
        way.push({ member, value: member.value as Table | Tables });
        if (member.value !== open) way.push({ value: open });
        table = open;
        continue;
      }
      if (last && array) {
        const tables = member?.value.kind === "array" && member.value.layout === "lines" ? member.value : undefined;
        if (!tables || !member) {
          const value: Tables = { kind: "array", span: { ...header }, elements: [], layout: "lines", pieces: [] };
          member = this.#add(table, key, value, header);
          member.pieces = value.pieces;
        }
        const grown = member.value as Tables;
        const next = this.#table(header, "lines", depth + 2);
        next.pieces = [];
        grown.elements.push(next);
        this.#count();
        way.push({ member, value: grown }, { value: next });
        table = next;
        continue;
      }
      const implied = open?.layout === "lines" && member?.value === open && !this.#notesOf(open).hasHeader;
      if (member && open && implied) {
        way.push({ member, value: open });
        table = open;
        continue;
      }
      const made = this.#table(header, "lines", depth + 1);
      made.pieces = [];
      member = this.#add(table, key, made, header);
      member.pieces = made.pieces;
      way.push({ member, value: made });
      table = made;
    }
    return { table, way };
  }

  /** Puts `a.b.c = value` into a table of lines or braces. */
  #put(table: Table, path: readonly DataString[], value: DataValue, whole: Span): void {
    let current = table;
    const inBraces = table.layout === "brackets";
    for (const [i, key] of path.entries()) {
      const span = { start: key.span.start, end: whole.end };
      const known = this.#notesOf(current);
      if (i === path.length - 1) {
        const member = this.#add(current, key, value, span);
        if (path.length > 1) member.pieces = inBraces ? [] : [{ ...whole }];
        return;
      }
      const before = known.last.get(key.value);
      const open = before?.value.kind === "object" && before.value.layout !== "brackets" ? before.value : undefined;
      if (before && open) {
        before.span.end = Math.max(before.span.end, whole.end);
        (open.span as Writable<Span>).end = Math.max(open.span.end, whole.end);
        if (!inBraces) before.pieces?.push({ ...whole });
        current = open as Table;
      } else {
        const made = this.#table(span, "none", known.depth + 1);
        const member = this.#add(current, key, made, span);
        member.pieces = inBraces ? [] : [{ ...whole }];
        current = made;
      }
    }
  }

  #value(depth: number): DataValue {
    const { source } = this;
    this.#count();
    const c = source.peek();
    if (c === '"' || c === "'") return source.string(false);
    if (c !== "[" && c !== "{") return source.word();
    if (depth >= MAX_DEPTH)
      source.fault(`is nested more than ${MAX_DEPTH} levels deep`, source.at, source.at + 1, "all");
    return c === "[" ? this.#array(depth + 1) : this.#inlineTable(depth + 1);
  }

  #array(depth: number): DataValue {
    const { source } = this;
    const start = source.at++;
    const elements: DataValue[] = [];
    for (;;) {
      source.skipTrivia();
      if (source.peek() === "]") break;
      elements.push(this.#value(depth));
      source.skipTrivia();
      if (source.peek() === ",") source.at++;
      else if (source.done) source.fault("has an array that does not end", start, start + 1);
      else if (source.peek() !== "]") source.fault("lacks a comma");
    }
    source.at++;
    return { kind: "array", span: { start, end: source.at }, elements, layout: "brackets" };
  }

  #inlineTable(depth: number): DataValue {
    const { source } = this;
    const start = source.at++;
    const table = this.#table({ start, end: start }, "brackets", depth);
    for (;;) {
      source.skipTrivia();
      if (source.peek() === "}") break;
      this.#keyValue(table, depth);
      source.skipTrivia();
      if (source.peek() === ",") source.at++;
      else if (source.done) source.fault("has an inline table that does not end", start, start + 1);
      else if (source.peek() !== "}") source.fault("lacks a comma");
    }
    source.at++;
    table.span.end = source.at;
    return table as DataObject;
  }

  #keyValue(table: Table, depth: number): Span {
    const { source } = this;
    const start = source.at;
    const path = source.key();
    source.skipBlanks();
    if (source.peek() !== "=") source.fault("lacks an equals sign");
    source.at++;
    source.skipBlanks();
    const value = this.#value(depth + path.length - 1);
    const whole = { start, end: value.span.end };
    this.#put(table, path, value, whole);
    return whole;
  }

  /** Reads the whole text. A fault costs its line; `report` hears of it. */
  read(report: (fault: TomlFault) => void): void {
    const { source } = this;
    let table = this.root;
    let way: Growing[] = [];
    /** The stretch of the header that holds now, part of everything on its way. */
    let piece: Writable<Span> | undefined;
    while (!source.done) {
      source.skipTrivia();
      if (source.done) return;
      try {
        if (source.peek() === "[") {
          const start = source.at;
          // What follows a header that cannot be read belongs to nobody else.
          table = this.#table({ start, end: start }, "lines", 0);
          way = [];
          piece = undefined;
          const array = source.text[start + 1] === "[";
          source.at += array ? 2 : 1;
          source.skipBlanks();
          const path = source.key();
          source.skipBlanks();
          const close = array ? "]]" : "]";
          if (!source.text.startsWith(close, source.at))
            source.fault("has a header that does not end", start, source.at);
          source.at += close.length;
          piece = { start, end: source.at };
          ({ table, way } = this.#header(path, piece, array));
          this.#notesOf(table).hasHeader = true;
          for (const { member, value } of way) {
            value.pieces?.push(piece);
            if (member?.pieces && member.pieces !== value.pieces) member.pieces.push(piece);
          }
          this.#grow(way, source.at);
          table.insertAt = source.at;
        } else {
          const { depth } = this.#notesOf(table);
          const { end } = this.#keyValue(table, depth);
          if (piece) piece.end = end;
          this.#grow(way, end);
          table.insertAt = end;
        }
        source.endLine();
      } catch (fault) {
        if (!(fault instanceof TomlFault)) throw fault;
        report(fault);
        if (fault.cost !== "line") return;
        source.at = Math.max(source.at, fault.span.start);
        source.skipLine();
      }
    }
  }

  #grow(way: readonly Growing[], end: number): void {
    for (const { member, value } of way) {
      value.span.end = Math.max(value.span.end, end);
      if (member) member.span.end = Math.max(member.span.end, end);
    }
  }
}

interface Growing {
  readonly member?: Member;
  readonly value: Table | Tables;
}

/**
 * Reads TOML, tolerantly: a line that is broken is a problem with its place, and the others are read. A key or a table
 * that is there twice is there twice in the tree. Dates are strings. The span of a table reaches from its header (or the
 * first of its subtables') to the end of its last subtable's last value, over what stands between; `pieces` are what of it
 * is its own. The object of a dotted key reaches from its key to the end of the last such line. Never throws; memory and
 * stack are bounded.
 */
export function parseToml(file: string, text: string): DataDocument {
  const source = new TomlText(file, text);
  const reader = new Reader(source);
  const problems: Problem[] = [];
  let refused = false;
  reader.read(({ message, span, cost }) => {
    refused = cost === "all";
    if (cost !== "line" || problems.length < MAX_PROBLEMS) problems.push({ code: "MALFORMED", file, message, span });
  });
  return {
    file,
    format: "toml",
    text,
    root: refused ? undefined : (reader.root as DataObject),
    problems: [...problems, ...source.problems],
    comments: source.comments,
    trailingCommas: [],
    blank: reader.root.properties.length === 0 && problems.length === 0,
  };
}
