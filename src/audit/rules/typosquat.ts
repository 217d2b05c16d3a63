import { capabilities } from "../data/capabilities.ts";
import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { skeleton } from "../skeleton.ts";

/** Shorter names are near each other by chance. */
const MIN_LENGTH = 8;
const MAX_LENGTH = 100;
/** From this length on two letters may differ. */
const LONG = 16;

/** The distance of Damerau and Levenshtein with adjacent swaps, or `limit + 1` where it is more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[b.length] ?? limit + 1;
}

/** Which letters and digits a name has, a bit each. A letter that differs changes two of them at most. */
function lettersIn(name: string): number {
  let bits = 0;
  for (let i = 0; i < name.length; i++) bits |= 1 << (name.charCodeAt(i) & 31);
  return bits;
}

function bitsIn(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

interface Known {
  readonly names: ReadonlySet<string>;
  /** By what they look like, and by their letters alone. */
  readonly bySkeleton: ReadonlyMap<string, string>;
  readonly byLetters: ReadonlyMap<string, string>;
  /** By length, for the distance. */
  readonly byLength: ReadonlyMap<number, readonly { readonly name: string; readonly letters: number }[]>;
  /** What was found out of each name that was asked for. */
  readonly asked: Map<string, string | undefined>;
}

const letters = (name: string): string => name.replace(/[^a-z0-9]/g, "");

const known: Partial<Record<"npm" | "pypi", Known>> = {};

function knownOf(source: "npm" | "pypi"): Known {
  const before = known[source];
  if (before) return before;
  const names = new Set(capabilities().flatMap((one) => one[source] ?? []));
  const long = [...names].filter((name) => name.length >= MIN_LENGTH);
  const byLength = new Map<number, { name: string; letters: number }[]>();
  for (const name of long) {
    byLength.set(name.length, [...(byLength.get(name.length) ?? []), { name, letters: lettersIn(name) }]);
  }
  const made: Known = {
    names,
    bySkeleton: new Map(long.map((name) => [skeleton(name), name])),
    byLetters: new Map(long.filter((name) => name.startsWith("@")).map((name) => [letters(name), name])),
    byLength,
    asked: new Map(),
  };
  known[source] = made;
  return made;
}

/** The known name that this one can be taken for; undefined for a known one, and for one like none. */
function takenFor(source: "npm" | "pypi", name: string): string | undefined {
  if (name.length < MIN_LENGTH || name.length > MAX_LENGTH) return undefined;
  const all = knownOf(source);
  if (!all.asked.has(name)) all.asked.set(name, lookFor(source, name, all));
  return all.asked.get(name);
}

function lookFor(source: "npm" | "pypi", name: string, all: Known): string | undefined {
  const { names, bySkeleton, byLetters, byLength } = all;
  // PEP 503: on PyPI all of these signs are one.
  const lower = source === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name.toLowerCase();
  if (names.has(lower)) return undefined;
  const alike = bySkeleton.get(skeleton(lower === name.toLowerCase() ? name : lower));
  if (alike !== undefined && alike !== lower) return alike;
  // `modelcontextprotocol-server-github`, `@modelcontextprotocol-server/github`: the scope's own signs moved.
  const moved = byLetters.get(letters(lower));
  if (moved !== undefined) return moved;
  const scope = /^@[^/]+\//.exec(lower)?.[0];
  const limit = lower.length >= LONG ? 2 : 1;
  const own = lettersIn(lower);
  for (let length = lower.length - limit; length <= lower.length + limit; length++) {
    for (const { name: one, letters: theirs } of byLength.get(length) ?? []) {
      if (bitsIn(own ^ theirs) > 2 * limit) continue;
      // Two packages of one maker are no forgeries of each other.
      if (scope !== undefined && one.startsWith(scope)) continue;
      if (distance(lower, one, limit) <= limit) return one;
    }
  }
  return undefined;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "npm" && ref.source !== "pypi") continue;
      const meant = takenFor(ref.source, ref.name);
      if (meant === undefined) continue;
      yield {
        entry,
        span: ref.span,
        confidence: "medium",
        message: `The server ${JSON.stringify(entry.name)} starts ${JSON.stringify(ref.name)}, which can be taken for ${meant}`,
      };
    }
  }
}

export const typosquat: AuditRule = {
  info: {
    id: "typosquat",
    title: "Package name close to a known one",
    summary:
      "Reports a package whose name differs from that of a known server by a letter or two, by letters that look alike, or by moved signs of its scope (`@modelcontextprotocoI/server-github`, `modelcontextprotocol-server-github`). Short names, and packages of the same maker, are none.",
    why: "Whoever registers the misspelt name is executed on every machine where somebody mistypes it.",
    remedy: "Write the name as its maker does. If this one is meant, accept the finding with the reason.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "ASI04", "CWE-1357"],
  },
  example: {
    before: `"args": ["-y", "@modelcontextprotocoI/server-filesystem@2025.8.21"]`,
    after: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21"]`,
  },
  check,
};
