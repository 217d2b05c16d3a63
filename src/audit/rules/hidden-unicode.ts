import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Severity } from "../../core/finding.ts";
import type { Span } from "../../core/text.ts";
import { type DataString, type DataValue, keyOf, partOfString } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

interface Run {
  readonly start: number;
  readonly end: number;
  readonly sort: "tags" | "bidi" | "zero width" | "selectors" | "filler";
}

const TITLES: Readonly<Record<Run["sort"], string>> = {
  tags: "tag characters",
  bidi: "characters that reorder text",
  "zero width": "zero-width characters",
  selectors: "variation selectors in a row",
  filler: "blank letters",
};

function sortOf(code: number): Run["sort"] | undefined {
  if (code >= 0xe0000 && code <= 0xe007f) return "tags";
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return "bidi";
  if ((code >= 0x200b && code <= 0x200f) || (code >= 0x2060 && code <= 0x2064)) return "zero width";
  if (code === 0xfeff || code === 0xad || code === 0x34f) return "zero width";
  if ((code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef)) return "selectors";
  if (code === 0x115f || code === 0x1160 || code === 0x3164 || code === 0xffa0) return "filler";
  if (code >= 0x180b && code <= 0x180e) return "filler";
  return undefined;
}

const PICTURE = /^\p{Extended_Pictographic}$/u;
const MODIFIER = /^(?:\p{Emoji_Modifier}|\ufe0f)$/u;
/** Scripts in which a joiner or non-joiner is spelling. */
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Mongolian}]$/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** A flag of a region: a black flag, letters and digits as tags, the end tag. */
const FLAG = /^\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{2,6}\u{e007f}/u;

/** True where the character at `i` belongs to the writing: emoji, joining scripts, marks of right-to-left text. */
function isWriting(letters: readonly string[], i: number, text: string): boolean {
  const code = letters[i]?.codePointAt(0) ?? 0;
  const before = letters[i - 1] ?? "";
  const after = letters[i + 1] ?? "";
  if (code === 0x200d && (PICTURE.test(before) || MODIFIER.test(before)) && PICTURE.test(after)) return true;
  if (code === 0x200c || code === 0x200d || (code >= 0x180b && code <= 0x180e)) return JOINING.test(before);
  if (code === 0x200e || code === 0x200f) return RIGHT_TO_LEFT.test(text);
  if (code >= 0xfe00 && code <= 0xfe0f) return before !== "" && sortOf(before.codePointAt(0) ?? 0) !== "selectors";
  if (code >= 0xe0100 && code <= 0xe01ef) return /^\p{Script=Han}$/u.test(before);
  return false;
}

/** A text with more runs than this is no configuration; the rest of them is not taken apart, and no fix is offered. */
const MAX_RUNS = 300;

/** Runs of hidden characters in a text. */
function runsOf(text: string): Run[] {
  const letters = Array.from(text);
  const runs: Run[] = [];
  let offset = 0;
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] ?? "";
    const flag = letter === "\u{1f3f4}" ? FLAG.exec(letters.slice(i, i + 9).join("")) : undefined;
    if (flag) {
      i += Array.from(flag[0]).length - 1;
      offset += flag[0].length;
      continue;
    }
    const sort = sortOf(letter.codePointAt(0) ?? 0);
    const end = offset + letter.length;
    if (sort !== undefined && !isWriting(letters, i, text)) {
      const last = runs.at(-1);
      if (last?.end === offset && last.sort === sort) runs[runs.length - 1] = { ...last, end };
      else if (runs.push({ start: offset, end, sort }) > MAX_RUNS) return runs;
    }
    offset = end;
  }
  return runs;
}

/** A quick look before a text is taken apart. */
const SUSPECT = /[^\u0000-\u00ac\u00ae-\u034e\u0350-\u115e\u2070-\u3163\u3165-\ud7ff]/;
const MAX_SHOWN = 120;

