// How much the detectors catch, how often they cry wolf, and what they cost.
//   npm run bench -- detectors [--corpus DIR] [--json] [--show FILE:high|medium[:missed]]
// DIR holds JSON-lines files of the names and shapes of CORPUS below, such as test/unit/detectors/proof; what is absent is
// skipped, and said. The code is bundled first, as it ships: a TypeScript loader's own cost would be measured otherwise.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import type { MessageDetection, MessageText } from "../src/detectors/detector.ts";
import type { Inspected } from "../src/detectors/inspectMessage.ts";
import { isObject, type Json, type JsonObject } from "../src/mcp/json.ts";
import type { Message } from "../src/mcp/message.ts";
import { fill, hostile } from "../test/unit/detectors/hostile.ts";
import { messageOf, withSecrets, type Carried } from "../test/unit/detectors/proofMessages.ts";

type Scan = (texts: readonly MessageText[]) => MessageDetection[];
type Inspect = (message: Message, from: "client" | "server", method?: string) => Inspected;

interface Item {
  readonly id: string;
  /** What the rates are broken down by. */
  readonly groups: readonly string[];
  readonly carried: Carried;
}

const TOOL_FIELDS = ["name", "title", "description", "inputSchema", "outputSchema", "annotations", "_meta", "icons"];

/** What a row is: the definition of a tool, a text of a result, a text that names its own place and message. */
type Shape = "tool" | "text" | "placed";

/** Files of a corpus: what is in them, and the fields that group their rows. */
const CORPUS: Readonly<Record<string, { shape: Shape; group: string; label: "malicious" | "benign" }>> = {
  "attacks.jsonl": { shape: "placed", group: "family,carrier,language", label: "malicious" },
  "benign.jsonl": { shape: "placed", group: "family,carrier,hard", label: "benign" },
  "malicious-tools.jsonl": { shape: "tool", group: "category", label: "malicious" },
  "malicious-tools-spliced.jsonl": { shape: "tool", group: "carrier", label: "malicious" },
  "malicious-results.jsonl": { shape: "text", group: "category", label: "malicious" },
  "benign-tools.jsonl": { shape: "tool", group: "category", label: "benign" },
  "benign-tools-hard.jsonl": { shape: "tool", group: "category", label: "benign" },
  "benign-results.jsonl": { shape: "text", group: "category", label: "benign" },
  "benign-docs.jsonl": { shape: "text", group: "category", label: "benign" },
  "security-docs.jsonl": { shape: "text", group: "category", label: "benign" },
};

interface Rate {
  group: string;
  items: number;
  high: number;
  medium: number;
}

/** Wilson's interval for a share, at 95 %. */
export function interval(hits: number, items: number): readonly [number, number] {
  if (items === 0) return [0, 1];
  const z = 1.96;
  const p = hits / items;
  const middle = p + (z * z) / (2 * items);
  const half = z * Math.sqrt((p * (1 - p)) / items + (z * z) / (4 * items * items));
  const whole = 1 + (z * z) / items;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

const asString = (value: unknown): string => (typeof value === "string" ? value : "");

/** `field: value` for each field that the row has; a lone field goes without its name. */
function groupsOf(row: JsonObject, fields: readonly string[]): string[] {
  return fields.flatMap((field) => {
    const value = row[field];
    const name = typeof value === "boolean" ? String(value) : asString(value);
    if (name === "") return [];
    return [fields.length === 1 ? name : `${field}: ${name}`];
  });
}

function itemsOf(file: string, shape: Shape, group: string): Item[] {
  return withSecrets(readFileSync(file, "utf8"))
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const row = JSON.parse(line) as Json;
      if (!isObject(row)) throw new TypeError(`${file} has a line that is no object`);
      const named = { id: asString(row["id"]), groups: groupsOf(row, group.split(",")) };
      if (shape === "text") return { ...named, carried: messageOf({ place: "result", text: asString(row["text"]) }) };
      if (shape === "placed") return { ...named, carried: messageOf(row) };
      const tool = Object.fromEntries(TOOL_FIELDS.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
      return { ...named, carried: messageOf({ place: "definition", tool }) };
    });
}

const isHigh = ({ severity }: MessageDetection): boolean => severity === "high" || severity === "critical";
const isMedium = (one: MessageDetection): boolean => isHigh(one) || one.severity === "medium";

interface Measured {
  file: string;
  label: string;
  megabytes: number;
  millisecondsPerItem: number;
  highAlarms: number;
  rates: Rate[];
}

function measure(
  inspect: Inspect,
  file: string,
  label: string,
  items: readonly Item[],
  show?: (item: Item, found: readonly MessageDetection[]) => void,
): Measured {
  const all: Rate = { group: "all", items: 0, high: 0, medium: 0 };
  const groups = new Map<string, Rate>();
  let units = 0;
  let highAlarms = 0;
  const started = performance.now();
  for (const item of items) {
    const { message, from, method } = item.carried;
    const { texts, detections: found } = inspect(message, from, method);
    for (const { text } of texts) units += text.length;
    highAlarms += found.filter(isHigh).length;
    const rates = item.groups.map((name) => {
      let group = groups.get(name);
      if (!group) groups.set(name, (group = { group: name, items: 0, high: 0, medium: 0 }));
      return group;
    });
    for (const rate of [all, ...rates]) {
      rate.items++;
      if (found.some(isHigh)) rate.high++;
      if (found.some(isMedium)) rate.medium++;
    }
    show?.(item, found);
  }
  return {
    file,
    label,
    megabytes: units / 1e6,
    millisecondsPerItem: (performance.now() - started) / Math.max(1, items.length),
    highAlarms,
    rates: [
      all,
      ...[...groups.values()].filter(() => groups.size > 1).toSorted((a, b) => a.group.localeCompare(b.group)),
    ],
  };
}

