import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, endOf, inRange, isOpenRange, type Scheme } from "../../../src/audit/versionRange.ts";

const ORDERS: readonly (readonly [Scheme, readonly string[]])[] = [
  ["semver", ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-dev", "1.0.0-rc.1", "1.0.0"]],
  ["pep440", ["1.0.dev1", "1.0a1", "1.0a2", "1.0b1", "1.0rc1", "1.0", "1.0.post1", "1.1.dev1", "1.1", "1!0.1"]],
];

test("versions are in the order of their scheme", () => {
  for (const [scheme, order] of ORDERS) {
    const backwards = order.toReversed();
    assert.deepEqual(
      backwards.toSorted((a, b) => compareVersions(a, b, scheme)),
      order,
    );
  }
  assert.equal(compareVersions("1.0", "1.0.0", "pep440"), 0);
});

test("a version is inside a range as the range says", () => {
  assert.ok(inRange("1.29.9", ">=1.8.0 <1.30.0 || >=2.0.0 <2.2.0", "pep440"));
  assert.ok(inRange("2.1.0", ">=1.8.0 <1.30.0 || >=2.0.0 <2.2.0", "pep440"));
  assert.ok(!inRange("1.30.0", ">=1.8.0 <1.30.0 || >=2.0.0 <2.2.0", "pep440"));
  assert.ok(inRange("1.30.0rc1", "<1.30.0", "pep440"));
  assert.ok(!inRange("1.30.0.post1", "<1.30.0", "pep440"));
  assert.ok(inRange("1.30.0-post1", "<1.30.0", "semver"));
  assert.ok(inRange("1.82.8", "=1.82.7 || =1.82.8", "pep440"));
  assert.ok(isOpenRange(">=1.0.16") && isOpenRange("*") && !isOpenRange("=1.0.0") && !isOpenRange(">=1 <2"));
  assert.equal(endOf(">=1.0 <1.32.2"), "1.32.2");
  assert.equal(endOf("<=1.2"), undefined);
  assert.equal(endOf("<1 || >=2 <3"), undefined);
});
