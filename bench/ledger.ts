// What the ledger costs against the physical floor: append against writing the same bytes, verify against hashing them.
// Ratios first; the times are those of this machine. Run: npm run bench -- ledger, or node --import tsx bench/ledger.ts
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lastEntries, beginning } from "../src/ledger/query.ts";
import { readVerifyingKey } from "../src/ledger/keys.ts";
import { openLedger } from "../src/ledger/ledger.ts";
import type { RecordBody } from "../src/ledger/records.ts";
import { verifyLedger } from "../src/ledger/verify.ts";

const RECORDS = 40_000;
const ROUNDS = 5;

const parties = { session: "s1", client: "vscode", server: "notes", identity: "0".repeat(64) };
const about = { ...parties, call: "c1", method: "tools/call", tool: "read_note" };
const body = (preview: string): RecordBody => ({
  kind: "request",
  ...about,
  params: { digest: "0".repeat(64), bytes: preview.length, preview },
  findings: [],
});

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure(name: string, preview: string): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  const dir = path.join(home, "ledger");
  const record = body(preview);
  const append: number[] = [];
  const floor: number[] = [];
  const verify: number[] = [];
  const hashing: number[] = [];
  const ledger = openLedger(dir, path.join(home, "keys"), Date.now);
  for (let i = 0; i < 5_000; i++) ledger.append(record);
  const file = path.join(dir, readdirSync(dir).find((one) => one.endsWith(".jsonl")) ?? "");
  const line = Buffer.from(readFileSync(file, "utf8").split("\n").at(-2) ?? "");
  for (let round = 0; round < ROUNDS; round++) {
    append.push(
      seconds(() => {
        for (let i = 0; i < RECORDS; i++) ledger.append(record);
      }),
    );
    const fd = openSync(path.join(home, "floor"), "a");
    floor.push(
      seconds(() => {
        for (let i = 0; i < RECORDS; i++) writeSync(fd, line);
      }),
    );
    closeSync(fd);
  }
  await ledger.close();
  const key = readVerifyingKey(path.join(home, "keys"));
  let bytes = 0;
  for (let round = 0; round < 3; round++) {
    verify.push(
      seconds(() => {
        const verdict = verifyLedger(dir, key ? { key } : {});
        if (verdict.problem) throw new Error(verdict.problem.message);
        bytes = verdict.bytes;
      }),
    );
    hashing.push(seconds(() => void createHash("sha256").update(readFileSync(file)).digest()));
  }
  const last = seconds(() => void lastEntries(dir, {}, 50, beginning()));
  const rate = RECORDS / median(append);
  const megabytes = bytes / 1e6;
  console.log(
    [
      name.padEnd(16),
      `append ${(median(append) / median(floor)).toFixed(1)} x write`,
      `verify ${(median(verify) / median(hashing)).toFixed(1)} x hash`,
      `${Math.round(rate).toLocaleString("en")} records/s`,
      `verify ${(megabytes / median(verify)).toFixed(0)} MB/s`,
      `last 50 of ${megabytes.toFixed(0)} MB in ${(last * 1000).toFixed(0)} ms`,
    ].join("   "),
  );
  rmSync(home, { recursive: true, force: true });
}

async function main(): Promise<void> {
  console.log(`ledger: ${RECORDS} records, median of ${ROUNDS}; budgets 40,000 records/s, verify 50 MB/s`);
  await measure("40 B preview", "x".repeat(40));
  await measure("300 B preview", JSON.stringify({ id: 3, text: "x".repeat(280) }));
  await measure("2 KB preview", JSON.stringify({ id: 3, text: "some words of a note, ".repeat(92) }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
