import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderJson } from "../../../src/report/json.ts";
import { CONFIG, found, report, rule, SECRET, spanOf, TEXT } from "./sample.ts";

describe("renderJson", () => {
  it("gives places from 1 with exclusive ends, and the offsets of the same text", () => {
    const one = found(rule("shell"), '"sh"', {
      fixes: [{ title: "Fix", safety: "safe", edits: [{ file: CONFIG, span: spanOf(TEXT, "sh"), newText: "bash" }] }],
      related: [{ file: CONFIG, span: spanOf(TEXT, '"-c"'), message: "here" }],
    });
    const json = JSON.parse(renderJson(report({ findings: [one] }))) as {
      version: number;
      findings: { [key: string]: unknown; offset: number; endOffset: number }[];
    };
    assert.equal(json.version, 1);
    const [first] = json.findings;
    assert.ok(first);
    assert.equal(TEXT.slice(first.offset, first.endOffset), '"sh"');
    const { fingerprint, title: _, ...rest } = first;
    assert.match(String(fingerprint), /^[0-9a-f]{32}:1$/u);
    const { start } = spanOf(TEXT, '"sh"');
    assert.deepEqual(rest, {
      rule: "shell",
      severity: "high",
      confidence: "high",
      persona: "regular",
      message: "Here is shell.",
      file: CONFIG,
      startLine: 7,
      startColumn: 29,
      endLine: 7,
      endColumn: 33,
      offset: start,
      endOffset: start + 4,
      related: [
        {
          file: CONFIG,
          startLine: 7,
          startColumn: 44,
          endLine: 7,
          endColumn: 48,
          offset: spanOf(TEXT, '"-c"').start,
          endOffset: spanOf(TEXT, '"-c"').end,
          message: "here",
        },
      ],
      remedy: "Take it away.",
      references: ["MCP01:2025", "CWE-79"],
      fixes: [
        {
          title: "Fix",
          safety: "safe",
          edits: [
            {
              file: CONFIG,
              startLine: 7,
              startColumn: 30,
              endLine: 7,
              endColumn: 32,
              offset: start + 1,
              endOffset: start + 3,
              newText: "bash",
            },
          ],
        },
      ],
    });
  });

  it("counts, and keeps apart what is ignored and what could not be read", () => {
    const ignored = { ...found(rule("secret"), `"${SECRET}"`), ignored: { by: "comment", reason: "why" } as const };
    const problems = [{ code: "TOO_LARGE", file: CONFIG, message: "is large" } as const];
    const text = renderJson(report({ ignored: [ignored], problems }));
    const json = JSON.parse(text) as { summary: object; ignored: object[]; problems: object[] };
    assert.deepEqual(json.summary, {
      findings: 0,
      critical: 0,
      high: 0,
      medium: 0,
      low: 0,
      info: 0,
      ignored: 1,
      hidden: { severity: 0, persona: 0 },
      problems: 1,
      filesRead: 1,
    });
    assert.equal(json.ignored.length, 1);
    assert.deepEqual(json.problems, [{ code: "TOO_LARGE", message: "is large", file: CONFIG }]);
    assert.ok(!text.includes(SECRET));
  });

  it("leaves out a fix that would carry the secret", () => {
    const moved = found(rule("secret"), `"${SECRET}"`, {
      fixes: [
        {
          title: "Move",
          safety: "unsafe",
          edits: [{ file: CONFIG, span: { start: 0, end: 0 }, newText: `x=${SECRET}` }],
        },
        {
          title: "Replace",
          safety: "safe",
          edits: [{ file: CONFIG, span: { start: 0, end: 1 }, newText: "${env:X}" }],
        },
      ],
    });
    const text = renderJson(report({ findings: [moved] }));
    assert.ok(!text.includes(SECRET));
    const json = JSON.parse(text) as { findings: { fixes: { title: string }[] }[] };
    assert.deepEqual(
      json.findings[0]?.fixes.map((fix) => fix.title),
      ["Replace"],
    );
  });
});
