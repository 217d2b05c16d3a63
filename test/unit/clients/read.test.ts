import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerEntry } from "../../../src/clients/config.ts";
import { CURSOR_MCP } from "../../../src/clients/cursor.ts";
import { configOf } from "../../../src/clients/clients.ts";
import { parseJson } from "../../../src/documents/json.ts";

function entryOf(value: string): { entry: ServerEntry; text: string } {
  const text = `{ "mcpServers": { "a": ${value} } }`;
  const [entry] = configOf({ path: "/f", kind: CURSOR_MCP, scope: "workspace" }, parseJson("/f", text)).entries;
  assert.ok(entry);
  return { entry, text };
}

test("every field has its place", () => {
  const { entry, text } = entryOf(
    '{"command": "npx", "args": ["-y", 1, "x"], "env": {"A": "1", "B": null}, "headers": {"H": "v"}, "url": "https://u", "cwd": "/c"}',
  );
  const shown = [entry.command, ...entry.args, ...entry.env, ...entry.headers, entry.url, entry.cwd].map(
    (field) => field && text.slice(field.node.span.start, field.node.span.end),
  );
  assert.deepEqual(shown, ['"npx"', '"-y"', '"x"', '"1"', '"v"', '"https://u"', '"/c"']);
  assert.equal(text.slice(entry.nameSpan.start, entry.nameSpan.end), '"a"');
});

test("other spellings are read: a command of words, serverUrl, environment", () => {
  const { entry } = entryOf('{"command": ["npx", "-y", "x"], "serverUrl": "https://u", "environment": {"A": "1"}}');
  assert.equal(entry.command?.value, "npx");
  assert.deepEqual(
    entry.args.map((arg) => arg.value),
    ["-y", "x"],
  );
  assert.equal(entry.url?.value, "https://u");
  assert.equal(entry.env[0]?.name, "A");
});

test("what is behind our launcher is what the entry says", () => {
  const { entry } = entryOf('{"command": "sallyport", "args": ["proxy", "--server", "a", "--", "npx", "-y", "x"]}');
  assert.ok(entry.protected);
  assert.equal(entry.command?.value, "npx");
  assert.deepEqual(
    entry.args.map((arg) => arg.value),
    ["-y", "x"],
  );
  const remote = entryOf('{"command": "sallyport", "args": ["proxy", "--url", "http://u"]}').entry;
  assert.equal(remote.url?.value, "http://u");
  assert.equal(remote.command, undefined);
});

test("switched off is disabled, or not enabled", () => {
  assert.ok(entryOf('{"command": "x"}').entry.enabled);
  assert.ok(!entryOf('{"command": "x", "disabled": true}').entry.enabled);
  assert.ok(!entryOf('{"command": "x", "enabled": false}').entry.enabled);
});
