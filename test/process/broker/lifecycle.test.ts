import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, statSync, watch, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { connectBroker } from "../../../src/link/client.ts";
import { currentBroker } from "../../../src/link/election.ts";
import { call, result, Rig, within } from "./rig.ts";

const posix = process.platform === "win32" ? "Windows has no file modes" : false;

/** What a broker process says when it was started by hand. */
async function start(rig: Rig): Promise<string> {
  const child = spawn(process.execPath, [path.join("dist", "sallyport.js"), "broker", "serve"], {
    env: { ...process.env, SALLYPORT_HOME: rig.paths.home },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const report = await within(
    "a broker's report",
    new Promise<{ state: string }>((resolve, reject) => {
      child.once("message", (message) => resolve(message as { state: string }));
      child.once("error", reject);
    }),
  );
  child.disconnect();
  child.unref();
  return report.state;
}

/** Resolves once the ledger holds a record of a kind. */
async function recorded(rig: Rig, kind: string): Promise<void> {
  const watcher = watch(rig.paths.ledger);
  try {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (rig.records().some((record) => record["kind"] === kind)) resolve();
      };
      watcher.on("change", look);
      look();
    });
  } finally {
    watcher.close();
  }
}

test("of eight brokers that start at once one serves, and the others say so", async (t) => {
  const rig = new Rig(t);
  await rig.stop();
  const states = await Promise.all(Array.from({ length: 8 }, () => start(rig)));
  assert.deepEqual(states.toSorted(), ["ready", ...Array.from({ length: 7 }, () => "taken")]);
});

test("eight proxies that start at once meet at one broker, and each call is decided and recorded", async (t) => {
  const rig = new Rig(t);
  const proxies = Array.from({ length: 8 }, () => rig.proxy());
  const verdicts = await Promise.all(
    proxies.map(async (proxy) => {
      const decision = proxy.decide(call("read_note"));
      const verdict = await within("a verdict", decision.verdict);
      assert.equal((await proxy.result(result(decision))).effect, "allow");
      return verdict.effect;
    }),
  );
  assert.deepEqual(new Set(verdicts), new Set(["allow"]));
  assert.equal(rig.records().filter(({ kind }) => kind === "broker-start").length, 1);
  assert.equal(rig.records().filter(({ kind }) => kind === "decision").length, 8);
  assert.equal(rig.ledgerProblem(), undefined);
});

test("a broker killed while a person is asked: the call is refused at once, the ledger verifies, the next call starts anew", async (t) => {
  const rig = new Rig(t);
  await rig.enrolled();
  const proxy = rig.proxy();
  const asked = await new Promise<ReturnType<typeof proxy.decide>>((resolve) => {
    const decision = proxy.decide(call("send_mail"), { onPending: () => resolve(decision) });
  });
  const running = proxy.decide(call("read_note"));
  assert.equal((await within("a verdict", running.verdict)).effect, "allow");
  const killed = rig.pid();
  rig.kill();
  const verdict = await within("the refusal", asked.verdict);
  assert.deepEqual([verdict.effect, verdict.code], ["deny", "broker-lost"]);
  assert.equal(rig.ledgerProblem(), undefined);
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
  assert.notEqual(rig.pid(), killed);
  // The result of a call that only the old broker knew cannot be recorded with it, so it does not pass.
  assert.equal((await within("a verdict", proxy.result(result(running)))).effect, "deny");
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
  assert.equal(rig.ledgerProblem(), undefined);
});

test("a stale pid file is taken over: of a dead process, of a pid that another program has now, a damaged one", async (t) => {
  const rig = new Rig(t);
  const first = rig.proxy();
  assert.equal(await first.connect(), undefined);
  const { generation } = currentBroker(rig.paths) ?? { generation: 0 };
  rig.kill();
  // The same pid file, naming a living process that is no broker.
  const file = path.join(rig.paths.run, `broker.${generation}.pid`);
  writeFileSync(
    file,
    JSON.stringify({ pid: process.pid, address: path.join(rig.paths.run, "0a0a0a0a.sock"), startedAt: 1 }),
  );
  const second = rig.proxy();
  assert.equal(await second.connect(), undefined);
  assert.equal(currentBroker(rig.paths)?.generation, generation + 1);
  rig.kill();
  writeFileSync(path.join(rig.paths.run, `broker.${generation + 1}.pid`), "{");
  const third = rig.proxy();
  assert.equal(await third.connect(), undefined);
  assert.equal(currentBroker(rig.paths)?.generation, generation + 2);
});

test("an idle broker ends, closes its ledger, and the next connection starts another", async (t) => {
  const rig = new Rig(t, { idleSeconds: 0.1 });
  const control = await connectBroker("control", rig.options);
  const { pid } = control.broker;
  const stopped = within("the broker's end", recorded(rig, "broker-stop"));
  control.close();
  await stopped;
  const [stop] = rig.records().filter(({ kind }) => kind === "broker-stop");
  assert.equal(stop?.["reason"], "idle");
  const next = await connectBroker("control", rig.options);
  assert.equal(rig.ledgerProblem(), undefined);
  assert.notEqual(next.broker.pid, pid);
  next.close();
});

test("what lies under ~/.sallyport is for this user alone", { skip: posix }, async (t) => {
  const rig = new Rig(t);
  const proxy = rig.proxy();
  const decision = proxy.decide(call("read_note"));
  await within("a verdict", decision.verdict);
  proxy.definitions({ list: "tools", entries: [] });
  const look = (folder: string): void => {
    assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) look(place);
      else assert.equal(statSync(place).mode & 0o077, 0, place);
    }
  };
  look(rig.paths.home);
});

test("a broker that cannot work says why, and the call is refused", async (t) => {
  const rig = new Rig(t);
  rig.write("keys/reviewers.json", "{ damaged");
  const proxy = rig.proxy();
  const verdict = await within("a verdict", proxy.decide(call("read_note")).verdict);
  assert.equal(verdict.code, "broker-lost");
  assert.doesNotMatch(verdict.reason, /reviewers/, "the model need not know how to mend it");
  assert.match((await within("the reason", proxy.connect())) ?? "", /reviewers\.json is damaged/);
});
