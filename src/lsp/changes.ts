import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { isHeld } from "../clients/held.ts";
import { addressesOf, commandsOf, permissionsOf, pluginsOf } from "../clients/permissions/permissions.ts";

/** What a new text of a configuration brings that the old one had not. */
export interface ConfigChange {
  /** `server`: an entry is new, or starts something else, or starts at all. `setting`: the agent may do more, or a command runs. */
  readonly kind: "server" | "setting";
  /** A predicate: `adds the server "notes"`. The names in it are the file's own. */
  readonly words: string;
  /** The entry, for `server`. */
  readonly entry?: ServerEntry;
}

const nameOf = ({ name }: ServerEntry): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 59)}…` : name);

/** What a client starts or connects to for an entry, seen through our own launcher. */
function launchOf(entry: ServerEntry): string {
  const { command, args, url, cwd, envFile, transport } = entry;
  const named = (fields: ServerEntry["env"]): string[][] => fields.map((one) => [one.name, one.value]);
  return JSON.stringify([
    command?.value,
    args.map((one) => one.value),
    url?.value,
    cwd?.value,
    envFile?.value,
    transport?.value,
    named(entry.env),
    named(entry.headers),
  ]);
}

const keyOf = ({ name, map: { project } }: ServerEntry): string => JSON.stringify([project, name]);

function* serverChanges(before: ConfigFile | undefined, after: ConfigFile): Iterable<ConfigChange> {
  // Of two entries with one name clients take the last.
  const known = new Map((before?.entries ?? []).map((entry) => [keyOf(entry), entry]));
  for (const entry of new Map(after.entries.map((one) => [keyOf(one), one])).values()) {
    const old = known.get(keyOf(entry));
    const name = nameOf(entry);
    if (!old) yield { kind: "server", words: `adds the server ${name}`, entry };
    else if (launchOf(old) !== launchOf(entry)) yield { kind: "server", words: `changes what ${name} starts`, entry };
    else if (old.protected && !entry.protected)
      yield { kind: "server", words: `takes the protection off ${name}`, entry };
    else if (isHeld(old) && !isHeld(entry))
      yield { kind: "server", words: `lets ${name} start, which was held`, entry };
    else if (!old.enabled && entry.enabled) yield { kind: "server", words: `switches ${name} on`, entry };
  }
}

/** Each thing that a file's settings allow or run, as a key, with the words for it. */
function settingsOf(file: ConfigFile | undefined): ReadonlyMap<string, string> {
  if (!file) return new Map();
  const found = new Map<string, string>();
  for (const { setting, title, written, withoutEffect } of permissionsOf(file)) {
    if (withoutEffect === undefined) found.set(JSON.stringify([setting, title, written]), `the agent ${title}`);
  }
  for (const { of, words } of commandsOf(file)) {
    found.set(JSON.stringify([of, words.map((one) => one.value)]), `a command runs by itself (${of})`);
  }
  for (const { setting, written } of pluginsOf(file)) {
    found.set(JSON.stringify([setting, written]), `another plugin is loaded (${setting})`);
  }
  for (const { setting, url } of addressesOf(file)) {
    found.set(JSON.stringify([setting, url]), `what the agent says goes to another address (${setting})`);
  }
  return found;
}

function* settingChanges(before: ConfigFile | undefined, after: ConfigFile): Iterable<ConfigChange> {
  const known = settingsOf(before);
  for (const [key, words] of settingsOf(after)) {
    if (!known.has(key)) yield { kind: "setting", words: `from now on ${words}` };
  }
}

/** What a new text of a file lets happen that the old one did not. What it takes away is no news. */
export function changesBetween(before: ConfigFile | undefined, after: ConfigFile | undefined): readonly ConfigChange[] {
  return after ? [...serverChanges(before, after), ...settingChanges(before, after)] : [];
}

const MAX_SHOWN = 3;

/** The changes in one sentence's end: `adds the server "a", changes what "b" starts and 2 more changes`. */
export function changesInWords(changes: readonly ConfigChange[]): string {
  const shown = changes.slice(0, MAX_SHOWN).map((one) => one.words);
  const more = changes.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more ${more === 1 ? "change" : "changes"}` : ""}`;
}
