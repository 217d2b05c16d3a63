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
/** With more lines that are none of TOML, it is another format. */
const MAX_FAULTS = 1000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A table while it grows. */
interface Table extends Omit<Writable<DataObject>, "properties" | "span" | "pieces"> {
  span: Writable<Span>;
  properties: Member[];
  pieces?: Span[];
}
/** An array of tables while it grows. */
interface Tables extends Omit<Writable<DataArray>, "elements" | "span" | "pieces"> {
  span: Writable<Span>;
  elements: Table[];
  pieces: Span[];
}
interface Member extends Omit<Writable<DataProperty>, "span" | "value" | "pieces"> {
  span: Writable<Span>;
  value: DataValue | Table | Tables;
  pieces?: Span[];
}

/** A table and what is known of it beside the tree: to find a key at once, and whether a header of its own has come. */
interface Notes {
  readonly table: Table;
  readonly depth: number;
  hasHeader: boolean;
  /** By key, the newest property, and the table in it that can still grow. */
  members?: Map<string, { readonly member: Member; open?: Notes }>;
}

class Reader {
  readonly #root: Notes;
  #tokens = 0;

  constructor(readonly source: TomlText) {
    this.#root = this.#table({ start: 0, end: source.text.length }, "lines", 0);
    this.#root.table.insertAt = 0;
  }

  get root(): DataObject {
    return this.#root.table;
  }

  #table({ start, end }: Span, layout: Layout, depth: number): Notes {
    if (depth > MAX_DEPTH) this.source.fault(`is nested more than ${MAX_DEPTH} levels deep`, start, end, "all");
    return { table: { kind: "object", span: { start, end }, properties: [], layout }, depth, hasHeader: false };
  }

  #count(): void {
    if (++this.#tokens > MAX_TOKENS) {
      this.source.fault(`has more than ${MAX_TOKENS} keys and values`, this.source.at, this.source.at + 1, "all");
    }
  }

  #add(into: Notes, key: DataString, value: Member["value"], span: Span, open?: Notes): Member {
    this.#count();
    const member: Member = { key: key.value, keySpan: key.span, keyStyle: key.style, value, span: { ...span } };
    into.table.properties.push(member);
    into.members ??= new Map();
    into.members.set(key.value, { member, ...(open && { open }) });
    return member;
  }

  /**
   * The table of a header, and every array and table on the way, whose spans grow with it. A header that stands for the
   * second time, or that gives a table to what is a value, begins another property of that name.
   */
  #header(path: readonly DataString[], header: Span, array: boolean): { notes: Notes; way: Growing[] } {
    const way: Growing[] = [{ value: this.#root.table }];
    let notes = this.#root;
    for (const [i, key] of path.entries()) {
      const isLast = i === path.length - 1;
      const found = notes.members?.get(key.value);
      const open = found?.open;
      const grown = found?.member.value;
      if (found && open && !isLast) {
        way.push({ member: found.member, value: found.member.value as Table | Tables });
        if (grown !== open.table) way.push({ value: open.table });
        notes = open;
      } else if (isLast && array) {
        const next = this.#table(header, "lines", notes.depth + 2);
        next.table.pieces = [];
        let member = found?.member;
        if (found && member?.value.kind === "array" && member.value.layout === "lines") found.open = next;
        else {
          const pieces: Span[] = [];
          const value: Tables = { kind: "array", span: { ...header }, elements: [], layout: "lines", pieces };
          member = this.#add(notes, key, value, header, next);
          member.pieces = pieces;
        }
        const tables = member.value as Tables;
        this.#count();
        tables.elements.push(next.table);
        way.push({ member, value: tables }, { value: next.table });
        notes = next;
      } else if (found && open && isLast && grown === open.table && grown.layout === "lines" && !open.hasHeader) {
        way.push({ member: found.member, value: open.table });
        notes = open;
      } else {
        const made = this.#table(header, "lines", notes.depth + 1);
        made.table.pieces = [];
        const member = this.#add(notes, key, made.table, header, made);
        member.pieces = made.table.pieces;
        way.push({ member, value: made.table });
        notes = made;
      }
    }
    return { notes, way };
  }

  /** Puts `a.b.c = value` into a table of lines or braces. */
  #put(into: Notes, path: readonly DataString[], value: DataValue, whole: Span): void {
    let current = into;
    const inBraces = into.table.layout === "brackets";
    for (const [i, key] of path.entries()) {
      const span = { start: key.span.start, end: whole.end };
      if (i === path.length - 1) {
        const member = this.#add(current, key, value, span);
        if (path.length > 1) member.pieces = inBraces ? [] : [{ ...whole }];
        return;
      }
      const found = current.members?.get(key.value);
      if (found?.open && found.member.value === found.open.table) {
        const { member, open } = found;
        member.span.end = Math.max(member.span.end, whole.end);
        open.table.span.end = Math.max(open.table.span.end, whole.end);
        if (!inBraces) member.pieces?.push({ ...whole });
        current = open;
      } else {
        const made = this.#table(span, "none", current.depth + 1);
        const member = this.#add(current, key, made.table, span, made);
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
    const notes = this.#table({ start, end: start }, "brackets", depth);
    for (;;) {
      source.skipTrivia();
      if (source.peek() === "}") break;
      this.#keyValue(notes, depth);
      source.skipTrivia();
      if (source.peek() === ",") source.at++;
      else if (source.done) source.fault("has an inline table that does not end", start, start + 1);
      else if (source.peek() !== "}") source.fault("lacks a comma");
    }
    source.at++;
    notes.table.span.end = source.at;
    return notes.table;
  }

  #keyValue(into: Notes, depth: number): Span {
    const { source } = this;
    const start = source.at;
    const path = source.key();
    source.skipBlanks();
    if (source.peek() !== "=") source.fault("lacks an equals sign");
    source.at++;
    source.skipBlanks();
    const value = this.#value(depth + path.length - 1);
    const whole = { start, end: value.span.end };
    this.#put(into, path, value, whole);
    return whole;
  }

  /** Reads the whole text. A fault costs its line; `report` hears of it. */
  read(report: (fault: TomlFault) => void): void {
    const { source } = this;
    let faults = 0;
    let notes = this.#root;
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
          notes = this.#table({ start, end: start }, "lines", 0);
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
          ({ notes, way } = this.#header(path, piece, array));
          notes.hasHeader = true;
          for (const { member, value } of way) {
            value.pieces?.push(piece);
            if (member?.pieces && member.pieces !== value.pieces) member.pieces.push(piece);
          }
          this.#grow(way, source.at);
          notes.table.insertAt = source.at;
        } else {
          const { end } = this.#keyValue(notes, notes.depth);
          if (piece) piece.end = end;
          this.#grow(way, end);
          notes.table.insertAt = end;
        }
        source.endLine();
      } catch (fault) {
        if (!(fault instanceof TomlFault)) throw fault;
        report(fault);
        if (fault.cost !== "line" || ++faults > MAX_FAULTS) return;
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
    root: refused ? undefined : reader.root,
    problems: [...problems, ...source.problems],
    comments: source.comments,
    trailingCommas: [],
    blank: reader.root.properties.length === 0 && problems.length === 0,
  };
}
