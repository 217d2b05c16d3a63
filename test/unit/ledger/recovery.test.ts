import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readVerifyingKey } from "../../../src/ledger/keys.ts";
import { type Verdict, verifyLedger } from "../../../src/ledger/verify.ts";
import { clockFrom, filled, scratch } from "./scratch.ts";

const root = scratch();
const DAY = "2026-11-25.jsonl";

async function torn(
  name: string,
  harm: (file: string) => void,
  day = "2026-11-25",
): Promise<{ dir: string; before: Verdict; after: Verdict }> {
  const folder = path.join(root, name);
  await filled(folder, 3);
  const dir = path.join(folder, "ledger");
  harm(path.join(dir, DAY));
  const key = readVerifyingKey(path.join(folder, "keys"));
  assert(key);
  const before = verifyLedger(dir, { key });
  await filled(folder, 2, clockFrom(day));
  return { dir, before, after: verifyLedger(dir, { key }) };
}

test("a torn last line is found, kept aside with its digest, and the chain goes on", async () => {
  let rest = Buffer.alloc(0);
  const { dir, before, after } = await torn("torn", (file) => {
    const bytes = readFileSync(file);
    const start = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    rest = bytes.subarray(start, -40);
    truncateSync(file, bytes.length - 40);
  });
  assert.equal(before.problem?.code, "torn");
  assert.equal(after.problem, undefined);
  const [gap] = after.gaps;
  assert.deepEqual([gap?.reason, gap?.bytes], ["torn", rest.length]);
  assert.deepEqual(readFileSync(path.join(dir, gap?.aside ?? "")), rest);
  const record = readFileSync(path.join(dir, DAY), "utf8")
    .split("\n")
    .find((line) => line.includes('"kind":"gap"'));
  assert(record?.includes(createHash("sha256").update(rest).digest("hex")));
});

test("a line without its newline is torn, though all of it is there", async () => {
  const { before, after } = await torn("newline", (file) => truncateSync(file, readFileSync(file).length - 1));
  assert.equal(before.problem?.code, "torn");
  assert.equal(after.problem, undefined);
  assert.equal(after.gaps.length, 1);
});

test("zeros behind the last record, as a file system may leave them, are torn", async () => {
  const { after } = await torn("zeros", (file) => appendFileSync(file, Buffer.alloc(9000)));
  assert.equal(after.problem, undefined);
  assert.deepEqual(
    after.gaps.map(({ reason, bytes }) => [reason, bytes]),
    [["torn", 9000]],
  );
});

test("whole lines that are no records do not disappear in a recovery: the ledger stays broken there", async () => {
  const { dir, before, after } = await torn("edited", (file) => {
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf(10, bytes.length - 2) + 3;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  });
  assert.equal(before.problem?.code, "edited");
  assert.equal(after.problem?.code, "damaged");
  assert.equal(after.problem?.file, path.join(dir, DAY));
  assert.equal(after.gaps.length, 1);
});

test("megabytes of rubbish behind the last record are set aside", async () => {
  const { after } = await torn("rubbish", (file) => appendFileSync(file, Buffer.alloc(11_000_000, "rubbish\n")));
  assert.deepEqual(
    after.gaps.map(({ reason, bytes }) => [reason, bytes]),
    [["damaged", 11_000_000]],
  );
});

test("a file that holds nothing but a torn line gives way to the one before", async () => {
  const { dir, after } = await torn(
    "nothing",
    (file) => writeFileSync(path.join(path.dirname(file), "2026-11-26.jsonl"), '{"kind'),
    "2026-11-27",
  );
  assert.equal(after.problem, undefined);
  assert.equal(after.gaps.length, 1);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.endsWith(".jsonl")),
    [DAY, "2026-11-27.jsonl"],
  );
});

test("a cut at any byte leaves a ledger that opens and verifies, and keeps every whole record", async () => {
  const folder = path.join(root, "cuts");
  await filled(folder, 2);
  const whole = readFileSync(path.join(folder, "ledger", DAY));
  const key = readVerifyingKey(path.join(folder, "keys"));
  assert(key);
  for (let length = 0; length < whole.length; length += 97) {
    const copy = path.join(root, `cut-${length}`);
    cpSync(folder, copy, { recursive: true });
    truncateSync(path.join(copy, "ledger", DAY), length);
    await filled(copy, 1);
    const { problem, records } = verifyLedger(path.join(copy, "ledger"), { key });
    assert.equal(problem, undefined, `cut at ${length}`);
    const kept = whole.subarray(0, length).filter((byte) => byte === 10).length;
    const gap = length > 0 && whole[length - 1] !== 10 ? 1 : 0;
    const signed = kept > 0 ? 1 : 0;
    assert.equal(records, kept + signed + gap + 3, `cut at ${length}`);
  }
});
