import type { ConfigFile, NamedField, ServerEntry } from "../clients/config.ts";
import { valueAt } from "../documents/data.ts";

/** One variable that a file sets: for a server, or for everything that Claude Code starts. */
export interface SetVariable {
  readonly field: NamedField;
  readonly entry?: ServerEntry;
  /** "of the server …" or "of the settings", as a message names it. */
  readonly of: string;
}

/** Every variable that a file sets. */
export function* variablesOf(file: ConfigFile): Iterable<SetVariable> {
  for (const entry of file.entries) {
    for (const field of entry.env) yield { field, entry, of: `of the server ${JSON.stringify(entry.name)}` };
  }
  const env = file.kind.settings === "claude" ? valueAt(file.document.root, "env") : undefined;
  if (env?.kind !== "object") return;
  for (const property of env.properties) {
    const { key, keySpan, value } = property;
    if (value.kind !== "string") continue;
    const field = { name: key, nameSpan: keySpan, value: value.value, node: value, property, parent: env };
    yield { field, of: "of the settings" };
  }
}
