import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { own, ownObject, ownString, type JsonObject } from "../../mcp/json.ts";
import type { Message } from "../../mcp/message.ts";
import type { Mirror } from "../http/mirror.ts";

/** Why a request is turned away before anything of its body counts. */
export interface Turned {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Who may speak to us. A web page sends an Origin; a page that has rebound its name sends that name as the Host. */
export class Guard {
  readonly #token: Buffer | undefined;
  readonly #hosts: ReadonlySet<string> | undefined;
  /** Our own: we serve no pages, so no page has it. */
  readonly #origins: ReadonlySet<string>;

  /** `token`, `port`: of a listener on a port; a socket file needs neither, for only its owner can open it. */
  constructor(token?: string, port?: number) {
    this.#token = token === undefined ? undefined : digest(token);
    const hosts = port === undefined ? [] : ["127.0.0.1", "localhost", "[::1]"].map((host) => `${host}:${port}`);
    this.#hosts = port === undefined ? undefined : new Set(hosts);
    this.#origins = new Set(hosts.map((host) => `http://${host}`));
  }

  check({ headers, method }: IncomingMessage): Turned | undefined {
    if (headers.origin !== undefined && !this.#origins.has(headers.origin.toLowerCase()))
      return { status: 403, reason: "Web pages may not speak to this server." };
    if (this.#hosts && !this.#hosts.has((headers.host ?? "").toLowerCase()))
      return { status: 403, reason: "The Host is not this machine." };
    if (this.#token) {
      const [scheme = "", given = ""] = (headers.authorization ?? "").split(" ", 2);
      if (scheme.toLowerCase() !== "bearer" || !timingSafeEqual(digest(given), this.#token))
        return {
          status: 401,
          reason: "The bearer token is missing or wrong.",
          headers: { "www-authenticate": "Bearer" },
        };
    }
    if (method !== "POST") return undefined;
    const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json") return { status: 415, reason: "The Content-Type must be application/json." };
    if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity")
      return { status: 415, reason: "Compressed bodies are not read." };
    return undefined;
  }
}

/** JSON-RPC's code for a header that does not say what the body says (revision 2026-07-28). */
export const HEADER_MISMATCH = -32_020;

function decoded(value: string): string | undefined {
  const coded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  if (coded === undefined) return /^[\x20-\x7e\t]*$/.test(value) ? value : undefined;
  const bytes = Buffer.from(coded, "base64");
  return bytes.toString("base64") === coded ? bytes.toString("utf8") : undefined;
}

/**
 * Where a header of the revision 2026-07-28 is missing or says something else than the body, in one sentence. Both were
 * decided by the body; a server, or what stands before it, might go by the header.
 */
export function headerMismatch(
  headers: IncomingMessage["headers"],
  message: Message,
  body: JsonObject,
  mirror: Mirror,
): string | undefined {
  const version = ownString(ownObject(ownObject(body, "params"), "_meta"), "io.modelcontextprotocol/protocolVersion");
  if (version === undefined || own(body, "method") === undefined) return undefined;
  const said = headers["mcp-protocol-version"];
  if (said !== version) return `MCP-Protocol-Version is ${said === undefined ? "missing" : "not the body's"}`;
  for (const [name, wanted] of Object.entries(mirror.headers(message))) {
    const given = headers[name.toLowerCase()];
    if (typeof given !== "string") {
      // A notification has no answer that could depend on it.
      if (message.kind === "notification") continue;
      return `${name} is missing`;
    }
    const value = decoded(given.trim());
    if (value === undefined) return `${name} cannot be read`;
    if (value !== decoded(wanted)) return `${name} does not say what the body says`;
  }
  return mirror.surplus(message, headers);
}
