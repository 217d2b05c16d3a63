import { isShared } from "../../clients/config.ts";
import { capabilities, type Capability } from "../data/capabilities.ts";
import { isElsewhere, recognise, serverNamed } from "../serverCatalogue.ts";
import { mixedScripts, skeleton } from "../skeleton.ts";
import type { AuditRule, Found } from "../rule.ts";
import { type FoundIn, type Loaded, overAll, type Placed, placeOf, type Together } from "../together.ts";

let made: ReadonlyMap<string, { readonly name: string; readonly server: Capability }> | undefined;

/** The names of products by what they look like. */
function products(): NonNullable<typeof made> {
  made ??= new Map(
    capabilities()
      .filter((one) => one.product)
      .flatMap((server) => (server.names ?? []).map((name) => [skeleton(name), { name, server }] as const)),
  );
  return made;
}

const isAscii = (name: string): boolean => /^[\x20-\x7e]*$/.test(name);
const normal = (name: string): string => name.normalize("NFKC").trim().toLowerCase();
const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));

type Verdict = Omit<Found, "span" | "entry">;

/** A name that is read as another one. `plain`: the servers of the run with a name of ASCII, by what it looks like. */
function lookalike({ entry }: Placed, plain: ReadonlyMap<string, Placed>): Verdict | undefined {
  const { name } = entry;
  const looks = skeleton(name);
  const ascii = isAscii(name);
  const product = products().get(looks);
  if (product && normal(name) !== product.name) {
    return {
      severity: "high",
      confidence: ascii ? "medium" : "high",
      message: `The server's name ${quoted(name)} looks like ${quoted(product.name)}, the name of ${product.server.title}`,
    };
  }
  if (ascii) return undefined;
  const other = plain.get(looks);
  if (other && normal(other.entry.name) !== normal(name)) {
    return {
      severity: "high",
      message: `The server's name ${quoted(name)} looks like that of another server, ${quoted(other.entry.name)}`,
      related: [placeOf(other, "the other one")],
    };
  }
  const scripts = mixedScripts(name);
  if (!scripts) return undefined;
  const message = `A word of the server's name ${quoted(name)} mixes letters of scripts that look alike: ${scripts.join(" and ")}`;
  return { severity: "medium", message };
}

/** True for a launch that says itself what the name says: `github-mcp-custom`, `gitlab.example.com`. */
const mentions = (text: string, server: Capability): boolean =>
  [server.id, ...(server.names ?? [])].some((word) => text.toLowerCase().includes(word));

/** A name of a product whose launch is not that product. */
function impersonates(one: Placed): Verdict | undefined {
  const { file, entry } = one;
  const server = serverNamed(normal(entry.name));
  if (!server?.product) return undefined;
  const found = recognise(file, entry);
  // Another catalogued server is no secret: its package says what it is.
  if (found.server) return undefined;
  const named = `The server ${quoted(entry.name)} has the name of ${server.title}`;
  const other = found.evidence?.slice(0, 120) ?? "";
  if (found.url) {
    if (!isElsewhere(found)) return undefined;
    const own = mentions(found.url.hostname, server);
    return {
      severity: own ? "low" : "high",
      confidence: own ? "low" : "medium",
      ...(own && { persona: "pedantic" as const }),
      message: `${named} and leads to a host that is not known to be theirs: ${found.url.hostname.slice(0, 100)}`,
    };
  }
  // Docker publishes these itself, each for the product that it names.
  if (found.identity?.startsWith("image mcp/")) return undefined;
  if (found.identity !== undefined) {
    const own = mentions(found.identity, server);
    return {
      severity: own ? "low" : "medium",
      confidence: own ? "low" : "medium",
      ...(own && { persona: "pedantic" as const }),
      message: `${named} and starts something else: ${other}`,
    };
  }
  // A person's own wrapper is their own affair.
  if (!entry.command || !isShared(file.scope)) return undefined;
  return {
    severity: "low",
    confidence: "medium",
    message: `${named} and starts a program that is not known to be theirs`,
  };
}

/** A server's name as clients put it before its tools: `mcp__name__tool`. */
const prefix = (name: string): string => name.replace(/[^\p{L}\p{N}_-]/gu, "_");

/** Servers of one client whose tools cannot be told apart by name: `a` with a tool `b__c`, and `a__b` with a tool `c`. */
function* collisions({ shared, own }: Loaded): Iterable<FoundIn> {
  const all = [...shared, ...own];
  const byPrefix = new Map<string, Placed>();
  for (const one of all) if (!byPrefix.has(prefix(one.entry.name))) byPrefix.set(prefix(one.entry.name), one);
  for (const one of all) {
    const text = prefix(one.entry.name);
    const same = byPrefix.get(text);
    const starts = [...text.matchAll(/__/g)].map(({ index }) => byPrefix.get(text.slice(0, index)));
    const other =
      same !== one && same && normal(same.entry.name) !== normal(one.entry.name) ? same : starts.find(Boolean);
    // What the person has in two files is reported where they are read alone.
    if (!other || (shared.length > 0 && !isShared(one.file.scope) && !isShared(other.file.scope))) continue;
    const crosses = isShared(one.file.scope) !== isShared(other.file.scope);
    const [first, second] = isShared(one.file.scope) || !crosses ? [one, other] : [other, one];
    yield {
      file: first.file,
      found: {
        entry: first.entry,
        span: first.entry.nameSpan,
        severity: crosses ? "high" : "medium",
        message: `Tools of the servers ${quoted(first.entry.name)} and ${quoted(second.entry.name)} can have one name, so an approval of one is an approval of the other`,
        related: [placeOf(second, "the other one")],
      },
    };
  }
}

function* find(seen: Together): Iterable<FoundIn> {
  const plain = new Map<string, Placed>();
  for (const one of seen.servers) {
    if (isAscii(one.entry.name) && !plain.has(skeleton(one.entry.name))) plain.set(skeleton(one.entry.name), one);
  }
  for (const one of seen.servers) {
    const { file, entry } = one;
    const verdict = lookalike(one, plain) ?? impersonates(one);
    if (verdict) yield { file, found: { entry, span: entry.nameSpan, ...verdict } };
  }
  for (const loaded of seen.loaded) yield* collisions(loaded);
}

export const confusableName: AuditRule = {
  info: {
    id: "confusable-name",
    title: "Name that is taken for another",
    summary:
      "Reports a server whose name looks like another server's or a known product's (confusable characters by Unicode's UTS #39), that mixes scripts in one word, that has a product's name and starts something else, or whose tools get the same names as another server's.",
    why: "A person approves by the name that they read; behind one that only looks familiar may be anybody's program, which then gets the calls and the data meant for the other.",
    remedy: "Give the server a name that says what it is, in one script.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP03:2025", "MCP09:2025", "ASI09", "CWE-1007"],
  },
  example: {
    before: `"mcpServers": { "g\\u0456thub": { "url": "https://mcp.example.net/mcp" } }`,
    after: `"mcpServers": { "example-issues": { "url": "https://mcp.example.net/mcp" } }`,
  },
  check: overAll(find),
};
