import assert from "node:assert/strict";
import { generateKeyPairSync, hash, sign } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { checkpointText, Lines, readLine } from "../../../src/ledger/chain.ts";
import { openLedger } from "../../../src/ledger/ledger.ts";
import { readVerifyingKey, type VerifyingKey } from "../../../src/ledger/keys.ts";
import { GENESIS, type Head, type LedgerRecord } from "../../../src/ledger/records.ts";
import { type Verdict, verifyLedger } from "../../../src/ledger/verify.ts";
import { clockFrom, filled, request, scratch } from "./scratch.ts";

const root = scratch();
const DAY = "2026-11-25.jsonl";
let lines: string[] = [];
let key: VerifyingKey;
let copies = 0;

before(async () => {
  await filled(path.join(root, "good"), 4);
  lines = readFileSync(path.join(root, "good", "ledger", DAY), "utf8").split(/(?<=\n)/);
  const own = readVerifyingKey(path.join(root, "good", "keys"));
  assert(own);
  key = own;
});

function judged(content: string | Buffer, name = DAY, signer = key): Verdict {
  const dir = path.join(root, `copy-${++copies}`);
  mkdirSync(dir);
  writeFileSync(path.join(dir, name), content);
  return verifyLedger(dir, { key: signer });
}

const parsed = (line: string | undefined): LedgerRecord => {
  const read = readLine(Buffer.from(line?.trimEnd() ?? ""));
  assert("record" in read);
  return read.record;
};

/** What someone does who knows the format: seals the records anew, each after the one before. */
function resealed(records: readonly LedgerRecord[]): string {
  let head: Head = { seq: 0, hash: GENESIS };
  const lines = new Lines();
  for (const { hash: _hash, ...body } of records) head = lines.add(head, body, body.time);
  return lines.bytes.toString();
}

test("every single changed byte of a ledger is found, white space and newlines too", async () => {
  await filled(path.join(root, "small"), 1);
  const whole = readFileSync(path.join(root, "small", "ledger", DAY));
  const own = readVerifyingKey(path.join(root, "small", "keys"));
  assert(own);
  const dir = path.join(root, "flips");
  mkdirSync(dir);
  writeFileSync(path.join(dir, DAY), whole);
  const fd = openSync(path.join(dir, DAY), "r+");
  const put = (byte: number, at: number): number => writeSync(fd, Uint8Array.of(byte), 0, 1, at);
  let line = 1;
  for (const [i, good] of whole.entries()) {
    for (const bad of [good ^ 1, [good ^ 0x20, 0x20, 0x0a][i % 3] ?? 0]) {
      if (bad === good) continue;
      put(bad, i);
      const { problem } = verifyLedger(dir, { key: own });
      assert.equal(problem?.line, line, `byte ${i} changed from ${good} to ${bad}: ${problem?.code}`);
    }
    put(good, i);
    if (good === 10) line++;
  }
  closeSync(fd);
  assert.equal(verifyLedger(dir, { key: own }).problem, undefined);
});

test("a removed byte is found, and white space that is added, wherever", () => {
  const whole = Buffer.from(lines.slice(0, 3).join(""));
  const dir = path.join(root, "indels");
  mkdirSync(dir);
  const file = path.join(dir, DAY);
  for (let i = 0; i < whole.length; i += 7) {
    const more = Buffer.from([" ", "\n", "\r"][i % 3] ?? "");
    for (const between of [[whole.subarray(i + 1)], [more, whole.subarray(i)]]) {
      writeFileSync(file, Buffer.concat([whole.subarray(0, i), ...between]));
      assert(verifyLedger(dir, { key }).problem, `byte ${i}`);
    }
  }
});

test("an edit is found at its line", () => {
  const changed = lines.with(2, (lines[2] ?? "").replace("read_note", "send_mail"));
  const { problem } = judged(changed.join(""));
  assert.deepEqual([problem?.code, problem?.line], ["edited", 3]);
});

test("a record that is missing in the middle or at the beginning is found", () => {
  const middle = judged(lines.toSpliced(2, 1).join("")).problem;
  assert.deepEqual([middle?.code, middle?.line], ["missing", 3]);
  const beginning = judged(lines.slice(1).join("")).problem;
  assert.deepEqual([beginning?.code, beginning?.line], ["missing", 1]);
  const all = judged("").problem;
  assert.equal(all?.code, "missing");
});

test("a record that stands twice, and two that changed places, are found", () => {
  const twice = judged(lines.toSpliced(2, 0, lines[1] ?? "").join("")).problem;
  assert.deepEqual([twice?.code, twice?.line], ["inserted", 3]);
  const swapped = judged(
    lines
      .with(1, lines[2] ?? "")
      .with(2, lines[1] ?? "")
      .join(""),
  ).problem;
  assert.deepEqual([swapped?.code, swapped?.line], ["reordered", 2]);
});

test("a record that is sealed anew is found by the one after it, or by the checkpoint", () => {
  const records = lines.map(parsed);
  const edited = records.map((record) =>
    record.seq === 3 && record.kind === "request" ? { ...record, tool: "other" } : record,
  );
  const onlyOne = resealed(edited)
    .split(/(?<=\n)/)
    .map((line, i) => (i === 2 ? line : (lines[i] ?? "")));
  const one = judged(onlyOne.join("")).problem;
  assert.deepEqual([one?.code, one?.line], ["relinked", 4]);
  const all = judged(resealed(edited)).problem;
  assert.deepEqual([all?.code, all?.line], ["bad-signature", lines.length]);
});

