import { type DataValue, valueAt } from "../documents/data.ts";
import type { ServerMap } from "./config.ts";

/** The object at a path of keys, as a map of servers. */
export function mapAt(root: DataValue | undefined, ...path: readonly string[]): ServerMap[] {
  const object = valueAt(root, ...path);
  return object?.kind === "object" ? [{ object }] : [];
}

/** The same at a place where the client does not look, so that what stands there is shown for what it is. */
export function inactiveMapAt(root: DataValue | undefined, ...path: readonly string[]): ServerMap[] {
  return mapAt(root, ...path).map((map) => ({ ...map, inactive: true }));
}

/** True for an object whose every value looks like an entry: a file that is the bare map. */
export function bareMap(root: DataValue | undefined): ServerMap[] {
  if (root?.kind !== "object" || root.properties.length === 0) return [];
  const isEntry = (value: DataValue): boolean =>
    ["command", "url"].some((key) => valueAt(value, key)?.kind === "string");
  return root.properties.every((one) => isEntry(one.value)) ? [{ object: root }] : [];
}
