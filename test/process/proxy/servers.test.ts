import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";
import { startServer, thisMachine } from "../../../src/proxy/server.ts";
import { realEnvironment } from "../../../src/system/environment.ts";
import { Home, lives, untilDead } from "./harness.ts";

const home = new Home();
after(() => home.close());
const initialize = { jsonrpc: "2.0", id: 0, method: "initialize", params: {} };
const unix = process.platform === "win32" ? "signals are not of this system" : false;

test("a command that does not exist is named, and the exit code is the shell's", async () => {
  const client = home.client("", { command: ["no-such-command-here", "x"] });
  client.send(initialize);
  const { error } = await client.answer(0);
  assert.equal(error?.code, MCP_ERRORS.SERVER_NOT_STARTED.code);
  assert.match(error?.message ?? "", /no-such-command-here/);
  assert.equal((await client.exit).code, 127);
});

test("a command that is not a program is named", { skip: unix }, async () => {
  const client = home.client("", { command: ["/etc/passwd"] });
  client.send(initialize);
  const { error } = await client.answer(0);
  assert.match(error?.message ?? "", /permission denied/);
  assert.equal((await client.exit).code, 126);
});

test("a server that exits at once: the client is told, also when it asks only afterwards", async () => {
  for (const late of [false, true]) {
    const client = home.client("exit-at-once");
    if (late)
      await client.until("the end of the server", () => (client.stderr.includes("exit code 3") ? true : undefined));
    client.send(initialize);
    const { error } = await client.answer(0);
    assert.equal(error?.code, MCP_ERRORS.SERVER_EXITED.code);
    assert.match(error?.message ?? "", /exit code 3/);
    assert.equal((await client.exit).code, 3);
  }
});

test("a server that prints garbage and exits: the answer names both", async () => {
  const client = home.client("garbage-exit");
  client.send(initialize);
  const { error } = await client.answer(0);
  assert.match(error?.message ?? "", /exit code 4.*not MCP/);
  assert.ok(!client.lines.join("").includes("Starting the server"));
  assert.match(client.stderr, /Starting the server/);
  assert.equal((await client.exit).code, 4);
});

test("what a server wrote before it ended is there for whoever reads it afterwards", async () => {
  const machine = thisMachine(realEnvironment());
  const server = startServer(
    process.execPath,
    ["-e", "process.stdout.write('last words'); process.exitCode = 5"],
    machine,
  );
  assert.ok(!("failed" in server));
  assert.equal((await server.ended).code, 5);
  let words = "";
  server.read((chunk) => (words += chunk.toString()));
  await server.drained;
  assert.equal(words, "last words");
});

test("a server that greets on stdout works", async () => {
  const client = home.client("greeting");
  await client.open();
  assert.equal((await client.call(1, "read_echo", { text: "x" })).result?.content?.[0]?.text, "x");
});

test("a server that dies mid-call: every open call is answered, with the signal or code", { skip: unix }, async () => {
  for (const [name, args, how] of [
    ["read_exit", { code: 7 }, { code: 7, signal: null }],
    ["read_die", { signal: "SIGKILL" }, { code: null, signal: "SIGKILL" }],
    ["read_die", { signal: "SIGTERM" }, { code: null, signal: "SIGTERM" }],
  ] as const) {
    const client = home.client();
    await client.open();
    for (const id of ["a", "b"])
      client.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "read_never" } });
    client.send({ jsonrpc: "2.0", id: "c", method: "tools/call", params: { name, arguments: args } });
    for (const id of ["a", "b", "c"]) {
      const { error } = await client.answer(id);
      assert.equal(error?.code, MCP_ERRORS.SERVER_EXITED.code, id);
      assert.match(error?.message ?? "", how.signal ? new RegExp(how.signal) : /exit code 7/);
    }
    assert.deepEqual(await client.exit, how);
  }
});

test("a server that closes its output, or its input, is given up and ended", { skip: unix }, async () => {
  for (const mode of ["close-output", "deaf"]) {
    const client = home.client(mode);
    const pid = Number(await client.note("pid"));
    for (let id = 0; id < 3; id++) client.send({ ...initialize, id });
    for (let id = 0; id < 3; id++) assert.ok((await client.answer(id)).error, mode);
    client.end();
    await client.exit;
    assert.ok(!lives(pid), mode);
  }
});

test("answers given twice or unasked do not pass", async () => {
  const client = home.client();
  await client.open();
  await client.call(1, "read_twice");
  await client.call(2, "read_echo", { text: "fence" });
  assert.equal(client.answers().filter((one) => one.id === 1).length, 1);
  assert.ok(!client.lines.join("").includes("nobody"));
});

test("a cancelled call's late answer does no harm, and the cancellation reaches the server", async () => {
  const client = home.client();
  await client.open();
  client.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "read_late", arguments: { ms: 50 } } });
  while (!client.received().includes("read_late")) await client.ask(`fence ${client.lines.length}`, "ping");
  client.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  assert.equal((await client.answer(1)).result?.content?.[0]?.text, "late");
  assert.ok(client.received().includes("notifications/cancelled"));
  assert.equal((await client.call(2, "read_echo", { text: "on" })).result?.content?.[0]?.text, "on");
});

test("the server has the client's environment, without what is ours, and our stderr", async () => {
  const env = { NODE_NO_WARNINGS: "1", SALLYPORT_ASIDE_NODE_PENDING: "was set aside", MINE: "yes" };
  const client = home.client("normal", { env });
  await client.open();
  const given = JSON.parse(await client.note("env")) as Record<string, string>;
  assert.equal(given["MINE"], "yes");
  assert.equal(given["NODE_PENDING"], "was set aside");
  assert.deepEqual(
    Object.keys(given).filter((name) => name.startsWith("SALLYPORT_")),
    [],
  );
});

test("when the client closes, a stubborn server and its children are ended", { skip: unix }, async () => {
  for (const mode of ["stubborn", "family"]) {
    const client = home.client(mode);
    await client.open();
    const [pid, grandchild] = [Number(await client.note("pid")), Number(await client.note("grandchild"))];
    client.end();
    await client.exit;
    await untilDead(pid);
    await untilDead(grandchild);
    assert.equal(await client.note("eof"), "yes", "first it is told by the end of its input");
  }
});

test("signals reach the server, and end us as they end it", { skip: unix }, async () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const client = home.client();
    await client.open();
    client.kill("SIGUSR2");
    assert.equal(await client.note("usr2"), "yes");
    const pid = Number(await client.note("pid"));
    client.kill(signal);
    assert.deepEqual(await client.exit, { code: null, signal });
    assert.ok(!lives(pid));
  }
  const stubborn = home.client("stubborn");
  await stubborn.open();
  stubborn.kill("SIGTERM");
  assert.deepEqual(await stubborn.exit, { code: null, signal: "SIGKILL" });
  assert.equal(await stubborn.note("signal"), "SIGTERM");
});

test("what was sent before the client closed its end is still answered", async () => {
  const client = home.client();
  client.send(initialize);
  client.send({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "read_echo", arguments: { text: "last" } },
  });
  client.child.stdin?.write(`{"jsonrpc":"2.0","id":2,"method":"ping"}`);
  client.end();
  assert.deepEqual(await client.exit, { code: 0, signal: null });
  const ids = client.answers().map((one) => one.id);
  assert.deepEqual(ids, [0, 1, 2]);
});

test("usage errors are told before anything is started", async () => {
  const client = home.client("", { command: [] });
  const { code } = await client.exit;
  assert.equal(code, 2);
  assert.match(client.stderr, /--help/);
});
