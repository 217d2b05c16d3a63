import assert from "node:assert/strict";
import { test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { appendRule } from "../../../src/policy/append.ts";
import { parsePolicy } from "../../../src/policy/parse.ts";
import type { PolicyRule } from "../../../src/policy/schema.ts";

const rule: PolicyRule = {
  id: "always-1",
  match: { launch: "a".repeat(64), tool: 'x" }, effect: deny # \n' },
  effect: "allow",
  reason: "asked and answered",
};

/** The added bytes, after a check that all others stayed. */
function added(before: string): string {
  const after = appendRule(before, rule, "by a person\n- id: injected");
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const tail = before.length - start;
  assert.equal(after.slice(after.length - tail), before.slice(start), "the rest stays");
  const { policy } = parsePolicy(after, "user");
  assert.deepEqual(policy?.rules.at(-1), rule);
  return after.slice(start, after.length - tail);
}

test("a file that is missing is made, with a header", () => {
  const made = appendRule(undefined, rule, "by a person");
  assert.match(made, /^# Your policy/);
  assert.deepEqual(parsePolicy(made, "user").policy?.rules, [rule]);
});

test("every other byte stays: comments, indentation, line ends, JSON", () => {
  const block = "# mine\nversion: 1\nrules:\n  - id: a # why\n    effect: deny\n";
  const files = [
    block,
    `${block}# the end\n`,
    block.trimEnd(),
    block.replaceAll("\n", "\r\n"),
    "version: 1\nrules:\n- id: a\n  effect: ask\n  reason: |\n    two\n    lines\n",
    "rules:\n    -   id: a\n        effect: ask\nversion: 1\n",
    '{"version":1,"rules":[{"id":"a","effect":"deny"}]}\n',
    '{\n  "version": 1,\n  "rules": [\n  ]\n}\n',
    "version: 1\nrules: [ { id: a, effect: ask }, ] # x\n",
    "version: 1\nrules: []\n",
  ];
  for (const file of files) assert.ok(added(file).includes("always-1"), file);
});

test("what is not understood is not edited", () => {
  for (const broken of ["version: 1\nrules: [", "rules: 3", "version: 1\nrules:\n"]) {
    assert.throws(
      () => appendRule(broken, rule, "x"),
      (error) => isSallyportError(error, "MALFORMED"),
    );
  }
  const twice = `version: 1\nrules:\n  - id: always-1\n    effect: ask\n`;
  assert.throws(() => appendRule(twice, rule, "x"));
});
