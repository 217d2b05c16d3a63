import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";

test("every code is ours, once: -31001 to -31099", () => {
  const codes = Object.values(MCP_ERRORS).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.ok(code <= -31001 && code >= -31099, String(code));
});

test("the docs explain every code, and no other", () => {
  const docs = readFileSync("docs/proxy.md", "utf8");
  const explained = new Set(Array.from(docs.matchAll(/-31\d{3}/g), ([code]) => Number(code)));
  assert.deepEqual(explained, new Set(Object.values(MCP_ERRORS).map(({ code }) => code as number)));
});
