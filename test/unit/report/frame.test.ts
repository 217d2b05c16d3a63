import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LineIndex, type Span } from "../../../src/core/text.ts";
import { frame } from "../../../src/report/frame.ts";
import { cells } from "../../../src/report/plain.ts";
import { SpanSet } from "../../../src/report/spanSet.ts";
import { SECRET, spanOf, TEXT } from "./sample.ts";

/** The marked columns of a line, as text. */
function marked(text: string, span: Span, secrets: readonly Span[] = [], room = 200): string[] {
  return frame(new LineIndex(text), span, new SpanSet(secrets), room).map(({ text: line, mark }) => {
    if (!mark) return "";
    let column = 0;
    let inside = "";
    for (const character of line) {
      if (column >= mark.start && column < mark.end) inside += character;
      column += cells(character);
    }
    return inside;
  });
}

describe("frame", () => {
  it("marks what the finding is about, after wide characters too", () => {
    assert.deepEqual(marked(TEXT, spanOf(TEXT, '"http://old.example/mcp"')), ['"http://old.example/mcp"']);
    assert.deepEqual(marked(TEXT, spanOf(TEXT, '"sh"')), ['"sh"']);
  });

  it("masks secrets inside their quotes, whoever looks at the line", () => {
    const secret = spanOf(TEXT, `"${SECRET}"`);
    assert.deepEqual(marked(TEXT, secret, [secret]), ['"********"']);
    const [line] = frame(new LineIndex(TEXT), spanOf(TEXT, '"headers"'), new SpanSet([secret]), 200);
    assert.equal(line?.text, '"headers": { "X-Token": "********" }');
    // A place inside the secret, and one that only touches it.
    for (const span of [
      { start: secret.start + 3, end: secret.start + 6 },
      { start: secret.start - 3, end: secret.start + 6 },
    ]) {
      assert.ok(
        frame(new LineIndex(TEXT), span, new SpanSet([secret]), 40).every(
          (one) => !one.text.includes(SECRET.slice(2, 6)),
        ),
      );
    }
  });

  it("counts a run of hidden characters and spells single ones", () => {
    assert.match(
      marked(TEXT, spanOf(TEXT, '"run\u{e0041}\u{e0042}\u{e0043}"'))[0] ?? "",
      /^"run<3 hidden characters>"$/u,
    );
    assert.deepEqual(marked("a\u200bb", { start: 1, end: 2 }), ["\\u{200b}"]);
    assert.deepEqual(marked("a\u001b[31mb", { start: 0, end: 1 }), ["a"]);
  });

  it("cuts a long line around the place", () => {
    const text = `${"x".repeat(5000)}"here"${"y".repeat(5000)}`;
    const [line] = frame(new LineIndex(text), spanOf(text, '"here"'), new SpanSet([]), 60);
    assert.ok(line && cells(line.text) <= 60);
    assert.match(line.text, /^…x+"here"y+…$/u);
    assert.deepEqual(marked(text, spanOf(text, '"here"'), [], 60), ['"here"']);
  });

  it("shows a place of no width, at the end of a line and of the file too", () => {
    for (const [text, at] of [
      ["ab", 1],
      ["ab\ncd", 2],
      ["ab", 2],
      ["", 0],
    ] as const) {
      const [line, ...more] = frame(new LineIndex(text), { start: at, end: at }, new SpanSet([]), 40);
      assert.equal(more.length, 0);
      assert.equal((line?.mark?.end ?? 0) - (line?.mark?.start ?? 0), 1);
    }
  });

  it("leaves out the middle of a place of many lines", () => {
    const text = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`).join("\r\n");
    const lines = frame(new LineIndex(text), { start: 0, end: text.length }, new SpanSet([]), 40);
    assert.deepEqual(
      lines.map((line) => line.number),
      [1, 2, 3, undefined, 19, 20],
    );
  });

  it("stays within the room, shows no secret and nothing unseen, whatever the text", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom("\t", "\n", "\r", "\u{e0041}", "港", "a", '"'), fc.string()),
    });
    const place = fc.tuple(fc.nat(), fc.nat(20));
    fc.assert(
      fc.property(text, text, place, fc.integer({ min: 10, max: 100 }), (before, after, [at, length], room) => {
        const all = `${before}${SECRET}${after}`;
        const start = at % (all.length + 1);
        const span = { start, end: Math.min(all.length, start + length) };
        const secret = { start: before.length, end: before.length + SECRET.length };
        for (const line of frame(new LineIndex(all), span, new SpanSet([secret]), room)) {
          assert.ok(cells(line.text) <= room + 25, "a spelt run may be longer than the room, by its own length");
          assert.doesNotMatch(line.text, /[\p{Cc}\p{Default_Ignorable_Code_Point}]/u);
          assert.ok(!line.text.includes(SECRET.slice(0, 4)) && !line.text.includes(SECRET.slice(-4)));
        }
      }),
      { numRuns: 300 },
    );
  });
});
