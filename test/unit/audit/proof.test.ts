import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditRule } from "../../../src/audit/rule.ts";
import { AUDIT_RULES } from "../../../src/audit/rules.ts";
import { auditTexts, type Fixture, fixturesOf } from "./fixtures.ts";

/** Whether a rule does with its fixtures what their names say. */
async function holds(rule: AuditRule, fixtures: readonly Fixture[]): Promise<boolean> {
  for (const { texts, good, machine } of fixtures) {
    const { findings } = await auditTexts(texts, { machine });
    if (good === findings.some((one) => one.rule.id === rule.info.id)) return false;
  }
  return true;
}

/** Runs with another check in a rule's place. */
async function broken<T>(rule: AuditRule, check: AuditRule["check"], run: () => Promise<T>): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(rule, "check");
  assert.ok(own);
  Object.defineProperty(rule, "check", { ...own, value: check });
  try {
    return await run();
  } finally {
    Object.defineProperty(rule, "check", own);
  }
}

// That they hold for the rule as it is, rules.test.ts shows.
test("fixtures fail for a rule that finds nothing, and for one that finds everything", async () => {
  for (const rule of AUDIT_RULES) {
    const { id } = rule.info;
    const fixtures = fixturesOf(id);
    const bad = fixtures.filter((one) => !one.good).slice(0, 1);
    const good = fixtures.filter((one) => one.good);
    const silent = await broken(
      rule,
      () => [],
      () => holds(rule, bad),
    );
    assert.equal(silent, false, `${id} may find nothing, and its ng fixture holds`);
    const everything = (): ReturnType<AuditRule["check"]> => [{ span: { start: 0, end: 0 }, message: "anything" }];
    const loud = await broken(rule, everything, () => holds(rule, good));
    assert.equal(loud, false, `${id} may find anything, and its ok fixture holds`);
  }
});
