import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { check } from "recheck";
import { builtWhileLoading, constructions, literals, type Pattern } from "./patterns.ts";

const root = path.join(import.meta.dirname, "../../../src");

/** Work is bounded by counts and a seed, never by a clock: the same patterns have the same verdicts on any machine. */
const BOUNDS = {
  timeout: null,
  attackTimeout: null,
  incubationTimeout: null,
  attackLimit: 20_000_000,
  maxIteration: 2,
  randomSeed: 0,
} as const;

/**
 * Patterns whose work may grow with the square of a length that their caller bounds. The key is a file and what the
 * pattern begins with.
 */
const BOUNDED: Readonly<Record<string, { readonly units: number; readonly by: string }>> = {
  "documents/ignoreComments.ts (?:#|\\/\\/|\\/\\*+|": { units: 40, by: "BEFORE" },
  "callsites/sinks.ts [aA]udit|AUDIT|": { units: 1000, by: "MAX_NAME and the first 200 units of two arguments" },
  "callsites/sinks.ts ^_*(?:log|audit|record|": { units: 300, by: "MAX_NAME" },
  "callsites/catalogue/hosts.ts \\/chat\\/completions": { units: 2000, by: "MAX_URL" },
  "callsites/catalogue/hosts.ts \\/\\w[\\w-]*\\/[^\\0]*\\0$": { units: 2000, by: "MAX_URL" },
  "callsites/catalogue/observability.ts (?:^|[#.])\\w*(?:OpenAI|": { units: 200, by: "the callee is cut" },
};

/** Modules that put patterns together while they are loaded, and how many. */
const BUILDERS = { "audit/secrets.ts": 1, "clients/variables.ts": 3, "audit/folders.ts": 1 } as const;

/** Calls of RegExp that no module's loading shows. */
const OTHERS: Readonly<Record<string, string>> = {
  "audit/approvals.ts": "a pattern of the file that is audited: few quantifiers, tried on four short probes",
  "audit/versions.ts": "the name of a package, escaped, between quantifiers with a bound",
  "callsites/catalogue/tokens.ts": "an alternation of plain words",
  "detectors/invisible.ts": "the source of a literal, with another flag",
  "protect/launcherText.ts": "text of the launcher: names of variables, a star at their end",
};

const boundOf = ({ file, source }: Pattern) =>
  Object.entries(BOUNDED).find(([key]) => `${file} ${source}`.startsWith(key));

async function judged(patterns: readonly Pattern[]): Promise<{ pattern: Pattern; growth: string }[]> {
  const verdicts: { pattern: Pattern; growth: string }[] = [];
  const waiting = [...patterns];
  const worker = async (): Promise<void> => {
    for (let pattern = waiting.pop(); pattern; pattern = waiting.pop()) {
      const result = await check(pattern.source, pattern.flags, BOUNDS);
      const growth =
        result.status === "vulnerable" ? result.complexity.type : result.status === "safe" ? "linear" : "unknown";
      verdicts.push({ pattern, growth });
    }
  };
  await Promise.all([worker(), worker()]);
  return verdicts;
}

test("no pattern of the sources takes more than linear time, or its input is bounded", async () => {
  const built = await builtWhileLoading(Object.keys(BUILDERS));
  const all = [...literals(root), ...built];
  assert.ok(all.length > 150 && built.length > 30, "the patterns were not found: the test itself is broken");
  const used = new Set<string>();
  const worse: string[] = [];
  for (const { pattern, growth } of await judged(all)) {
    const bound = boundOf(pattern);
    if (bound) used.add(bound[0]);
    const allowed = bound ? ["linear", "polynomial"] : ["linear"];
    if (!allowed.includes(growth)) worse.push(`${growth}: ${pattern.file}: /${pattern.source}/${pattern.flags}`);
  }
  assert.deepEqual(worse, []);
  assert.deepEqual(
    [...used].toSorted(),
    Object.keys(BOUNDED).toSorted(),
    "a bound that is stated belongs to a pattern",
  );
});

test("no pattern is put together where this test cannot see it", () => {
  const found = constructions(root);
  for (const [file, count] of Object.entries(BUILDERS)) assert.equal(found.get(file), count, file);
  assert.deepEqual([...found.keys()].toSorted(), [...Object.keys(BUILDERS), ...Object.keys(OTHERS)].toSorted());
});

test("the check refuses patterns that blow up, by an automaton and by search", async () => {
  const bad = ["^(a+)+$", "\\s*$", "(?:^|[#.])\\w*span\\w*x$", "[ \\t]{160,}(?=\\S)"];
  const verdicts = await judged(bad.map((source) => ({ source, flags: "", file: "bad" })));
  assert.deepEqual(verdicts.map(({ growth }) => growth).toSorted(), [
    "exponential",
    "polynomial",
    "polynomial",
    "polynomial",
  ]);
});
