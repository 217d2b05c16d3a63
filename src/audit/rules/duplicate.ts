import { type ConfigFile, type ServerEntry, isShared } from "../../clients/config.ts";
import type { Edit, Fix } from "../../core/finding.ts";
import { deleteProperty } from "../../documents/edits.ts";
import type { DataObject, DataProperty, DataValue } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

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

/** One key twice in one object: parsers take the last, readers often the first. */
function* duplicateKeys(file: ConfigFile): Iterable<Found> {
  // Claude Code writes this file itself, all but its servers.
  const roots = file.kind.id === "claude-json" ? file.entries.map((entry) => entry.map.object) : [file.document.root];
  for (const object of new Set(roots.flatMap((root) => [...objectsOf(root)]))) {
    if (new Set(object.properties.map((own) => own.key)).size === object.properties.length) continue;
    const byKey = new Map<string, DataProperty[]>();
    for (const own of object.properties) byKey.set(own.key, [...(byKey.get(own.key) ?? []), own]);
    for (const [key, all] of byKey) {
      const [last, ...earlier] = all.toReversed();
      const [first] = all;
      if (!last || !first || earlier.length === 0) continue;
      const equal = earlier.every((one) => same(one.value, last.value));
      const entry = file.entries.find((candidate) => candidate.property === last);
      const times = all.length === 2 ? "twice" : `${all.length} times`;
      const edits = earlier.flatMap((one) => deleteProperty(file.document, object, one));
      const title = all.length === 2 ? "Remove the first, which has no effect" : "Keep only the last, which has effect";
      yield {
        span: last.keySpan,
        severity: equal ? "low" : "medium",
        message: `${entry ? "The server" : "The key"} ${JSON.stringify(key)} is there ${times}; parsers take the last one${equal ? "" : ", which differs"}`,
        related: earlier.toReversed().map((one) => ({ file: file.path, span: one.keySpan, message: "an earlier one" })),
        fixes: [
          { title, safety: "safe", edits },
          ...(equal || all.length > 2 ? [] : removal(file, object, last, "Remove this one")),
        ],
      };
    }
  }
}

const normal = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

/** Two names that a person reads as one, or one program under two names, in the same map. */
function* lookalikes(file: ConfigFile): Iterable<Found> {
  for (const [i, entry] of file.entries.entries()) {
    const before = file.entries.slice(0, i).filter((other) => other.map.object === entry.map.object);
    const alike = before.find((other) => other.name !== entry.name && normal(other.name) === normal(entry.name));
    const twin = before.find((other) => other.name !== entry.name && same(other.object, entry.object));
    if (alike) {
      yield {
        entry,
        span: entry.nameSpan,
        message: `The servers ${JSON.stringify(alike.name)} and ${JSON.stringify(entry.name)} differ in nothing that a person reads`,
        related: [{ file: file.path, span: alike.nameSpan, message: "the other one" }],
        fixes: removal(file, entry.map.object, entry.property, `Remove ${JSON.stringify(entry.name)}`),
      };
    } else if (twin) {
      yield {
        entry,
        span: entry.nameSpan,
        severity: "info",
        message: `The servers ${JSON.stringify(twin.name)} and ${JSON.stringify(entry.name)} start the same program`,
        related: [{ file: file.path, span: twin.nameSpan, message: "the other one" }],
        fixes: removal(file, entry.map.object, entry.property, `Remove ${JSON.stringify(entry.name)}`),
      };
    }
  }
}

const startsSame = (a: ServerEntry, b: ServerEntry): boolean => {
  const launch = (entry: ServerEntry): string =>
    JSON.stringify([entry.command?.value, entry.args.map((arg) => arg.value), entry.url?.value]);
  return launch(a) === launch(b);
};

/** A repository's entry that displaces one of the person under the same name. */
function* shadowing({ file, all }: RuleContext): Iterable<Found> {
  if (!isShared(file.scope)) return;
  const own = all.filter((other) => !isShared(other.scope) && other.kind.client === file.kind.client);
  for (const entry of file.entries.filter((one) => one.enabled)) {
    const shadowed = own.flatMap((other) =>
      other.entries
        .filter((one) => one.name === entry.name && one.map.project === undefined && !startsSame(one, entry))
        .map((one) => ({ file: other.path, one })),
    );
    if (shadowed.length === 0) continue;
    const unguarded = !entry.protected && shadowed.some(({ one }) => one.protected);
    yield {
      entry,
      span: entry.nameSpan,
      severity: unguarded ? "high" : "medium",
      message: `The server ${JSON.stringify(entry.name)} of this workspace takes the place of another one of the same name in the person's own configuration${unguarded ? ", which Sallyport protects" : ""}`,
      related: shadowed.map(({ file, one }) => ({ file, span: one.nameSpan, message: "the one of the person" })),
    };
  }
}

function* check(context: RuleContext): Iterable<Found> {
  yield* duplicateKeys(context.file);
  yield* lookalikes(context.file);
  yield* shadowing(context);
}

export const duplicate: AuditRule = {
  info: {
    id: "duplicate",
    title: "Duplicate key or server",
    summary:
      "Reports a key that is twice in one object, two server names that differ only in case, blanks or form, a workspace's server that takes the place of the person's own of the same name, and one program under two names.",
    why: "Parsers disagree about which one wins, and a reviewer sees the other; a repository can put its own program behind a name that the person trusts; approvals and logs of one program split.",
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
