import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { grammars } from "./grammars.ts";
import { score, sourcesIn, summary } from "./labelled.ts";

/** Sources written and labelled by somebody who had not read the code that is measured here: see its README. */
const proof = path.join(import.meta.dirname, "proof");
const fixtures = path.join(proof, "fixtures");

test("the labels of the proof set are those that were given before any result was seen", () => {
  // By the paths' bytes, with the separators of the list that was hashed.
  const posix = (file: string): string => path.relative(proof, file).split(path.sep).join("/");
  const files = sourcesIn(fixtures).toSorted((a, b) => Buffer.compare(Buffer.from(posix(a)), Buffer.from(posix(b))));
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  assert.equal(hash.digest("hex"), readFileSync(path.join(proof, "LABELS.sha256"), "utf8").slice(0, 64));
});

test("on sources that nobody tuned to, detection and verdicts meet their bars", async (t) => {
  // Each file is a project of its own.
  const result = await score(sourcesIn(fixtures), grammars, fixtures);
  t.diagnostic(summary(result));
  const mistakes = result.mistakes.map(({ at, expected, found }) => `${at}: expected ${expected}, found ${found}`);
  const told = [summary(result), ...mistakes].join("\n");
  if (process.env["SALLYPORT_VERBOSE"]) console.log(told);
  assert.ok(result.labelled > 0, "no label was read");
  assert.ok(result.hits >= 0.96 * result.found, `precision is below 96 %\n${told}`);
  assert.ok(result.hits >= 0.96 * result.labelled, `recall is below 96 %\n${told}`);
  assert.ok(result.rightVerdicts >= 0.92 * result.hits, `verdicts are below 92 %\n${told}`);
  const wrong = (verdicts: RegExp): number => result.mistakes.filter((one) => verdicts.test(one.found)).length;
  assert.ok(
    wrong(/^(?:logged|instrumented):/) <= 0.05 * result.hits,
    `too many calls wrongly count as recorded\n${told}`,
  );
  assert.ok(wrong(/^unlogged:/) <= 0.05 * result.hits, `too many calls wrongly count as unlogged\n${told}`);
});
