import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cells, plain, plainLine, wrap } from "../../../src/report/plain.ts";

describe("plain", () => {
  it("leaves ordinary text of any script alone", () => {
    for (const text of ["a b\n\tc", "Grüße, 港, سلام, नमस्ते", "🚢 ⚠️ é", "\u00a0"]) assert.equal(plain(text), text);
  });

  it("spells what a terminal would obey or a reader would not see", () => {
    assert.equal(plain("\u001b[31mred\u0007\r"), "\\x1b[31mred\\x07\\x0d");
    assert.equal(plain("a\u202eb\u200bc\u{e0041}\u00ad"), "a\\u{202e}b\\u{200b}c\\u{e0041}\\xad");
    assert.equal(plain("\u0085\u2028x\ud800y\ufe0f"), "\\x85\\u{2028}x\\u{d800}y\\u{fe0f}");
    assert.equal(plainLine("a\nb\tc"), "a\\x0ab\\x09c");
  });

  it("shows no character of Unicode that a terminal obeys or a reader does not see", () => {
    const kept: number[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const unseen = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|\p{Bidi_Control}/u.test(character);
      if (unseen && plain(character) === character) kept.push(code);
    }
    assert.deepEqual(kept, [9, 10]);
  });
});

describe("cells and wrap", () => {
  it("counts columns, not units", () => {
    assert.equal(cells("abc"), 3);
    assert.equal(cells("港🚢"), 4);
    assert.equal(cells("e\u0301"), 1);
  });

  it("breaks at blanks, and words that are longer than a line", () => {
    assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
    assert.deepEqual(wrap("港港港", 5), ["港港", "港"]);
    assert.deepEqual(wrap("", 5), [""]);
    assert.deepEqual(wrap("a\nb", 0), ["a", "b"]);
  });
});
