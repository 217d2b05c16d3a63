import type { DataObject, DataProperty, DataValue } from "../documents/data.ts";
import { property } from "../documents/data.ts";
import type { NamedField, ServerEntry, ServerMap, TextField } from "./config.ts";
import { readLauncher } from "./launcher.ts";

function textField(value: DataValue | undefined): TextField | undefined {
  return value?.kind === "string" ? { value: value.value, node: value } : undefined;
}

/** The first of several spellings of a field. */
function firstOf(object: DataObject, ...keys: readonly string[]): DataValue | undefined {
  for (const key of keys) {
    const found = property(object, key);
    if (found) return found.value;
  }
  return undefined;
}

function namedFields(value: DataValue | undefined): NamedField[] {
  if (value?.kind !== "object") return [];
  return value.properties.flatMap((one): NamedField[] => {
    const field = textField(one.value);
    return field ? [{ ...field, name: one.key, nameSpan: one.keySpan, property: one, parent: value }] : [];
  });
}

function textFields(value: DataValue | undefined): TextField[] {
  if (value?.kind !== "array") return [];
  return value.elements.map(textField).filter((field) => field !== undefined);
}

function isEnabled(object: DataObject): boolean {
  const disabled = property(object, "disabled")?.value;
  const enabled = property(object, "enabled")?.value;
  return !(disabled?.kind === "boolean" && disabled.value) && !(enabled?.kind === "boolean" && !enabled.value);
}

/**
 * Reads one entry in the spellings that clients use (the `command` array of some, `environment`, `serverUrl`, `httpUrl`), and
 * looks through our own launcher at the server behind it.
 */
function readEntry(map: ServerMap, own: DataProperty, object: DataObject): ServerEntry {
  const commandValue = firstOf(object, "command", "cmd");
  const commandWords = textFields(commandValue);
  const command = textField(commandValue) ?? commandWords[0];
  const args = [...commandWords.slice(1), ...textFields(property(object, "args")?.value)];
  const url = textField(firstOf(object, "url", "serverUrl", "httpUrl", "uri"));
  const wrapped = readLauncher(
    command?.value,
    args.map((arg) => arg.value),
  );
  const behind: { command: TextField | undefined; args: TextField[]; url: TextField | undefined } = wrapped
    ? {
        command: wrapped.command === undefined ? undefined : args[wrapped.command],
        args: wrapped.command === undefined ? [] : args.slice(wrapped.command + 1),
        url: wrapped.url === undefined ? url : args[wrapped.url],
      }
    : { command, args, url };
  const cwd = textField(property(object, "cwd")?.value);
  const envFile = textField(property(object, "envFile")?.value);
  const transport = textField(firstOf(object, "type", "transport"));
  return {
    name: own.key,
    nameSpan: own.keySpan,
    property: own,
    map,
    object,
    enabled: !map.inactive && isEnabled(object),
    protected: wrapped !== undefined,
    args: behind.args,
    env: namedFields(firstOf(object, "env", "environment", "envs")),
    headers: namedFields(firstOf(object, "headers", "http_headers")),
    ...(behind.command && { command: behind.command }),
    ...(behind.url && { url: behind.url }),
    ...(cwd && { cwd }),
    ...(envFile && { envFile }),
    ...(transport && { transport }),
  };
}

/** Every entry of a map, in order; duplicates are all there. Values that are no objects are left out. */
export function readEntries(map: ServerMap): ServerEntry[] {
  return map.object.properties.flatMap((own) => (own.value.kind === "object" ? [readEntry(map, own, own.value)] : []));
}
