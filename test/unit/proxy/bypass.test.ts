import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDecisions, gate } from "./fake.ts";
import { encodings } from "./encodings.ts";
import { generated } from "./generated.ts";

const PLAIN = `{"jsonrpc":"2.0","id":"after","method":"tools/call","params":{"name":"list","arguments":{}}}`;

for (const listed of [true, false]) {
  test(`no encoding of a denied call gets past, none stays unanswered (tools ${listed ? "listed" : "not listed"} before)`, async () => {
    // Once the tools are known, the one name is denied; before that, whatever nobody knows (as our default policy asks).
    const isDenied = (tool: string | undefined): boolean => (listed ? tool === "send_mail" : tool !== "list");
    const denied = new FakeDecisions(({ method, tool }) => ({
      effect: method === "tools/call" && isDenied(tool) ? "deny" : "allow",
    }));
    const all = [...encodings(), ...generated()];
    assert.ok(all.length >= 500, `${all.length} encodings`);
    for (const { what, bytes, answers } of all) {
      const g = gate(denied);
      if (listed) {
        await g.send("client", `{"jsonrpc":"2.0","id":"list","method":"tools/list"}`);
        await g.send(
          "server",
          `{"jsonrpc":"2.0","id":"list","result":{"tools":[{"name":"send_mail"},{"name":"list"}]}}`,
        );
        g.toClient.length = 0;
        g.toServer.length = 0;
      }
      await g.send("client", bytes);
      assert.deepEqual(g.toServer, [], `reached the server: ${what}`);
      if (answers) assert.ok(g.toClient.length > 0, `not answered: ${what}`);
      for (const answer of g.answers() as { error?: unknown; result?: { isError?: boolean } }[])
        assert.ok(answer.error !== undefined || answer.result?.isError === true, what);
      await g.send("client", PLAIN);
      assert.deepEqual(g.toServer, [`${PLAIN}\n`], `the connection does not live on after: ${what}`);
    }
  });
}
