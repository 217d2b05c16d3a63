import type { Message, Response } from "./message.ts";
import { isObject, own, ownString, type Json, type JsonObject } from "./json.ts";

/** What kind of reader a text has: a server (`argument`), a model (`result`, `definition`, `instructions`). */
export type TextPlace = "argument" | "result" | "definition" | "instructions";

/** A container on the way to a text; the outermost has no parent. */
interface Step {
  readonly parent: Step | undefined;
  readonly key: string | number;
}

/** One string of a message: a value, or a member's name (which reaches a model or a server just as well). */
export class MessageText {
  readonly #parent: Step | undefined;

  constructor(
    readonly text: string,
    readonly place: TextPlace,
    /** The nearest member name, of an element of `path: [...]` `path`; undefined where the text is itself a name. */
    readonly key: string | undefined,
    readonly last: string | number,
    parent: Step | undefined,
  ) {
    this.#parent = parent;
  }

  /** JSON Pointer (RFC 6901), into the params, result or error, of the value or of the member that the name names. */
  get pointer(): string {
    const parts: (string | number)[] = [this.last];
    for (let step = this.#parent; step?.parent?.parent !== undefined; step = step.parent) parts.push(step.key);
    return parts
      .toReversed()
      .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
      .join("");
  }
}

/** Content that is not text, and so is not read: says so instead of passing as looked at. */
export interface Unread {
  readonly place: TextPlace;
  readonly kind: "image" | "audio" | "binary";
  readonly mimeType: string | undefined;
  readonly bytes: number;
}

export interface MessageTexts {
  readonly texts: readonly MessageText[];
  readonly unread: readonly Unread[];
}

const LISTS: ReadonlySet<string> = new Set([
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "initialize",
  "server/discover",
]);

/**
 * Every string of a message, with its place. Nothing is left out by name: a field that no revision knows is text. The
 * one exception is base64 in the places that the protocol defines for it, which is listed as unread.
 *
 * `method`: for a response, the method of the request that it answers. `from`: who sent the message.
 */
export function texts(message: Message, from: "client" | "server", method?: string): MessageTexts {
  const found: MessageText[] = [];
  const unread: Unread[] = [];
  if (message.kind === "response") {
    const place = responsePlace(message, from, method);
    if (message.error) collect(message.error, "error", place, found, unread);
    else if (message.result) collect(message.result, "result", place, found, unread);
  } else if (message.params) {
    collect(message.params, "params", from === "client" ? "argument" : "result", found, unread);
  }
  return { texts: found, unread };
}

function responsePlace(message: Response, from: "client" | "server", method: string | undefined): TextPlace {
  if (from === "client") return "argument";
  return message.result && method !== undefined && LISTS.has(method) ? "definition" : "result";
}

/**
 * Words of the protocol itself. As the name of a member, or as all there is of a value, they say nothing, and most texts
 * of a small message are such words.
 */
const WORDS: ReadonlySet<string> = new Set(
  (
    "_meta name title description arguments progressToken progress total message cursor nextCursor uri uriTemplate " +
    "content contents structuredContent isError type text image audio resource resource_link mimeType data blob size " +
    "annotations audience priority lastModified user assistant role tools prompts resources resourceTemplates icons " +
    "inputSchema outputSchema properties required additionalProperties items enum default string number integer " +
    "boolean array object null readOnlyHint destructiveHint idempotentHint openWorldHint execution taskSupport " +
    "protocolVersion capabilities clientInfo serverInfo version instructions roots sampling elicitation listChanged " +
    "subscribe logging completions level logger code resultType complete ttlMs cacheScope requestId reason messages"
  ).split(" "),
);

interface Pending {
  readonly value: object;
  readonly step: Step;
  readonly key: string;
}

/** Base64 where the protocol has it: `data` of image and audio content, `blob` of a resource's contents. */
function binaryOf(object: JsonObject): { readonly key: string; readonly kind: Unread["kind"] } | undefined {
  const type = own(object, "type");
  if ((type === "image" || type === "audio") && typeof own(object, "data") === "string")
    return { key: "data", kind: type };
  if (typeof own(object, "blob") === "string" && typeof own(object, "uri") === "string")
    return { key: "blob", kind: "binary" };
  return undefined;
}

/**
 * A progress token is the protocol's own, random, and no credential, whatever its name says: it is read as a text without
 * a name. Only in the places that the protocol has for it.
 */
function isProgressToken(key: string, step: Step): boolean {
  return (
    key === "progressToken" &&
    (step.key === "_meta" ? step.parent?.parent?.parent === undefined : step.parent?.parent === undefined)
  );
}

/** Only base64 is left unread; text that merely stands where base64 belongs is read like any other. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function collect(root: JsonObject, name: string, place: TextPlace, found: MessageText[], unread: Unread[]): void {
  const top: Step = { parent: undefined, key: "" };
  /** A name that comes in every row is read once. */
  const names = new Set<string>();
  const stack: Pending[] = [{ value: root, step: { parent: top, key: name }, key: name }];
  const visit = (value: Json, step: Step, last: string | number, key: string): void => {
    if (typeof value === "string") {
      const where = place === "definition" && step.parent === top && key === "instructions" ? "instructions" : place;
      if (value !== "" && !WORDS.has(value)) found.push(new MessageText(value, where, key, last, step));
    } else if (typeof value === "object" && value !== null) {
      stack.push({ value, step: { parent: step, key: last }, key });
    }
  };
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, step } = next;
    if (Array.isArray(value)) {
      const items = value as readonly Json[];
      for (let i = 0; i < items.length; i++) visit(items[i] ?? null, step, i, next.key);
      continue;
    }
    const object = value as JsonObject;
    const binary = isObject(object) ? binaryOf(object) : undefined;
    for (const key in object) {
      const item = object[key] ?? null;
      if (!WORDS.has(key) && !names.has(key)) {
        names.add(key);
        if (key !== "") found.push(new MessageText(key, place, undefined, key, step));
      }
      if (binary?.key === key && typeof item === "string" && BASE64.test(item)) {
        const bytes = Math.floor((item.length * 3) / 4);
        unread.push({ place, kind: binary.kind, mimeType: ownString(object, "mimeType"), bytes });
      } else if (typeof item === "string" && item !== "" && isProgressToken(key, step)) {
        found.push(new MessageText(item, place, undefined, key, step));
      } else visit(item, step, key, key);
    }
  }
}
