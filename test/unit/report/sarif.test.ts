import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Log, Result } from "sarif";
import { finding } from "../../../src/core/finding.ts";
import { renderSarif } from "../../../src/report/sarif.ts";
import { BASE, CONFIG, found, HOME, report, rule, SECRET, spanOf, TEXT } from "./sample.ts";
import { validateSarif } from "./sarifSchema.ts";

function sarif(parts: Parameters<typeof report>[0]): { log: Log; results: Result[]; text: string } {
  const text = renderSarif(report(parts));
  const log = JSON.parse(text) as Log;
  assert.equal(validateSarif(log), true, JSON.stringify(validateSarif.errors));
  return { log, results: log.runs[0]?.results ?? [], text };
}

const http = found(
  rule("plaintext-http", { severity: "high", references: ["MCP07:2025", "CWE-319"] }),
  '"http://old.example/mcp"',
  {
    related: [{ file: CONFIG, span: spanOf(TEXT, '"out"'), message: "of this server" }],
    fixes: [
      {
        title: "Use https",
        safety: "unsafe",
        edits: [{ file: CONFIG, span: spanOf(TEXT, "http:"), newText: "https:" }],
      },
      { title: "Remove", safety: "safe", edits: [{ file: CONFIG, span: spanOf(TEXT, "http:"), newText: "" }] },
    ],
  },
);
const secret = found(rule("secret", { severity: "critical" }), `"${SECRET}"`);

describe("renderSarif", () => {
  it("is valid when there is nothing to say, too", () => {
    const { log, results } = sarif({});
    assert.deepEqual(results, []);
    assert.equal(log.version, "2.1.0");
    assert.equal(log.runs[0]?.columnKind, "utf16CodeUnits");
    assert.equal(log.runs[0]?.invocations?.[0]?.executionSuccessful, true);
  });

  it("a broken log is not valid: the schema is really asked", () => {
    assert.equal(validateSarif({ version: "2.1.0", runs: [{ results: [] }] }), false);
    assert.equal(
      validateSarif({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{}] }] }),
      false,
    );
  });

  it("names the place so that reading the file there gives what the message is about", () => {
    const { log, results } = sarif({ findings: [http, found(rule("shell"), '"sh"')] });
    const texts = results.map((result) => {
      const at = result.locations?.[0]?.physicalLocation;
      assert.equal(at?.artifactLocation?.uri, ".vscode/mcp.json");
      assert.equal(at.artifactLocation.uriBaseId, "%SRCROOT%");
      const { startLine = 0, startColumn = 0, endLine, endColumn } = at.region ?? {};
      assert.equal(endLine, startLine);
      return TEXT.split("\n")[startLine - 1]?.slice(startColumn - 1, (endColumn ?? 0) - 1);
    });
    assert.deepEqual(texts, ['"http://old.example/mcp"', '"sh"']);
    const bases = log.runs[0]?.originalUriBaseIds;
    assert.equal(bases?.["%SRCROOT%"]?.uri, `${pathToFileURL(BASE).href}/`);
  });

  it("describes its rules for code scanning", () => {
    const { log, results } = sarif({ findings: [http, secret] });
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    assert.deepEqual(
      rules.map(({ id, name, properties }) => [id, name, properties?.["security-severity"], properties?.tags]),
      [
        ["plaintext-http", "PlaintextHttp", "8.0", ["security", "MCP07:2025", "external/cwe/cwe-319"]],
        ["secret", "Secret", "9.5", ["security", "MCP01:2025", "external/cwe/cwe-079"]],
      ],
    );
    for (const result of results) assert.equal(rules[result.ruleIndex ?? -1]?.id, result.ruleId);
    assert.match(rules[0]?.help?.text ?? "", /What to do: Take it away\./u);
  });

  it("carries related places and fixes", () => {
    const { results } = sarif({ findings: [http] });
    const related = results[0]?.relatedLocations?.[0];
    assert.equal(related?.message?.text, "of this server");
    assert.equal(related.physicalLocation?.region?.startLine, 3);
    const [replace, remove] = results[0]?.fixes ?? [];
    assert.equal(replace?.description?.text, "Use https (unsafe)");
    const region = { startLine: 4, startColumn: 15, endLine: 4, endColumn: 20 };
    assert.deepEqual(replace.artifactChanges[0]?.replacements, [
      { deletedRegion: region, insertedContent: { text: "https:" } },
    ]);
    assert.deepEqual(remove?.artifactChanges[0]?.replacements, [{ deletedRegion: region }]);
  });

  it("keeps a finding's fingerprint when lines move, indentation changes or the secret is rotated", () => {
    const prints = (text: string, secretText: string): unknown[] => {
      const one = (what: string, id: string) =>
        finding(rule(id), { message: "x", primary: { file: CONFIG, span: spanOf(text, what) } });
      const findings = [one('"http://old.example/mcp"', "plaintext-http"), one(`"${secretText}"`, "secret")];
      return sarif({ findings, texts: new Map([[CONFIG, text]]) }).results.map((result) => result.partialFingerprints);
    };
    const before = prints(TEXT, SECRET);
    const moved = TEXT.replace("{\n", "// a comment\n\n{\n").replaceAll("\n  ", "\r\n\t");
    assert.deepEqual(prints(moved, SECRET), before);
    assert.deepEqual(prints(TEXT.replace(SECRET, "another-one-77"), "another-one-77"), before);
  });

  it("tells equal lines apart by their order", () => {
    const text = "same\nsame\n";
    const findings = [0, 5].map((start) =>
      finding(rule("shell"), { message: "x", primary: { file: CONFIG, span: { start, end: start + 4 } } }),
    );
    const { results } = sarif({ findings, texts: new Map([[CONFIG, text]]) });
    const [a = "", b = ""] = results.map((result) => result.partialFingerprints?.["sallyportFinding/v1"]);
    assert.equal(a.replace(/:1$/u, ""), b.replace(/:2$/u, ""));
    assert.notEqual(a, b);
  });

  it("marks ignored findings as suppressed, with the reason", () => {
    const { results } = sarif({ ignored: [{ ...secret, ignored: { by: "comment", reason: "a test" } }] });
    assert.deepEqual(results[0]?.suppressions, [{ kind: "inSource", status: "accepted", justification: "a test" }]);
  });

  it("reports what could not be read as notifications of the run", () => {
    const file = path.join(HOME, "Library", "Über uns.json");
    const { log } = sarif({ problems: [{ code: "UNREADABLE", file, message: "permission denied" }] });
    const invocation = log.runs[0]?.invocations?.[0];
    assert.equal(invocation?.executionSuccessful, false);
    const [first] = invocation.toolExecutionNotifications ?? [];
    assert.equal(first?.message.text, "permission denied");
    assert.deepEqual(first.locations?.[0]?.physicalLocation?.artifactLocation, {
      uri: "Library/%C3%9Cber%20uns.json",
      uriBaseId: "HOME",
      index: 0,
    });
  });

  it("holds no text of the files", () => {
    const { text } = sarif({ findings: [secret, http], ignored: [found(rule("url-credentials"), '"-c"')] });
    assert.ok(!text.includes(SECRET));
    assert.ok(!text.includes("X-Token"));
  });
});
