import {
  type Alias,
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument, DataProperty, DataString, DataValue, StringStyle } from "./data.ts";

/** Deeper nesting is no configuration, and would exhaust the parser's stack. */
const MAX_DEPTH = 200;
/** The parser needs about 2 seconds for as many. */
const MAX_TOKENS = 500_000;
/** How many values aliases may stand for in all: a few lines can else stand for millions. */
const MAX_ALIASED = 10_000;
/** A broken file has one cause and many consequences: the first problems say enough. */
const MAX_PROBLEMS = 5;

/** What the parser's errors mean to the person who wrote the file. Its own texts quote the source. */
const ERRORS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "has an alias with an anchor or a tag",
  BAD_ALIAS: "has an alias that stands for nothing",
  BAD_DIRECTIVE: "has a malformed directive",
  BAD_DQ_ESCAPE: "has a malformed escape",
  BAD_INDENT: "is indented wrongly",
  BAD_PROP_ORDER: "has an anchor or a tag at a wrong place",
  BAD_SCALAR_START: "has a value that must be quoted",
  BLOCK_AS_IMPLICIT_KEY: "has a mapping where a value should be",
  BLOCK_IN_FLOW: "has a block inside brackets",
  DUPLICATE_KEY: "has a key twice",
  KEY_OVER_1024_CHARS: "has a key that is too long",
  MISSING_CHAR: "lacks a character",
  MULTILINE_IMPLICIT_KEY: "has a key over several lines",
  MULTIPLE_ANCHORS: "has two anchors at one value",
  MULTIPLE_TAGS: "has two tags at one value",
  TAB_AS_INDENT: "is indented by tabs",
  TAG_RESOLVE_FAILED: "has a tag that does not fit its value",
  UNEXPECTED_TOKEN: "goes on where it should not",
};

interface Survey {
  readonly comments: Span[];
  readonly blank: boolean;
  readonly refused?: { readonly why: string; readonly at: Span };
}

