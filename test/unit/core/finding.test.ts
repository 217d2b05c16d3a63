import assert from "node:assert/strict";
import { test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { applyEdits, atLeast, finding, lower, type RuleInfo } from "../../../src/core/finding.ts";

const rule: RuleInfo = {
  id: "plain-http",
  title: "Plain HTTP",
  summary: "s",
  why: "w",
  remedy: "r",
  severity: "high",
  persona: "regular",
  references: [],
};
const primary = { file: "/a", span: { start: 1, end: 2 } };

test("a finding takes the rule's severity unless it has its own", () => {
  assert.equal(finding(rule, { message: "m", primary }).severity, "high");
  assert.equal(finding(rule, { message: "m", primary, severity: "low" }).severity, "low");
});

test("a malformed finding is refused as a fault of ours", () => {
  const edit = (start: number, end: number) => ({ file: "/a", span: { start, end }, newText: "" });
  const fix = (...edits: ReturnType<typeof edit>[]) => ({ title: "t", safety: "safe" as const, edits });
  const bad = [
    { message: " ", primary },
    { message: "m", primary: { file: "/a", span: { start: 2, end: 1 } } },
    { message: "m", primary, related: [{ file: "/a", span: { start: -1, end: 1 } }] },
    { message: "m", primary, fixes: [fix()] },
    { message: "m", primary, fixes: [fix(edit(0, 4), edit(3, 5))] },
  ];
  for (const input of bad)
    assert.throws(
      () => finding(rule, input),
      (e) => isSallyportError(e, "INTERNAL"),
    );
});

test("severities are ordered and go down one step at a time", () => {
  assert.ok(atLeast("critical", "high"));
  assert.ok(!atLeast("low", "medium"));
  assert.equal(lower("critical"), "high");
  assert.equal(lower("info"), "info");
});

test("edits apply in any order and leave every other byte alone", () => {
  const edits = [
    { file: "/a", span: { start: 0, end: 1 }, newText: "xyz" },
    { file: "/a", span: { start: 3, end: 3 }, newText: "-" },
  ];
  assert.equal(applyEdits("abcd", edits), "xyzbc-d");
});
