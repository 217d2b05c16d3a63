import { type ConfigFile, type ServerEntry, isShared } from "../../clients/config.ts";
import { removeEntry } from "../../clients/removeEntry.ts";
import type { Edit, Fix } from "../../core/finding.ts";
import { deleteProperties, deleteProperty } from "../../documents/edits.ts";
import type { DataObject, DataProperty, DataValue } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { fullKey } from "../sameServer.ts";
import { type FoundIn, groupBy, overAll, type Placed, placeOf, type Together } from "../together.ts";

function* objectsOf(value: DataValue | undefined): Iterable<DataObject> {
  if (value?.kind === "array") for (const element of value.elements) yield* objectsOf(element);
  if (value?.kind !== "object") return;
  yield value;
  for (const one of value.properties) yield* objectsOf(one.value);
}

/** The value without its layout: equal for two that mean the same. */
function meaning(value: DataValue): unknown {
  switch (value.kind) {
    case "object":
      return value.properties
        .map((one) => JSON.stringify([one.key, meaning(one.value)]))
        .toSorted((a, b) => (a < b ? -1 : 1));
    case "array":
      return [value.elements.map(meaning)];
    case "null":
      return null;
    case "string":
    case "number":
    case "boolean":
      return value.value;
  }
}

const same = (a: DataValue, b: DataValue): boolean => JSON.stringify(meaning(a)) === JSON.stringify(meaning(b));

function removal(file: ConfigFile, parent: DataObject, own: DataProperty, title: string): Fix[] {
  const edits: Edit[] = deleteProperty(file.document, parent, own);
  return edits.length === 0 ? [] : [{ title, safety: "unsafe", edits }];
}

function removalOf(file: ConfigFile, entry: ServerEntry): Fix[] {
  const edits = removeEntry(file.document, entry);
  return edits.length === 0 ? [] : [{ title: `Remove ${JSON.stringify(entry.name)}`, safety: "unsafe", edits }];
}

/** A place more than this is no help; a fix that takes away more is none that a person can look at. */
const MAX_PLACES = 20;

/** One key twice in one object: parsers take the last, readers often the first. */
function* duplicateKeys(file: ConfigFile): Iterable<Found> {
  // Claude Code writes this file itself, all but its servers.
  const roots = file.kind.id === "claude-json" ? file.entries.map((entry) => entry.map.object) : [file.document.root];
  const servers = new Set<DataProperty | undefined>(file.entries.map((entry) => entry.property));
  for (const object of new Set(roots.flatMap((root) => [...objectsOf(root)]))) {
    if (new Set(object.properties.map((own) => own.key)).size === object.properties.length) continue;
    for (const [key, all] of groupBy(object.properties, (own) => own.key)) {
      const [last, ...earlier] = all.toReversed();
      const [first] = all;
      if (!last || !first || earlier.length === 0) continue;
      const equal = earlier.every((one) => same(one.value, last.value));
      const times = all.length === 2 ? "twice" : `${all.length} times`;
      const edits = earlier.length > MAX_PLACES ? [] : deleteProperties(file.document, object, earlier);
      const title = all.length === 2 ? "Remove the first, which has no effect" : "Keep only the last, which has effect";
      const shown = earlier.toReversed().slice(0, MAX_PLACES);
      yield {
        span: last.keySpan,
        severity: equal ? "low" : "medium",
        message: `${servers.has(last) ? "The server" : "The key"} ${JSON.stringify(key)} is there ${times}; parsers take the last one${equal ? "" : ", which differs"}`,
        related: shown.map((one) => ({ file: file.path, span: one.keySpan, message: "an earlier one" })),
        fixes: [
          ...(edits.length > 0 ? [{ title, safety: "safe" as const, edits }] : []),
          ...(equal || all.length > 2 ? [] : removal(file, object, last, "Remove this one")),
        ],
      };
    }
  }
}

const normal = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

/** The first of each name or program by its key. */
class First {
  readonly #seen = new Map<string, ServerEntry>();

  /** The one that came first; the entry itself where it is the first. */
  of(key: string, entry: ServerEntry): ServerEntry {
    const before = this.#seen.get(key);
    if (before) return before;
    this.#seen.set(key, entry);
    return entry;
  }
}

/** Two names that a person reads as one, or one program under two names, in the same map. */
function* lookalikes(file: ConfigFile): Iterable<Found> {
  for (const entries of groupBy(file.entries, (entry) => entry.map).values()) {
    const names = new First();
    const programs = new First();
    for (const entry of entries) {
      const alike = names.of(normal(entry.name), entry);
      const twin = entry.command || entry.url ? programs.of(fullKey(entry), entry) : entry;
      const other = alike.name === entry.name ? twin : alike;
      if (other.name === entry.name) continue;
      const both = `The servers ${JSON.stringify(other.name)} and ${JSON.stringify(entry.name)}`;
      yield {
        entry,
        span: entry.nameSpan,
        ...(other === alike ? {} : { severity: "info" as const }),
        message: `${both} ${other === alike ? "differ in nothing that a person reads" : "start the same program"}`,
        related: [{ file: file.path, span: other.nameSpan, message: "the other one" }],
        fixes: removalOf(file, entry),
      };
    }
  }
}

/** One program that a client starts twice, out of two files, under two names. */
const acrossFiles = overAll(function* (seen: Together): Iterable<FoundIn> {
  for (const { shared, own } of seen.loaded) {
    const first = new Map<string, Placed>();
    for (const one of [...shared, ...own]) {
      if (!one.entry.command && !one.entry.url) continue;
      const key = fullKey(one.entry);
      const before = first.get(key);
      if (!before) first.set(key, one);
      else if (before.file !== one.file && isShared(before.file.scope) && !isShared(one.file.scope)) {
        // One name in both is the question of displaced-server.
        if (normal(before.entry.name) === normal(one.entry.name)) continue;
        const names = `${JSON.stringify(before.entry.name)} and ${JSON.stringify(one.entry.name)}`;
        yield {
          file: before.file,
          found: {
            entry: before.entry,
            span: before.entry.nameSpan,
            severity: "info",
            message: `The servers ${names} of the workspace and of the person start the same program`,
            related: [placeOf(one, "the one of the person")],
          },
        };
      }
    }
  }
});

function* check(context: RuleContext): Iterable<Found> {
  yield* duplicateKeys(context.file);
  yield* lookalikes(context.file);
  yield* acrossFiles(context);
}

export const duplicate: AuditRule = {
  info: {
    id: "duplicate",
    title: "Duplicate key or server",
    summary:
      "Reports a key that is twice in one object, two server names that differ only in case, blanks or form, and one program under two names, in one file or between a workspace and the person. Two entries that differ in their environment alone are none.",
    why: "Parsers disagree about which one wins, and a reviewer sees the other; approvals and logs of one program split.",
    remedy: "Keep one, under a name of its own.",
    severity: "medium",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP03:2025", "MCP09:2025", "CWE-694"],
  },
  fix: "Removes one of the two.",
  example: {
    before: `"mcpServers": { "tracker": { "url": "https://…" }, "tracker": { "url": "http://…" } }`,
    after: `"mcpServers": { "tracker": { "url": "https://…" } }`,
  },
  check,
};
