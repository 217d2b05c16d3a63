import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { VERDICTS } from "../../../src/callsites/callSite.ts";
import { rulePage } from "../../../src/callsites/page.ts";
import { CALL_SITE_RULES } from "../../../src/callsites/rules.ts";

const docs = path.join(import.meta.dirname, "../../../docs/callsites");
const read = (...parts: string[]): string => readFileSync(path.join(docs, ...parts), "utf8").replaceAll("\r\n", "\n");

test("every rule has its page, as the registry says it; node scripts/docs.mjs writes them", () => {
  for (const rule of CALL_SITE_RULES) assert.equal(read(`${rule.id}.md`), rulePage(rule));
  const expected = [...CALL_SITE_RULES.map((rule) => `${rule.id}.md`), "README.md", "output.md"];
  assert.deepEqual(readdirSync(docs).toSorted(), expected.toSorted());
});

test("the overview names every rule and every verdict", () => {
  const overview = read("README.md");
  for (const { id, title } of CALL_SITE_RULES) assert.ok(overview.includes(`[${id}](${id}.md) | ${title} |`), id);
  for (const verdict of VERDICTS) assert.ok(overview.includes(`| \`${verdict}\` |`), verdict);
});