/** One pass over the tokens: depth and size before a tree is built, and the comments. */
function survey(text: string): Survey {
  const comments: Span[] = [];
  let offset = 0;
  let tokens = 0;
  let depth = 0;
  /** Marks on one line outside brackets, each of which opens a level. */
  let marks = 0;
  let isContent = false;
  let blank = true;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = isContent ? "scalar" : CST.tokenType(lexeme);
    const isControl = !isContent && (type === "doc-mode" || type === "flow-error-end" || type === "scalar");
    isContent = !isContent && type === "scalar";
    if (isControl) continue;
    const at = { start: offset, end: offset + lexeme.length };
    offset = at.end;
    if (type === "comment") comments.push(at);
    else if (type === "newline") marks = 0;
    else if (type !== "space" && type !== "byte-order-mark") blank = false;
    if (type === "flow-seq-start" || type === "flow-map-start") depth++;
    if (type === "flow-seq-end" || type === "flow-map-end") depth = Math.max(0, depth - 1);
    if (depth === 0 && (type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind")) marks++;
    const refuse = (why: string): Survey => ({ blank: false, comments, refused: { why, at } });
    if (depth > MAX_DEPTH || marks > MAX_DEPTH) return refuse(`is nested more than ${MAX_DEPTH} levels deep`);
    if (++tokens > MAX_TOKENS) return refuse(`has more than ${MAX_TOKENS} YAML tokens`);
  }
  return { comments, blank };
}

/** Where the concrete tree is deeper than we follow; without recursion, since it may be deep. */
function tooDeep(document: CST.Document): number | undefined {
  const pending: { token: CST.Token | null | undefined; depth: number }[] = [{ token: document.value, depth: 1 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { token, depth } = next;
    if (!token) continue;
    if (depth > MAX_DEPTH) return token.offset;
    if ("items" in token) {
      for (const item of token.items) {
        pending.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

const STYLES: Readonly<Record<string, StringStyle>> = {
  PLAIN: "plain",
  QUOTE_DOUBLE: "double",
  QUOTE_SINGLE: "single",
  BLOCK_LITERAL: "block",
  BLOCK_FOLDED: "opaque",
};

/** The document holds more than its aliases may stand for. */
class Bomb extends Error {
  constructor(
    message: string,
    readonly at: Span,
  ) {
    super(message);
  }
}

/** Turns the parser's nodes into the tree. */
class Conversion {
  readonly problems: Problem[] = [];
  readonly shared: Span[] = [];
  /** What an anchor stands for at this point of the text; `undefined` while its own value is being read. */
  readonly #anchors = new Map<string, DataValue | undefined>();
  readonly #sizes = new WeakMap<DataValue, number>();
  #aliased = 0;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  #problem(message: string, span: Span): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ code: "MALFORMED", file: this.file, message, span });
  }

  /** Of a value that is not written out: behind what comes before it. */
  #nothing(at: number): DataValue {
    return { kind: "null", span: { start: at, end: at } };
  }

  /** Where the source of a node ends, without the line breaks behind it. */
  #span(node: Node, at: number): Span {
    const [start, valueEnd] = node.range ?? [at, at];
    let end = Math.max(start, valueEnd);
    while (end > start && /\s/.test(this.text.charAt(end - 1))) end--;
    return { start, end };
  }

  #size(value: DataValue): number {
    return this.#sizes.get(value) ?? 1;
  }

  value(node: unknown, at: number): DataValue {
    if (isAlias(node)) return this.#alias(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return this.#nothing(at);
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const made = isScalar(node) ? this.#scalar(node, at) : isMap(node) ? this.#map(node, at) : this.#list(node, at);
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #alias(node: Alias): DataValue {
    const span = this.#span(node, 0);
    const target = this.#anchors.get(node.source);
    if (!target) {
      this.#problem(
        this.#anchors.has(node.source) ? "has an alias inside of what it stands for" : (ERRORS["BAD_ALIAS"] ?? ""),
        span,
      );
      return { kind: "null", span };
    }
    this.#aliased += this.#size(target);
    if (this.#aliased > MAX_ALIASED) throw new Bomb(`has aliases for more than ${MAX_ALIASED} values`, span);
    this.shared.push(target.span);
    return target;
  }

  #scalar(node: Scalar, at: number): DataValue {
    const span = this.#span(node, at);
    const { value, type = "PLAIN" } = node;
    // A value that is not there has no source, wherever the parser puts it.
    if (value === null && (node.source ?? "") === "") return this.#nothing(at);
    if (value === null) return { kind: "null", span };
    if (typeof value === "boolean") return { kind: "boolean", span, value };
    if (typeof value === "number" || typeof value === "bigint") return { kind: "number", span, value: Number(value) };
    const lines = /[\r\n]/.test(this.text.slice(span.start, span.end));
    const known = STYLES[type] ?? "opaque";
    const style = lines && known !== "block" ? "opaque" : known;
    const string = typeof value === "string" ? value : (node.source ?? "");
    return { kind: "string", span, value: string, style: typeof value === "string" ? style : "opaque" };
  }

  #list(node: YAMLSeq, at: number): DataValue {
    const range = this.#span(node, at);
    let end = range.start;
    const elements = node.items.map((item) => {
      // An item of nothing (`-`) stands behind its mark.
      const from = (item as Node).range?.[0] ?? end;
      const own = this.value(item, from);
      end = Math.max(end, isAlias(item) ? this.#span(item, from).end : own.span.end);
      return own;
    });
    const brackets = node.flow === true;
    const span = brackets ? range : { start: range.start, end: Math.max(end, range.start) };
    const made: DataValue = { kind: "array", span, elements, layout: brackets ? "brackets" : "lines" };
    this.#sizes.set(
      made,
      elements.reduce((sum, one) => sum + this.#size(one), 1),
    );
    return made;
  }

  /** A key as a string, whatever it is; one that is no scalar by its source. */
  #key(key: unknown, at: number): DataString {
    if (isScalar(key) || isAlias(key)) {
      const span = this.#span(key, at);
      const value = this.value(key, at);
      if (value.kind === "string") return isAlias(key) ? { ...value, span, style: "opaque" } : value;
      const source = this.text.slice(span.start, span.end);
      return { kind: "string", span, value: source, style: isScalar(key) ? "plain" : "opaque" };
    }
    const span = isMap(key) || isSeq(key) ? this.#span(key, at) : { start: at, end: at };
    return {
      kind: "string",
      span,
      value: this.text.slice(span.start, Math.min(span.end, span.start + 200)),
      style: "opaque",
    };
  }

  /** The properties that `<<` brings: of a mapping, or of a list of them, the first one winning. */
  #merged(value: DataValue): DataProperty[] {
    const sources = value.kind === "array" ? value.elements : [value];
    const found = new Map<string, DataProperty>();
    for (const source of sources) {
      if (source.kind !== "object") {
        this.#problem("merges what is no mapping", value.span);
        continue;
      }
      for (const one of source.properties) if (!found.has(one.key)) found.set(one.key, one);
    }
    return [...found.values()];
  }

  #map(node: YAMLMap, at: number): DataValue {
    const range = this.#span(node, at);
    const properties: DataProperty[] = [];
    const merged: DataProperty[] = [];
    let end = range.start;
    for (const pair of node.items) {
      const key = this.#key(pair.key, end);
      let behind = key.span.end;
      while (/[ \t]/.test(this.text.charAt(behind))) behind++;
      behind = this.text[behind] === ":" ? behind + 1 : key.span.end;
      const value = this.value(pair.value, behind);
      const own = isAlias(pair.value) ? this.#span(pair.value, behind) : value.span;
      const span = { start: key.span.start, end: Math.max(key.span.end, own.end) };
      end = Math.max(end, span.end);
      if (key.value === "<<" && key.style === "plain") merged.push(...this.#merged(value));
      else properties.push({ key: key.value, keySpan: key.span, keyStyle: key.style, value, span });
    }
    const written = new Set(properties.map((one) => one.key));
    const inherited = merged.filter((one) => !written.has(one.key));
    const brackets = node.flow === true && this.text[range.start] === "{";
    const layout = brackets ? "brackets" : node.flow === true ? "none" : "lines";
    const span = brackets ? range : { start: range.start, end };
    const made: DataValue = { kind: "object", span, properties: [...inherited, ...properties], layout };
    this.#sizes.set(
      made,
      made.properties.reduce((sum, one) => sum + this.#size(one.value), 1),
    );
    return made;
  }
}

