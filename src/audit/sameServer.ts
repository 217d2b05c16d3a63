import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { packagesOf } from "./packages.ts";
import { recognise } from "./serverCatalogue.ts";

/** What tells two launches apart, as text: never shown, it may hold secrets. */
const words = (entry: ServerEntry): (string | undefined)[] => [
  entry.command?.value,
  ...entry.args.map((arg) => arg.value),
];

const pairs = (fields: ServerEntry["env"]): string[] => fields.map((one) => `${one.name}\0${one.value}`).toSorted();

/** Command, arguments and address: equal for two entries that start the same. Our own launcher is looked through. */
export function launchKey(entry: ServerEntry): string {
  return JSON.stringify([words(entry), entry.url?.value]);
}

/** The same with what the server is given beside: environment, headers, folder, file of variables. */
export function fullKey(entry: ServerEntry): string {
  const { env, headers, cwd, envFile } = entry;
  return JSON.stringify([launchKey(entry), pairs(env), pairs(headers), cwd?.value, envFile?.value]);
}

/** The launch without the version of its package: equal for two versions of one server that are told the same. */
export function versionlessKey(file: ConfigFile, entry: ServerEntry): string {
  const { identity, launches } = recognise(file, entry);
  const specs = new Set(launches.flatMap(packagesOf).map((ref) => ref.word.text));
  return JSON.stringify([words(entry).map((word) => (specs.has(word ?? "") ? identity : word)), entry.url?.value]);
}
