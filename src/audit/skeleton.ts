import { CONFUSABLES } from "./data/confusables.ts";

let made: ReadonlyMap<string, string> | undefined;

function table(): ReadonlyMap<string, string> {
  made ??= new Map(
    Object.entries(CONFUSABLES).flatMap(([ascii, all]) => Array.from(all, (one): [string, string] => [one, ascii])),
  );
  return made;
}

/** Letters and digits of ASCII that UTS #39 takes for each other; `rn` for `m` is left out, which names hold too often. */
const WITHIN: Readonly<Record<string, string>> = { I: "l", "1": "l", "0": "O" };

/** A name is cut here: what is longer is none that a person reads. */
const MAX_NAME = 200;

/**
 * What a name looks like (UTS #39, section 4): two names with one skeleton may be taken for each other. Lower case, since
 * clients show names in many typefaces and some compare them so.
 */
export function skeleton(name: string): string {
  const confusable = table();
  let result = "";
  for (const character of name.slice(0, MAX_NAME).normalize("NFKC")) {
    if (/\p{Default_Ignorable_Code_Point}/u.test(character)) continue;
    const ascii = confusable.get(character) ?? character;
    result += WITHIN[ascii] ?? ascii;
  }
  return result.trim().toLowerCase();
}

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["Coptic", /\p{Script=Coptic}/u],
  ["Lisu", /\p{Script=Lisu}/u],
];

/** The scripts that one word of a name mixes, of those that look alike; undefined where no word does. */
export function mixedScripts(name: string): readonly string[] | undefined {
  for (const [word] of name.slice(0, MAX_NAME).matchAll(/[\p{L}\p{M}]+/gu)) {
    const scripts = SCRIPTS.filter(([, pattern]) => pattern.test(word)).map(([script]) => script);
    if (scripts.length > 1) return scripts;
  }
  return undefined;
}
