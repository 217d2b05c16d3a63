import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { secretDigest } from "../../../src/core/secretDigest.ts";
import {
  createSigningKey,
  decodePublicKey,
  loadDigestKey,
  publish,
  readSigningKey,
  readVerifyingKey,
} from "../../../src/ledger/keys.ts";
import { scratch } from "./scratch.ts";

const root = scratch();

test("keys are made once and read back", () => {
  const dir = path.join(root, "keys");
  assert.equal(readSigningKey(dir), undefined);
  const made = createSigningKey(dir);
  assert.equal(createSigningKey(dir).id, made.id);
  publish(dir, made);
  publish(dir, made);
  assert.equal(readVerifyingKey(dir)?.id, made.id);
  assert.equal(decodePublicKey(made.encoded)?.id, made.id);
  assert.equal(decodePublicKey("AAAA"), undefined);
});

test("a digest stands for a value on this machine, and for no other value", () => {
  const key = loadDigestKey(path.join(root, "digest"));
  assert.deepEqual(loadDigestKey(path.join(root, "digest")), key);
  const secret = ["gh", "p_", "x".repeat(36)].join("");
  assert.match(secretDigest(key, secret), /^hmac:[0-9a-f]{64}$/);
  assert.equal(secretDigest(key, secret), secretDigest(key, secret));
  assert.notEqual(secretDigest(key, secret), secretDigest(key, `${secret}x`));
  assert.notEqual(secretDigest(key, secret), secretDigest(loadDigestKey(path.join(root, "other")), secret));
});

test("a key that others may read, or that is none, is refused with its file", () => {
  const dir = path.join(root, "bad");
  loadDigestKey(dir);
  createSigningKey(dir);
  if (process.platform !== "win32") {
    chmodSync(path.join(dir, "ledger.key"), 0o644);
    assert.throws(() => readSigningKey(dir), { code: "REFUSED" });
    chmodSync(path.join(dir, "ledger.key"), 0o600);
  }
  writeFileSync(path.join(dir, "ledger.key"), "nonsense");
  assert.throws(() => readSigningKey(dir), { code: "MALFORMED" });
  writeFileSync(path.join(dir, "ledger.pub"), "nonsense");
  assert.throws(() => readVerifyingKey(dir), { code: "MALFORMED" });
  writeFileSync(path.join(dir, "digest.key"), "abcd\n");
  assert.throws(() => loadDigestKey(dir), { code: "MALFORMED" });
});
