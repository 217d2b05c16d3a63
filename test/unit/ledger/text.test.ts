import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLine, recordLine, verdictText } from "../../../src/cli/ledgerText.ts";
import type { LedgerRecord } from "../../../src/ledger/records.ts";

const LOOK = { colour: false, width: 80 };
const header = { v: 1, seq: 3, time: "2026-11-25T12:00:00.000Z", prev: "0".repeat(64), hash: "1".repeat(64) } as const;
const about = {
  session: "s",
  client: "c",
  server: "notes",
  call: "1",
  method: "tools/call",
  tool: "read_note",
} as const;

const line = (body: object, look = LOOK): string | undefined =>
  recordLine({ ...header, ...body } as LedgerRecord, look)?.slice("12:00:00.000  ".length);

test("a record is one line within the width, and nothing from outside commands the terminal", () => {
  const preview = "a\nb\u001b]0;x\u0007\u202e".padEnd(500, "\u{1f600}");
  const text = line({ kind: "request", ...about, params: { digest: "", bytes: 9, preview }, findings: [] }) ?? "";
  assert(text.startsWith("→ notes read_note  a b\\x1b]0;x\\x07\\u{202e}"), text);
  assert(text.endsWith("…"));
  assert(text.length <= 80);
  assert.doesNotMatch(text, /[\ud800-\udbff](?![\udc00-\udfff])/);
});

test("decisions, findings and what a person said are in it", () => {
  const finding = { rule: "secret", variant: "github-token", severity: "high", confidence: "high", evidence: "" };
  const payload = { digest: "", bytes: 2048, preview: "x", cut: true };
  assert.equal(
    line({ kind: "result", ...about, outcome: "tool-error", payload, findings: [finding], serverMs: 1.25 }),
    "← notes read_note  tool-error  1.3 ms  2.0 KB  x…  [secret/github…",
  );
  assert.equal(
    line({ kind: "answer", ...about, ask: "a", answer: "deny", reason: "not now" }),
    "= notes read_note  a person refused it: not now",
  );
  assert.match(
    line({ kind: "session", ...about, action: "taint", reason: "r" }) ?? "",
    /^! c · notes: session s taint: r$/,
  );
});

test("a checkpoint is not shown; an unknown or broken record is, by its kind", () => {
  assert.equal(line({ kind: "checkpoint", key: "", reason: "count", signature: "" }), undefined);
  assert.equal(line({ kind: "from-the-future" }), "· from-the-future: see --format json");
  assert.equal(line({ kind: "definitions", server: "s" }), "· definitions: see --format json");
});

test("JSON for a terminal has the same values and none of the characters that reorder or hide", () => {
  const record = { ...header, kind: "broker-stop", reason: "\u202e \u{e0041} \u200b \u0085 \ud800" } as LedgerRecord;
  const text = jsonLine(record);
  assert.match(text, /"reason":"\\u202e \\udb40\\udc41 \\u200b \\u0085 \\ud800"/);
  assert.deepEqual(JSON.parse(text), record);
});

test("a verdict says what it cannot know", () => {
  const verdict = {
    files: 1,
    records: 3,
    bytes: 900,
    checkpoints: 0,
    unsigned: 3,
    first: header.time,
    last: header.time,
    head: { seq: 3, hash: header.hash },
    witnessed: false,
    confirmed: 0,
    trustedKey: false,
    gaps: [{ seq: 2, time: header.time, reason: "torn", bytes: 12, aside: "x.torn" }],
  } as const;
  const text = verdictText("/l", verdict);
  for (const part of [
    /^intact {2}\/l\n/,
    /the last 3 not signed yet/,
    /taken from the ledger itself/,
    /without a witness/,
    /12 bytes, torn/,
  ]) {
    assert.match(text, part);
  }
  const broken = verdictText("/l", { ...verdict, problem: { code: "edited", file: "/l/a", line: 4, message: "m" } });
  assert.match(broken, /^BROKEN {2}\/l\/a:4 {2}edited\n {2}m\.\n {2}What stands before it holds, 3 records/);
});
