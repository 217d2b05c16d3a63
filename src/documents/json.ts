import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument, DataProperty, DataValue } from "./data.ts";

/** Deeper nesting is no configuration, and would exhaust the parser's stack. */
const MAX_DEPTH = 200;
/** Bounds the memory of the tree: about 100 bytes a token. */
const MAX_TOKENS = 1_000_000;
/** A broken file has one cause and many consequences: the first problems say enough. */
const MAX_PROBLEMS = 5;

/** jsonc-parser's SyntaxKind, which it declares as a const enum that isolated modules may not use. */
const Token = {
  OpenBraceToken: 1,
  CloseBraceToken: 2,
  OpenBracketToken: 3,
  CloseBracketToken: 4,
  CommaToken: 5,
  LineCommentTrivia: 12,
  BlockCommentTrivia: 13,
  LineBreakTrivia: 14,
  Trivia: 15,
  EOF: 17,
} as const;

interface Survey {
  readonly blank: boolean;
  readonly comments: Span[];
  readonly trailingCommas: Span[];
  /** Why the document is not parsed at all. */
  readonly refused?: { readonly why: string; readonly at: Span };
}

/** One pass over the tokens: depth and size before a tree is built, and what JSONC tolerates. */
function survey(text: string): Survey {
  const scanner = createScanner(text, false);
  const comments: Span[] = [];
  const trailingCommas: Span[] = [];
  let depth = 0;
  let tokens = 0;
  let comma: Span | undefined;
  for (;;) {
    const kind: number = scanner.scan();
    if (kind === Token.EOF) return { blank: tokens === 0, comments, trailingCommas };
    if (kind === Token.Trivia || kind === Token.LineBreakTrivia) continue;
    const start = scanner.getTokenOffset();
    // The scanner reaches over the end of a comment that does not end.
    const at = { start, end: Math.min(start + scanner.getTokenLength(), text.length) };
    if (kind === Token.LineCommentTrivia || kind === Token.BlockCommentTrivia) {
      comments.push(at);
      continue;
    }
    if (kind === Token.OpenBraceToken || kind === Token.OpenBracketToken) depth++;
    if (kind === Token.CloseBraceToken || kind === Token.CloseBracketToken) {
      depth--;
      if (comma) trailingCommas.push(comma);
    }
    comma = kind === Token.CommaToken ? at : undefined;
    const refuse = (why: string): Survey => ({ blank: false, comments, trailingCommas, refused: { why, at } });
    if (depth > MAX_DEPTH) return refuse(`is nested more than ${MAX_DEPTH} levels deep`);
    if (++tokens > MAX_TOKENS) return refuse(`has more than ${MAX_TOKENS} JSON tokens`);
  }
}

/** What each of the parser's errors means to the person who wrote the file. */
const SYNTAX_ERRORS: Readonly<Record<string, string>> = {
  InvalidSymbol: "has an invalid symbol",
  InvalidNumberFormat: "has a malformed number",
  PropertyNameExpected: "lacks a property name",
  ValueExpected: "lacks a value",
  ColonExpected: "lacks a colon",
  CommaExpected: "lacks a comma",
  CloseBraceExpected: "lacks a closing brace",
  CloseBracketExpected: "lacks a closing bracket",
  EndOfFileExpected: "goes on after its end",
  InvalidCommentToken: "has a malformed comment",
  UnexpectedEndOfComment: "has a comment that does not end",
  UnexpectedEndOfString: "has a string that does not end",
  UnexpectedEndOfNumber: "has a number that does not end",
  InvalidUnicode: "has a malformed unicode escape",
  InvalidEscapeCharacter: "has a malformed escape",
  InvalidCharacter: "has a control character in a string",
};

/** Of a node that a comment without an end follows, the parser's length reaches over the text's. */
function spanOf(node: Node, length: number): Span {
  return { start: node.offset, end: Math.min(node.offset + node.length, length) };
}

function convert(node: Node, length: number): DataValue | undefined {
  const span = spanOf(node, length);
  switch (node.type) {
    case "object": {
      const properties = (node.children ?? []).flatMap((child): DataProperty[] => {
        const [key, value] = child.children ?? [];
        const converted = value && convert(value, length);
        if (!key || !converted) return [];
        const own = { key: String(key.value), keySpan: spanOf(key, length), keyStyle: "double" as const };
        return [{ ...own, value: converted, span: spanOf(child, length) }];
      });
      return { kind: "object", span, properties, layout: "brackets" };
    }
    case "array": {
      const elements = (node.children ?? [])
        .map((child) => convert(child, length))
        .filter((child) => child !== undefined);
      return { kind: "array", span, elements, layout: "brackets" };
    }
    case "string":
      return { kind: "string", span, value: String(node.value), style: "double" };
    case "number":
      return { kind: "number", span, value: Number(node.value) };
    case "boolean":
      return { kind: "boolean", span, value: node.value === true };
    case "null":
      return { kind: "null", span };
    case "property":
      return undefined;
  }
}

/**
 * Reads JSON with comments and trailing commas, tolerantly: where the text is broken, `problems` says so with a place and
 * `root` is what could be recovered. An empty document is one problem. Never throws; memory and stack are bounded.
 */
export function parseJson(file: string, text: string): DataDocument {
  const { blank, comments, trailingCommas, refused } = survey(text);
  const document = { file, format: "json" as const, text, blank, comments, trailingCommas };
  const problem = (message: string, span: Span): Problem => ({ code: "MALFORMED", file, message, span });
  if (refused) return { ...document, root: undefined, problems: [problem(refused.why, refused.at)] };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const problems = errors.slice(0, MAX_PROBLEMS).map((error) => {
    const start = Math.min(error.offset, text.length);
    const end = Math.min(start + Math.max(error.length, 1), text.length);
    return problem(SYNTAX_ERRORS[printParseErrorCode(error.error)] ?? "is no JSON", { start, end });
  });
  return { ...document, root: tree && convert(tree, text.length), problems };
}
