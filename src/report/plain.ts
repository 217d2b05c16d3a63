/**
 * Characters that a terminal or a reader does not show as themselves: control characters (terminal escapes among them),
 * line and paragraph separators, lone surrogates, and everything that Unicode lets a renderer leave out or that
 * reorders text. An emoji's own variation selector stays.
 */
const UNSEEN =
  /(?!(?<=\p{Extended_Pictographic})\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
const KEPT = new Set(["\n", "\t"]);

/** How one character that must not be shown as itself is spelt: `\x1b`, `\u{200b}`. */
function spelt(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

/**
 * Text from outside as it may be shown to a person: control characters (terminal escapes among them) and the characters
 * that reorder or hide text are shown as escapes; line feeds and tabs stay.
 */
export function plain(text: string): string {
  return text.replace(UNSEEN, (character) => (KEPT.has(character) ? character : spelt(character)));
}

/** The same for text that must stay on one line: line feeds and tabs are spelt too. */
export function plainLine(text: string): string {
  return text.replace(UNSEEN, spelt);
}

/** A message as a sentence that another one can follow. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

const COMBINING = /^[\p{Mn}\p{Me}]$/u;
const WIDE = /^\p{Emoji_Presentation}$/u;
/** East Asian Wide and Fullwidth blocks (UAX 11), as far as configurations and sources hold them. */
const WIDE_BLOCKS: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal that one code point takes: 0, 1 or 2. */
export function cellsOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (code === 0xfe0f || COMBINING.test(character)) return 0;
  return WIDE_BLOCKS.some(([from, to]) => code >= from && code <= to) || WIDE.test(character) ? 2 : 1;
}

/** Columns of a terminal that a text without control characters takes. */
export function cells(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** Breaks text at blanks into lines of at most `width` columns; a word that is longer is cut. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (let word of paragraph.split(" ").filter((part) => part !== "")) {
      if (line !== "" && cells(line) + 1 + cells(word) > room) {
        lines.push(line);
        line = "";
      }
      while (cells(word) > room) {
        let head = "";
        for (const character of word) {
          if (head !== "" && cells(head) + cellsOf(character) > room) break;
          head += character;
        }
        lines.push(head);
        word = word.slice(head.length);
      }
      line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
