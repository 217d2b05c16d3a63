import type { ConfigFile, NamedField, ServerEntry } from "../clients/config.ts";
import { settingsVariables } from "../clients/permissions/permissions.ts";

/** One variable that a file sets: for a server, or for everything that its client starts. */
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
  for (const field of settingsVariables(file)) yield { field, of: "of the settings" };
}
