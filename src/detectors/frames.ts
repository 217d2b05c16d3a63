import type { Word } from "./cues.ts";

/** Sorted stretches of a text that do not overlap. */
type Stretches = readonly { readonly start: number; readonly end: number }[];

/**
 * The frames of a text: what is quoted, shown as code, commented out or told about. A security guide and an attack use the
 * same words; the difference is around them. A frame never silences a passage that does several things at once.
 */
export class Frames {
  readonly #code: Stretches;
  readonly #comments: Stretches;

  constructor(
    readonly text: string,
    readonly words: readonly Word[],
  ) {
    const { code, comments } = marked(text);
    this.#code = code;
    this.#comments = comments;
  }

  /** How much of a cue is left in its frame: 1 when it is simply said, more when it is hidden in a comment. */
  left(start: number, end: number): number {
    const { text } = this;
    const quoted = isQuoted(text, start, end);
    const coded = isWithin(this.#code, start);
    const label = LABEL.test(text.slice(Math.max(0, start - 40), start)) ? 2 : 0;
    const told = reports(text, this.words, start, end) + label;
    let left = 1;
    if (quoted) left *= isQuotedAlone(text, start, end) ? 0.42 : 0.55;
    if (coded) left *= 0.6;
    if (told >= 2) left *= 0.55;
    else if (told === 1) left *= quoted || coded ? 0.65 : 0.8;
    if (PATTERN.test(text.slice(start, end))) left *= 0.4;
    return isWithin(this.#comments, start) ? Math.min(1.5, left * 1.5) : left;
  }
}

/** Fences and tags of code, comments of markup and Markdown, styles that draw nothing and what may end those. */
const MARKS =
  /^[ \t]{0,8}(?:```|~~~)|<!--|-->|<\/?(?:pre|code)\b|^\[\/\/\]: # \([^\n]{0,2000}|display: ?none|font-size: ?0(?![.\d])|visibility: ?hidden|<\/(?:div|span|p|td|li|section)\b/gim;

/** Fenced and tagged code, and comments of markup. What is not closed reaches to the end. */
function marked(text: string): { code: Stretches; comments: Stretches } {
  const code: { start: number; end: number }[] = [];
  const comments: { start: number; end: number }[] = [];
  let fence = -1;
  let tag = -1;
  let comment = -1;
  let unseen = -1;
  for (const match of text.matchAll(MARKS)) {
    const mark = match[0].toLowerCase();
    const at = match.index;
    if (mark === "<!--") comment = comment < 0 ? at : comment;
    else if (mark === "-->") {
      if (comment >= 0) comments.push({ start: comment, end: at });
      comment = -1;
    } else if (mark.startsWith("[//]")) {
      comments.push({ start: at, end: at + mark.length });
    } else if (/^[dfv]/.test(mark)) unseen = unseen < 0 ? at : unseen;
    else if (/^<\/[^pc]|^<\/p\b/.test(mark)) {
      if (unseen >= 0) comments.push({ start: unseen, end: at });
      unseen = -1;
    } else if (mark.startsWith("</")) {
      if (tag >= 0) code.push({ start: tag, end: at });
      tag = -1;
    } else if (mark.startsWith("<")) tag = tag < 0 ? at : tag;
    else if (fence < 0) fence = at;
    else {
      code.push({ start: fence, end: at });
      fence = -1;
    }
  }
  for (const open of [fence, tag]) if (open >= 0) code.push({ start: open, end: text.length });
  if (comment >= 0) comments.push({ start: comment, end: text.length });
  return { code: code.toSorted(byStart), comments: comments.toSorted(byStart) };
}

function byStart(a: { readonly start: number }, b: { readonly start: number }): number {
  return a.start - b.start;
}

/** True when one of the stretches that begin before `at` ends after it: the last few are looked at. */
function isWithin(stretches: Stretches, at: number): boolean {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0 && i >= low - 4; i--) if ((stretches[i]?.end ?? 0) > at) return true;
  return false;
}

/** Words of a regular expression, not of a sentence: `(all )?(previous|prior)`. */
const PATTERN = /\)\?|\)\*|[a-z]\|[a-z]|\\[sb]/;

/** True when the quotation holds the cue and little else. */
function isQuotedAlone(text: string, start: number, end: number): boolean {
  const open = text.slice(Math.max(0, start - 3), start).search(/["'`\u201c\u2018\u00ab\u300c\u201e]/);
  return open >= 0 && /^.{0,12}["'`\u201d\u2019\u00bb\u300d\u201c]/s.test(text.slice(end, end + 14));
}

const OPEN = "\"'`\u201c\u2018\u00ab\u300c\u201e";
const CLOSE: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "\u201c": "\u201d",
  "\u2018": "\u2019",
  "\u00ab": "\u00bb",
  "\u300c": "\u300d",
  "\u201e": "\u201c",
};
/** How far before and behind a cue its quotation marks are looked for. */
const QUOTE_BEFORE = 60;
const QUOTE_AFTER = 120;

function isQuoted(text: string, start: number, end: number): boolean {
  // In JSON every string stands in quotation marks, which says nothing.
  if (/^\s*[[{]/.test(text.slice(0, 40))) return false;
  for (let at = start - 1; at >= 0 && at >= start - QUOTE_BEFORE; at--) {
    const mark = text[at] ?? "";
    if (mark === "\n") return false;
    // The marks that have a direction need no space before them, as in scripts that have none.
    if (!OPEN.includes(mark) || ("\"'`".includes(mark) && /[\p{L}\p{N}]/u.test(text[at - 1] ?? ""))) continue;
    const close = CLOSE[mark] ?? mark;
    const line = text.slice(end, end + QUOTE_AFTER);
    const closing = line.indexOf(close);
    const newline = line.indexOf("\n");
    if (closing >= 0 && (newline < 0 || closing < newline)) return true;
  }
  return false;
}

/** `Sample response: `, `Expected output: `: what follows is shown, not said. */
const LABEL = /(?:sample|expected|mock|example|training|test|dummy|canned) [a-z]{3,12}: {0,2}["'`]?$/i;

/** From so many words of reporting within REACH, a text is about attacks. */
const ABOUT_ATTACKS = 8;
const REACH = 500;

/** How strongly the surroundings speak about attacks: words of reporting in the same sentence, and a text full of them. */
function reports(text: string, words: readonly Word[], start: number, end: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.end ?? 0) < start - REACH) low = middle + 1;
    else high = middle;
  }
  const sentences = new Set<number>();
  const reporting: Word[] = [];
  for (let i = low; i < words.length && i < low + 300; i++) {
    const word = words[i];
    if (!word || word.start > end + REACH) break;
    if (word.start < end && word.end > start) sentences.add(word.sentence);
    else if (word.means.has("reported") && !isPartOfName(text, word)) reporting.push(word);
  }
  const near = reporting.filter(
    (word) => sentences.has(word.sentence) && word.end > start - 120 && word.start < end + 100,
  );
  return near.length + (reporting.length >= ABOUT_ATTACKS ? 1 : 0);
}

/** `evil.example`, `/test/`, `--scan`: no words of a sentence. */
function isPartOfName(text: string, word: Word): boolean {
  return (
    /[.@/_=]$|(?:^|[^\p{L}])-$/u.test(text.slice(Math.max(0, word.start - 2), word.start)) ||
    /[@/_=]/.test(text[word.end] ?? "") ||
    /^\.\w/.test(text.slice(word.end, word.end + 2))
  );
}
