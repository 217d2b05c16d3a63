import type { DataValue } from "../../../src/documents/data.ts";

/** The value as JSON.parse would give it, the last of duplicate keys winning. */
export function plainOf(value: DataValue | undefined): unknown {
  switch (value?.kind) {
    case undefined:
      return undefined;
    case "object": {
      const entries = value.properties.map(({ key, value: inner }) => [key, plainOf(inner)] as const);
      return Object.fromEntries(entries);
    }
    case "array":
      return value.elements.map(plainOf);
    case "null":
      return null;
    case "string":
    case "number":
    case "boolean":
      return value.value;
  }
}
