import assert from "node:assert/strict";
import { test } from "node:test";
import { finding, type RuleInfo } from "../../../src/core/finding.ts";
import { LineIndex } from "../../../src/core/text.ts";
import { applyIgnoreComments, findIgnoreComments } from "../../../src/documents/ignoreComments.ts";

const rule: RuleInfo = {
  id: "some-rule",
  title: "t",
  summary: "s",
  why: "w",
  remedy: "r",
  severity: "high",
  persona: "regular",
  references: [],
};

const comments = (text: string) => findIgnoreComments(text, new LineIndex(text));

/** Findings at each `!`, and whether the text's comments accept them. */
function ignored(text: string) {
  const index = new LineIndex(text);
  const findings = [...text.matchAll(/!/g)].map((match) =>
    finding(rule, { message: "m", primary: { file: "/f", span: { start: match.index, end: match.index + 1 } } }),
  );
  return applyIgnoreComments(findings, findIgnoreComments(text, index), index);
}

test("the directive is read in every comment syntax, without its closer", () => {
  for (const [open, close] of [
    ["# ", ""],
    ["// ", ""],
    ["/* ", " */"],
    ["<!-- ", " -->"],
    ["-- ", ""],
    ["; ", ""],
    [" * ", ""],
  ]) {
    const [found] = comments(`${open}sallyport-ignore: some-rule, other-rule -- reviewed: fine${close}`);
    assert.deepEqual(found?.rules, ["some-rule", "other-rule"], open);
    assert.equal(found?.reason, "reviewed: fine", open);
  }
});

test("a comment accepts findings on its own line, or, standing alone, on the next line of code", () => {
  const states = (text: string) => ignored(text).findings.map((one) => one.ignored?.reason);
  assert.deepEqual(states("call! // sallyport-ignore: some-rule -- ok\ncall!"), ["ok", undefined]);
  assert.deepEqual(states("# sallyport-ignore: some-rule -- ok\ncall!\ncall!"), ["ok", undefined]);
  assert.deepEqual(states("  # sallyport-ignore: some-rule -- a\n  # sallyport-ignore: other-rule -- b\n  call!"), [
    "a",
  ]);
  assert.deepEqual(states("# sallyport-ignore: other-rule -- ok\ncall!"), [undefined]);
});

test("without a reason, or with a name that is no rule's, a comment is reported and has no effect", () => {
  for (const directive of ["some-rule", "some-rule --", "some-rule -- ", "", "-- because", "Some Rule -- because"]) {
    const outcome = ignored(`call! # sallyport-ignore: ${directive}`);
    assert.equal(outcome.findings[0]?.ignored, undefined, directive);
    assert.equal(outcome.malformed.length, 1, directive);
    assert.equal(outcome.unused.length, 0, directive);
  }
  assert.equal(ignored("call! <!-- sallyport-ignore: some-rule -->").malformed.length, 1);
});

test("an ignore that accepts nothing is told, rule by rule", () => {
  const { unused } = ignored("call! # sallyport-ignore: some-rule, other-rule -- ok");
  assert.deepEqual(
    unused.map((one) => one.rules),
    [["other-rule"]],
  );
});

test("the words outside a comment are no directive", () => {
  assert.equal(comments('x = "sallyport-ignore: some-rule -- ok"').length, 0);
  const text = 'x = "# sallyport-ignore: some-rule -- ok"';
  assert.equal(findIgnoreComments(text, new LineIndex(text), () => false).length, 0);
});

test("many directives in one text are read in linear time", () => {
  const text = "# sallyport-ignore: a -- b\n".repeat(10_000);
  assert.equal(comments(text).length, 10_000);
  assert.equal(comments(`# sallyport-ignore: ${"a-".repeat(100_000)}`).length, 1);
});
