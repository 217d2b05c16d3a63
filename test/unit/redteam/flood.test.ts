import assert from "node:assert/strict";
import { test } from "node:test";
import { Gateway } from "../../../src/proxy/gateway.ts";
import { FakeDecisions } from "../proxy/fake.ts";

test("a server that floods with what is refused, and reads nothing, costs neither memory nor a log without end", () => {
  let buffered = 0;
  let logged = 0;
  const toServer = {
    write: (bytes: Buffer) => void (buffered += bytes.length),
    get buffered() {
      return buffered;
    },
  };
  const gateway = new Gateway({
    server: "x",
    decisions: new FakeDecisions(),
    digest: () => "",
    toClient: { write: () => {} },
    toServer,
    log: () => void logged++,
  });
  const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}\n');
  for (let i = 0; i < 60_000; i++) gateway.receive("server", { kind: "line", bytes });
  assert.ok(buffered > 1024 && buffered < 9 * 1024 * 1024, `${buffered}`);
  assert.ok(logged > 0 && logged < 100, `${logged}`);
  gateway.stop();
});