/** The first document of a stream, and where a second one begins. */
function compose(text: string): { document?: Document.Parsed; second?: number; deep?: number } {
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: "1.2", logLevel: "silent" });
  let documents = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === "document") {
      if (++documents > 1) return { ...firstOf(composer), second: token.offset };
      const deep = tooDeep(token);
      if (deep !== undefined) return { deep };
    }
    // Gives a document only when the next one begins.
    for (const made of composer.next(token)) return { document: made };
  }
  return firstOf(composer);
}

function firstOf(composer: Composer): { document?: Document.Parsed } {
  for (const made of composer.end()) return { document: made };
  return {};
}

/**
 * Reads YAML 1.2 (core schema), tolerantly: where the text is broken, `problems` says so with a place and `root` is what
 * could be recovered. Of several documents the first is read, and the second is a problem: clients read one or refuse.
 * Aliases are the very value that they stand for, and what `<<` merges comes first, so that both have the places of where
 * they are written; `shared` says which those are. A tag that is not of the core schema is not looked at. Never throws;
 * depth, size and what aliases may stand for are bounded.
 */
export function parseYaml(file: string, text: string): DataDocument {
  const { blank, comments, refused } = survey(text);
  const document = { file, format: "yaml" as const, text, blank, comments, trailingCommas: [] };
  const problem = (message: string, span: Span): Problem => ({ code: "MALFORMED", file, message, span });
  const refuse = (why: string, span: Span): DataDocument => ({
    ...document,
    root: undefined,
    problems: [problem(why, span)],
  });
  if (refused) return refuse(refused.why, refused.at);
  const { document: first, second, deep } = compose(text);
  if (deep !== undefined) {
    return refuse(`is nested more than ${MAX_DEPTH} levels deep`, {
      start: deep,
      end: Math.min(deep + 1, text.length),
    });
  }
  const errors = (first?.errors ?? []).slice(0, MAX_PROBLEMS).map((error: YAMLError): Problem => {
    const start = Math.min(error.pos[0], text.length);
    const end = Math.min(Math.max(error.pos[1], start), text.length);
    return problem(ERRORS[error.code] ?? "is no YAML", { start, end });
  });
  if (second !== undefined) {
    const span = { start: second, end: Math.min(second + 3, text.length) };
    errors.push(problem("holds more than one document; only the first is read", span));
  }
  const conversion = new Conversion(file, text);
  try {
    const root = first?.contents ? conversion.value(first.contents, 0) : undefined;
    const shared = conversion.shared.toSorted((a, b) => a.start - b.start);
    return {
      ...document,
      root,
      problems: [...errors, ...conversion.problems],
      ...(shared.length > 0 && { shared }),
    };
  } catch (bomb) {
    if (!(bomb instanceof Bomb)) throw bomb;
    return refuse(bomb.message, bomb.at);
  }
}
