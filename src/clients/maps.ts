import { type DataValue, property, valueAt } from "../documents/data.ts";
import type { ServerMap } from "./config.ts";

/** The map of servers, or the list of them, at a path of keys. */
export function mapAt(root: DataValue | undefined, ...path: readonly string[]): ServerMap[] {
  const found = valueAt(root, ...path);
  if (found?.kind === "object") return [{ object: found }];
  return found?.kind === "array" ? [{ list: found }] : [];
}

/** The same at a place where the client does not look, so that what stands there is shown for what it is. */
export function inactiveMapAt(root: DataValue | undefined, ...path: readonly string[]): ServerMap[] {
  return mapAt(root, ...path).map((map) => ({ ...map, inactive: true }));
}

/** Keys by which a server says how it is started or reached. */
const STARTS = ["command", "cmd", "url", "serverUrl", "httpUrl", "uri"];

/** True for what has the shape of an entry. */
export function isServer(value: DataValue): boolean {
  if (value.kind !== "object") return false;
  const transport = property(value, "transport")?.value;
  return (
    STARTS.some((key) => {
      const found = property(value, key)?.value;
      return found?.kind === "string" || (key === "command" && (found?.kind === "array" || found?.kind === "object"));
    }) ||
    (transport?.kind === "object" && isServer(transport))
  );
}

/** The root itself where its every value looks like an entry: a file that is the bare map. */
export function bareMap(root: DataValue | undefined): ServerMap[] {
  if (root?.kind !== "object" || root.properties.length === 0) return [];
  return root.properties.every((one) => isServer(one.value)) ? [{ object: root }] : [];
}

/** The strings of a list at a path of keys; undefined where there is no list. */
export function wordsAt(root: DataValue | undefined, ...path: readonly string[]): ReadonlySet<string> | undefined {
  const found = valueAt(root, ...path);
  if (found?.kind !== "array") return undefined;
  return new Set(found.elements.flatMap((one) => (one.kind === "string" ? [one.value] : [])));
}
