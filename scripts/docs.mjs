// Writes the docs that are made from code: docs/audit/clients.md, docs/audit/rules.md and a page for each rule, from the registries.
// A unit test fails when they differ.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = path.join(root, "docs", "audit", "rules");
const { AUDIT_RULES } = await tsImport("../src/audit/rules.ts", import.meta.url);
const { clientsPage, rulePage, rulesPage } = await tsImport("../src/audit/page.ts", import.meta.url);

mkdirSync(folder, { recursive: true });
const wanted = new Set(AUDIT_RULES.map((rule) => `${rule.info.id}.md`));
for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(path.join(folder, name));
for (const rule of AUDIT_RULES) writeFileSync(path.join(folder, `${rule.info.id}.md`), rulePage(rule));
writeFileSync(path.join(root, "docs", "audit", "rules.md"), rulesPage(AUDIT_RULES));
writeFileSync(path.join(root, "docs", "audit", "clients.md"), clientsPage());
console.log(`${AUDIT_RULES.length} rules written to docs/audit`);

const callSites = path.join(root, "docs", "callsites");
const { CALL_SITE_RULES } = await tsImport("../src/callsites/rules.ts", import.meta.url);
const { rulePage: callSitePage } = await tsImport("../src/callsites/page.ts", import.meta.url);
for (const rule of CALL_SITE_RULES) writeFileSync(path.join(callSites, `${rule.id}.md`), callSitePage(rule));
console.log(`${CALL_SITE_RULES.length} rules written to docs/callsites`);
