import assert from "node:assert/strict";
import { test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { scanMessage } from "../../../src/detectors/scan.ts";

test("what lies beyond the bound is said to be not inspected, with its place", () => {
  const texts = [
    { text: "a".repeat(30), place: "result", pointer: "/result/a" },
    { text: "b".repeat(30), place: "result", pointer: "/result/b" },
  ] as const;
  const found = scanMessage(texts, { maxUnits: 50 });
  assert.deepEqual(
    found.map(({ rule, variant, span, index, pointer }) => ({ rule, variant, span, index, pointer })),
    [{ rule: "not-inspected", variant: "too-long", span: { start: 20, end: 30 }, index: 1, pointer: "/result/b" }],
  );
});

test("nothing is said of a message that fits", () => {
  assert.deepEqual(scanMessage([{ text: "The weather in Oslo is 3 degrees.", place: "result" }]), []);
});

test("an unknown detector is a usage error, not silence", () => {
  assert.throws(
    () => scanMessage([], { only: ["secrets"] }),
    (error) => isSallyportError(error, "USAGE"),
  );
});
