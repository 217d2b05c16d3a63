import type { Span } from "../core/text.ts";

/** What an invisible character is for. */
type InvisibleKind = InvisibleSort | "mark" | "joiner" | "filler";
/** The sorts that mean the same to a reader. */
type InvisibleSort = "tag" | "selector" | "bidi" | "zero-width" | "private-use";

const SORT: Readonly<Record<InvisibleKind, InvisibleSort>> = {
  tag: "tag",
  selector: "selector",
  bidi: "bidi",
  mark: "zero-width",
  joiner: "zero-width",
  "zero-width": "zero-width",
  filler: "zero-width",
  "private-use": "private-use",
};

/** A stretch of invisible characters of one sort that is not part of ordinary writing. */
export interface InvisibleRun {
  readonly kind: InvisibleSort;
  readonly span: Span;
  /** Characters, not UTF-16 units. */
  readonly count: number;
  /** True when letters or digits stand on both sides: the run splits a word. */
  readonly insideWord: boolean;
}

/** Any unit that may begin a run. Separate terms, because combining marks in one class would be read as clusters. */
const CANDIDATE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufeff\uffa0]|[\udb40\udb80-\udbff]|[\ufe00-\ufe0f]|\u034f|[\u17b4\u17b5]|[\u180b-\u180f]/;

/**
 * Runs of characters that are not drawn, those of ordinary writing left out: a byte order mark at the start, emoji
 * sequences, flags of regions, one variation selector after a character, joiners in scripts that join, spaces without
 * width in scripts without spaces, direction marks beside right-to-left text.
 * Linear in the text's length.
 */
export function* invisibleRuns(text: string): Generator<InvisibleRun> {
  if (!CANDIDATE.test(text)) return;
  const pattern = new RegExp(CANDIDATE.source, "g");
  const rightToLeft = new RightToLeft(text);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index;
    const kind = kindAt(text, start);
    if (kind === undefined) continue;
    let end = start;
    let count = 0;
    let mixed = false;
    for (let next: InvisibleKind | undefined = kind; next && SORT[next] === SORT[kind]; next = kindAt(text, end)) {
      mixed ||= next !== kind;
      end += width(text, end);
      count++;
    }
    pattern.lastIndex = end;
    if (!mixed && isOrdinary(text, kind, start, end, count, rightToLeft)) continue;
    yield {
      kind: SORT[kind],
      span: { start, end },
      count,
      insideWord: isLetter(text, start - 1) && isLetter(text, end),
    };
  }
}

function width(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
}

function kindAt(text: string, at: number): InvisibleKind | undefined {
  const unit = text.charCodeAt(at);
  if (unit === 0xdb40) {
    const low = text.charCodeAt(at + 1);
    if (low >= 0xdc00 && low <= 0xdc7f) return "tag";
    return low >= 0xdd00 && low <= 0xddef ? "selector" : undefined;
  }
  if (unit >= 0xfe00 && unit <= 0xfe0f) return "selector";
  if ((unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069)) return "bidi";
  if (unit === 0x200e || unit === 0x200f || unit === 0x061c) return "mark";
  if (unit === 0x200c || unit === 0x200d) return "joiner";
  if (unit === 0x115f || unit === 0x1160 || unit === 0x3164 || unit === 0xffa0) return "filler";
  if ((unit >= 0xe000 && unit <= 0xf8ff) || (unit >= 0xdb80 && unit <= 0xdbff)) return "private-use";
  return isZeroWidth(unit) ? "zero-width" : undefined;
}

function isZeroWidth(unit: number): boolean {
  return (
    unit === 0x200b ||
    (unit >= 0x2060 && unit <= 0x206f) ||
    unit === 0xfeff ||
    unit === 0x00ad ||
    unit === 0x034f ||
    (unit >= 0x17b4 && unit <= 0x17b5) ||
    (unit >= 0x180b && unit <= 0x180f)
  );
}

function isOrdinary(
  text: string,
  kind: InvisibleKind,
  start: number,
  end: number,
  count: number,
  rightToLeft: RightToLeft,
): boolean {
  switch (kind) {
    case "selector":
      return count === 1 && start > 0 && kindAt(text, start - 1) === undefined && !/\s/.test(text[start - 1] ?? " ");
    case "tag":
      // A flag: black flag, up to six tag letters, cancel tag (UTS #51).
      return text.slice(Math.max(0, start - 2), start) === "\u{1f3f4}" && count <= 7 && text.endsWith("\udc7f", end);
    case "joiner":
      return count === 1 && (isJoining(text, start - 1) || isJoining(text, end) || isEmojiJoin(text, start, end));
    case "mark":
    case "bidi":
      return rightToLeft.near(start, end) && !text.slice(start, end).includes("\u202e");
    case "zero-width":
      if (start === 0 && text.startsWith("\ufeff") && count === 1) return true;
      if (text[start] === "\u200b" && count === 1) return isUnspaced(text, start - 1) || isUnspaced(text, end);
      // Mongolian selectors and Khmer inherent vowels belong to their scripts.
      return isJoining(text, start - 1) && !isLatin(text, end);
    case "filler":
      return isHangul(text, start - 1) || isHangul(text, end);
    case "private-use":
      return false;
  }
}

/** Distance within which right-to-left letters are the reason for a control of direction. */
const DIRECTION_REACH = 64;

/** Where right-to-left letters are. Asked with ascending places, it reads the text once. */
class RightToLeft {
  #next = -1;
  readonly #pattern = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;

  constructor(readonly text: string) {}

  near(start: number, end: number): boolean {
    if (this.#next < start - DIRECTION_REACH) {
      this.#pattern.lastIndex = Math.max(0, start - DIRECTION_REACH);
      this.#next = this.#pattern.exec(this.text)?.index ?? Number.POSITIVE_INFINITY;
    }
    return this.#next <= end + DIRECTION_REACH;
  }
}

function isLetter(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text[at] ?? "");
}

function isLatin(text: string, at: number): boolean {
  return /[\p{Script=Latin}\d]/u.test(text[at] ?? "");
}

function isHangul(text: string, at: number): boolean {
  return /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\uffa1-\uffdc]/.test(text[at] ?? "");
}

/** Scripts whose letters join or stack, so that joiners are spelling: Arabic, the Indic scripts, Mongolian and others. */
function isJoining(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    (unit >= 0x0600 && unit <= 0x08ff) ||
    (unit >= 0x0900 && unit <= 0x0dff) ||
    (unit >= 0x0f00 && unit <= 0x109f) ||
    (unit >= 0x1780 && unit <= 0x18af) ||
    (unit >= 0xa840 && unit <= 0xabff) ||
    (unit >= 0xfb50 && unit <= 0xfdff) ||
    (unit >= 0xfe70 && unit <= 0xfefc)
  );
}

function isUnspaced(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    (unit >= 0x0e00 && unit <= 0x0eff) ||
    (unit >= 0x1000 && unit <= 0x109f) ||
    (unit >= 0x1780 && unit <= 0x17ff) ||
    (unit >= 0x2e80 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7af)
  );
}

/** A joiner between two pictures: family, profession, flag and heart sequences. */
function isEmojiJoin(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  const after = text.charCodeAt(end);
  const isPicture = (unit: number): boolean =>
    (unit >= 0xd83c && unit <= 0xd83e) || (unit >= 0xdc00 && unit <= 0xdfff) || (unit >= 0x2190 && unit <= 0x2bff);
  return (before === 0xfe0f || isPicture(before)) && isPicture(after);
}
