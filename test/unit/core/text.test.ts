import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineIndex } from "../../../src/core/text.ts";

test("positions count UTF-16 units, and every line ending", () => {
  const index = new LineIndex("a\r\nb😀c\rd\ne");
  assert.deepEqual(index.position(0), { line: 0, character: 0 });
  assert.deepEqual(index.position(3), { line: 1, character: 0 });
  assert.deepEqual(index.position(6), { line: 1, character: 3 });
  assert.deepEqual(index.position(8), { line: 2, character: 0 });
  assert.deepEqual(index.position(10), { line: 3, character: 0 });
  assert.equal(index.lineText(1), "b😀c");
  assert.equal(index.lineCount, 4);
});

test("offset and position are inverse for any text", () => {
  const anyText = fc
    .array(fc.constantFrom("a", "\n", "\r", "\r\n", "é", "😀"), { maxLength: 40 })
    .map((p) => p.join(""));
  fc.assert(
    fc.property(anyText, fc.nat(80), (text, n) => {
      const index = new LineIndex(text);
      const offset = Math.min(n, text.length);
      assert.equal(index.offset(index.position(offset)), offset);
    }),
  );
});

test("positions outside the text are clamped", () => {
  const index = new LineIndex("ab");
  assert.deepEqual(index.position(99), { line: 0, character: 2 });
  assert.equal(index.offset({ line: 9, character: 9 }), 2);
});
