/**
 * How a reader, human or model, takes one character for another: case, accents, full-width and other compatibility
 * forms, letters of other scripts that look the same, digits that stand for letters; and which characters cannot be seen
 * at all. As tables over UTF-16 units, so that a text is folded while it is scanned, without a copy and without moving
 * an offset. Units that need their neighbour to be understood (surrogate pairs) are the decoders' work.
 */

/** Folded value of a unit that a reader does not see. */
export const SKIP = 0xffff;
/** Folded value of every kind of white space. */
export const SPACE = 0x20;

/** Ranges of invisible units: MCP-TXT-001's list, Unicode's Default_Ignorable_Code_Point within the BMP. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
];

/** Units whose compatibility decomposition may be a plain letter or digit. */
const DECOMPOSED: readonly (readonly [number, number])[] = [
  [0x00a0, 0x024f],
  [0x1d2c, 0x1d6a],
  [0x1e00, 0x1eff],
  [0x2070, 0x209f],
  [0x2100, 0x2188],
  [0x24b6, 0x24e9],
  [0xff01, 0xff5e],
];

/**
 * Letters that look like a Latin one, from the confusables of UTS #39 that occur in text: Cyrillic, Greek, Armenian,
 * Cherokee and Latin letters outside ASCII. Pairs of look-alike and what it is taken for.
 */
const LOOKALIKES =
  "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwѵvӏiкkмmтtвbнhгrпnиu" +
  "αaεeοoρpυuνvιiκkτtχxγyηnωwβbσo" +
  "օoոnսuհhցgքqզqեtձaյjᴏoᴀaʙbᴄcᴅdᴇeɢgʜhɪiᴊjᴋkʟiᴍmɴnᴘpʀrѕsᴛtᴜuᴠvᴡwʏyᴢzꜱsꜰf" +
  "ɑaɡgıiɩiʼ'’'‘'ʻ'´'`'“\"”\"„\"«\"»\"‐-‑-‒-–-—-−-․.‥.⁄/∕/：:；;ǃ!ǀi∣i｜i";

/** Digits that are written for letters, and the letters that cannot be told apart in many typefaces. */
const DIGIT_LETTERS = "0o1i3e4a5s7tli";

/** What each UTF-16 unit is taken for: a unit, SPACE or SKIP. */
export const FOLD: Uint16Array = buildFold();

/** 1 where a unit is part of a word: a letter or digit of a script that separates its words, or an underscore. */
export const WORD: Uint8Array = buildWord();

/** True for a unit of a script written without spaces: Han, kana, Hangul, Thai. */
function isUnspaced(unit: number): boolean {
  return (unit >= 0x2e80 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af) || (unit >= 0x0e00 && unit <= 0x0e7f);
}

function buildFold(): Uint16Array {
  const fold = new Uint16Array(0x10000);
  for (let unit = 0; unit < fold.length; unit++) fold[unit] = unit;
  for (let unit = 0x41; unit <= 0x5a; unit++) fold[unit] = unit + 32;
  // Capitals of the scripts that the lexicon or the look-alikes use; elsewhere case does not matter to us.
  for (let unit = 0x0370; unit < 0x0590; unit++) fold[unit] = String.fromCharCode(unit).toLowerCase().charCodeAt(0);
  for (const [from, to] of DECOMPOSED) {
    for (let unit = from; unit <= to; unit++) {
      const first = String.fromCharCode(unit).normalize("NFKD").toLowerCase().charCodeAt(0);
      if (first > 0x20 && first < 0x7f) fold[unit] = first;
    }
  }
  for (let unit = 0x0300; unit <= 0x036f; unit++) fold[unit] = SKIP;
  for (const [from, to] of INVISIBLE) fold.fill(SKIP, from, to + 1);
  for (const unit of [9, 10, 11, 12, 13, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000])
    fold[unit] = SPACE;
  fold.fill(SPACE, 0x2000, 0x200b);
  const alike = pairs(LOOKALIKES);
  // Capitals and decompositions that were folded to a look-alike follow it.
  for (let unit = 0xc0; unit < 0x600; unit++) fold[unit] = alike.get(fold[unit] as number) ?? (fold[unit] as number);
  for (const [from, to] of alike) fold[from] = to;
  // The digits' full-width forms were folded to ASCII above, so this comes last and over everything.
  const digits = pairs(DIGIT_LETTERS);
  const last = Math.max(...digits.keys());
  for (const [from, to] of [
    [0, 0x2500],
    [0xff00, 0x10000],
  ] as const) {
    for (let unit = from; unit < to; unit++) {
      const now = fold[unit] as number;
      if (now <= last) fold[unit] = digits.get(now) ?? now;
    }
  }
  return fold;
}

/** Of a list of pairs, the second of each by the first. */
function pairs(list: string): ReadonlyMap<number, number> {
  const map = new Map<number, number>();
  for (let i = 0; i + 1 < list.length; i += 2) map.set(list.charCodeAt(i), list.charCodeAt(i + 1));
  return map;
}

function buildWord(): Uint8Array {
  const word = new Uint8Array(0x10000);
  const all = (from: number, to: number): string => {
    const units = new Uint16Array(to - from);
    for (let i = 0; i < units.length; i++) units[i] = from + i;
    return String.fromCharCode(...units);
  };
  for (const [from, to] of [
    [0, 0x2000],
    [0xff10, 0xff5b],
  ] as const) {
    for (const match of all(from, to).matchAll(/[\p{L}\p{N}_]+/gu))
      word.fill(1, from + match.index, from + match.index + match[0].length);
  }
  for (let unit = 0x0e00; unit < 0x0e80; unit++) if (isUnspaced(unit)) word[unit] = 0;
  return word;
}

/** A text as the tables see it, without invisible units and with single spaces. For evidence and for tests. */
export function folded(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const unit = FOLD[text.charCodeAt(i)] ?? 0;
    if (unit === SKIP || (unit === SPACE && result.endsWith(" "))) continue;
    result += String.fromCharCode(unit);
  }
  return result;
}
