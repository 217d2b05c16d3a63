import assert from "node:assert/strict";
import { test } from "node:test";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";

test("every code is ours, once: -31001 to -31099", () => {
  const codes = Object.values(MCP_ERRORS).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.ok(code <= -31001 && code >= -31099, String(code));
});
