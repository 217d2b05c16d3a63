import assert from "node:assert/strict";
import { test } from "node:test";
import { QUESTIONS } from "../../../src/audit/data/questions.ts";
import { AUDIT_RULES } from "../../../src/audit/rules.ts";

test("each question names rules that there are, or says why none answers it", () => {
  const ids = new Set(AUDIT_RULES.map((rule) => rule.info.id));
  assert.equal(QUESTIONS.length, 60);
  assert.equal(new Set(QUESTIONS.map((one) => one.asks)).size, QUESTIONS.length);
  for (const { asks, rules, limits } of QUESTIONS) {
    assert.match(asks, /^[A-Z].*\?$/);
    for (const rule of rules) assert.ok(ids.has(rule), `${asks} names ${rule}, which is no rule`);
    assert.ok(rules.length > 0 || limits !== undefined, `${asks} has no answer and no reason`);
  }
});
