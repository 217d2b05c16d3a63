import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { elect } from "../../../src/link/election.ts";
import { pathsFor } from "../../../src/link/paths.ts";
import { decide, verdicts, World } from "../broker/rig.ts";

test("a pid file with the highest number does not keep a broker turning forever", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport-elect-"));
  const paths = pathsFor({ os: "linux", home, cwd: home, variable: () => home });
  mkdirSync(paths.run, { recursive: true });
  writeFileSync(path.join(paths.run, `broker.${"9".repeat(12)}.pid`), "{}");
  const self = { pid: 1, address: path.join(paths.run, "a.sock"), startedAt: 1 };
  // No test can wait for a loop that never yields: what it asks about the other one is counted.
  let turns = 0;
  const outcome = elect(paths, self, async () => {
    if (++turns > 50) throw new Error("it turns forever");
    return false;
  });
  await assert.rejects(outcome, (error) => isSallyportError(error, "UNAVAILABLE"));
  rmSync(home, { recursive: true });
});

test("calls that a server never answers do not keep their arguments in the broker", async () => {
  const world = new World();
  const { peer, server } = world.proxy();
  const text = "x".repeat(512 * 1024);
  for (let id = 1; id <= 100; id++) {
    world.broker.decide(server, decide(id, "read_note", { arguments: { text, truncated: false, total: text.length } }));
  }
  assert.equal((await verdicts(peer)).length, 100);
  const kept = [...server.calls.values()].filter(({ message }) => message.arguments !== undefined);
  assert.equal(kept.length, 0);
  assert.equal(server.calls.size, 100);
  world.end();
});

test("a window that comes later is still told the arguments of a call that was let through", async () => {
  const world = new World();
  const { peer, server } = world.proxy();
  world.broker.decide(server, decide(1, "read_note", { arguments: { text: `{"a":1}`, truncated: false, total: 7 } }));
  await verdicts(peer);
  world.broker.feed.subscribe(
    { send: (event) => void (event.type === "traffic" && assert.equal(event.calls[0]?.arguments?.text, `{"a":1}`)) },
    10,
  );
  world.end();
});
