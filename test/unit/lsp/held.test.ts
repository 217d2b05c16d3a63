import assert from "node:assert/strict";
import { test } from "node:test";
import { holdEntry, isHeld, releaseEntry } from "../../../src/clients/held.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { protectIn, unprotectIn } from "../../../src/protect/protect.ts";
import { configAt, entryIn, LINUX } from "./read.ts";

const FILES: readonly (readonly [string, string, string])[] = [
  ["JSON on one line", "/w/.vscode/mcp.json", `{ "servers": { "a": { "command": "node", "args": ["x.mjs"] } } }\n`],
  ["JSON without arguments", "/w/.vscode/mcp.json", `{ "servers": { "a": { "command": "tool" } } }\n`],
  ["TOML", "/home/ada/.codex/config.toml", `[mcp_servers.a]\ncommand = "node"\nargs = ["x.mjs"] # mine\n`],
  [
    "YAML in lines",
    "/home/ada/.config/goose/config.yaml",
    `extensions:\n  a:\n    type: stdio\n    cmd: node\n    args:\n      - x.mjs\n`,
  ],
];

for (const [what, file, text] of FILES) {
  test(`an entry is held and released in its own layout: ${what}`, async () => {
    const config = await configAt(file, text);
    const gate = protectIn(config, { server: "a" }, LINUX, "/usr/bin/node");
    assert.equal(gate.status, "rewritten");
    const guarded = applyEdits(text, gate.status === "rewritten" ? gate.edits : []);
    const before = await configAt(file, guarded);
    assert.equal(isHeld(entryIn(before, "a")), false);
    const hold = holdEntry(before, entryIn(before, "a"));
    assert.equal(hold.status, "rewritten");
    const heldAs = applyEdits(guarded, hold.status === "rewritten" ? hold.edits : []);
    const held = await configAt(file, heldAs);
    const entry = entryIn(held, "a");
    assert.deepEqual(held.document.problems, []);
    assert.ok(isHeld(entry) && entry.protected);
    assert.equal(entry.command?.value, entryIn(config, "a").command?.value);
    assert.equal(holdEntry(held, entry).status, "unchanged");
    const release = releaseEntry(held, entry);
    assert.equal(applyEdits(heldAs, release.status === "rewritten" ? release.edits : []), guarded);
    const back = unprotectIn(held, { server: "a" });
    assert.equal(applyEdits(heldAs, back.status === "rewritten" ? back.edits : []), text);
  });
}

test("a server that does not start through Sallyport cannot be held; its own --held is not ours", async () => {
  const config = await configAt(
    "/w/.vscode/mcp.json",
    `{ "servers": { "a": { "command": "node", "args": ["x.mjs", "--held", "--", "y"] } } }`,
  );
  const entry = entryIn(config, "a");
  assert.equal(isHeld(entry), false);
  assert.equal(holdEntry(config, entry).status, "refused");
  assert.equal(releaseEntry(config, entry).status, "unchanged");
});
