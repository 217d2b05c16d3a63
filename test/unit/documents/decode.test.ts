import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText } from "../../../src/documents/decode.ts";

const bytes = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => Buffer.from(part)));

test("a byte order mark is no part of the text", () => {
  assert.deepEqual(decodeText("/f", bytes([0xef, 0xbb, 0xbf], "{}")), { text: "{}", bom: true });
  assert.deepEqual(decodeText("/f", bytes("{}")), { text: "{}", bom: false });
});

test("bytes that are no UTF-8 are a problem with their place; the rest is read", () => {
  const { text, problem } = decodeText("/f", bytes("é\ufffd😀", [0xff], "b"));
  assert.equal(text, "é\ufffd😀\ufffdb");
  assert.deepEqual(problem?.span, { start: 4, end: 5 });
  assert.equal(decodeText("/f", bytes("a replacement \ufffd of its own")).problem, undefined);
});

test("UTF-16 is a problem, with and without a mark", () => {
  for (const encoded of [
    Buffer.from("\ufeff{}", "utf16le"),
    Buffer.from("{ }", "utf16le"),
    Buffer.from("\ufeff{}", "utf16le").swap16(),
  ]) {
    const { text, problem } = decodeText("/f", encoded);
    assert.match(problem?.message ?? "", /UTF-16/);
    assert.match(text, /^\{ ?\}$/);
  }
});
