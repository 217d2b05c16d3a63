import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { agentOf, Sessions } from "../../../src/broker/sessions.ts";
import { Seal } from "../../../src/broker/seal.ts";
import type { ClientInfo } from "../../../src/link/messages.ts";

const seal = new Seal(Buffer.alloc(32, 1));

function client(...names: string[]): ClientInfo {
  return { name: "c", pid: 99, ancestors: names.map((name, i) => ({ pid: 1_000_000 + i, name })) };
}

function file(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-sessions-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "taints.json");
}

test("the agent is the nearest ancestor that is no shell, runner or launcher", () => {
  assert.equal(agentOf(client("sh", "npx", "claude", "zsh")).name, "claude");
  assert.equal(agentOf(client("-bash", "npm exec x", "node")).name, "node");
  assert.equal(agentOf(client("CMD.EXE", "Code.exe")).name, "Code.exe");
  assert.equal(agentOf(client("sh")).name, "sh");
  assert.equal(agentOf(client()).pid, 99);
});

test("a conversation is one session through all proxies; without one the agent's process is", (t) => {
  const sessions = new Sessions(file(t), 1000, seal);
  const one = sessions.of(client("code"), "x");
  assert.equal(sessions.of(client("sh", "code"), "x").info.id, one.info.id);
  assert.notEqual(sessions.of(client("code"), "y").info.id, one.info.id);
  assert.notEqual(sessions.of(client("claude"), "x").info.id, one.info.id, "conversations of two clients");
  assert.equal(sessions.of(client("code"), undefined), sessions.of(client("code"), undefined));
  assert.equal(sessions.of(client("code"), undefined).info.kind, "process");
});

test("a taint keeps its first cause, and is remembered by the next broker for a week", (t) => {
  const place = file(t);
  const sessions = new Sessions(place, 1000, seal);
  const session = sessions.of(client("code"), "x");
  assert.ok(sessions.taint(session, { rule: "prompt-injection", server: "web", at: 1000 }));
  assert.ok(!sessions.taint(session, { rule: "hidden-text", server: "web", at: 2000 }));
  const again = (now: number) => new Sessions(place, now, seal).of(client("code"), "x").info.taint?.rule;
  assert.equal(again(2000), "prompt-injection");
  assert.equal(again(8 * 86_400_000), undefined);
  writeFileSync(place, "{");
  assert.equal(again(2000), undefined);
});

test("a flood of clean sessions does not make a tainted one forgotten", (t) => {
  const sessions = new Sessions(file(t), 1000, seal);
  sessions.taint(sessions.of(client("code"), "x"), { rule: "prompt-injection", server: "web", at: 1000 });
  for (let i = 0; i < 10_100; i++) sessions.of(client("code"), `flood ${i}`);
  assert.equal(sessions.of(client("code"), "x").info.taint?.rule, "prompt-injection");
});
