import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { currentBroker, elect, type BrokerFile } from "../../../src/link/election.ts";
import { ensureFolders, pathsFor, type Paths } from "../../../src/link/paths.ts";

function paths(t: TestContext): Paths {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport-election-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const os = process.platform === "win32" ? "windows" : "linux";
  const made = pathsFor({ os, home, cwd: home, variable: () => undefined });
  ensureFolders(made);
  return made;
}

const self = (n: number): Omit<BrokerFile, "generation"> => ({ pid: n, address: `${n}`, startedAt: n });

test("of many candidates at once exactly one is elected, also where they all found the same dead one", async (t) => {
  const place = paths(t);
  for (const round of [0, 100]) {
    const alive = async (other: BrokerFile): Promise<boolean> => other.pid >= round;
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => elect(place, self(round + i), alive)));
    const winners = results.filter(({ elected }) => elected);
    assert.equal(winners.length, 1);
    for (const { broker } of results) assert.equal(broker.pid, winners[0]?.broker.pid);
  }
});

test("numbers only grow, old files and dead sockets go, and the last two stay", async (t) => {
  const place = paths(t);
  const socket = path.join(place.run, "0123abcd.sock");
  writeFileSync(socket, "");
  const dead = async (): Promise<boolean> => false;
  await elect(place, { ...self(1), address: socket }, dead);
  for (let i = 2; i <= 5; i++) await elect(place, self(i), dead);
  assert.equal(currentBroker(place)?.pid, 5);
  assert.deepEqual(
    readdirSync(place.run).toSorted(),
    ["broker.4.pid", "broker.5.pid", ...(process.platform === "win32" ? ["0123abcd.sock"] : [])].toSorted(),
  );
});

test("a candidate that is very slow does not take the place of a living one", async (t) => {
  const place = paths(t);
  await elect(place, self(1), async () => false);
  // While it asks whether the first one is alive, two others come and go, and a third lives.
  const slow = await elect(place, self(9), async (other) => {
    if (other.pid !== 1) return other.pid === 4;
    for (const n of [2, 3, 4]) await elect(place, self(n), async () => false);
    return false;
  });
  assert.deepEqual([slow.elected, slow.broker.pid], [false, 4]);
  assert.equal(currentBroker(place)?.pid, 4);
});

test("a pid file that makes no sense is nobody's", async (t) => {
  const place = paths(t);
  for (const text of ["", "{", "null", "[]", '{"pid":"x"}']) {
    writeFileSync(path.join(place.run, "broker.7.pid"), text);
    assert.equal(currentBroker(place)?.address, "");
  }
  assert.ok((await elect(place, self(1), async () => true)).elected);
});
