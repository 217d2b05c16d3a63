import { capabilities } from "../data/capabilities.ts";
import { inHouseOf, registryOf } from "../inHouse.ts";
import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import { renamePackage } from "../renamePackage.ts";
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
  readonly asked: Map<string, Near | undefined>;
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

interface Near {
  readonly name: string;
  /** It has the whole of the known name in it: less can be said, as others build on a name that they like. */
  readonly added?: boolean;
}

/** What is put before or behind a known name to make one that looks as if it were the same maker's. */
const ADDED = {
  npm: /^(.{3,80})-(?:js|node|nodejs|npm|ts|official|latest|cli|mcp|server|mcp-server|pkg|package)$/,
  pypi: /^(.{3,80})-(?:py|python|pypi|official|latest|cli|mcp|server|mcp-server|pkg|package)$/,
};
const PUT_BEFORE = /^(?:node|nodejs|npm|js|py|python|official|mcp|the)-(.{3,80})$/;
/** What is put to a scope. */
const SCOPE_ADDED =
  /^(?:(?:mcp|the|official|get|try)-?)?(.{2,60}?)-?(?:ai|io|hq|inc|official|mcp|dev|team|labs|tools|servers?|org|com|app|js)?$/;
/** Scopes that name the protocol, or whose makers people take for its project. */
const OF_PROTOCOL =
  /^(?:mcp|mcp-?(?:official|servers?|org)|model-?context(?:-?protocols?)?(?:-.{1,30})?|anthropics?|anthropic-ai|claude)$/;
const PROTOCOL = "@modelcontextprotocol/";

/** A known name with something added; undefined for a name shorter than can be told from chance. */
function addedTo(source: "npm" | "pypi", name: string, names: ReadonlySet<string>): string | undefined {
  if (name.startsWith("@")) return undefined;
  const known = (one: string | undefined): one is string =>
    one !== undefined && one.length >= MIN_LENGTH && names.has(one);
  return [ADDED[source].exec(name)?.[1], PUT_BEFORE.exec(name)?.[1]].find(known);
}

/** The same package below a scope that looks like its maker's, or below none. */
function otherScope(name: string, names: ReadonlySet<string>): string | undefined {
  const [, scope, last] = /^@([^/]{1,80})\/(.{1,80})$/.exec(name) ?? [undefined, undefined, name];
  const ofProtocol = `${PROTOCOL}${last}`;
  if (last?.startsWith("server-") && names.has(ofProtocol) && (scope === undefined || OF_PROTOCOL.test(scope))) {
    return ofProtocol;
  }
  const plain = scope === undefined ? undefined : SCOPE_ADDED.exec(scope)?.[1];
  if (plain === undefined || plain === scope) return undefined;
  const meant = `@${plain}/${last}`;
  return names.has(meant) ? meant : undefined;
}

/** The known name that this one can be taken for; undefined for a known one, and for one like none. Looked for once a name. */
function takenFor(source: "npm" | "pypi", name: string): Near | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const all = knownOf(source);
  if (!all.asked.has(name)) all.asked.set(name, lookFor(source, name, all));
  return all.asked.get(name);
}

function lookFor(source: "npm" | "pypi", name: string, all: Known): Near | undefined {
  const near = misspelt(source, name, all);
  if (near) return near;
  const { names } = all;
  const lower = name.toLowerCase();
  if (names.has(lower) || HONEST.has(lower)) return undefined;
  const swapped = source === "npm" ? otherScope(lower, names) : undefined;
  if (swapped !== undefined) return { name: swapped };
  const longer = addedTo(source, source === "pypi" ? lower.replace(/[-_.]+/g, "-") : lower, names);
  return longer === undefined ? undefined : { name: longer, added: true };
}

/** Words that say only what sort of package it is. */
const GENERIC = new Set(["mcp", "server", "servers", "js", "node", "cli"]);
/** Parts that differ in fewer letters than that do so by chance: `mssql` and `mysql`, `tibet` and `time`. */
const MIN_PART = 6;
const LONG_PART = 12;

