import type { DataValue } from "../documents/data.ts";
import { type DefinitionKind, definitionsOf } from "../mcp/definitions.ts";
import type { Json, JsonObject } from "../mcp/json.ts";
import type { Surface, SurfaceList } from "./lock.ts";
import { shownName, type SnapshotDefinition } from "./snapshot.ts";

/** A value as JSON.parse gives it; of a key that comes twice the last, as parsers take it. Depth is the document's bound. */
function jsonOf(value: DataValue): Json {
  switch (value.kind) {
    case "object": {
      const object: Record<string, Json> = {};
      for (const one of value.properties) {
        // Defined, not assigned: a key may be `__proto__`.
        Object.defineProperty(object, one.key, {
          value: jsonOf(one.value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    case "array":
      return value.elements.map(jsonOf);
    case "null":
      return null;
    case "string":
    case "number":
    case "boolean":
      return value.value;
  }
}

const METHODS: Readonly<Record<Exclude<DefinitionKind, "server">, { method: string; list: SurfaceList; key: string }>> =
  {
    tool: { method: "tools/list", list: "tools", key: "tools" },
    prompt: { method: "prompts/list", list: "prompts", key: "prompts" },
    resource: { method: "resources/list", list: "resources", key: "resources" },
    template: { method: "resources/templates/list", list: "templates", key: "resourceTemplates" },
  };

/** The fingerprint of one definition, as the proxy's pins have it; undefined for one that has no name. */
function fingerprintOf({ kind, object }: SnapshotDefinition): string | undefined {
  const value = jsonOf(object);
  const [method, result]: [string, JsonObject] =
    kind === "server" ? ["initialize", value as JsonObject] : [METHODS[kind].method, { [METHODS[kind].key]: [value] }];
  return definitionsOf(method, result).definitions[0]?.fingerprint;
}

/** What a server offers, as a lock has it. */
export function surfaceOf(definitions: readonly SnapshotDefinition[]): Surface {
  const lists = new Map<SurfaceList, Map<string, string>>();
  let server: string | undefined;
  for (const definition of definitions) {
    const fingerprint = fingerprintOf(definition);
    if (fingerprint === undefined) continue;
    if (definition.kind === "server") server = fingerprint;
    else {
      const { list } = METHODS[definition.kind];
      lists.set(list, (lists.get(list) ?? new Map<string, string>()).set(shownName(definition.name), fingerprint));
    }
  }
  return { lists, ...(server !== undefined && { server }) };
}

/** One definition that is not as a surface has it. */
export interface SurfaceDifference {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly change: "new" | "changed" | "gone";
  /** Undefined for one that is gone. */
  readonly definition?: SnapshotDefinition;
}

/** What differs between what was seen and what is offered now, in the order of the definitions; what is gone comes last. */
export function surfaceDifferences(
  before: Surface,
  definitions: readonly SnapshotDefinition[],
): readonly SurfaceDifference[] {
  const found: SurfaceDifference[] = [];
  const seen = new Set<string>();
  for (const definition of definitions) {
    const { kind } = definition;
    const name = shownName(definition.name);
    const fingerprint = fingerprintOf(definition);
    if (fingerprint === undefined) continue;
    const was = kind === "server" ? before.server : before.lists.get(METHODS[kind].list)?.get(name);
    seen.add(`${kind} ${name}`);
    if (was !== fingerprint) found.push({ kind, name, change: was === undefined ? "new" : "changed", definition });
  }
  for (const kind of ["tool", "prompt", "resource", "template"] as const) {
    for (const name of before.lists.get(METHODS[kind].list)?.keys() ?? []) {
      if (!seen.has(`${kind} ${name}`)) found.push({ kind, name, change: "gone" });
    }
  }
  return found;
}