/** What tag characters spell, as a person can read it. */
function spelled(text: string, runs: readonly Run[]): string {
  const tags = runs.filter((run) => run.sort === "tags").map((run) => text.slice(run.start, run.end));
  const letters = Array.from(tags.join("")).map((tag) => (tag.codePointAt(0) ?? 0xe0020) - 0xe0000);
  const shown = letters.filter((code) => code >= 0x20 && code < 0x7f).map((code) => String.fromCharCode(code));
  return shown.join("").slice(0, MAX_SHOWN);
}

interface Text {
  readonly value: string;
  readonly place: (run: Run) => Span;
  readonly entry?: ServerEntry;
}

function* stringsOf(source: string, value: DataValue, entry?: ServerEntry): Iterable<Text> {
  if (value.kind === "string") yield textOf(source, value, entry);
  else if (value.kind === "array") for (const element of value.elements) yield* stringsOf(source, element, entry);
  else if (value.kind === "object") {
    for (const one of value.properties) {
      // The characters that a person allows VS Code to leave unmarked are named by themselves.
      if (one.key.startsWith("editor.unicodeHighlight")) continue;
      yield textOf(source, keyOf(one), entry);
      yield* stringsOf(source, one.value, entry);
    }
  }
}

function textOf(source: string, node: DataString, entry?: ServerEntry): Text {
  const place = (run: Run): Span => partOfString(source, node, run.start, run.end);
  return { value: node.value, place, ...(entry && { entry }) };
}

function* textsOf(file: ConfigFile): Iterable<Text> {
  const { text, comments, root } = file.document;
  for (const entry of file.entries) yield* stringsOf(text, entry.object, entry);
  if (root && file.kind.id !== "claude-json") yield* stringsOf(text, root);
  for (const comment of comments) {
    const place = (run: Run): Span => ({ start: comment.start + run.start, end: comment.start + run.end });
    yield { value: text.slice(comment.start, comment.end), place };
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  const seen = new Set<number>();
  for (const { value, place, entry } of textsOf(file)) {
    if (!SUSPECT.test(value)) continue;
    const runs = runsOf(value);
    const [first] = runs;
    if (!first) continue;
    const span = place(first);
    if (seen.has(span.start)) continue;
    seen.add(span.start);
    const sorts = [...new Set(runs.map((run) => run.sort))];
    const severity: Severity = sorts.includes("tags") || sorts.includes("bidi") ? "high" : "medium";
    const hidden = spelled(value, runs);
    const where = entry ? `The server ${JSON.stringify(entry.name)}` : "The file";
    const removals = runs.map((run) => ({ span: place(run), text: "" }));
    yield {
      span,
      severity,
      message: `${where} has ${sorts.map((sort) => TITLES[sort]).join(" and ")} that nobody sees${hidden === "" ? "" : `; they spell ${JSON.stringify(hidden)}`}`,
      ...(entry && { entry }),
      related: runs.slice(1, 20).map((run) => ({ file: file.path, span: place(run), message: TITLES[run.sort] })),
      fixes: runs.length > MAX_RUNS ? [] : textFix(file, "Remove the hidden characters", "safe", ...removals),
    };
  }
}

export const hiddenUnicode: AuditRule = {
  info: {
    id: "hidden-unicode",
    title: "Hidden Unicode",
    summary:
      "Reports characters that no editor shows: tag characters (and what they spell), characters that reorder text, zero-width characters, rows of variation selectors and blank letters, in values, keys and comments, written out or as escapes. Emoji, flags, and joiners where a script needs them are none.",
    why: "A model reads what a reviewer cannot see: names, arguments and descriptions can carry instructions.",
    remedy: "Remove the characters, and ask who put them there.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP03:2025", "MCP06:2025", "ASI01", "CWE-1007"],
  },
  fix: "Removes the characters.",
  example: {
    before: `"description": "Reads a page<U+200B><U+200B>"`,
    after: `"description": "Reads a page"`,
  },
  check,
};
