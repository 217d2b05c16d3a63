import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openLedger } from "../../../src/ledger/ledger.ts";
import { readVerifyingKey } from "../../../src/ledger/keys.ts";
import type { LedgerRecord } from "../../../src/ledger/records.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { clockFrom, filled, request, scratch } from "./scratch.ts";

const root = scratch();
let folders = 0;
const place = (): { folder: string; dir: string; keys: string } => {
  const folder = path.join(root, String(++folders));
  return { folder, dir: path.join(folder, "ledger"), keys: path.join(folder, "keys") };
};

function records(dir: string): LedgerRecord[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted()
    .flatMap((name) => readFileSync(path.join(dir, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as LedgerRecord);
}

const verdict = (at: { dir: string; keys: string }) => {
  const key = readVerifyingKey(at.keys);
  assert(key);
  return verifyLedger(at.dir, { key });
};

test("a ledger opens, appends, closes with a signed checkpoint, and verifies", async () => {
  const at = place();
  await filled(at.folder, 3);
  assert.deepEqual(
    records(at.dir).map(({ kind }) => kind),
    ["open", "request", "request", "request", "checkpoint"],
  );
  const { problem, records: count, checkpoints, unsigned, trustedKey } = verdict(at);
  assert.deepEqual(
    { problem, count, checkpoints, unsigned, trustedKey },
    {
      problem: undefined,
      count: 5,
      checkpoints: 1,
      unsigned: 0,
      trustedKey: true,
    },
  );
});

test(
  "its folders and files are the person's alone",
  { skip: process.platform === "win32" && "Windows has no modes" },
  async () => {
    const at = place();
    await filled(at.folder, 1);
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    assert.equal(mode(at.dir), "700");
    assert.equal(mode(at.keys), "700");
    for (const folder of [at.dir, at.keys]) {
      for (const name of readdirSync(folder)) assert.equal(mode(path.join(folder, name)), "600", name);
    }
  },
);

test("the chain goes on over openings, and says whether the writer before had closed it", async () => {
  const at = place();
  await filled(at.folder, 1);
  await filled(at.folder, 1);
  const opens = records(at.dir).filter((record) => record.kind === "open");
  assert.deepEqual(
    opens.map(({ state }) => state),
    ["first", "closed"],
  );
  assert.equal(verdict(at).problem, undefined);
});

test("a second writer is refused while the first lives, and admitted after it", async () => {
  const at = place();
  const first = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  assert.throws(() => openLedger(at.dir, at.keys, clockFrom("2026-11-25")), { code: "REFUSED" });
  first.append(request(1));
  await first.close();
  const second = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  await second.close();
  assert.equal(verdict(at).problem, undefined);
});

test("a lock that a process left which is gone, or whose number another has now, is no lock", async (t) => {
  if (process.platform !== "linux") return t.skip("elsewhere the kernel holds the lock");
  const at = place();
  await filled(at.folder, 1);
  for (const stale of ["4194305\n\nx\n", `${process.pid}\n1 other-boot pid:[1]\nx\n`]) {
    writeFileSync(path.join(at.dir, "lock"), stale);
    await filled(at.folder, 1);
  }
  assert.equal(verdict(at).problem, undefined);
});

test("a checkpoint stands at least every 256 records, also over a writer's death", async () => {
  const at = place();
  await filled(at.folder, 600);
  let run = 0;
  for (const { kind } of records(at.dir)) {
    run = kind === "checkpoint" ? 0 : run + 1;
    assert(run <= 256);
  }
  assert.equal(verdict(at).checkpoints, 3);
});

test("an unsigned record older than a minute brings a checkpoint with the next one", async () => {
  const at = place();
  let now = Date.parse("2026-11-25T10:00:00.000Z");
  const ledger = openLedger(at.dir, at.keys, () => now);
  ledger.append(request(1));
  now += 61_000;
  ledger.append(request(2));
  await ledger.close();
  const kinds = records(at.dir).map((record) => (record.kind === "checkpoint" ? record.reason : record.kind));
  assert.deepEqual(kinds, ["open", "request", "age", "request", "close"]);
});

test("each UTC day has its file; a clock that goes back is recorded and never starts an earlier file", async () => {
  const at = place();
  let now = Date.parse("2026-11-25T23:59:59.999Z");
  const ledger = openLedger(at.dir, at.keys, () => now);
  ledger.append(request(1));
  now += 1;
  ledger.append(request(2));
  now = Date.parse("2026-11-20T08:00:00.000Z");
  ledger.append(request(3));
  now = Date.parse("2026-11-27T08:00:00.000Z");
  ledger.append(request(4));
  await ledger.close();
  assert.deepEqual(
    readdirSync(at.dir).filter((name) => name.endsWith(".jsonl")),
    ["2026-11-25.jsonl", "2026-11-26.jsonl", "2026-11-27.jsonl"],
  );
  const clock = records(at.dir).find((record) => record.kind === "clock");
  assert.deepEqual([clock?.from, clock?.to], ["2026-11-26T00:00:00.000Z", "2026-11-20T08:00:00.000Z"]);
  assert.equal(clock?.time, "2026-11-20T08:00:00.000Z");
  assert.equal(verdict(at).problem, undefined);
});

test("a ledger opened with a clock before its newest file goes on in that file", async () => {
  const at = place();
  await filled(at.folder, 1, clockFrom("2026-11-25"));
  await filled(at.folder, 1, clockFrom("2026-11-01"));
  assert.deepEqual(
    readdirSync(at.dir).filter((name) => name.endsWith(".jsonl")),
    ["2026-11-25.jsonl"],
  );
  assert.equal(verdict(at).problem, undefined);
});

test("concurrent callers of sync are all served, and only what they cover is called durable", async () => {
  const at = place();
  const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  assert.equal(ledger.durable().seq, 0);
  const waits: Promise<void>[] = [];
  for (let i = 0; i < 20; i++) {
    const { seq } = ledger.append(request(i));
    waits.push(ledger.sync().then(() => assert(ledger.durable().seq >= seq)));
  }
  await Promise.all(waits);
  assert.deepEqual(ledger.durable(), ledger.head());
  await ledger.close();
  await assert.rejects(async () => ledger.append(request(1)), { code: "UNAVAILABLE" });
});

test("a sync that is on its way over a day's end loses nothing", async () => {
  const at = place();
  let now = Date.parse("2026-11-25T23:59:59.999Z");
  const ledger = openLedger(at.dir, at.keys, () => now);
  ledger.append(request(1));
  const early = ledger.sync();
  now += 1;
  ledger.append(request(2));
  await Promise.all([early, ledger.sync()]);
  assert.deepEqual(ledger.durable(), ledger.head());
  await ledger.close();
  assert.equal(verdict(at).problem, undefined);
});

test("a file that someone else appends to, cuts or removes stops the writer, and says so", async () => {
  const harm: ((file: string) => void)[] = [
    (file) => appendFileSync(file, "{}\n"),
    (file) => writeFileSync(file, readFileSync(file).subarray(0, -1)),
  ];
  for (const one of harm) {
    const at = place();
    const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
    one(path.join(at.dir, "2026-11-25.jsonl"));
    assert.throws(() => ledger.append(request(1)), { code: "REFUSED" });
    assert.throws(() => ledger.append(request(2)), { code: "REFUSED" });
    await ledger.close();
  }
  for (const move of [rmSync, (file: string) => renameSync(file, `${file}.away`)]) {
    const at = place();
    const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
    move(path.join(at.dir, "2026-11-25.jsonl"));
    ledger.append(request(1));
    await assert.rejects(ledger.sync(), { code: "REFUSED" });
    assert.throws(() => ledger.append(request(2)), { code: "REFUSED" });
    await ledger.close();
  }
});

test("a record that is too long is refused, and the chain goes on", async () => {
  const at = place();
  const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  assert.throws(() => ledger.append(request(1, "x".repeat(5_000_000))), { code: "TOO_LARGE" });
  ledger.append(request(2, "\u20ac".repeat(1_000_000)));
  await ledger.close();
  assert.equal(verdict(at).problem, undefined);
});

test("records that are appended together stand in one chain, with the checkpoints that are due among them", async () => {
  const at = place();
  const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  const bodies = Array.from({ length: 600 }, (_, i) => request(i));
  const heads = ledger.appendAll(bodies);
  const written = records(at.dir);
  assert.deepEqual(
    heads.map(({ seq, hash }) => written.find((record) => record.seq === seq && record.hash === hash)?.kind),
    bodies.map(() => "request"),
  );
  assert.deepEqual(ledger.head(), heads.at(-1));
  await ledger.close();
  assert.equal(verdict(at).checkpoints, 3);
  assert.equal(verdict(at).problem, undefined);
});

test("of records that are appended together all stand or none", async () => {
  const at = place();
  const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  const before = ledger.head();
  const bodies = [request(1), request(2, "x".repeat(5_000_000)), request(3)];
  assert.throws(() => ledger.appendAll(bodies), { code: "TOO_LARGE" });
  assert.deepEqual(ledger.head(), before);
  ledger.appendAll([request(4), request(5)]);
  appendFileSync(path.join(at.dir, "2026-11-25.jsonl"), "{}\n");
  assert.throws(() => ledger.appendAll([request(6), request(7)]), { code: "REFUSED" });
  await ledger.close();
  const calls = readFileSync(path.join(at.dir, "2026-11-25.jsonl"), "utf8").match(/"call":"c\d"/g);
  assert.deepEqual(calls, ['"call":"c4"', '"call":"c5"']);
});

test("records that are appended together over a day's end stand in the new day's file", async () => {
  const at = place();
  let now = Date.parse("2026-11-25T23:59:59.999Z");
  const ledger = openLedger(at.dir, at.keys, () => now);
  ledger.append(request(1));
  now += 1;
  ledger.appendAll([request(2), request(3)]);
  await ledger.close();
  assert.deepEqual(
    records(at.dir).map((record) => `${record.time.slice(8, 10)} ${record.kind}`),
    ["25 open", "25 request", "25 checkpoint", "26 request", "26 request", "26 checkpoint"],
  );
  assert.equal(verdict(at).problem, undefined);
});

test("any text stands in a record: lone surrogates, controls, line separators", async () => {
  const at = place();
  const ledger = openLedger(at.dir, at.keys, clockFrom("2026-11-25"));
  ledger.append(request(1, "\ud800 \udfff \u0000 \n \u2028 \u{1f600} \ufffd __proto__"));
  await ledger.close();
  assert.equal(verdict(at).problem, undefined);
});

test("a ledger whose key is gone is not signed with another", async () => {
  const at = place();
  await filled(at.folder, 1);
  rmSync(path.join(at.keys, "ledger.key"));
  assert.throws(() => openLedger(at.dir, at.keys, clockFrom("2026-11-25")), { code: "UNAVAILABLE" });
});
