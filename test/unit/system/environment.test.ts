import assert from "node:assert/strict";
import os from "node:os";
import { test } from "node:test";
import { realEnvironment } from "../../../src/system/environment.ts";

test("home comes from the user record, whatever HOME says", () => {
  const before = process.env["HOME"];
  process.env["HOME"] = "/nowhere/else";
  try {
    assert.equal(realEnvironment().home, os.userInfo().homedir);
  } finally {
    if (before === undefined) delete process.env["HOME"];
    else process.env["HOME"] = before;
  }
});

test("variables are read when they are asked for", () => {
  const environment = realEnvironment();
  process.env["SALLYPORT_TEST_VARIABLE"] = "1";
  assert.equal(environment.variable("SALLYPORT_TEST_VARIABLE"), "1");
  delete process.env["SALLYPORT_TEST_VARIABLE"];
  assert.equal(environment.variable("SALLYPORT_TEST_VARIABLE"), undefined);
});
