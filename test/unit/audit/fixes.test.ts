import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { auditDocument } from "../../../src/audit/run.ts";
import { applyEdits, type Finding } from "../../../src/core/finding.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { FAKE_SECRETS, withSecrets } from "./fakeSecrets.ts";
import { environment, ROOT } from "./fixtures.ts";

const ENTRIES = [
  '"url": "http://a.example.com/mcp"',
  '"command": "server", "env": {GAP"API_KEY": "{{hex32}}"GAP}',
  '"url": "https://b.example.com", "headers": {"Authorization": "Bearer {{base40}}"}',
  '"command": "server", "args": [GAP"--token={{base40}}",GAP"x"GAP]',
  '"command": "server", "alwaysAllow": [GAP"read_a",GAP"execute_b",GAP"list_c",GAP"delete_d"GAP]',
  '"command": "server", "autoApprove": true',
  '"command": "se\\u200brver", "x": "a\\u202eb"',
  '"command": "server", "env": {"A": "1",GAP"A": "1"}',
  '"command": "server", "args": ["postgres://app:{{password}}@db.example.com/a"]',
  '"command": "server"',
];

/** A file with some of these servers, in any layout: comments, line endings, trailing commas, names that come twice. */
const anyFile = fc
  .record({
    entries: fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(...ENTRIES)), {
      minLength: 1,
      maxLength: 4,
    }),
    gaps: fc.array(fc.constantFrom("", " ", "EOL  ", "/*c*/", " // line EOL", "EOL\t// line EOL  "), {
      minLength: 30,
      maxLength: 30,
    }),
    eol: fc.constantFrom("\n", "\r\n"),
    trailing: fc.boolean(),
    name: fc.constantFrom(".vscode/mcp.json", ".cursor/mcp.json", ".mcp.json"),
  })
  .map(({ entries, gaps, eol, trailing, name }) => {
    let g = 0;
    const fill = (text: string): string =>
      withSecrets(text).replace(/GAP/g, () => (gaps[g++ % gaps.length] ?? "").replaceAll("EOL", eol));
    const key = name.startsWith(".vscode") ? "servers" : "mcpServers";
    const body = entries.map(([server, entry]) => `"${server}":GAP{GAP${entry}GAP}GAP`).join(",GAP");
    return {
      file: path.join(ROOT, ...name.split("/")),
      text: fill(`{GAP"${key}": {GAP${body}${trailing ? "," : ""}GAP}GAP}`),
    };
  });

const audit = async (file: string, text: string): Promise<readonly Finding[]> =>
  (await auditDocument({ file, text, environment, root: ROOT })).findings;
const alike = (findings: readonly Finding[], one: Finding): number =>
  findings.filter((other) => other.rule.id === one.rule.id && other.message === one.message).length;

test("in any layout a fix removes its finding, keeps every comment, and changes nothing outside its edits", async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ file, text }) => {
      const before = parseJson(file, text);
      assert.deepEqual(before.problems, [], text);
      const findings = await audit(file, text);
      for (const finding of findings) {
        for (const fix of finding.fixes) {
          const after = applyEdits(text, fix.edits);
          const document = parseJson(file, after);
          assert.deepEqual(document.problems, [], `${fix.title}\n${text}\n=>\n${after}`);
          assert.ok(
            alike(await audit(file, after), finding) < alike(findings, finding),
            `${fix.title}\n${text}\n=>\n${after}`,
          );
          // Outside the edits the text is the same, byte by byte; a comment that goes was inside of what went.
          let from = 0;
          let rest = after;
          for (const edit of fix.edits.toSorted((a, b) => a.span.start - b.span.start)) {
            const kept = text.slice(from, edit.span.start);
            assert.ok(rest.startsWith(kept + edit.newText));
            rest = rest.slice(kept.length + edit.newText.length);
            from = edit.span.end;
          }
          assert.equal(rest, text.slice(from));
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("no message, title or note of any finding shows a secret", async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ file, text }) => {
      for (const { message, primary, related, fixes } of await audit(file, text)) {
        const shown = [
          message,
          primary.message,
          ...related.map((one) => one.message),
          ...fixes.map((fix) => fix.title),
        ];
        for (const secret of Object.values(FAKE_SECRETS)) assert.ok(!shown.join("\n").includes(secret));
      }
    }),
    { numRuns: 20 },
  );
});
