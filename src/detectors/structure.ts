import type { RuleInfo } from "../core/finding.ts";
import type { Json, JsonObject } from "../mcp/json.ts";
import { isObject, own, ownObject, ownString } from "../mcp/json.ts";
import type { Message } from "../mcp/message.ts";
import type { Detection } from "./detector.ts";

/** What a detector of structure saw: a detection with the JSON pointer (into params, result or error) that it is about. */
export interface StructureDetection extends Detection {
  readonly pointer: string;
}

/** A message as the detectors of structure see it. */
export interface Structure {
  readonly message: Message;
  readonly from: "client" | "server";
  /** Of the request that a response answers. */
  readonly method: string | undefined;
}

/** A check of a message as a whole: what its fields mean together. Pure, bounded, linear in the message. */
export interface StructureDetector {
  readonly rule: RuleInfo;
  scan(structure: Structure): StructureDetection[];
}

/** One thing that a server offers, with its pointer in the result. */
export interface Offered {
  readonly kind: "tool" | "prompt" | "resource" | "template";
  readonly name: string;
  readonly value: JsonObject;
  readonly pointer: string;
}

const LISTS = [
  ["tools", "tool", "name"],
  ["prompts", "prompt", "name"],
  ["resources", "resource", "uri"],
  ["resourceTemplates", "template", "uriTemplate"],
] as const;

/** What a list offers, whatever the method: a server that sends tools in another answer offers them too. */
export function offeredBy({ message, from }: Structure): Offered[] {
  if (from !== "server" || message.kind !== "response" || !message.result) return [];
  const found: Offered[] = [];
  for (const [member, kind, key] of LISTS) {
    const list = own(message.result, member);
    if (!Array.isArray(list)) continue;
    for (const [i, value] of (list as readonly Json[]).entries()) {
      if (isObject(value)) found.push({ kind, name: ownString(value, key) ?? "", value, pointer: `/${member}/${i}` });
    }
  }
  return found;
}

/** A request that a server makes of the person or the model. */
export interface Asked {
  readonly method: string;
  readonly params: JsonObject;
  readonly pointer: string;
}

/** Requests of both eras: sent as such, inside an `input_required` result, inside an error. */
export function askedBy({ message, from }: Structure): Asked[] {
  if (from !== "server") return [];
  if (message.kind === "request") return [{ method: message.method, params: message.params ?? {}, pointer: "" }];
  if (message.kind !== "response") return message.params ? inner(message.params, "") : [];
  const found = inner(message.result, "");
  const data = ownObject(message.error, "data");
  const elicitations = own(data, "elicitations");
  if (Array.isArray(elicitations)) {
    for (const [i, params] of (elicitations as readonly Json[]).entries()) {
      if (isObject(params)) found.push({ method: "elicitation/create", params, pointer: `/data/elicitations/${i}` });
    }
  }
  return found;
}

function inner(object: JsonObject | undefined, pointer: string): Asked[] {
  const requests = ownObject(object, "inputRequests");
  if (!requests) return [];
  return Object.entries(requests).flatMap(([key, request]): Asked[] => {
    if (!isObject(request)) return [];
    const at = `${pointer}/inputRequests/${step(key)}`;
    return [
      {
        method: ownString(request, "method") ?? "",
        params: ownObject(request, "params") ?? {},
        pointer: `${at}/params`,
      },
    ];
  });
}

/** One reference token of a JSON pointer. */
export function step(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** One property of a schema, however deep. */
export interface Property {
  readonly name: string;
  readonly schema: JsonObject;
  readonly pointer: string;
}

/** Properties of a schema that are looked at, of all depths together. */
export const MAX_PROPERTIES = 2000;

/** The properties of a JSON schema, those of nested objects, of items and of alternatives among them. Bounded. */
export function propertiesOf(schema: JsonObject | undefined, pointer: string): Property[] {
  const found: Property[] = [];
  const stack: { schema: JsonObject; pointer: string }[] = schema ? [{ schema, pointer }] : [];
  for (let next = stack.pop(); next && found.length < MAX_PROPERTIES; next = stack.pop()) {
    for (const [key, value] of Object.entries(next.schema)) {
      const at = `${next.pointer}/${step(key)}`;
      if (/^(?:properties|patternProperties|\$defs|definitions)$/.test(key) && isObject(value)) {
        for (const [name, one] of Object.entries(value)) {
          if (!isObject(one)) continue;
          const here = `${at}/${step(name)}`;
          if (key === "properties") found.push({ name, schema: one, pointer: here });
          stack.push({ schema: one, pointer: here });
        }
      } else if (key === "items" || key === "additionalProperties" || key === "not") {
        if (isObject(value)) stack.push({ schema: value, pointer: at });
      } else if (/^(?:anyOf|oneOf|allOf|prefixItems)$/.test(key) && Array.isArray(value)) {
        for (const [i, one] of (value as readonly Json[]).entries())
          if (isObject(one)) stack.push({ schema: one, pointer: `${at}/${i}` });
      }
    }
  }
  return found;
}
