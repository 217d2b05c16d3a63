import { createHash } from "node:crypto";
import { canonical, isObject, own, ownString, type Json, type JsonObject } from "./json.ts";

/** What a server offers under a name. */
export type DefinitionKind = "tool" | "prompt" | "resource" | "template" | "server";

export interface Definition {
  readonly kind: DefinitionKind;
  /** The name; of a resource its URI, of a template its URI template, of the server the empty string. */
  readonly name: string;
  readonly value: JsonObject;
  /** SHA-256 in hex over the canonical JSON of every field, known or not. */
  readonly fingerprint: string;
}

const LISTS: ReadonlyMap<string, { readonly list: string; readonly kind: DefinitionKind; readonly name: string }> =
  new Map([
    ["tools/list", { list: "tools", kind: "tool", name: "name" }],
    ["prompts/list", { list: "prompts", kind: "prompt", name: "name" }],
    ["resources/list", { list: "resources", kind: "resource", name: "uri" }],
    ["resources/templates/list", { list: "resourceTemplates", kind: "template", name: "uriTemplate" }],
  ]);

/** SHA-256 in hex over canonical JSON: the same for any key order and white space, another for any other change. */
export function fingerprint(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/**
 * What a result defines: the entries of a list, or the server itself (its info, capabilities and instructions). Entries
 * that have no name are left to whoever counts them: `unnamed`.
 */
export function definitionsOf(
  method: string,
  result: JsonObject,
): { readonly definitions: Definition[]; readonly unnamed: number } {
  if (method === "initialize" || method === "server/discover") {
    // What differs from one answer to the next without the server being another one.
    const { _meta: _, ttlMs: __, cacheScope: ___, ...value } = result;
    return { definitions: [{ kind: "server", name: "", value, fingerprint: fingerprint(value) }], unnamed: 0 };
  }
  const shape = LISTS.get(method);
  const list = shape ? own(result, shape.list) : undefined;
  const definitions: Definition[] = [];
  let unnamed = 0;
  for (const value of Array.isArray(list) ? (list as readonly Json[]) : []) {
    const name = isObject(value) && shape ? ownString(value, shape.name) : undefined;
    if (name === undefined || !shape || !isObject(value)) unnamed++;
    else definitions.push({ kind: shape.kind, name, value, fingerprint: fingerprint(value) });
  }
  return { definitions, unnamed };
}

/** One field that differs. `pointer` is a JSON Pointer (RFC 6901) into the definition. */
export interface FieldChange {
  readonly pointer: string;
  readonly change: "added" | "removed" | "changed";
  readonly before?: Json;
  readonly after?: Json;
}

const step = (key: string | number): string => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The differences of two definitions, by field, in the order of the fields; at most `limit` of them. */
export function diffDefinitions(before: Json, after: Json, limit = 200): FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (old: Json | undefined, now: Json | undefined, pointer: string): void => {
    if (changes.length >= limit) return;
    if (old === undefined && now !== undefined) changes.push({ pointer, change: "added", after: now });
    else if (old !== undefined && now === undefined) changes.push({ pointer, change: "removed", before: old });
    else if (old !== undefined && now !== undefined) {
      if (Array.isArray(old) && Array.isArray(now)) {
        for (let i = 0; i < Math.max(old.length, now.length); i++)
          compare(old[i] as Json | undefined, now[i] as Json | undefined, pointer + step(i));
      } else if (isObject(old) && isObject(now)) {
        for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
          compare(own(old, key), own(now, key), pointer + step(key));
      } else if (canonical(old) !== canonical(now)) {
        changes.push({ pointer, change: "changed", before: old, after: now });
      }
    }
  };
  compare(before, after, "");
  return changes;
}
