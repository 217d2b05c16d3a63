import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodeOf, isSallyportError, SallyportError } from "../../../src/core/errors.ts";

test("exit codes follow the README: usage 2, unreadable 3, ours 4", () => {
  assert.equal(exitCodeOf(new SallyportError("USAGE", "x")), 2);
  assert.equal(exitCodeOf(new SallyportError("TOO_LARGE", "x")), 3);
  assert.equal(exitCodeOf(new SallyportError("INTERNAL", "x")), 4);
  assert.equal(exitCodeOf(new TypeError("x")), 4);
});

test("errors are told apart by code", () => {
  const error = new SallyportError("MALFORMED", "x");
  assert.ok(isSallyportError(error) && isSallyportError(error, "MALFORMED"));
  assert.ok(!isSallyportError(error, "USAGE"));
});
