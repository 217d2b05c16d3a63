// The proof set was held out once (docs/detection.md has that figure). The rules have been improved on its misses since,
// so it is a regression test now: these are the counts that were reached, and they may not get worse.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Place } from "../../../src/detectors/detector.ts";
import { scanMessage } from "../../../src/detectors/scan.ts";

const folder = path.join("test", "unit", "detectors", "proof");

interface Row {
  readonly id: string;
  readonly place: Place;
  readonly family: string;
  readonly text: string;
}

interface Count {
  items: number;
  high: number;
  medium: number;
}

/** How many texts of each family were flagged. `all` leaves out `misplaced`, which has no words that give it away. */
function countsOf(file: string): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const line of readFileSync(path.join(folder, file), "utf8").split("\n")) {
    if (line === "") continue;
    const { place, family, text } = JSON.parse(line) as Row;
    const severities = scanMessage([{ text, place }]).map(({ severity }) => severity);
    const isHigh = severities.some((severity) => severity === "high" || severity === "critical");
    for (const name of family === "misplaced" ? [family] : [family, "all"]) {
      const count = counts.get(name) ?? { items: 0, high: 0, medium: 0 };
      counts.set(name, count);
      count.items++;
      if (isHigh) count.high++;
      if (isHigh || severities.includes("medium")) count.medium++;
    }
  }
  return counts;
}

/** Attacks that were found, at `high` and at `medium` or `high`. */
const FOUND: Readonly<Record<string, readonly [high: number, medium: number]>> = {
  all: [75, 105],
  override: [12, 17],
  "forged-role": [10, 13],
  concealment: [12, 16],
  "tool-coercion": [7, 13],
  credential: [5, 15],
  "hidden-unicode": [18, 18],
  "html-comment": [11, 13],
};

test("attacks of the proof set are found as often as they were", () => {
  const counts = countsOf("attacks.jsonl");
  for (const [family, [high, medium]] of Object.entries(FOUND)) {
    const count = counts.get(family);
    assert.ok(count && count.high >= high && count.medium >= medium, `${family}: ${JSON.stringify(count)}`);
  }
});

test("ordinary texts of the proof set raise no more alarms than they did", () => {
  const all = countsOf("benign.jsonl").get("all");
  assert.ok(all && all.items === 189 && all.high === 0 && all.medium <= 3, JSON.stringify(all));
});

test("the texts are those that were written before any result was seen", () => {
  for (const line of readFileSync(path.join(folder, "SHA256"), "utf8").trim().split("\n")) {
    const [digest, name] = line.split(/\s+/);
    assert.equal(
      createHash("sha256")
        .update(readFileSync(path.join(folder, name ?? "")))
        .digest("hex"),
      digest,
    );
  }
});
