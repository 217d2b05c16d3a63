import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { AnswerChoice, Ask, LinkFinding } from "./messages.ts";

/** Lower-case hex SHA-256. */
export function digest(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Of nothing: stands where there are no params or no definition. */
export const EMPTY_DIGEST = digest("");

/**
 * JSON with the keys of every object in code-unit order and no white space: the same value gives the same text on both
 * sides. For our own data only (no numbers beyond what JSON.stringify keeps); `undefined` members are left out.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

export function findingsDigest(findings: readonly LinkFinding[]): string {
  return digest(canonical(findings));
}

/** What a reviewer signs, and what the broker checks: an answer is bound to one question about one call as it was shown. */
export function answerInput(
  ask: Pick<Ask, "id" | "nonce" | "identity" | "digests">,
  answer: AnswerChoice,
  reason: string,
): string {
  return canonical({
    purpose: "sallyport answer 1",
    nonce: ask.nonce,
    ask: ask.id,
    identity: ask.identity.id,
    definition: ask.digests.definition,
    params: ask.digests.params,
    findings: ask.digests.findings,
    policy: ask.digests.policy,
    answer,
    reason,
  });
}

/** What is signed to enrol a reviewer: by itself where nobody is enrolled, else by an enrolled one. */
export function enrolmentInput(reviewer: string, nonce: string, accept: boolean): string {
  return canonical({ purpose: "sallyport enrolment 1", reviewer, nonce, accept });
}

/** Short name of a public key (SPKI DER, base64) for people and messages: the first 16 hex digits of its digest. */
export function reviewerId(publicKey: string): string {
  return digest(Buffer.from(publicKey, "base64")).slice(0, 16);
}

/** A new reviewer's key. `privateKey` (PKCS #8 DER, base64) belongs into a secret store. */
export function newReviewerKey(): { publicKey: string; privateKey: string } {
  const pair = generateKeyPairSync("ed25519");
  return {
    publicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
  };
}

/** Signs `answerInput()` or `enrolmentInput()`; base64. */
export function signInput(input: string, privateKey: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  return sign(null, Buffer.from(input), key).toString("base64");
}

/** False for a wrong signature and for anything that is no Ed25519 key or no signature at all. */
export function verifyInput(input: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return (
      key.asymmetricKeyType === "ed25519" && verify(null, Buffer.from(input), key, Buffer.from(signature, "base64"))
    );
  } catch {
    return false; // no key, or no signature: not a valid one
  }
}
