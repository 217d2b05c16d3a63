import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { auditDocument } from "../../../src/audit/run.ts";
import { applyEdits, type Finding } from "../../../src/core/finding.ts";
import { parseDocument } from "../../../src/documents/parse.ts";
import { anyLayout, type Entry, type Server, written } from "../documents/anyDocument.ts";
import { FAKE_SECRETS, withSecrets } from "./fakeSecrets.ts";
import { environment, HOME, ROOT } from "./fixtures.ts";

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

const MEMBERS: readonly (readonly Entry[])[] = [
  [["url", "http://a.example.com/mcp"]],
  [
    ["command", "server"],
    ["env", { API_KEY: "{{hex32}}", NODE_TLS_REJECT_UNAUTHORIZED: "0", MYSQL_ALLOW_DDL: "true" }],
  ],
  [
    ["url", "https://b.example.com"],
    ["headers", { Authorization: "Bearer {{base40}}", X: "1" }],
  ],
  [
    ["command", "server"],
    ["args", ["--token={{base40}}", "x", "--host=0.0.0.0"]],
  ],
  [
    ["command", "server"],
    ["alwaysAllow", ["read_a", "execute_b", "list_c", "delete_d"]],
  ],
  [
    ["command", "se\u200brver"],
    ["a\u202eb", "it's \u{e0041}"],
  ],
  [
    ["command", "server"],
    ["args", ["postgres://app:{{password}}@db.example.com/a"]],
  ],
  [
    ["cmd", "server"],
    ["envs", { LD_PRELOAD: "/tmp/x.so" }],
  ],
];

/** The files of clients in each of the formats. */
const PLACES = [
  { file: path.join(ROOT, ".cursor", "mcp.json"), format: "json", key: "mcpServers" },
  { file: path.join(HOME, ".codex", "config.toml"), format: "toml", key: "mcp_servers" },
  { file: path.join(ROOT, "any.toml"), format: "toml", key: "mcpServers" },
  { file: path.join(HOME, ".config", "goose", "config.yaml"), format: "yaml", key: "extensions" },
  { file: path.join(ROOT, ".continue", "mcpServers", "a.yaml"), format: "yaml", key: "mcpServers", asList: true },
  { file: path.join(ROOT, "any.yaml"), format: "yaml", key: "mcpServers", asList: false },
] as const;

/** The same in the layouts of TOML and YAML, and in more of JSON's. */
const anyFormat = fc
  .tuple(fc.constantFrom(...PLACES), fc.array(fc.constantFrom(...MEMBERS), { minLength: 1, maxLength: 4 }), anyLayout)
  .map(([place, members, layout]) => {
    const servers = members.map((entries, i): Server => [`s-${i}`, entries]);
    const asList = "asList" in place ? place.asList : undefined;
    return { file: place.file, text: withSecrets(written(place.format, servers, layout, place.key, asList)) };
  });

const formatOf = (file: string): "json" | "toml" | "yaml" =>
  file.endsWith(".toml") ? "toml" : file.endsWith(".yaml") ? "yaml" : "json";

const audit = async (file: string, text: string): Promise<readonly Finding[]> =>
  (await auditDocument({ file, text, environment, root: ROOT })).findings;
const alike = (findings: readonly Finding[], one: Finding): number =>
  findings.filter((other) => other.rule.id === one.rule.id && other.message === one.message).length;

test("in any format and layout a fix removes its finding and changes nothing outside its edits", async () => {
  const fixed = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyFile, anyFormat, anyFormat), async ({ file, text }) => {
      const before = await parseDocument(formatOf(file), file, text);
      assert.deepEqual(before.problems, [], text);
      const findings = await audit(file, text);
      for (const finding of findings) {
        for (const fix of finding.fixes) {
          const after = applyEdits(text, fix.edits);
          const document = await parseDocument(formatOf(file), file, after);
          const kind = `${formatOf(file)} ${finding.rule.id}`;
          fixed.set(kind, (fixed.get(kind) ?? 0) + 1);
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
    { numRuns: 70 },
  );
  for (const format of ["json", "toml", "yaml"]) {
    assert.ok(
      [...fixed.keys()].some((kind) => kind.startsWith(format)),
      format,
    );
  }
});

test("no message, title or note of any finding shows a secret", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyFile, anyFormat), async ({ file, text }) => {
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
