import { createHmac } from "node:crypto";

/**
 * What stands for a secret in records and messages: HMAC-SHA-256 under this machine's digest key (`keys/digest.key`, 32
 * bytes), as `hmac:` and 64 hex digits. Equal values give equal digests here and nowhere else, and a short secret cannot
 * be found by trying, as it could with a bare hash.
 */
export function secretDigest(key: Uint8Array, value: string): string {
  return `hmac:${createHmac("sha256", key).update(value, "utf8").digest("hex")}`;
}
