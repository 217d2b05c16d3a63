import type { Word } from "./cues.ts";

/**
 * How much of a cue is left in the frame that it stands in: 1 when it is simply said, less when it is quoted, shown as
 * code, or told about. A security guide and an attack use the same words; the difference is around them. A frame never
 * silences a passage that does several things at once.
 */
export function framesOf(text: string, words: readonly Word[], start: number, end: number): number {
  const quoted = isQuoted(text, start, end);
  const coded = isInCode(text, start);
  const told = reports(text, words, start, end) + (LABEL.test(text.slice(Math.max(0, start - 40), start)) ? 2 : 0);
  let left = 1;
  if (quoted) left *= 0.6;
  if (coded) left *= 0.6;
  if (told >= 2) left *= 0.55;
  else if (told === 1) left *= quoted || coded ? 0.7 : 0.8;
  return isInComment(text, start) ? Math.min(1.3, left * 1.3) : left;
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
    if (!OPEN.includes(mark) || /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) continue;
    const close = CLOSE[mark] ?? mark;
    const line = text.slice(end, end + QUOTE_AFTER);
    const closing = line.indexOf(close);
    const newline = line.indexOf("\n");
    if (closing >= 0 && (newline < 0 || closing < newline)) return true;
  }
  return false;
}

/** How far back a fence or a comment's beginning is looked for. */
const BACK = 1500;

function isInCode(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - BACK), start);
  const fences = before.split(/^[ \t]{0,8}(?:```|~~~)/m).length - 1;
  // A fence counts from its language: one that opens carries a word or nothing, and which of them is open is only known
  // from the start. Within reach an odd number means inside.
  if (fences % 2 === 1 && (start <= BACK || /^[ \t]{0,8}(?:```|~~~)/m.test(text.slice(start, start + BACK))))
    return true;
  return /<(?:pre|code)\b[^>]{0,100}>[^<]*$/.test(before);
}

function isInComment(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - BACK), start);
  const opened = before.lastIndexOf("<!--");
  return opened >= 0 && !before.includes("-->", opened);
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
    /[.@/_=-]/.test(text[word.start - 1] ?? "") ||
    /[@/_=]/.test(text[word.end] ?? "") ||
    /^\.\w/.test(text.slice(word.end, word.end + 2))
  );
}
