import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { AUDIT_RULES } from "../../../src/audit/rules.ts";
import { auditDocument, type AuditResult } from "../../../src/audit/run.ts";
import { applyEdits, type Finding, type Fix } from "../../../src/core/finding.ts";
import { parseDocument } from "../../../src/documents/parse.ts";
import { auditTexts, describeFinding, environment, FIXTURES, fixturesOf } from "./fixtures.ts";
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

/** The findings of a file after a fix of it, beside the others as they are. */
async function auditFixed(result: AuditResult, fix: Fix): Promise<{ text: string; findings: Finding[] }> {
  const [file] = new Set(fix.edits.map((edit) => edit.file));
  const config = result.configs.find((one) => one.path === file);
  assert.ok(config && fix.edits.every((edit) => edit.file === file));
  const text = applyEdits(config.document.text, fix.edits);
  const { findings } = await auditDocument({
    file: config.path,
    text,
    environment,
    ...(config.root !== undefined && { root: config.root }),
    others: result.configs,
    installed: result.installed,
    facts: result.facts,
  });
  return { text, findings };
}

const count = (findings: readonly Finding[], one: Finding): number =>
  findings.filter((other) => other.rule.id === one.rule.id && other.message === one.message).length;

for (const id of IDS) {
  for (const fixture of fixturesOf(id)) {
    test(`${id}/${fixture.name}`, async () => {
      const result = await auditTexts(fixture.texts, { machine: fixture.machine });
      const { findings, problems } = result;
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
        const { file } = finding.primary;
        const before = findings.filter((one) => one.primary.file === file);
        const ofRule = (all: readonly Finding[]): number => all.filter((one) => one.rule.id === id).length;
        for (const fix of finding.fixes) {
          const after = await auditFixed(result, fix);
          const format = result.configs.find((one) => one.path === file)?.document.format ?? "json";
          const problemsIn = async (text: string): Promise<number> =>
            (await parseDocument(format, file, text)).problems.length;
          const broken = await problemsIn(fixture.texts.get(file) ?? "");
          assert.equal(await problemsIn(after.text), broken, `"${fix.title}" breaks:\n${after.text}`);
          const again = after.findings;
          assert.equal(count(again, finding), count(before, finding) - 1, `"${fix.title}" does not remove the finding`);
          assert.ok(ofRule(again) <= ofRule(before));
          // A finding that is told once a file says something else when one of its servers is gone: it is no new one.
          const more = (one: Finding): boolean =>
            again.filter(({ rule }) => rule.id === one.rule.id).length >
            before.filter(({ rule }) => rule.id === one.rule.id).length;
          // Of the package that was meant it is known what it can do; of the one that stood there nothing was.
          const revealed = ({ rule }: Finding): boolean =>
            fix.title.startsWith("Start ") && /^(?:toxic-flow|untrusted-execution)$/.test(rule.id);
          const worse = again.filter(
            (one) => one.rule.id !== id && count(before, one) === 0 && more(one) && !revealed(one),
          );
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
      const result = await auditTexts(fixture.texts, { home: false, machine: fixture.machine });
      for (const config of result.configs) {
        const { findings } = await auditDocument({
          file: config.path,
          text: config.document.text,
          environment: { os: "linux", home: "/home/nobody", cwd: "/", variable: () => undefined },
          ...(config.root !== undefined && { root: config.root }),
          others: result.configs,
          installed: result.installed,
          facts: result.facts,
        });
        const expected = result.findings.filter((finding) => finding.primary.file === config.path);
        assert.deepEqual(findings, expected, `${id}/${fixture.name}`);
      }
    }
  }
});
