import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readWitnesses, remember } from "../../../src/ledger/witness.ts";
import { scratch } from "./scratch.ts";

const root = scratch();
const witness = (seq: number, digit = "a") => ({
  seq,
  hash: digit.repeat(64),
  time: "2026-11-25T12:00:00.000Z",
  ledger: "l",
});

test("a witness remembers heads and forgets none for an older or another one", () => {
  const folder = path.join(root, "window");
  mkdirSync(folder);
  assert.equal(remember(folder, "w1", witness(5)), "remembered");
  assert.equal(remember(folder, "w1", witness(5)), "remembered");
  assert.equal(remember(folder, "w1", witness(9)), "remembered");
  assert.equal(remember(folder, "w1", witness(7)), "older");
  assert.equal(remember(folder, "w1", { ...witness(0), hash: "0".repeat(64) }), "older");
  assert.equal(remember(folder, "w1", witness(5, "b")), "contradicted");
  assert.equal(remember(folder, "w1", witness(9, "b")), "contradicted");
  assert.equal(remember(folder, "w2", witness(2)), "remembered");
  assert.deepEqual(
    readWitnesses(folder).map(({ seq }) => seq),
    [5, 9, 2],
  );
  assert.deepEqual(
    readWitnesses(path.join(folder, "w1.json")).map(({ seq }) => seq),
    [5, 9],
  );
  assert.deepEqual(readdirSync(folder).toSorted(), ["w1.json", "w2.json"]);
});

test("a witness file stays small and keeps old heads at growing distances", () => {
  const folder = path.join(root, "long");
  mkdirSync(folder);
  for (let seq = 1; seq <= 100; seq++) remember(folder, "w", witness(seq));
  const seqs = readWitnesses(folder).map((one) => one.seq);
  assert(seqs.length <= 33);
  assert.equal(seqs.at(-1), 100);
  assert((seqs[0] ?? 100) < 60);
});

test("a witness is one object or a list; what is neither is an error with its file, and a missing folder is none", () => {
  const file = path.join(root, "one.json");
  writeFileSync(file, JSON.stringify({ seq: 3, hash: "c".repeat(64), time: "t" }));
  assert.equal(readWitnesses(file).length, 1);
  assert.deepEqual(readWitnesses(path.join(root, "nowhere")), []);
  for (const bad of ["", "{}", "[1]", '{"seq":1,"hash":"x","time":"t"}', '{"seq":1.5,"hash":"x","time":"t"}']) {
    writeFileSync(file, bad);
    assert.throws(
      () => readWitnesses(file),
      (error: Error & { code?: string }) => error.code === "MALFORMED" && error.message.includes(file),
    );
  }
  writeFileSync(file, " ".repeat(1024 * 1024 + 1));
  assert.throws(() => readWitnesses(file), { code: "TOO_LARGE" });
});
