import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Grammars } from "../../../src/parsing/grammars.ts";
import { readWasm } from "../../../src/system/wasm.ts";
import { scoreProject, summary, total } from "./labelled.ts";

/** Sources written and labelled by people who had not read the code that is measured here. */
const proof = path.join(import.meta.dirname, "proof");
const missing = existsSync(proof) ? false : "there is no set of labelled sources here";

test("on sources that nobody tuned to, detection and verdicts meet their bars", { skip: missing }, async (t) => {
  // Each folder is a project of its own, searched as the product searches one.
  const grammars = new Grammars(readWasm);
  const projects = readdirSync(proof, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const scores = await Promise.all(projects.map(({ name }) => scoreProject(path.join(proof, name), grammars)));
  const result = total(scores);
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
