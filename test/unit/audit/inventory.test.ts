import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { inventoryOf } from "../../../src/audit/inventory.ts";
import { renderInventoryJson, renderInventoryText } from "../../../src/report/inventory.ts";
import { FAKE_SECRETS, withSecrets } from "./fakeSecrets.ts";
import { auditTexts, HOME, ROOT } from "./fixtures.ts";

const jwt = (claims: object): string =>
  [{ alg: "HS256" }, claims].map((one) => Buffer.from(JSON.stringify(one)).toString("base64url")).join(".") +
  ".c2lnbmF0dXJl";

test("the inventory says what each server acts with, who else does, and never a value", async () => {
  const token = jwt({ scope: "read:org repo", exp: 1_700_000_000 });
  const texts = new Map([
    [
      path.join(ROOT, ".cursor", "mcp.json"),
      withSecrets(`{ "mcpServers": {
        "code": { "command": "github-mcp-server", "env": { "GITHUB_TOKEN": "{{ghp}}", "AWS_PROFILE": "billing", "LEVEL": "3" } },
        "web": { "url": "https://tools.example.com/mcp?api_key={{hex32}}", "headers": { "Authorization": "Bearer ${token}" } },
        "off": { "command": "x", "args": ["--token", "{{base40}}"], "env": { "API_KEY": "\${env:TRACKER_KEY}" }, "disabled": true },
        "none": { "command": "y" }
      } }`),
    ],
    [
      path.join(HOME, ".claude.json"),
      withSecrets(
        `{ "mcpServers": { "again": { "command": "docker", "args": ["run", "-e", "GH={{ghp}}", "x/y"], "env": { "TRACKER_KEY": "\${TRACKER_KEY}" } } } }`,
      ),
    ],
  ]);
  const { configs } = await auditTexts(texts);
  const inventory = inventoryOf(configs);
  const text = renderInventoryText(inventory, Date.parse("2026-01-01"));
  for (const shown of [text, renderInventoryJson(inventory)]) {
    for (const [name, secret] of Object.entries(FAKE_SECRETS)) assert.ok(!shown.includes(secret), name);
    assert.ok(!shown.includes(token));
  }
  const of = (name: string): unknown => inventory.find((one) => one.name === name)?.identities;
  assert.deepEqual(of("code"), [
    {
      from: "environment",
      name: "GITHUB_TOKEN",
      how: "literal",
      kind: "a classic personal access token of GitHub",
      sharedWith: ["claude-code: again"],
    },
    { from: "profile", name: "AWS_PROFILE", how: "reference", scopes: ["billing"], sharedWith: [] },
  ]);
  assert.deepEqual(of("web"), [
    {
      from: "header",
      name: "Authorization",
      how: "literal",
      kind: "a signed token (JWT)",
      scopes: ["read:org", "repo"],
      expires: "2023-11-14T22:13:20.000Z",
      sharedWith: [],
    },
    { from: "address", name: "api_key", how: "literal", sharedWith: [] },
  ]);
  assert.deepEqual(of("off"), [
    { from: "environment", name: "API_KEY", how: "reference", sharedWith: ["claude-code: again"] },
    { from: "argument", name: "--token", how: "literal", sharedWith: [] },
  ]);
  assert.deepEqual(of("none"), []);
  assert.match(
    text,
    /acts with: header Authorization; in clear; a signed token \(JWT\); may: read:org, repo; expired 2023-11-14/,
  );
  assert.match(text, /^off \(cursor, workspace, off\)$/m);
});
