import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { launchIdentityId } from "../../../src/link/identity.ts";
import { answerInput, canonical, newReviewerKey, signInput, verifyInput } from "../../../src/link/signature.ts";

const identity = {
  kind: "stdio",
  id: "i1",
  scope: "user",
  executable: "/usr/bin/node",
  args: ["a.js"],
  cwd: "/w",
} as const;
const ask = {
  id: "a1",
  nonce: "n1",
  identity,
  digests: { params: "p", findings: "f", policy: "y", definition: "d" },
};

test("canonical JSON does not depend on the order of keys, and leaves undefined members out", () => {
  assert.equal(canonical({ b: 1, a: [true, null, { d: "x", c: undefined }] }), '{"a":[true,null,{"d":"x"}],"b":1}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      assert.equal(canonical(reversed), canonical(value));
    }),
  );
});

test("a signature holds for exactly the ask, the answer and the reason that were signed", () => {
  const key = newReviewerKey();
  const signature = signInput(answerInput(ask, "once", ""), key.privateKey);
  assert.ok(verifyInput(answerInput(ask, "once", ""), signature, key.publicKey));
  const others = [
    answerInput(ask, "always", ""),
    answerInput(ask, "once", "why"),
    answerInput({ ...ask, nonce: "n2" }, "once", ""),
    answerInput({ ...ask, id: "a2" }, "once", ""),
    answerInput({ ...ask, identity: { ...identity, id: "i2" } }, "once", ""),
    ...(["params", "findings", "policy", "definition"] as const).map((part) =>
      answerInput({ ...ask, digests: { ...ask.digests, [part]: "other" } }, "once", ""),
    ),
  ];
  for (const other of others) assert.ok(!verifyInput(other, signature, key.publicKey));
  assert.ok(!verifyInput(answerInput(ask, "once", ""), signature, newReviewerKey().publicKey));
});

test("what is no key or no signature verifies nothing and throws nothing", () => {
  const key = newReviewerKey();
  assert.ok(!verifyInput("x", "", key.publicKey));
  assert.ok(!verifyInput("x", "AAAA", key.publicKey));
  assert.ok(!verifyInput("x", signInput("x", key.privateKey), "no key"));
});

test("a launch identity differs by each part, and a label is no part", () => {
  const raw = { kind: "stdio", scope: "user", executable: "/usr/bin/node", args: ["a.js"], cwd: "/w" } as const;
  const id = launchIdentityId(raw);
  assert.equal(launchIdentityId({ ...raw }), id);
  const others = [
    { ...raw, scope: "workspace" as const },
    { ...raw, executable: "/opt/node" },
    { ...raw, args: ["b.js"] },
    { ...raw, args: ["a.js", ""] },
    { ...raw, cwd: "/v" },
    { ...raw, package: "x@1.0.0" },
  ].map(launchIdentityId);
  assert.equal(new Set([id, ...others]).size, others.length + 1);
});
