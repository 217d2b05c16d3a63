import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { clientsPage, rulePage, rulesPage } from "../../../src/audit/page.ts";
import { AUDIT_RULES } from "../../../src/audit/rules.ts";

const docs = path.join(import.meta.dirname, "../../../docs/audit");
const read = (...parts: string[]): string => readFileSync(path.join(docs, ...parts), "utf8").replaceAll("\r\n", "\n");

test("every rule has its page, as the registry says it; node scripts/docs.mjs writes them", () => {
  for (const rule of AUDIT_RULES) assert.equal(read("rules", `${rule.info.id}.md`), rulePage(rule));
  assert.equal(read("rules.md"), rulesPage(AUDIT_RULES));
  assert.equal(read("clients.md"), clientsPage());
  const expected = AUDIT_RULES.map((rule) => `${rule.info.id}.md`).toSorted();
  assert.deepEqual(readdirSync(path.join(docs, "rules")).toSorted(), expected);
});

test("a rule says what it is in whole sentences, and what it refers to", () => {
  for (const { info, fix } of AUDIT_RULES) {
    for (const text of [info.summary, info.why, info.remedy, ...(fix === undefined ? [] : [fix])]) {
      assert.match(text, /^[A-Z`].*\.$/s, `${info.id}: ${text}`);
    }
    assert.match(info.id, /^[a-z]+(?:-[a-z]+)*$/);
    assert.match(info.title, /^[A-Z].*[^.]$/);
    for (const reference of info.references) {
      assert.match(reference, /^(?:MCP\d\d:2025|ASI\d\d|CWE-\d+|CVE-\d{4}-\d+)$/, info.id);
    }
  }
});