test("a record put in and everything after it numbered anew is found by the checkpoint", () => {
  const records = lines.map(parsed);
  const { problem } = judged(resealed(records.toSpliced(2, 0, ...records.slice(2, 3))));
  assert.equal(problem?.code, "bad-signature");
});

test("a checkpoint of a foreign key is found, and a ledger that names a foreign key", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const encoded = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const records = lines.map(parsed);
  const foreign = judged(
    resealed(records.map((one) => (one.kind === "open" ? { ...one, key: encoded } : one))),
  ).problem;
  assert.deepEqual([foreign?.code, foreign?.line], ["foreign-key", 1]);
  const forged = records.map((record) => {
    if (record.kind !== "checkpoint") return record;
    const place = { ...record, key: "0".repeat(16) };
    return { ...place, signature: sign(null, checkpointText(place), privateKey).toString("base64") };
  });
  assert.equal(judged(resealed(forged)).problem?.code, "foreign-key");
  const disguised = forged.map((record) => (record.kind === "checkpoint" ? { ...record, key: key.id } : record));
  assert.equal(judged(resealed(disguised)).problem?.code, "bad-signature");
});

test("checkpoints that were taken out are missed", async () => {
  const folder = path.join(root, "many");
  await filled(folder, 400);
  const text = readFileSync(path.join(folder, "ledger", DAY), "utf8");
  const records = text.trimEnd().split("\n").map(parsed);
  const without = resealed(records.filter(({ kind }) => kind !== "checkpoint"));
  const { problem } = judged(without, DAY, readVerifyingKey(path.join(folder, "keys")));
  assert.deepEqual([problem?.code, problem?.line], ["unsigned", 257]);
});

test("a line that is sealed but not canonical is found", () => {
  const canonicalText = (lines[0] ?? "").slice(0, (lines[0] ?? "").lastIndexOf(',"hash"'));
  const twice = `${canonicalText.replace("{", '{"kind":"request",')}}`;
  const line = `${twice.slice(0, -1)},"hash":"${hash("sha256", twice)}"}\n`;
  assert("record" in readLine(Buffer.from(line.trimEnd())));
  const { problem } = judged(line);
  assert.deepEqual([problem?.code, problem?.line], ["malformed", 1]);
});

test("a record that is sealed but has not what its kind needs is found, and stops nobody", () => {
  const records = lines.map(parsed);
  const spoilt = (index: number, change: object): string =>
    resealed(records.with(index, { ...records[index], ...change } as LedgerRecord));
  const last = lines.length - 1;
  for (const [index, change] of [
    [last, { signature: 5 }],
    [last, { reason: null }],
    [0, { key: [] }],
    [1, { kind: "gap" }],
    [1, { time: "yesterday" }],
    [1, { time: "2026-13-45T99:99:99.999Z" }],
  ] as const) {
    const { problem } = judged(spoilt(index, change));
    assert.deepEqual([problem?.code, problem?.line], ["malformed", index + 1], JSON.stringify(change));
  }
});

test("a day file under another name, and one that is gone, are found", async () => {
  assert.equal(judged(lines.join(""), "2026-11-24.jsonl").problem?.code, "renamed");
  const folder = path.join(root, "days");
  const dir = path.join(folder, "ledger");
  let now = Date.parse("2026-11-24T12:00:00.000Z");
  const ledger = openLedger(dir, path.join(folder, "keys"), () => now);
  for (let day = 0; day < 3; day++, now += 86_400_000) ledger.append(request(day));
  await ledger.close();
  assert.equal(verifyLedger(dir).problem, undefined);
  assert.equal(verifyLedger(dir).files, 4);
  renameSync(path.join(dir, "2026-11-25.jsonl"), path.join(root, "kept"));
  const gone = verifyLedger(dir).problem;
  assert.deepEqual([gone?.code, path.basename(gone?.file ?? ""), gone?.line], ["missing", "2026-11-26.jsonl", 1]);
});

test("a cut tail is found with a witness; without one the verdict says that it cannot know", async () => {
  const witness = { ...parsed(lines.at(-1)), ledger: key.id };
  const dir = path.join(root, "cut");
  mkdirSync(dir);
  writeFileSync(path.join(dir, DAY), lines.slice(0, -2).join(""));
  const alone = verifyLedger(dir, { key });
  assert.deepEqual([alone.problem, alone.witnessed, alone.unsigned], [undefined, false, lines.length - 2]);
  const held = verifyLedger(dir, { key, witnesses: [witness] });
  assert.deepEqual([held.problem?.code, held.witnessed], ["cut", true]);
  rmSync(path.join(dir, DAY));
  assert.equal(verifyLedger(dir, { witnesses: [witness] }).problem?.code, "cut");
});

test("a tail that was rewritten, and another ledger in its place, are found with a witness", async () => {
  const folder = path.join(root, "rewritten");
  await filled(folder, 4, clockFrom("2026-11-25"));
  const witness = { ...parsed(lines[3]), ledger: key.id };
  const dir = path.join(folder, "ledger");
  assert.equal(verifyLedger(dir).problem, undefined);
  assert.equal(verifyLedger(dir, { witnesses: [witness] }).problem?.code, "contradicted");
  assert.equal(verifyLedger(dir, { key }).problem?.code, "foreign-key");
  const good = verifyLedger(path.join(root, "good", "ledger"), { key, witnesses: [witness] });
  assert.deepEqual([good.problem, good.confirmed], [undefined, 4]);
});

test("an endless line costs no memory and is one problem", () => {
  const { problem } = judged(
    Buffer.concat([Buffer.from(lines.join("")), Buffer.alloc(9_000_000, 0x61), Buffer.from("\nx\n")]),
  );
  assert.deepEqual([problem?.code, problem?.line], ["malformed", lines.length + 1]);
});
