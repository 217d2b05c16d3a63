import assert from "node:assert/strict";
import { test } from "node:test";
import { viewsOf } from "../../../src/detectors/normalise.ts";
import { scanMessage } from "../../../src/detectors/scan.ts";
import { survey } from "../../../src/detectors/survey.ts";
import { fill, hostile } from "./hostile.ts";

for (const [name, make] of Object.entries(hostile)) {
  test(`${name}: the work grows with the length, not faster`, () => {
    const steps = [16, 64, 256].map((kilobytes) => {
      const text = make(kilobytes * 1024);
      return survey(text).steps + viewsOf(text).steps;
    });
    const [small = 0, middle = 0, large = 0] = steps;
    assert.ok(small > 0 && middle <= small * 4.5 + 1000 && large <= middle * 4.5 + 1000, steps.join(" "));
  });
}

test("hostile messages are answered, and at most a hundred findings of a rule come singly", () => {
  for (const make of Object.values(hostile)) {
    const found = scanMessage([{ text: make(64 * 1024), place: "result" }]);
    assert.ok(found.length <= 400);
  }
  const many = scanMessage([{ text: fill("x\u001b[8mhidden\u001b[0m ", 64 * 1024), place: "result" }]);
  assert.equal(many.filter(({ rule }) => rule === "hidden-text").length, 100);
  assert.ok(many.some(({ rule, variant }) => rule === "not-inspected" && variant === "too-many"));
});
