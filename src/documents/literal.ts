import type { DataDocument } from "./data.ts";

/** Words that a reader of YAML, 1.1 or 1.2, takes for something other than text. */
const YAML_WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A string between double quotes with JSON's escapes, which TOML and YAML understand too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A key in the document's own syntax, without what follows it. */
export function keyLiteral({ format }: DataDocument, key: string): string {
  if (format === "toml") return /^[A-Za-z0-9_-]{1,200}$/.test(key) ? key : quoted(key);
  return format === "yaml" ? yamlString(key) : JSON.stringify(key);
}

function yamlString(text: string): string {
  return /^[A-Za-z_][\w./-]{0,200}$/.test(text) && !YAML_WORDS.test(text) ? text : quoted(text);
}

/**
 * A value as it would stand on one line of the document, also between brackets: JSON, TOML or YAML. Undefined for what the
 * format cannot say: in TOML null, and text that is no Unicode.
 */
export function literal(document: DataDocument, value: unknown): string | undefined {
  const { format } = document;
  if (format !== "toml" && format !== "yaml") return JSON.stringify(value);
  if (typeof value === "string") {
    if (format === "yaml") return yamlString(value);
    return /[\ud800-\udfff]/u.test(value) ? undefined : quoted(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === "boolean") return String(value);
  if (value === null) return format === "yaml" ? "null" : undefined;
  if (typeof value !== "object") return undefined;
  if (Array.isArray(value)) {
    const elements = value.map((one) => literal(document, one));
    return elements.includes(undefined) ? undefined : `[${elements.join(", ")}]`;
  }
  const members = Object.entries(value).map(([key, one]) => {
    const inner = literal(document, one);
    return inner === undefined ? undefined : `${keyLiteral(document, key)}${colon(document)}${inner}`;
  });
  if (members.includes(undefined)) return undefined;
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** What stands between a key and its value. */
export function colon({ format }: DataDocument): string {
  return format === "toml" ? " = " : ": ";
}

/** What stands inside the quotes of a double-quoted string of any of the formats. */
export function escaped({ format }: DataDocument, text: string): string {
  return (format === "json" ? JSON.stringify(text) : quoted(text)).slice(1, -1);
}

/** A string in double quotes. */
export function doubleQuoted(document: DataDocument, text: string): string {
  return `"${escaped(document, text)}"`;
}
