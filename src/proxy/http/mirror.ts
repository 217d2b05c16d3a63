import { isObject, own, ownObject, ownString, type Json, type JsonObject } from "../../mcp/json.ts";
import { eraOf, type Message, type Request } from "../../mcp/message.ts";

/** An argument of a tool that a header repeats: the header's name, and the way to the argument. */
interface Mirrored {
  readonly header: string;
  readonly path: readonly string[];
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const MAX_TOOLS = 20_000;
const MAX_MIRRORED = 64;
const MAX_DEPTH = 16;
const SUBJECTS: Readonly<Record<string, "name" | "uri">> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

/** A value as a header may carry it: as it is where it is plain, else in base64 (revision 2026-07-28, SEP-2243). */
export function headerValue(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}

/** The arguments that a tool's schema wants repeated; undefined where its wishes are not allowed ones. */
function mirroredOf(schema: JsonObject | undefined): readonly Mirrored[] | undefined {
  const found: Mirrored[] = [];
  const names = new Set<string>();
  const walk = (properties: JsonObject | undefined, path: readonly string[]): boolean => {
    if (!properties || path.length > MAX_DEPTH) return true;
    for (const key of Object.keys(properties)) {
      const property = own(properties, key);
      if (!isObject(property)) continue;
      const here = [...path, key];
      const name = own(property, "x-mcp-header");
      if (name !== undefined) {
        const type = own(property, "type");
        if (typeof name !== "string" || !TOKEN.test(name) || names.has(name.toLowerCase())) return false;
        if (type !== "string" && type !== "integer" && type !== "boolean") return false;
        if (found.length === MAX_MIRRORED) return false;
        names.add(name.toLowerCase());
        found.push({ header: `Mcp-Param-${name}`, path: here });
      }
      if (!walk(ownObject(property, "properties"), here)) return false;
    }
    return true;
  };
  return walk(ownObject(schema, "properties"), []) ? found : undefined;
}

function asText(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "boolean" || Number.isSafeInteger(value) ? JSON.stringify(value) : undefined;
}

/** The headers of the revision 2026-07-28 that repeat parts of the body; what they say is taken from the body alone. */
export class Mirror {
  /** Undefined for a tool whose wishes are not allowed ones. */
  readonly #tools = new Map<string, readonly Mirrored[] | undefined>();
  /**
   * The revision that the client's requests name. One that lacks it is of the same, and before any is of the first that
   * opens no session; once the client has opened one, it is of none of these.
   */
  #version: string | undefined = "2026-07-28";

  /** Takes the tools of a listing, as the client gets it. */
  learn(result: JsonObject | undefined): void {
    const tools = own(result, "tools");
    if (!Array.isArray(tools)) return;
    for (const tool of tools as readonly Json[]) {
      if (!isObject(tool)) continue;
      const name = ownString(tool, "name");
      if (name === undefined) continue;
      const mirrored = mirroredOf(ownObject(tool, "inputSchema"));
      if (mirrored !== undefined && mirrored.length === 0) this.#tools.delete(name);
      else if (this.#tools.size < MAX_TOOLS) this.#tools.set(name, mirrored);
    }
  }

  /** Whether a call is of a tool that the revision says must not be called: what it wants in headers cannot stand there. */
  forbids({ method, params }: Request): boolean {
    const name = method === "tools/call" && eraOf(params) === "modern" ? ownString(params, "name") : undefined;
    return name !== undefined && this.#tools.has(name) && this.#tools.get(name) === undefined;
  }

  /** A header that repeats an argument which the body does not have, in one sentence. */
  surplus(message: Message, headers: Readonly<Record<string, unknown>>): string | undefined {
    const wanted = this.headers(message);
    const named =
      message.kind === "request" && message.method === "tools/call" ? ownString(message.params, "name") : undefined;
    for (const { header } of this.#tools.get(named ?? "") ?? []) {
      if (headers[header.toLowerCase()] !== undefined && wanted[header] === undefined)
        return `${header} repeats an argument that the body does not have`;
    }
    return undefined;
  }

  /** None for a message of a client of an earlier revision. */
  headers(message: Message): Record<string, string> {
    if (message.kind === "response") return {};
    const { method, params } = message;
    if (method === "initialize") this.#version = undefined;
    if (eraOf(params) === "modern")
      this.#version = ownString(ownObject(params, "_meta"), "io.modelcontextprotocol/protocolVersion");
    const version = this.#version;
    if (version === undefined) return {};
    const headers: Record<string, string> = {
      "mcp-protocol-version": headerValue(version),
      "mcp-method": headerValue(method),
    };
    const subject = SUBJECTS[method];
    const named = subject === undefined ? undefined : ownString(params, subject);
    if (named !== undefined) headers["mcp-name"] = headerValue(named);
    if (method !== "tools/call" || named === undefined) return headers;
    for (const { header, path } of this.#tools.get(named) ?? []) {
      let value: Json | undefined = own(params, "arguments");
      for (const key of path) value = isObject(value) ? own(value, key) : undefined;
      const text = asText(value);
      if (text !== undefined) headers[header] = headerValue(text);
    }
    return headers;
  }
}
