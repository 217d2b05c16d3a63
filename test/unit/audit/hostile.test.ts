import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { auditDocument } from "../../../src/audit/run.ts";
import { findProviderSecret } from "../../../src/audit/secrets.ts";
import { environment, ROOT } from "./fixtures.ts";

test("a value of 40 kilobytes, made of beginnings of what the rules look for, is looked at by every rule", async () => {
  const pieces = [
    "a_",
    "_",
    ".1",
    "eyJ",
    "://a:b@",
    "ghp_",
    "=&?",
    "sk-ant-a-",
    "-----BEGIN ",
    "\u200b",
    "\u200b\\",
    "x;|&",
    "${",
  ];
  for (const piece of pieces) {
    const long = JSON.stringify(piece.repeat(Math.floor(40_000 / piece.length)));
    assert.equal(findProviderSecret(piece.repeat(20_000)), undefined, piece);
    const text = `{"mcpServers": {"a": {"command": "npx", "args": [${long}], "env": {"API_KEY": ${long}}, "url": ${long}}}}`;
    const { config } = await auditDocument({ file: path.join(ROOT, ".cursor", "mcp.json"), text, environment });
    assert.equal(config.entries.length, 1);
  }
});
