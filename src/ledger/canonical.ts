import { SallyportError } from "../core/errors.ts";

const MAX_DEPTH = 64;

function members(value: Record<string, unknown>): string[] {
  const names = Object.keys(value);
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] ?? "") > (names[i] ?? "")) return names.toSorted();
  }
  return names;
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== "object")
    throw new SallyportError("INTERNAL", `a ${typeof value} has no place in JSON, nor has a number that is not finite`);
  if (depth > MAX_DEPTH) throw new SallyportError("TOO_LARGE", `a record is nested over ${MAX_DEPTH} levels`);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${write(item, depth + 1)}`;
    return `[${text}]`;
  }
  const object = value as Record<string, unknown>;
  for (const name of members(object)) {
    const member = object[name];
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${write(member, depth + 1)}`;
  }
  return `{${text}}`;
}

/**
 * The one JSON text of a value, by RFC 8785: no white space, members in the order of their names' UTF-16 code units,
 * strings and numbers as ECMAScript writes them. Members that are undefined are left out. A lone surrogate, which the RFC
 * refuses, becomes its `\udXXX` escape, so that no text from outside can stop a record. Throws INTERNAL for what is no
 * JSON, TOO_LARGE beyond 64 levels.
 */
export function canonical(value: unknown): string {
  return write(value, 0);
}
