import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";
import { encodings } from "../../unit/proxy/encodings.ts";
import { Home, PROGRAM } from "./harness.ts";

const home = new Home();
after(() => home.close());

test("an allowed call passes, a denied one is answered with the rule and never reaches the server", async () => {
  const client = home.client();
  await client.open();
  const allowed = await client.call(1, "read_echo", { text: "hello" });
  assert.equal(allowed.result?.content?.[0]?.text, "hello");
  const denied = await client.call(2, "send_mail", { to: "x" });
  assert.equal(denied.result?.isError, true);
  const text = denied.result?.content?.[0]?.text ?? "";
  for (const part of ["fixture/send_mail", "no-mail", "mail is not sent from here"])
    assert.ok(text.includes(part), text);
  assert.ok(!client.received().includes("send_mail"));
  client.end();
  assert.deepEqual(await client.exit, { code: 0, signal: null });
});

test("no encoding of the denied call reaches the server, and each is answered", async () => {
  const client = home.client();
  await client.open();
  const sent = client.received();
  let pings = 0;
  for (const { what, bytes, answers } of encodings()) {
    const before = client.lines.length;
    client.send(bytes);
    const id = `ping ${pings++}`;
    await client.ask(id, "ping");
    const since = client
      .answers()
      .slice(before)
      .filter((one) => one.id !== id);
    if (answers) assert.ok(since.length > 0, `not answered: ${what}`);
    for (const one of since) assert.ok(one.error !== undefined || one.result?.isError === true, what);
  }
  assert.ok(pings >= 60);
  const others = client
    .received()
    .slice(sent.length)
    .split("\n")
    .filter((line) => line !== "" && !line.includes(`"method":"ping"`));
  assert.deepEqual(others, []);
  assert.equal(client.received().slice(sent.length).split("\n").length - 1, pings);
});

test("what must be asked is refused where nobody is there to be asked", async () => {
  const client = home.client();
  await client.open();
  const answer = await client.call(1, "read_ask_first");
  assert.equal(answer.result?.isError, true);
  assert.match(answer.result?.content?.[0]?.text ?? "", /reviewer/i);
  assert.ok(!client.received().includes("read_ask_first"));
});

test("without a broker that can record, everything is refused and nothing hangs", async () => {
  const broken = new Home();
  try {
    // A home that cannot be one: the broker has no place for its keys.
    const client = broken.client("normal", { env: { SALLYPORT_HOME: "/dev/null/nowhere" } });
    const answer = await client.ask(1, "initialize", {});
    assert.equal(answer.error?.code, MCP_ERRORS.NO_BROKER.code);
    const call = await client.call(2, "read_echo");
    assert.equal(call.result?.isError, true);
    assert.equal(client.received(), "");
  } finally {
    await broken.close();
  }
});

test("requests of the server and their answers pass", async () => {
  const client = home.client();
  await client.open();
  client.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "read_ask", arguments: {} } });
  const request = await client.until("the server's request", () =>
    client.answers().find((one) => one.method === "roots/list"),
  );
  client.send({ jsonrpc: "2.0", id: request.id, result: { roots: [{ uri: "file:///r" }] } });
  const answer = await client.answer(1);
  assert.match(answer.result?.content?.[0]?.text ?? "", /file:\/\/\/r/);
});

test("the official SDK's client works through it, progress included", async () => {
  const client = new SdkClient({ name: "sdk", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, "proxy", "--server", "fixture", "--", process.execPath, "test/process/proxy/fixtures/server.mjs"],
    env: { ...(process.env as Record<string, string>), SALLYPORT_HOME: home.home },
    stderr: "ignore",
  });
  await client.connect(transport);
  assert.equal(client.getServerVersion()?.name, "fixture");
  assert.ok((await client.listTools()).tools.some((tool) => tool.name === "read_echo"));
  const result = await client.callTool({ name: "read_echo", arguments: { text: "sdk" } });
  assert.deepEqual(result.content, [{ type: "text", text: "sdk" }]);
  const refused = await client.callTool({ name: "send_mail", arguments: {} });
  assert.equal(refused.isError, true);
  await client.close();
});
