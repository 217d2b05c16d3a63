import assert from "node:assert/strict";
import { test } from "node:test";
import { secretDigest } from "../../../src/core/secretDigest.ts";
import { redact } from "../../../src/detectors/redact.ts";
import { scanMessage } from "../../../src/detectors/scan.ts";

test("a placeholder carries eight digits of this machine's digest, so that secrets can be told apart", () => {
  const token = `ghp_${"k3Vq9ZtB".repeat(5).slice(0, 36)}`;
  const digest = (value: string): string => secretDigest(new Uint8Array(32), value);
  const text = `Push with ${token}, please.`;
  const redacted = redact(text, scanMessage([{ text, place: "argument" }]), digest).text;
  const digits = digest(token).slice("hmac:".length, "hmac:".length + 8);
  assert.match(digits, /^[0-9a-f]{8}$/);
  assert.equal(redacted, `Push with [secret:github-token:${digits}], please.`);
});
