import type { ConfigFile, NamedField, ServerEntry } from "../clients/config.ts";
import type { Fix } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { deleteProperty } from "../documents/edits.ts";
import { launchesOf } from "./launch.ts";
import { launchVariables } from "./packages.ts";
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

/** One variable that a file or a command in it sets. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
  readonly entry?: ServerEntry;
  readonly of: string;
  /** Where it stands in a map of variables; undefined for one inside a command. */
  readonly field?: NamedField;
}

/** Every variable that a file sets, those too that a command sets: `docker run -e A=1`, `env A=1 server`. */
export function* assignmentsOf(file: ConfigFile): Iterable<Assignment> {
  for (const { field, ...rest } of variablesOf(file)) {
    yield { name: field.name, value: field.value, span: field.property.span, field, ...rest };
  }
  for (const entry of file.entries) {
    const of = `of the server ${JSON.stringify(entry.name)}`;
    for (const { name, value, word } of launchesOf(file, entry).flatMap(launchVariables)) {
      yield { name, value, span: word.span, entry, of };
    }
  }
}

/** The fix that takes a variable out of its map. */
export function withoutVariable(file: ConfigFile, { field, name }: Assignment): readonly Fix[] {
  const edits = field ? deleteProperty(file.document, field.parent, field.property) : [];
  return edits.length === 0 ? [] : [{ title: `Remove ${name}`, safety: "unsafe", edits }];
}
