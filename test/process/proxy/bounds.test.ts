import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";
import { Home } from "./harness.ts";

const home = new Home();
after(() => home.close());
const linux = process.platform === "linux" ? false : "memory is read from /proc";
const MB = 1024 * 1024;

/** The most memory that a process has had, in bytes. */
function peak(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Waits until a value has been the same for a while: as much as wants to flow has flowed. */
async function quiet(look: () => number): Promise<void> {
  for (let same = 0, last = look(); same < 15;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = look();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}

test(
  "a line of 256 MB costs constant memory, is answered by its id, and the connection lives on",
  { skip: linux },
  async () => {
    const client = home.client();
    await client.open();
    const before = peak(client.pid);
    const chunk = Buffer.alloc(MB, "x");
    const write = (bytes: Buffer | string): Promise<void> =>
      new Promise((resolve) => {
        if (client.child.stdin?.write(bytes)) resolve();
        else client.child.stdin?.once("drain", resolve);
      });
    await write(`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"read_echo","arguments":{"text":"`);
    for (let i = 0; i < 256; i++) await write(chunk);
    await write(`"}},"id":77}\n`);
    const { error } = await client.answer(77);
    assert.equal(error?.code, MCP_ERRORS.TOO_LARGE.code);
    assert.ok(peak(client.pid) - before < 120 * MB, `${(peak(client.pid) - before) / MB} MB more`);
    assert.equal((await client.call(1, "read_echo", { text: "on" })).result?.content?.[0]?.text, "on");
    assert.ok(!client.received().includes("xxxx"));
  },
);

test("a result too large, too deep or broken is an error to its caller, and the connection lives on", async () => {
  const client = home.client();
  await client.open();
  const tooLarge = await client.call(1, "read_size", { bytes: 17 * MB });
  assert.equal(tooLarge.error?.code, MCP_ERRORS.SERVER_ANSWER.code);
  const lines = [
    `{"jsonrpc":"2.0","id":$ID,"result":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}\n`,
    `{"jsonrpc":"2.0","id":$ID,"result":{"content":[],"content":[]}}\n`,
    `{"jsonrpc":"2.0","id":$ID,"result":{"content":[]}\n`,
  ];
  for (const [i, line] of lines.entries()) {
    const answer = await client.call(`bad ${i}`, "read_raw", { line });
    assert.equal(answer.error?.code, MCP_ERRORS.SERVER_ANSWER.code);
  }
  assert.ok((await client.call(2, "read_size", { bytes: MB })).result);
});

test("a client that does not read stops the server: memory is bounded", { skip: linux }, async () => {
  const client = home.client();
  await client.open();
  const before = peak(client.pid);
  client.child.stdout?.pause();
  const count = 400;
  for (let i = 0; i < count; i++)
    client.send({
      jsonrpc: "2.0",
      id: i,
      method: "tools/call",
      params: { name: "read_size", arguments: { bytes: MB / 2 } },
    });
  await quiet(() => peak(client.pid));
  assert.ok(peak(client.pid) - before < 100 * MB, `${(peak(client.pid) - before) / MB} MB more`);
  client.child.stdout?.resume();
  await client.answer(count - 1);
  assert.equal(client.answers().filter((one) => typeof one.id === "number").length, count, "nothing was dropped");
});

test("a flood of notifications passes in order, and the answer after it", async () => {
  const client = home.client();
  await client.open();
  const count = 20_000;
  await client.call(1, "read_flood", { count });
  const seen = client.answers().filter((one) => one.method === "notifications/progress");
  assert.equal(seen.length, count);
  assert.deepEqual(seen.slice(-1)[0]?.params, { progressToken: 1, progress: count - 1 });
});
