import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { AUDIT_RULES } from "../../../src/audit/rules.ts";
import { auditDocument } from "../../../src/audit/run.ts";
import { applyEdits, type Finding, type Fix } from "../../../src/core/finding.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { auditTexts, describeFinding, FIXTURES, fixturesOf } from "./fixtures.ts";
import { FAKE_SECRETS } from "./fakeSecrets.ts";
import { matchesGolden } from "./golden.ts";

const IDS = AUDIT_RULES.map((rule) => rule.info.id);

test("every rule has fixtures that it passes and fixtures that it finds, and no fixture is without a rule", () => {
  assert.deepEqual([...IDS].toSorted(), readdirSync(FIXTURES).toSorted());
  assert.equal(new Set(IDS).size, IDS.length);
  for (const id of IDS) {
    const names = readdirSync(path.join(FIXTURES, id));
    assert.ok(
      names.some((name) => name.startsWith("ok.")),
      `${id} has no ok fixture`,
    );
    assert.ok(
      names.some((name) => name.startsWith("ng.")),
      `${id} has no ng fixture`,
    );
    assert.deepEqual(
      names.filter((name) => !/^(?:ok|ng)\.[a-z0-9-]+$/.test(name)),
      [],
    );
  }
});

/** The texts after a fix. */
function fixed(texts: ReadonlyMap<string, string>, fix: Fix): Map<string, string> {
  const after = new Map(texts);
  for (const file of new Set(fix.edits.map((edit) => edit.file))) {
    const edits = fix.edits.filter((edit) => edit.file === file);
    after.set(file, applyEdits(texts.get(file) ?? "", edits));
  }
  return after;
}

const count = (findings: readonly Finding[], one: Finding): number =>
  findings.filter((other) => other.rule.id === one.rule.id && other.message === one.message).length;

for (const id of IDS) {
  for (const fixture of fixturesOf(id)) {
    test(`${id}/${fixture.name}`, async () => {
      const { findings, problems } = await auditTexts(fixture.texts);
      const own = findings.filter((finding) => finding.rule.id === id);
      if (fixture.good)
        assert.deepEqual(
          own.map((one) => describeFinding(one, fixture.texts)),
          [],
        );
      else assert.ok(own.length > 0, "nothing was found");
      const text = [
        ...own.map((one) => describeFinding(one, fixture.texts)),
        ...problems.map((one) => `problem: ${path.basename(one.file)} ${one.message}`),
      ].join("\n");
      for (const [name, secret] of Object.entries(FAKE_SECRETS)) {
        assert.ok(!text.includes(secret), `a finding shows the fake secret ${name}`);
      }
      if (!fixture.good) matchesGolden(path.join(fixture.folder, "expected.txt"), `${text}\n`);

      for (const finding of own) {
        for (const fix of finding.fixes) {
          const after = fixed(fixture.texts, fix);
          for (const [file, text] of after) {
            const before = parseJson(file, fixture.texts.get(file) ?? "").problems.length;
            assert.equal(parseJson(file, text).problems.length, before, `"${fix.title}" breaks the file:\n${text}`);
          }
          const again = (await auditTexts(after)).findings;
          assert.equal(count(again, finding), count(own, finding) - 1, `"${fix.title}" does not remove the finding`);
          const ofRule = (all: readonly Finding[]): number => all.filter((one) => one.rule.id === id).length;
          assert.ok(ofRule(again) <= own.length);
          const worse = again.filter((one) => one.rule.id !== id && count(findings, one) === 0);
          assert.deepEqual(
            worse.map((one) => one.message),
            [],
            `"${fix.title}" brings new findings`,
          );
        }
      }
    });
  }
}

test("an open document has the findings that the run has", async () => {
  for (const id of IDS) {
    for (const fixture of fixturesOf(id)) {
      const result = await auditTexts(fixture.texts, { home: false });
      for (const config of result.configs) {
        const { findings } = auditDocument({
          file: config.path,
          text: config.document.text,
          environment: { os: "linux", home: "/home/nobody", cwd: "/", variable: () => undefined },
          ...(config.root !== undefined && { root: config.root }),
          others: result.configs,
          installed: result.installed,
        });
        const expected = result.findings.filter((finding) => finding.primary.file === config.path);
        assert.deepEqual(findings, expected, `${id}/${fixture.name}`);
      }
    }
  }
});
