import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isSallyportError } from "../../../src/core/errors.ts";
import type { Answer, Decide, Definitions, Open, Result } from "../../../src/link/messages.ts";
import { digest } from "../../../src/link/signature.ts";
import { checkMessage } from "../../../src/link/shapes.ts";

const open: Open = {
  type: "open",
  server: "s",
  identity: { kind: "stdio", id: digest("i"), scope: "user", executable: "/n", args: ["a"], cwd: "/" },
  client: { name: "c", pid: 1, ancestors: [{ pid: 2, name: "code" }] },
};
const decide: Decide = {
  type: "decide",
  id: 1,
  direction: "to-server",
  kind: "request",
  method: "tools/call",
  tool: "t",
  paramsDigest: digest("p"),
  bytes: 1,
  preview: "{}",
  arguments: { text: "{}", truncated: false, total: 2 },
  findings: [{ rule: "secret", severity: "high", confidence: "low", evidence: "e", pointer: "/a", start: 0, end: 1 }],
  progress: true,
};
const result: Result = {
  type: "result",
  id: 2,
  of: 1,
  outcome: "lost",
  digest: digest(""),
  bytes: 0,
  preview: "",
  findings: [],
  serverMs: 0.5,
};
const definitions: Definitions = {
  type: "definitions",
  list: "tools",
  entries: [
    { name: "t", fingerprint: digest("t"), description: "", annotations: { readOnlyHint: true }, findings: [] },
  ],
};
const answer: Answer = { type: "answer", ask: "a", answer: "once", reason: "", signature: "AA==" };

test("messages as the types promise them are taken", () => {
  for (const message of [open, decide, result, definitions]) checkMessage("proxy", message);
  checkMessage("reviewer", answer);
  checkMessage("observer", { type: "subscribe", replay: 10 } as never);
});

test("any member of the wrong type, and any that must be there and is not, is refused", () => {
  const refused = (role: "proxy" | "reviewer", message: object): void =>
    assert.throws(
      () => checkMessage(role, message as never),
      (error) => isSallyportError(error, "MALFORMED"),
      JSON.stringify(message),
    );
  for (const message of [decide, result, definitions, open]) {
    for (const key of Object.keys(message).filter((name) => name !== "type")) {
      refused("proxy", { ...message, [key]: { wrong: true } });
      if (!["tool", "arguments"].includes(key)) refused("proxy", { ...message, [key]: undefined });
    }
  }
  refused("proxy", { ...decide, preview: "x".repeat(3000) });
  refused("proxy", { ...decide, findings: Array.from({ length: 100 }, () => decide.findings[0]) });
  refused("proxy", { ...decide, paramsDigest: "x" });
  refused("proxy", { ...decide, id: -1 });
  refused("proxy", answer);
  refused("reviewer", { ...answer, answer: "yes" });
  refused("reviewer", decide);
  refused("proxy", { type: "constructor" });
});

test("whatever JSON says it is, it is taken or refused, and nothing else happens", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("decide", "open", "result", "answer"),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (type, rest) => {
        try {
          checkMessage("proxy", { ...rest, type });
        } catch (error) {
          assert.ok(isSallyportError(error, "MALFORMED"));
        }
      },
    ),
  );
});
