import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { parseSync } from "oxc-parser";
import { checkSync } from "recheck";
import { viewsOf } from "../../../src/detectors/normalise.ts";
import { scanMessage } from "../../../src/detectors/scan.ts";
import { survey } from "../../../src/detectors/survey.ts";
import { fill, hostile } from "./hostile.ts";

const folder = path.join(import.meta.dirname, "../../../src/detectors");

/** Every regular expression of the detectors that repeats something; one without repetition cannot blow up. */
function patterns(): { file: string; source: string; flags: string }[] {
  const found: { file: string; source: string; flags: string }[] = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, file), "utf8");
    const { program, errors } = parseSync(file, text);
    assert.deepEqual(errors, []);
    const visit = (node: unknown): void => {
      if (Array.isArray(node)) for (const one of node) visit(one);
      else if (node !== null && typeof node === "object") {
        const { regex } = node as { regex?: { pattern: string; flags: string } };
        if (regex && /[*+{]/.test(regex.pattern)) found.push({ file, source: regex.pattern, flags: regex.flags });
        else for (const one of Object.values(node)) visit(one);
      }
    };
    visit(program);
    assert.doesNotMatch(
      text,
      /new RegExp\((?!CANDIDATE\.source)/,
      `${file} builds a pattern that this test cannot see`,
    );
  }
  return found;
}

test("every pattern is proven linear", () => {
  const all = patterns();
  assert.ok(all.length > 20, "the patterns were not found: the test itself is broken");
  for (const { file, source, flags } of all) {
    const { status } = checkSync(source, flags, { timeout: 20_000 });
    assert.equal(status, "safe", `${file}: /${source}/${flags}`);
  }
});

test("the proof refuses a pattern that blows up", () => {
  assert.equal(checkSync("^(a+)+$", "").status, "vulnerable");
  assert.equal(checkSync("[ \\t]{160,}(?=\\S)", "").status, "vulnerable");
});

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
