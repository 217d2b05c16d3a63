import assert from "node:assert/strict";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import fc from "fast-check";
import { lineNumberAt, linesBackwards, linesOf } from "../../../src/ledger/files.ts";
import { openLedger } from "../../../src/ledger/ledger.ts";
import { beginning, type Entry, lastEntries, readOn } from "../../../src/ledger/query.ts";
import { request, scratch } from "./scratch.ts";

const root = scratch();
const dir = path.join(root, "ledger");

before(async () => {
  let now = Date.parse("2026-11-23T12:00:00.000Z");
  const ledger = openLedger(dir, path.join(root, "keys"), () => now);
  for (let i = 0; i < 9; i++) {
    ledger.append(request(i));
    const about = {
      session: "s1",
      client: "vscode",
      server: i % 2 ? "odd" : "even",
      call: `c${i}`,
      method: "tools/call",
    };
    ledger.append({
      kind: "decision",
      ...about,
      effect: i % 3 ? "allow" : "deny",
      layer: "default",
      rule: "r",
      reason: "",
    });
    now += 8 * 3_600_000;
  }
  await ledger.close();
});

const calls = (entries: readonly Entry[]): unknown[] =>
  entries.map(({ content }) => ("record" in content && "call" in content.record ? content.record.call : "-"));

test("the last entries that match come oldest first, over as many day files as it takes", () => {
  assert.deepEqual(calls(lastEntries(dir, { decision: "deny" }, 2, beginning())), ["c3", "c6"]);
  assert.deepEqual(calls(lastEntries(dir, { decision: "deny" }, 99, beginning())), ["c0", "c3", "c6"]);
  assert.deepEqual(calls(lastEntries(dir, { server: "odd" }, 2, beginning())), ["c5", "c7"]);
  assert.deepEqual(calls(lastEntries(dir, { tool: "read_note", session: "s1" }, 1, beginning())), ["c8"]);
  assert.deepEqual(
    calls(lastEntries(dir, { server: "odd", since: Date.parse("2026-11-25T20:00:00Z") }, 9, beginning())),
    ["c7"],
  );
  assert.deepEqual(lastEntries(path.join(root, "nowhere"), {}, 5, beginning()), []);
});

test("reading on gives what came since, and leaves a line that has no end yet for later", () => {
  const copy = path.join(root, "copy");
  mkdirSync(copy);
  const whole = readFileSync(path.join(dir, "2026-11-23.jsonl"));
  const file = path.join(copy, "2026-11-23.jsonl");
  const cut = whole.indexOf(10) + 20;
  writeFileSync(file, whole.subarray(0, cut));
  const cursor = beginning();
  assert.equal([...readOn(copy, cursor)].length, 1);
  assert.equal([...readOn(copy, cursor)].length, 0);
  appendFileSync(file, whole.subarray(cut));
  const rest = [...readOn(copy, cursor)];
  assert.equal(rest.length, whole.toString().trimEnd().split("\n").length - 1);
  writeFileSync(path.join(copy, "2026-11-24.jsonl"), readFileSync(path.join(dir, "2026-11-24.jsonl")));
  assert(calls([...readOn(copy, cursor)]).includes("c2"));
  const late = beginning();
  lastEntries(copy, {}, 1, late);
  assert.deepEqual(late, cursor);
});

test("a line that is no record is an entry of its own, whatever is asked for", () => {
  const copy = path.join(root, "broken");
  mkdirSync(copy);
  const file = path.join(copy, "2026-11-23.jsonl");
  writeFileSync(file, readFileSync(path.join(dir, "2026-11-23.jsonl"), "utf8").replace('"c0"', '"x0"'));
  const [broken] = lastEntries(copy, { server: "none" }, 9, beginning());
  assert.deepEqual(broken?.content, { problem: "edited" });
  assert.equal(lineNumberAt(file, broken?.start ?? 0), 2);
});

test("lines read forwards and backwards are the same lines", () => {
  const file = path.join(root, "lines");
  const line = fc.oneof(
    { weight: 9, arbitrary: fc.string({ maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constant("x".repeat(700_000)) },
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (parts, ended) => {
      const lines = parts.map((part) => part.replaceAll("\n", ""));
      writeFileSync(file, lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
      const fd = openSync(file, "r");
      const forwards = [...linesOf(fd, 1_000_000)].filter((one) => one.ended).map(({ start }) => start);
      const backwards = [...linesBackwards(fd, 1_000_000)].map(({ start }) => start);
      closeSync(fd);
      assert.deepEqual(backwards.toReversed(), forwards);
    }),
    { numRuns: 60 },
  );
});
