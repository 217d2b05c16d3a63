import { isUtf8 } from "node:buffer";
import type { McpErrorName } from "./errors.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { keyIs, scanStructure, type Structure } from "./structure.ts";

/** The bounds of one message. */
export interface GateLimits {
  /** Bytes of a message without its line ending. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Objects and arrays: what a small message may cost in memory once parsed. */
  readonly maxContainers: number;
}

export const GATE_LIMITS: GateLimits = { maxBytes: 16 * 1024 * 1024, maxDepth: 200, maxContainers: 1_000_000 };

/** A message that may go on: what was parsed, and the bytes it was parsed from, which are what is forwarded. */
export interface Admitted {
  readonly ok: true;
  readonly bytes: Buffer;
  readonly value: JsonObject;
  readonly structure: Structure;
}

/** A message that may not, and why, in one sentence. */
export interface Refused {
  readonly ok: false;
  readonly error: McpErrorName;
  readonly reason: string;
  /** What could be parsed although it is refused: only for finding the ids to answer. */
  readonly value?: Json;
}

const refused = (error: McpErrorName, reason: string, value?: Json): Refused =>
  value === undefined ? { ok: false, error, reason } : { ok: false, error, reason, value };

/**
 * Members of all objects of a parsed value, by an explicit stack. An object that was written with a key twice, in
 * whatever spelling, has fewer members than its text has colons.
 */
export function countMembers(root: Json): number {
  let count = 0;
  const stack: object[] = typeof root === "object" && root !== null ? [root] : [];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (Array.isArray(next)) {
      for (const item of next as Json[]) if (typeof item === "object" && item !== null) stack.push(item);
    } else {
      const object = next as JsonObject;
      for (const key in object) {
        count++;
        const item = object[key];
        if (typeof item === "object" && item !== null) stack.push(item);
      }
    }
  }
  return count;
}

/**
 * The strict gate: one JSON object, well-formed UTF-8, no key twice in one object, bounded in bytes, depth and number of
 * containers. Works on the bytes of one message with or without its line ending; a carriage return anywhere but before
 * the line feed is refused, since some readers end a line there and would see another message.
 */
export function admit(bytes: Buffer, limits: GateLimits = GATE_LIMITS): Admitted | Refused {
  if (bytes.length > limits.maxBytes + 2)
    return refused("TOO_LARGE", `the message has ${bytes.length} bytes; at most ${limits.maxBytes} are read`);
  if (!isUtf8(bytes)) return refused("INVALID_UTF8", "the message is not well-formed UTF-8");
  if (bytes[0] === 0xef && bytes[1] === 0xbb) return refused("MALFORMED", "the message begins with a byte order mark");
  const carriageReturn = bytes.indexOf(0x0d);
  if (carriageReturn !== -1 && carriageReturn < bytes.length - (bytes[bytes.length - 1] === 0x0a ? 2 : 1))
    return refused("MALFORMED", "the message has a carriage return inside, where some readers would end it");

  const structure = scanStructure(bytes, limits.maxDepth, limits.maxContainers);
  if (structure.depth > limits.maxDepth)
    return refused("TOO_DEEP", `the message is nested deeper than ${limits.maxDepth} levels`);
  if (structure.containers > limits.maxContainers)
    return refused("TOO_LARGE", `the message has more than ${limits.maxContainers} objects and arrays`);

  let value: Json;
  try {
    value = JSON.parse(bytes.toString("utf8")) as Json;
  } catch {
    // The parser's own message quotes the input, which may be a secret.
    return refused("MALFORMED", "the message is not one JSON document");
  }
  if (Array.isArray(value)) return refused("BATCH", "JSON-RPC batches are not part of this protocol version", value);
  if (!isObject(value)) return refused("MALFORMED", "the message is not a JSON object");
  if (countMembers(value) !== structure.members)
    return refused(
      "DUPLICATE_KEY",
      "an object of the message has a key twice, and readers differ in which one counts",
      value,
    );
  return { ok: true, bytes, value, structure };
}

/** The bytes of one member of the envelope as they were sent, or undefined where it is absent. */
export function rawMember({ bytes, structure }: Admitted, name: string): Buffer | undefined {
  const member = structure.top.find(({ keyStart, keyEnd }) => keyIs(bytes, keyStart, keyEnd, name));
  return member && bytes.subarray(member.valueStart, member.valueEnd);
}
