import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataBoolean, DataNumber, DataString } from "./data.ts";

/** What a fault costs: its line, all that follows, or the whole document, which is then not read. */
type Cost = "line" | "rest" | "all";

/** Where the text is no TOML: what is wrong, and where. Caught by the reader. */
export class TomlFault extends Error {
  constructor(
    message: string,
    readonly span: Span,
    readonly cost: Cost,
  ) {
    super(message);
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const BARE_KEY = /[A-Za-z0-9_-]/;
/** What ends a number, a date or a word. */
const ENDS_WORD = /[\s,\]}#=]/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,20})?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?$/;
const TIME = /^\d{2}:\d{2}(?::\d{2}(?:\.\d{1,20})?)?$/;
const INTEGER = /^(?:[+-]?(?:0|[1-9](?:_?\d)*)|0x[\dA-Fa-f](?:_?[\dA-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$/;
const FLOAT = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$/;

/** Reads the words of a TOML text (1.1, which is a superset of 1.0) one after the other. */
export class TomlText {
  at = 0;
  readonly comments: Span[] = [];
  /** A control character is tolerated, and said. */
  readonly problems: Problem[] = [];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text[this.at] ?? "";
  }

  fault(message: string, start = this.at, end = start + 1, cost: Cost = "line"): never {
    const from = Math.min(start, this.text.length);
    throw new TomlFault(message, { start: from, end: Math.min(Math.max(end, from), this.text.length) }, cost);
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.at++;
  }

  #comment(): void {
    const start = this.at;
    while (!this.done && !/[\r\n]/.test(this.peek())) this.at++;
    this.comments.push({ start, end: this.at });
  }

  /** Over blanks, comments and line breaks. */
  skipTrivia(): void {
    for (;;) {
      const c = this.peek();
      if (c === "#") this.#comment();
      else if (c === " " || c === "\t" || c === "\n" || c === "\r") this.at++;
      else return;
    }
  }

  /** To the next line, when nothing but a comment is left on this one. */
  endLine(): void {
    this.skipBlanks();
    if (this.peek() === "#") this.#comment();
    if (!this.done && !/[\r\n]/.test(this.peek())) this.fault("goes on where a line should end");
  }

  skipLine(): void {
    while (!this.done && this.peek() !== "\n") this.at++;
  }

  #control(start: number, content: string): void {
    const found = CONTROL.exec(content);
    if (!found || this.problems.length > 0) return;
    const span = { start: start + found.index, end: start + found.index + 1 };
    this.problems.push({ code: "MALFORMED", file: this.file, message: "has a control character in a string", span });
  }

  /** Decodes what stands between the quotes of a basic string. */
  #unescape(start: number, end: number, lines: boolean): string {
    // What ends where the string ends, so that a search does too.
    const text = this.text.slice(0, end);
    const plain = (from: number, to: number): string => {
      const part = text.slice(from, to);
      return lines ? part.replace(/\r\n/g, "\n") : part;
    };
    let value = "";
    let at = start;
    for (;;) {
      const next = text.indexOf("\\", at);
      if (next < 0) return value + plain(at, end);
      value += plain(at, next);
      const c = text[next + 1] ?? "";
      const digits = HEX_LENGTH[c];
      if (Object.hasOwn(SIMPLE, c)) {
        value += SIMPLE[c] ?? "";
        at = next + 2;
      } else if (digits !== undefined) {
        const hex = text.slice(next + 2, Math.min(next + 2 + digits, end));
        const code = hex.length === digits && /^[\dA-Fa-f]+$/.test(hex) ? Number.parseInt(hex, 16) : -1;
        if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
          this.fault("has a malformed unicode escape", next, next + 2 + digits);
        }
        value += String.fromCodePoint(code);
        at = next + 2 + digits;
      } else {
        let line = next + 1;
        while (text[line] === " " || text[line] === "\t") line++;
        if (!lines || !/[\r\n]/.test(text.charAt(line))) this.fault("has a malformed escape", next, next + 2);
        while (line < end && /[ \t\r\n]/.test(text.charAt(line))) line++;
        at = line;
      }
    }
  }

  /** Offset of the quote that ends a string of one line; a string that does not end is a fault. */
  #closing(quote: string, start: number): number {
    const { text } = this;
    let at = start + 1;
    for (; at < text.length && text[at] !== quote; at++) {
      if (text[at] === "\n" || text[at] === "\r") break;
      if (quote === '"' && text[at] === "\\") at++;
    }
    if (text[at] !== quote) this.fault("has a string that does not end", start, Math.min(at, text.length));
    return at;
  }

  #multiLine(quote: string): DataString {
    const { text } = this;
    const start = this.at;
    const mark = quote.repeat(3);
    let at = start + 3;
    while (!text.startsWith(mark, at)) {
      if (at >= text.length) this.fault("has a string that does not end", start, start + 3, "rest");
      at += quote === '"' && text[at] === "\\" ? 2 : 1;
    }
    // Up to two quotes may stand before the closing ones.
    let end = at + 3;
    while (end < at + 5 && text[end] === quote) end++;
    this.at = end;
    let begin = start + 3;
    if (text.startsWith("\r\n", begin)) begin += 2;
    else if (text[begin] === "\n") begin++;
    const raw = text.slice(begin, end - 3);
    this.#control(begin, raw.replace(/\r\n/g, "\n\n").replace(/\r/g, "\u0000"));
    const span = { start, end };
    if (quote === '"') {
      return { kind: "string", span, value: this.#unescape(begin, end - 3, true), style: "multi-double" };
    }
    return { kind: "string", span, value: raw.replace(/\r\n/g, "\n"), style: "multi-literal" };
  }

  /** A string in one of its four forms; of a key only the two of one line. */
  string(key: boolean): DataString {
    const quote = this.peek();
    if (!key && this.text.startsWith(quote.repeat(3), this.at)) return this.#multiLine(quote);
    const start = this.at;
    const end = this.#closing(quote, start);
    this.#control(start + 1, this.text.slice(start + 1, end));
    this.at = end + 1;
    const span = { start, end: end + 1 };
    if (quote === "'") return { kind: "string", span, value: this.text.slice(start + 1, end), style: "literal" };
    return { kind: "string", span, value: this.#unescape(start + 1, end, false), style: "double" };
  }

  /** One segment of a key. */
  segment(): DataString {
    const c = this.peek();
    if (c === '"' || c === "'") return this.string(true);
    const start = this.at;
    while (BARE_KEY.test(this.peek())) this.at++;
    if (this.at === start) this.fault("lacks a key");
    const span = { start, end: this.at };
    return { kind: "string", span, value: this.text.slice(start, this.at), style: "plain" };
  }

  /** A key with its dots. */
  key(): DataString[] {
    const segments: DataString[] = [];
    for (;;) {
      segments.push(this.segment());
      const end = this.at;
      this.skipBlanks();
      if (this.peek() !== ".") {
        this.at = end;
        return segments;
      }
      this.at++;
      this.skipBlanks();
    }
  }

  /** A number, a boolean or a date; a date is an opaque string. */
  word(): DataNumber | DataBoolean | DataString {
    const { text } = this;
    const start = this.at;
    let end = start;
    while (end < text.length && !ENDS_WORD.test(text.charAt(end))) end++;
    // A date and a time may stand apart.
    if (end - start === 10 && text[end] === " " && /^\d{4}-\d{2}-\d{2} \d{2}:/.test(text.slice(start, start + 14))) {
      end++;
      while (end < text.length && !ENDS_WORD.test(text.charAt(end))) end++;
    }
    const word = text.slice(start, end);
    const span = { start, end };
    if (word === "") this.fault("lacks a value");
    this.at = end;
    if (word === "true" || word === "false") return { kind: "boolean", span, value: word === "true" };
    // Longer is no number that a person wrote.
    if (word.length <= 1000) {
      if (INTEGER.test(word)) {
        const sign = word.startsWith("-") ? -1 : 1;
        return { kind: "number", span, value: sign * Number(word.replace(/^[+-]|_/g, "")) };
      }
      if (FLOAT.test(word)) return { kind: "number", span, value: Number(word.replace(/_/g, "")) };
      if (/^[+-]?inf$/.test(word)) {
        return { kind: "number", span, value: word.startsWith("-") ? -Infinity : Infinity };
      }
      if (/^[+-]?nan$/.test(word)) return { kind: "number", span, value: Number.NaN };
      if (DATE.test(word) || TIME.test(word)) return { kind: "string", span, value: word, style: "opaque" };
    }
    return this.fault("has a malformed value", start, end);
  }
}