const percent = (share: number): string => (100 * share).toFixed(1);

function row({ group, items, high, medium }: Rate): string {
  const share = (hits: number): string => {
    const [low, top] = interval(hits, items);
    return `${percent(hits / Math.max(1, items)).padStart(5)} (${percent(low)}-${percent(top)})`;
  };
  return `  ${group.padEnd(40)} ${String(items).padStart(5)}   ${share(high).padEnd(20)} ${share(medium)}`;
}

/** Megabytes a second over texts of one kind: the best of five, since other programs run too. */
function speed(scan: Scan, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage().user;
    scan([{ text, place: "result" }]);
    best = Math.min(best, process.cpuUsage().user - before);
  }
  return text.length / best;
}

const PLAIN = "Lorem ipsum dolor sit amet, consectetur adipiscing elit sed do eiusmod tempor. ";
const PROSE =
  "To add a note, call the endpoint with a title and any text. The server returns the id of the new note, and the " +
  "previous version stays available: see the list of versions below. Use a token with write access.\n\n";

export function run(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { corpus: { type: "string" }, json: { type: "boolean" }, show: { type: "string" } },
  });
  const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  try {
    const outfile = path.join(scratch, "scan.cjs");
    buildSync({
      stdin: {
        contents: 'export * from "./scan.ts"; export * from "./inspectMessage.ts";',
        resolveDir: path.resolve("src/detectors"),
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      outfile,
    });
    const { scanMessage: scan, inspectMessage: inspect } = createRequire(outfile)(outfile) as {
      scanMessage: Scan;
      inspectMessage: Inspect;
    };
    const before = process.cpuUsage().user;
    scan([{ text: "first", place: "result" }]);
    const first = (process.cpuUsage().user - before) / 1000;

    const measured: Measured[] = [];
    const skipped: string[] = [];
    const [shownFile, shownLevel, missed] = (values.show ?? "").split(":");
    for (const [name, { shape, group, label }] of Object.entries(CORPUS)) {
      const file = values.corpus ? path.join(values.corpus, name) : "";
      if (!values.corpus || !existsSync(file)) skipped.push(name);
      else {
        const show = (item: Item, found: readonly MessageDetection[]): void => {
          if (name !== `${shownFile}.jsonl`) return;
          if (found.some(shownLevel === "high" ? isHigh : isMedium) === (missed === "missed")) return;
          console.log(`${item.id} (${item.groups.join(", ")})`);
          for (const one of found) console.log(`  ${one.severity} ${one.rule}/${one.variant}: ${one.evidence}`);
        };
        measured.push(measure(inspect, name, label, itemsOf(file, shape, group), show));
      }
    }
    const speeds = {
      "text without an anchor": speed(scan, fill(PLAIN, 1 << 21)),
      "documentation prose": speed(scan, fill(PROSE, 1 << 21)),
      "base64 of prose": speed(scan, fill(Buffer.from(fill(PROSE, 1 << 20)).toString("base64"), 1 << 20)),
    };
    const message = fill(PROSE, 2048);
    for (let i = 0; i < 500; i++) scan([{ text: message, place: "result" }]);
    const messageMs = message.length / speed(scan, message) / 1000;
    const growth = Object.entries(hostile).map(([name, make]) => ({
      input: name,
      megabytesPerSecond: [64, 256, 1024].map((kilobytes) => speed(scan, make(kilobytes * 1024))),
    }));

    if (values.json) {
      console.log(JSON.stringify({ measured, skipped, firstMs: first, speeds, messageMs, growth }, undefined, 2));
      return 0;
    }
    console.log(
      `Share of items flagged, percent, with 95 % intervals. ${cpus()[0]?.model ?? ""}, Node ${process.version}`,
    );
    console.log(`  ${"".padEnd(40)} items   ${"at high".padEnd(20)} at medium or high`);
    for (const one of measured) {
      const perMegabyte = (one.highAlarms / one.megabytes).toFixed(1);
      console.log(
        `\n${one.file} (${one.label}; ${one.megabytes.toFixed(2)} MB, ${one.millisecondsPerItem.toFixed(2)} ms an item, ${perMegabyte} high alarms a MB)`,
      );
      for (const rate of one.rates) console.log(row(rate));
    }
    if (skipped.length > 0)
      console.log(`\nSkipped, because absent${values.corpus ? "" : " (no --corpus)"}: ${skipped.join(", ")}`);
    console.log("\nMB of CPU time a second, all detectors");
    for (const [name, rate] of Object.entries(speeds))
      console.log(`  ${name.padEnd(40)} ${rate.toFixed(0).padStart(6)}`);
    console.log(
      `  a message of 2 KB: ${messageMs.toFixed(3)} ms; tables, built at the first message: ${first.toFixed(0)} ms`,
    );
    console.log("\nHostile inputs, MB/s at 64 KB, 256 KB, 1 MB: a column that falls is not linear");
    for (const { input, megabytesPerSecond } of growth) {
      console.log(`  ${input.padEnd(40)} ${megabytesPerSecond.map((rate) => rate.toFixed(1).padStart(7)).join(" ")}`);
    }
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.exitCode = run(process.argv.slice(2));
