import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytes, laidOut, milliseconds, pieces } from "../../../src/panel/text.ts";

test("what cannot be seen is marked, and all else stays", () => {
  assert.deepEqual(pieces("a\u202eb\u{e0041}"), [
    { text: "a" },
    { text: "", hidden: "U+202E" },
    { text: "b" },
    { text: "", hidden: "U+E0041" },
  ]);
  assert.deepEqual(pieces("naïve 日本 😀\n\tok"), [{ text: "naïve 日本 😀\n\tok" }]);
  assert.deepEqual(pieces(""), []);
});

test("laying JSON out adds white space only, and keeps numbers and strings as they are", () => {
  const exotic = `{"n":9007199254740993,"e":1e400,"s":"a{,:]\\"b","deep":[[],{},[{"x":-0}]]}`;
  assert.equal(laidOut(exotic).replace(/\s/g, ""), exotic);
  assert.equal(laidOut(`{"a":1,"b":[]}`), `{\n  "a": 1,\n  "b": []\n}`);
});

test("laying out keeps the value of any JSON, and never throws for any text", () => {
  fc.assert(fc.property(fc.json(), (json) => assert.deepEqual(JSON.parse(laidOut(json)), JSON.parse(json))));
  fc.assert(fc.property(fc.string(), (text) => assert.equal(typeof laidOut(text), "string")));
});

test("durations and sizes are short", () => {
  assert.deepEqual([0.2, 3, 1240, 75_000].map(milliseconds), ["<1 ms", "3 ms", "1.2 s", "1 min 15 s"]);
  assert.deepEqual([512, 2048, 3 * 1024 * 1024].map(bytes), ["512 B", "2.0 KB", "3.0 MB"]);
});
