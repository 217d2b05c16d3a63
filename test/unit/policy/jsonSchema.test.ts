import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { DEFAULT_POLICY } from "../../../src/policy/defaultPolicy.ts";
import { policyJsonSchema } from "../../../src/policy/schema.ts";

const FILE = "media/policy.schema.json";

test("the published JSON Schema is the one that the code checks with (SALLYPORT_ACCEPT=1 writes it)", () => {
  const made = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
  if (process.env["SALLYPORT_ACCEPT"]) writeFileSync(FILE, made);
  assert.equal(readFileSync(FILE, "utf8"), made);
});

test("the JSON Schema accepts the default policy, and refuses an unknown key", () => {
  const validate = new Ajv({ strict: false }).compile(policyJsonSchema());
  assert.ok(validate(parse(DEFAULT_POLICY)), JSON.stringify(validate.errors));
  assert.ok(!validate({ version: 1, rules: [{ id: "a", effect: "allow", tol: "x" }] }));
});
