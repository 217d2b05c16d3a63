import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { connectBroker } from "../../../src/link/client.ts";
import { currentBroker } from "../../../src/link/election.ts";
import { call, Rig, within } from "./rig.ts";

/** What the broker says to raw bytes until it closes. */
async function send(rig: Rig, ...chunks: (string | Buffer)[]): Promise<string> {
  const socket: Socket = connect(currentBroker(rig.paths)?.address ?? "");
  let said = "";
  socket.on("data", (data) => (said += String(data)));
  socket.on("error", () => {}); // a reset is an end too
  for (const chunk of chunks) socket.write(chunk);
  await within("the end of the connection", new Promise((resolve) => socket.once("close", resolve)));
  return said;
}

const hello = (changes: object = {}): string =>
  `${JSON.stringify({ type: "hello", protocol: 1, version: "0", role: "control", nonce: randomBytes(32).toString("hex"), ...changes })}\n`;

test("garbage, huge lines and wrong hellos end that connection only", async (t) => {
  const rig = new Rig(t);
  const proxy = rig.proxy();
  await proxy.connect();
  const cases: [string, RegExp, ...(string | Buffer)[]][] = [
    ["no JSON", /malformed/, "hello\n"],
    ["no message", /malformed/, "[1]\n"],
    ["bytes", /malformed/, Buffer.concat([randomBytes(4096), Buffer.from("\n")])],
    ["a line without end", /malformed/, "x".repeat(9000)],
    ["no hello", /malformed/, `{"type":"status"}\n`],
    ["a role of its own", /malformed/, hello({ role: "root" })],
    ["a poor nonce", /malformed/, hello({ nonce: "00" })],
    ["another protocol", /"code":"protocol".*stop it with/, hello({ protocol: 2 })],
    [
      "a wrong proof",
      /"code":"token"/,
      hello(),
      `{"type":"proof","proof":"${"0".repeat(64)}","pid":1,"program":"x"}\n`,
    ],
    ["hello twice", /malformed/, hello(), hello()],
  ];
  for (const [name, says, ...chunks] of cases) assert.match(await send(rig, ...chunks), says, name);
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
});

test("a client with another token is refused, and tells nobody its own proof first", async (t) => {
  const rig = new Rig(t);
  await rig.proxy().connect();
  const running = rig.pid();
  t.after(() => process.kill(running)); // it cannot be asked to stop once its token is gone
  const token = path.join(rig.paths.keys, "link.token");
  writeFileSync(token, `${"ab".repeat(32)}\n`);
  chmodSync(token, 0o600);
  await assert.rejects(connectBroker("control", { ...rig.options, start: false }), (error) => {
    return isSallyportError(error, "REFUSED") && /does not know the token/.test(error.message);
  });
  // Whoever cannot prove to be the broker hears a nonce, and nothing that helps to answer for us.
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-fake-"));
  const heard: string[] = [];
  const fake = createServer((socket) => {
    socket.on("data", (data) => {
      heard.push(String(data));
      socket.write(
        `{"type":"challenge","protocol":1,"version":"0","nonce":"${"0".repeat(64)}","proof":"${"0".repeat(64)}"}\n`,
      );
    });
    socket.on("error", () => {});
  });
  const address = process.platform === "win32" ? `\\\\.\\pipe\\fake-${process.pid}` : path.join(folder, "f.sock");
  await new Promise<void>((resolve) => fake.listen(address, resolve));
  const next = (currentBroker(rig.paths)?.generation ?? 0) + 1;
  rig.write(`run/broker.${next}.pid`, JSON.stringify({ pid: process.pid, address, startedAt: 1 }));
  await assert.rejects(connectBroker("control", rig.options), (error) => isSallyportError(error, "REFUSED"));
  assert.deepEqual(
    heard.map((line) => (JSON.parse(line) as { type: string }).type),
    ["hello"],
  );
  await new Promise((resolve) => fake.close(resolve));
  rmSync(folder, { recursive: true });
});

test("messages that a role may not send, or that are out of shape, end that client's connection only", async (t) => {
  const rig = new Rig(t);
  const proxy = rig.proxy();
  await proxy.connect();
  const cases: [Parameters<typeof connectBroker>[0], object, RegExp][] = [
    ["observer", { type: "stop" }, /observer sends no "stop"/],
    ["control", { type: "answer" }, /control sends no "answer"/],
    ["proxy", { type: "decide", id: 1 }, /decide: has no direction/],
    ["proxy", { type: "decide", id: 1, ...call("x") }, /before open/],
    ["proxy", { type: "open", ...rig.open(), server: "x".repeat(300) }, /server is over 256/],
    ["proxy", { type: "__proto__" }, /sends no/],
    ["reviewer", { type: "announce", publicKey: "AAAA", name: "x", folders: [], trusted: true }, /no Ed25519 key/],
    ["reviewer", { type: "answer", ask: "a", answer: "once", reason: "", signature: "x" }, /before the announcement/],
    [
      "proxy",
      { type: "open", ...rig.open(), workspacePolicy: { file: "f", text: "x".repeat(9 * 1024 * 1024) } },
      /bytes/,
    ],
  ];
  for (const [role, message, says] of cases) {
    const link = await connectBroker(role, rig.options);
    link.send(message as never);
    assert.match(await within("the end", link.closed), says);
  }
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
});

test("a flood of questions from one caller is refused beyond a bound, and others are still asked", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const flooding = rig.proxy();
  const verdicts = Array.from({ length: 100 }, () => flooding.decide(call("send_mail")).verdict);
  const early = await within("a refusal", Promise.any(verdicts));
  assert.equal(early.code, "overload");
  const { verdict } = rig.proxy({ server: "other" }).decide(call("send_mail"));
  for (;;) {
    const { ask } = await window.next("ask");
    if (ask.server !== "other") continue;
    await window.answer(ask, "once");
    break;
  }
  assert.equal((await within("a verdict", verdict)).effect, "allow");
});

test("a reviewer that floods with answers that do not count is dropped", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  for (let i = 0; i < 40; i++) {
    window.link.send({ type: "answer", ask: `no-such-${i}`, answer: "once", reason: "", signature: "AAAA" });
  }
  assert.match(await within("the end", window.link.closed), /did not count/);
});
