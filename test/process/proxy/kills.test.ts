import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Home, lives, untilDead } from "./harness.ts";

const home = new Home();
after(() => home.close());
const unix = process.platform === "win32" ? "signals are not of this system" : false;

test("a proxy that is killed takes its server with it, stubborn or not, children too", { skip: unix }, async () => {
  for (const mode of ["normal", "stubborn"]) {
    const client = home.client(mode);
    await client.open();
    const pids = [Number(await client.note("pid"))];
    if (mode === "stubborn") pids.push(Number(await client.note("grandchild")));
    client.kill("SIGKILL");
    await client.exit;
    for (const pid of pids) await untilDead(pid);
  }
});

test("a server that is killed under load: every call is answered", { skip: unix }, async () => {
  const client = home.client();
  await client.open();
  const pid = Number(await client.note("pid"));
  for (let id = 0; id < 200; id++) {
    client.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "read_echo", arguments: { text: "x" } } });
    if (id === 100) process.kill(pid, "SIGKILL");
  }
  for (let id = 0; id < 200; id++) {
    const answer = await client.until(
      `answer ${id} or the end`,
      () =>
        client.answers().find((one) => one.id === id) ??
        (client.child.exitCode !== null || client.child.signalCode !== null ? {} : undefined),
    );
    if (answer.id === undefined) break;
  }
  const { signal } = await client.exit;
  assert.equal(signal, "SIGKILL");
  const answered = new Set(client.answers().map((one) => one.id));
  const received = [...client.received().matchAll(/"id":(\d+),"method":"tools\/call"/g)].map((match) =>
    Number(match[1]),
  );
  for (const id of received) assert.ok(answered.has(id), `call ${id} reached the server and was not answered`);
});

test(
  "a broker that is killed under load: every call is answered, and a new broker takes over",
  { skip: unix },
  async () => {
    const client = home.client();
    await client.open();
    for (let round = 0; round < 3; round++) {
      const broker = home.broker();
      assert.ok(broker !== undefined, "a broker runs");
      const ids = Array.from({ length: 100 }, (_, i) => `${round}.${i}`);
      for (const [i, id] of ids.entries()) {
        client.send({
          jsonrpc: "2.0",
          id,
          method: "tools/call",
          params: { name: "read_echo", arguments: { text: id } },
        });
        if (i === 50) process.kill(broker, "SIGKILL");
      }
      for (const id of ids) {
        const answer = await client.answer(id);
        if (answer.result?.isError !== true && answer.error === undefined)
          assert.equal(answer.result?.content?.[0]?.text, id);
      }
      const next = await client.call(`next ${round}`, "read_echo", { text: "on" });
      assert.equal(next.result?.content?.[0]?.text, "on");
      assert.ok(!lives(broker));
      assert.notEqual(home.broker(), broker);
    }
  },
);

test("killed at random moments, nobody is left behind", { skip: unix }, async () => {
  const rounds = Number(process.env["SALLYPORT_KILL_ROUNDS"] ?? 6);
  const one = async (round: number): Promise<void> => {
    const client = home.client("family");
    const open = client.open().catch(() => undefined); // the kill may come first
    const pid = Number(await client.note("pid"));
    const grandchild = Number(await client.note("grandchild"));
    if (round % 2 === 0) await open;
    if (round % 3 === 0) process.kill(pid, "SIGKILL");
    else client.kill("SIGKILL");
    await client.exit;
    await untilDead(pid);
    await untilDead(grandchild);
  };
  await Promise.all(Array.from({ length: rounds }, (_, round) => one(round)));
});

test(
  "a broker that is killed while a person is asked: the call is refused, the next one starts a new broker",
  { skip: unix },
  async () => {
    const client = home.client();
    await client.open();
    const params = { name: "read_ask_first", arguments: {}, _meta: { progressToken: "t" } };
    client.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const note = await client.until("progress", () =>
      client.answers().find((one) => one.method === "notifications/progress"),
    );
    assert.equal(note.params?.["progressToken"], "t");
    const broker = home.broker();
    assert.ok(broker !== undefined);
    process.kill(broker, "SIGKILL");
    const answer = await client.answer(1);
    assert.equal(answer.result?.isError, true);
    assert.match(answer.result?.content?.[0]?.text ?? "", /broker/);
    assert.ok(!client.received().includes("read_ask_first"));
    assert.equal((await client.call(2, "read_echo", { text: "on" })).result?.content?.[0]?.text, "on");
    assert.notEqual(home.broker(), broker);
  },
);

test("a call that is cancelled while a person is asked never reaches the server", async () => {
  const client = home.client();
  await client.open();
  const params = { name: "read_ask_first", arguments: {}, _meta: { progressToken: "t" } };
  client.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  await client.until("progress", () => client.answers().find((one) => one.method === "notifications/progress"));
  client.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  assert.equal((await client.call(2, "read_echo", { text: "on" })).result?.content?.[0]?.text, "on");
  assert.ok(!client.received().includes("read_ask_first"));
  assert.ok(!client.received().includes("notifications/cancelled"));
});
