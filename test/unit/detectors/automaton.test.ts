import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Automaton } from "../../../src/detectors/automaton.ts";
import { FOLD, folded } from "../../../src/detectors/folding.ts";

const phrases = ["he", "she", "hers", "his", "do not", "忽略", "игнор*", "<|x|>"];
const automaton = new Automaton(phrases);
const find = (text: string): [string | undefined, string][] => {
  const hits = automaton.find(text);
  return hits.phrase.map((phrase, i) => [phrases[phrase], text.slice(hits.start[i], hits.end[i])]);
};

test("words are found whole, through case, invisible characters and white space", () => {
  assert.deepEqual(find("SHE said he-man, not there."), [
    ["she", "SHE"],
    ["he", "he"],
  ]);
  assert.deepEqual(find("d\u200bo \n\t nоt"), [["do not", "d\u200bo \n\t nоt"]]);
  assert.deepEqual(find("请忽略它 игнорируй <|X|>"), [
    ["忽略", "忽略"],
    ["игнор*", "игнор"],
    ["<|x|>", "<|X|>"],
  ]);
});

test("finds what a plain search over the folded text finds", () => {
  const letters = fc.array(fc.constantFrom("h", "e", "s", "r", "i", " ", "\u200b", "H", "\n", ".", "е", "5"), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(letters, (parts) => {
      const text = parts.join("");
      const plain = folded(text);
      const expected = ["he", "she", "hers", "his"]
        .flatMap((phrase) =>
          [...plain.matchAll(new RegExp(`(?<![a-z])${folded(phrase)}(?![a-z])`, "g"))].map(() => phrase),
        )
        .toSorted();
      const found = find(text).map(([phrase]) => phrase ?? "");
      assert.deepEqual(found.toSorted(), expected);
    }),
  );
});

test("every unit that is taken for a letter is read as that letter", () => {
  // Without l, which is read as i.
  const alphabet = Array.from("abcdefghijkmnopqrstuvwxyz");
  const units = Array.from(FOLD.keys()).filter((unit) => alphabet.includes(String.fromCharCode(FOLD[unit] ?? 0)));
  const found = new Automaton(alphabet, () => true).find(String.fromCharCode(...units));
  assert.ok(units.length > 500);
  assert.deepEqual(
    found.phrase.map((phrase) => alphabet[phrase]),
    units.map((unit) => String.fromCharCode(FOLD[unit] ?? 0)),
  );
});

test("a phrase that could never end is refused", () => {
  assert.throws(() => new Automaton(["ends in a space "]), RangeError);
  assert.throws(() => new Automaton([""]), RangeError);
});
