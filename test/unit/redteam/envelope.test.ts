import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDecisions, gate } from "../proxy/fake.ts";

const filler = Array.from({ length: 70 }, (_, i) => `"x${i}":${i}`).join(",");

test("what a person is shown and what their answer is bound to cannot be pushed out by other members", async () => {
  const lines = [
    `{"jsonrpc":"2.0","id":1,${filler},"method":"tools/call","params":{"name":"send_mail","arguments":{"to":"NAME"}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send_mail",${filler},"arguments":{"to":"NAME"}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call",${filler},"p\\u0061rams":{"name":"send_mail","arg\\u0075ments":{"to":"NAME"}}}`,
  ];
  for (const line of lines) {
    const digests = new Set<string>();
    for (const to of ["alice", "mallory"]) {
      const decisions = new FakeDecisions(() => ({ effect: "deny" }));
      await gate(decisions).send("client", line.replace("NAME", to));
      const question = decisions.asked[0]?.question;
      assert.equal(question?.arguments?.text, `{"to":"${to}"}`);
      assert.ok(question?.preview.includes("send_mail"));
      digests.add(question.paramsDigest);
    }
    assert.equal(digests.size, 2, "two calls, two digests");
  }
});

test("a result's digest and preview cannot be pushed out either", async () => {
  const g = gate();
  await g.send("client", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{}}}`);
  await g.send("server", `{"jsonrpc":"2.0","id":1,${filler},"result":{"content":[{"type":"text","text":"hello"}]}}`);
  const report = g.decisions.reported[0]?.report;
  assert.match(report?.preview ?? "", /hello/);
});
