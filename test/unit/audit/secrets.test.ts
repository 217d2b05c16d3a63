import assert from "node:assert/strict";
import { test } from "node:test";
import { findProviderSecret } from "../../../src/audit/secrets.ts";

test("a key that spells `your` or `dummy` by chance is a key, and one that says so is a stand-in", () => {
  const half = "v1AfAd9p6mAnPyIoqPi1nRT2CRxw0e6GgGDfEI5xREuAXV";
  for (const word of ["yOur", "dUmmY", "your"]) {
    const key = `sk-ant-api03-${half}${word}${half}`;
    assert.equal(findProviderSecret(key)?.end, key.length, word);
  }
  for (const word of ["-your-key-", "_dummy_", "EXAMPLE"])
    assert.equal(findProviderSecret(`sk-ant-api03-${half}${word}${half}`), undefined, word);
});
