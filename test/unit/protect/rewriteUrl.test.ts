import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "../../../src/clients/clients.ts";
import { MCP_JSON } from "../../../src/clients/claudeCode.ts";
import type { ConfigFile } from "../../../src/clients/config.ts";
import { type LauncherWords, protectEntry, type Rewrite, unprotectEntry } from "../../../src/clients/rewrite.ts";
import { VSCODE_MCP } from "../../../src/clients/vscode.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { parseJson } from "../../../src/documents/json.ts";

const LAUNCHER: LauncherWords = { command: "/home/ann/.sallyport/bin/sallyport", before: [] };
const WINDOWS: LauncherWords = { command: "C:\\node\\node.exe", before: ["C:\\.sallyport\\bin\\sallyport.cjs"] };

function config(text: string, kind = VSCODE_MCP): ConfigFile {
  return configOf({ path: "/w/mcp.json", kind, scope: "workspace" }, parseJson("/w/mcp.json", text));
}

function rewritten(text: string, rewrite: (one: ConfigFile) => Rewrite, kind = VSCODE_MCP): string {
  const done = rewrite(config(text, kind));
  assert.equal(done.status, "rewritten", "reason" in done ? done.reason : text);
  return done.status === "rewritten" ? applyEdits(text, done.edits) : text;
}

const first = (one: ConfigFile) => one.entries[0] ?? assert.fail("no entry");
const protect = (text: string, launcher = LAUNCHER, kind = VSCODE_MCP): string =>
  rewritten(text, (one) => protectEntry(one, first(one), launcher, launcher === WINDOWS), kind);
const unprotect = (text: string, kind = VSCODE_MCP): string =>
  rewritten(text, (one) => unprotectEntry(one, first(one)), kind);

test("an entry with a URL starts the proxy, its headers become variables, and nothing of them an argument", () => {
  const text = `{
  "servers": {
    "s": { // theirs
      "type": "http",
      "url": "https:\\/\\/mcp.example/mcp?tenant=7", /* where */
      "headers": {
        "Authorization": "Bearer \${input:token}", // mine
        "X-Api-Key": "\${env:KEY}",
      },
    },
  },
}
`;
  const there = protect(text);
  const expected = text
    .replace('"http"', '"stdio"')
    .replace(
      '"url": "https:\\/\\/mcp.example/mcp?tenant=7"',
      '"command": "/home/ann/.sallyport/bin/sallyport",\n      "args": ["proxy", "--server=s", "--client=vscode", "--entry=url:http", "--header-env=Authorization=HEADER_1_AUTHORIZATION", "--header-env=X-Api-Key=HEADER_2_X_API_KEY", "--url", "https:\\/\\/mcp.example/mcp?tenant=7"]',
    )
    .replace('"headers"', '"env"')
    .replace('"Authorization"', '"HEADER_1_AUTHORIZATION"')
    .replace('"X-Api-Key"', '"HEADER_2_X_API_KEY"');
  assert.equal(there, expected);
  const entry = first(config(there));
  assert.ok(entry.protected);
  assert.equal(entry.url?.value, "https://mcp.example/mcp?tenant=7");
  assert.equal(protectEntry(config(there), entry, LAUNCHER, false).status, "unchanged");
  assert.equal(unprotect(there), text);
});

test("every layout is given back byte for byte", () => {
  for (const text of [
    '{"servers":{"s":{"url":"https://x.example/mcp"}}}',
    '{"servers":{"s":{"url" :  "http://127.0.0.1:8000" ,"headers":{}}}}',
    '\ufeff{\r\n\t"servers": {\r\n\t\t"s": {\r\n\t\t\t"headers": { "a": "\\u0041" },\r\n\t\t\t"url": "https://x.example",\r\n\t\t\t"type": "sse"\r\n\t\t}\r\n\t}\r\n}',
    '{"servers":{"s":{"gallery":true,"url":"https://x.example/mcp","version":"1","type":"http"}}}',
  ])
    for (const launcher of [LAUNCHER, WINDOWS]) {
      const there = protect(text.replace(/^\ufeff/, ""), launcher);
      assert.ok(first(config(there)).protected, there);
      assert.equal(unprotect(there), text.replace(/^\ufeff/, ""));
    }
  const claude = '{"mcpServers":{"s":{"type":"streamable-http","url":"https://x.example/mcp","headers":{"X":"${X}"}}}}';
  assert.equal(unprotect(protect(claude, LAUNCHER, MCP_JSON), MCP_JSON), claude);
});

test("what cannot move without becoming readable, or is not known, is refused", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{"url":"https://x.example/?api_key=1"}', /secret/],
    ['{"url":"https://x.example/s/a1b2c3d4e5f6a1b2c3d4e5f6/mcp"}', /secret/],
    ['{"url":"https://x.example/?k=${input:k}"}', /variable/],
    ['{"url":"https://u:p@x.example/"}', /password/],
    ['{"url":"ws://x.example/"}', /neither/],
    ['{"url":"x"}', /none/],
    ['{"url":7}', /no string/],
    ['{"url":"https://x.example","serverUrl":"https://y.example"}', /two URLs/],
    ['{"url":"https://x.example","env":{"A":"b"}}', /`env`/],
    ['{"url":"https://x.example","oauth":{}}', /`oauth`/],
    ['{"url":"https://x.example","type":"ws"}', /type/],
    ['{"url":"https://x.example","headers":["a"]}', /no object/],
    ['{"url":"https://x.example","headers":{"A":1}}', /no string/],
    ['{"url":"https://x.example","headers":{"A":"x","a":"y"}}', /twice/],
    ['{"url":"https://x.example","headers":{"A B":"x"}}', /name/],
    ['{"url":"https://x.example","headers":{"A=B":"x"}}', /name/],
    ['{"url":"https://x.example","command":"x"}', /both/],
  ];
  for (const [entry, reason] of cases) {
    const one = config(`{"servers":{"s":${entry}}}`);
    const rewrite = protectEntry(one, first(one), LAUNCHER, false);
    assert.equal(rewrite.status, "refused", entry);
    assert.match(rewrite.status === "refused" ? rewrite.reason : "", reason, entry);
  }
});

test("what somebody changed since stays, or is a reason to leave all as it is", () => {
  const there = protect('{"servers":{"s":{"url":"https://x.example","headers":{"A":"b"}}}}');
  assert.equal(
    unprotect(there.replace("https://x.example", "https://y.example")),
    '{"servers":{"s":{"url":"https://y.example","headers":{"A":"b"}}}}',
  );
  for (const changed of [
    there.replace('"env":{', '"env":{"MORE":"x",'),
    there.replace("--entry=url", "--entry=other"),
    there.replace(', "args"', ', "cwd": "/", "args"'),
    there.replace('"https://x.example"]', '"https://x.example", "more"]'),
  ]) {
    assert.notEqual(changed, there);
    const one = config(changed);
    assert.equal(unprotectEntry(one, first(one)).status, "refused", changed);
  }
});
