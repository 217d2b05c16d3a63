import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type DataDocument, type DataValue, keyOf, partOfString } from "../../../src/documents/data.ts";
import { decodeText } from "../../../src/documents/decode.ts";
import { parseDocument } from "../../../src/documents/parse.ts";
import { anyBytes } from "./noise.ts";

function check(document: DataDocument): void {
  const { text, problems, comments, root } = document;
  const isInside = ({ start, end }: { start: number; end: number }): boolean =>
    start >= 0 && start <= end && end <= text.length;
  for (const { span, message } of problems) {
    assert.ok(span && isInside(span), message);
    assert.ok(message.length > 0);
  }
  assert.ok(comments.every(isInside));
  assert.ok(comments.every((one, i) => i === 0 || one.start >= (comments[i - 1]?.end ?? 0)));
  const pending: DataValue[] = root ? [root] : [];
  for (let value = pending.pop(); value; value = pending.pop()) {
    assert.ok(isInside(value.span));
    if (value.kind === "string") {
      assert.ok(isInside(partOfString(text, value, 0, value.value.length)));
      assert.ok(isInside(partOfString(text, value, value.value.length >> 1, value.value.length)));
    }
    if (value.kind === "array") pending.push(...value.elements);
    if (value.kind !== "object") continue;
    for (const one of value.properties) {
      assert.ok(isInside(one.span) && isInside(one.keySpan) && (one.pieces ?? []).every(isInside));
      assert.ok(isInside(partOfString(text, keyOf(one), 0, one.key.length)));
      pending.push(one.value);
    }
  }
}

test("any bytes give a tree or problems with places in the text, in each format, and never an exception", async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes, fc.constantFrom("json", "toml", "yaml"), async (bytes, format) => {
      const { text, problem } = decodeText("/f", bytes);
      if (problem) assert.ok(problem.span && problem.span.end <= text.length);
      check(await parseDocument(format, "/f", text));
    }),
    { numRuns: 400 },
  );
});

test("what is before the first bytes that are no UTF-8 is read as it is", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "é", "\ufffd", "€", "😀", "\ufeff", "\0"), maxLength: 12 }),
      fc.uint8Array({ maxLength: 6 }),
      (before, rest) => {
        const start = Buffer.from(before, "utf8");
        const bytes = Buffer.concat([start, Buffer.from(" "), rest]);
        const { text, problem, bom } = decodeText("/f", bytes);
        if (problem && /UTF-16/.test(problem.message)) return;
        assert.equal(Buffer.compare(bytes, Buffer.from(bom ? `\ufeff${text}` : text)) === 0, problem === undefined);
        if (!problem?.span) return;
        assert.equal(text.charAt(problem.span.start), "\ufffd");
        const read = Buffer.from(`${bom ? "\ufeff" : ""}${text.slice(0, problem.span.start)}`);
        assert.deepEqual(read, bytes.subarray(0, read.length));
      },
    ),
    { numRuns: 150 },
  );
});
