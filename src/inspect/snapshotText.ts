import type { Json, JsonObject } from "../mcp/json.ts";
import type { Offered } from "./offered.ts";

/** Which entry was asked, as a lock knows it. */
export interface InspectedEntry {
  readonly file: string;
  readonly name: string;
  readonly identity: string;
}

/**
 * JSON with two blanks a level. A number beyond what JSON.stringify writes (1e400, which it calls null) is written so that
 * it is read as the same again: fingerprints must not depend on whether they were taken before or after saving.
 */
function write(value: Json, indent: string): string {
  const inner = `${indent}  `;
  if (typeof value === "number" && !Number.isFinite(value)) return value > 0 ? "1e999" : "-1e999";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => `${inner}${write(item, inner)}`);
    return items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n${indent}]`;
  }
  const object = value as JsonObject;
  const members = Object.keys(object).map(
    (key) => `${inner}${JSON.stringify(key)}: ${write(object[key] ?? null, inner)}`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** A snapshot as a file: what the server said, and of which entry. Order and numbers are the server's. */
export function snapshotText({ server, lists, gaps }: Offered, entry: InspectedEntry): string {
  const { file, name, identity } = entry;
  const snapshot: JsonObject = {
    snapshot: 1,
    server: { file, name, identity },
    ...(gaps.length > 0 && { gaps }),
    initialize: server,
    tools: lists.tools,
    prompts: lists.prompts,
    resources: lists.resources,
    resourceTemplates: lists.resourceTemplates,
  };
  return `${write(snapshot, "")}\n`;
}