/** Whether two names that are near each other are so in a part that is long enough, or in a word that both mean. */
function differsByMistake(name: string, known: string): boolean {
  const tokens = (text: string): string[] => text.split(/[^a-z0-9]+/).filter(Boolean);
  const [own, others] = [tokens(name), tokens(known)];
  const rest = own.filter((one) => !others.includes(one)).join("-");
  const meant = others.filter((one) => !own.includes(one));
  const part = meant.join("-");
  // A word twice or in another place, or a sign that is gone.
  if (rest === "" || part === "" || meant.every((one) => GENERIC.has(one))) return true;
  return part.length >= MIN_PART && distance(rest, part, 2) <= (part.length >= LONG_PART ? 2 : 1);
}

/** Names of others that are near a known one and older than the confusion. */
const HONEST = new Set(["obsidian-mcp-server", "google-workspace-mcp-server"]);

function misspelt(source: "npm" | "pypi", name: string, all: Known): Near | undefined {
  if (name.length < MIN_LENGTH) return undefined;
  const { names, bySkeleton, byLetters, byLength } = all;
  // PEP 503: on PyPI all of these signs are one.
  const lower = source === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name.toLowerCase();
  if (names.has(lower)) return undefined;
  const alike = bySkeleton.get(skeleton(lower === name.toLowerCase() ? name : lower));
  if (alike !== undefined && alike !== lower) return { name: alike };
  // `modelcontextprotocol-server-github`, `@modelcontextprotocol-server/github`: the scope's own signs moved.
  const moved = byLetters.get(letters(lower));
  // Where only the vendor's name is left of it, others name their own server for that vendor so.
  if (moved !== undefined) return { name: moved, ...(/\/(?:mcp|mcp-server)$/.test(moved) && { added: true }) };
  const scope = /^@[^/]+\//.exec(lower)?.[0];
  const limit = lower.length >= LONG ? 2 : 1;
  const own = lettersIn(lower);
  for (let length = lower.length - limit; length <= lower.length + limit; length++) {
    for (const { name: one, letters: theirs } of byLength.get(length) ?? []) {
      if (bitsIn(own ^ theirs) > 2 * limit) continue;
      // Two packages of one maker are no forgeries of each other.
      if (scope !== undefined && one.startsWith(scope)) continue;
      if (distance(lower, one, limit) <= limit && differsByMistake(lower, one)) return { name: one };
    }
  }
  return undefined;
}

function* check({ file, facts }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "npm" && ref.source !== "pypi") continue;
      // A scope that the person's own registry serves is a house where names are given out.
      if (ref.source === "npm" && registryOf(inHouseOf(facts.inHouse, file), ref.name)?.shared === false) continue;
      const meant = takenFor(ref.source, ref.name);
      if (meant === undefined) continue;
      const fixes = renamePackage(file, ref, meant.name);
      yield {
        entry,
        span: ref.span,
        confidence: meant.added ? "low" : "medium",
        ...(meant.added && { severity: "medium" }),
        message: `The server ${JSON.stringify(entry.name)} starts ${JSON.stringify(ref.name)}, which can be taken for ${meant.name}`,
        ...(fixes.length > 0 && { fixes }),
      };
    }
  }
}

export const typosquat: AuditRule = {
  info: {
    id: "typosquat",
    title: "Package name close to a known one",
    summary:
      "Reports a package whose name differs from that of a known server by a letter or two, by letters that look alike, by moved signs of its scope (`@modelcontextprotocoI/server-github`, `modelcontextprotocol-server-github`), by a scope that looks like its maker's (`@mcp/server-github`), or, at lower severity, by a word put to it (`mcp-remote-js`). Short names, packages of the same maker, and scopes that the person's own registry serves are none.",
    why: "Whoever registers the misspelt name is executed on every machine where somebody mistypes it.",
    remedy: "Write the name as its maker does. If this one is meant, accept the finding with the reason.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "ASI04", "CWE-1357"],
  },
  fix: "Writes the known name in its place. Look whether the version that is written is one of that package.",
  example: {
    before: `"args": ["-y", "@modelcontextprotocoI/server-filesystem@2025.8.21"]`,
    after: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21"]`,
  },
  check,
};
