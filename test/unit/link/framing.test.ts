import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isSallyportError } from "../../../src/core/errors.ts";
import { LineCutter, parseLine } from "../../../src/link/framing.ts";

function cut(max: number, chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const cutter = new LineCutter(max);
  for (const chunk of chunks) cutter.push(chunk, (line) => lines.push(line.toString("utf8")));
  return lines;
}

test("lines come out whole however the bytes arrive", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replaceAll("\n", ""))),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(cut(1000, chunks), lines);
      },
    ),
  );
});

test("a line over the bound is refused, in one piece or in many, with or without an end", () => {
  const tooLarge = (error: unknown): boolean => isSallyportError(error, "TOO_LARGE");
  const piece = Buffer.from("aaaa");
  assert.deepEqual(cut(10, [Buffer.from("123456789\n")]), ["123456789"]);
  assert.throws(() => cut(10, [Buffer.from("1234567890\n")]), tooLarge);
  assert.throws(() => cut(10, [piece, piece, piece]), tooLarge);
  assert.throws(() => cut(10, [Buffer.alloc(100, "a")]), tooLarge);
});

test("what is no message is refused", () => {
  for (const line of ["", "{", "1", "null", "[]", "{}", '{"type":1}', '"type"']) {
    assert.throws(
      () => parseLine(Buffer.from(line)),
      (error) => isSallyportError(error, "MALFORMED"),
      line,
    );
  }
  assert.equal(parseLine(Buffer.from('{"type":"x"}')).type, "x");
});
