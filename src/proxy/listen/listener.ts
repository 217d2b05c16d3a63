import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { classify } from "../../mcp/message.ts";
import { admit, GATE_LIMITS } from "../../mcp/gate.ts";
import { MCP_ERRORS, type McpErrorName } from "../../mcp/errors.ts";
import { own, ownObject, ownString } from "../../mcp/json.ts";
import { answerId, progressToken, type Id } from "../../mcp/message.ts";
import { clearStale, type Address } from "./address.ts";
import { oneLine } from "../http/oneLine.ts";
import { EventStream, Exchange } from "./exchange.ts";
import { Guard, HEADER_MISMATCH, headerMismatch } from "./guard.ts";
import type { Front } from "./front.ts";

export interface ListenerOptions {
  readonly address: Address;
  /** For a port: what clients must send as their bearer. */
  readonly token: string | undefined;
  readonly front: () => Front;
  readonly log: (line: string) => void;
}

export interface Listener {
  /** How to reach it: a URL, or `unix:///…#/mcp`, `pipe:…#/mcp`. */
  readonly url: string;
  close(): Promise<void>;
}

const PATH = "/mcp";
const MAX_HEADER_BYTES = 16 * 1024;
/** The head of a request must be there in this time, and all of it in that, in milliseconds. */
const HEAD_MS = 10_000;
const WHOLE_MS = 60_000;
const MAX_CONNECTIONS = 256;
const MAX_SESSIONS = 64;
/** Servers of clients without sessions: one, and another one where the ids of two clients clash. */
const MAX_SHARED = 4;
/** Bytes of all bodies together that are held while they come in. */
const MAX_COLLECTED = 128 * 1024 * 1024;
const MODERN = "2026-07-28";

/** Listens for clients. Rejects where it cannot: the address is taken, or not ours to take. */
export async function listen({ address, token, front, log }: ListenerOptions): Promise<Listener> {
  if (address.kind === "path" && process.platform !== "win32") await clearStale(address.path);
  const desk = new Desk(front, log);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: 1000 },
    (request, response) => desk.serve(request, response),
  );
  server.headersTimeout = HEAD_MS;
  server.requestTimeout = WHOLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await bind(server, address);
  const port = address.kind === "port" ? (server.address() as AddressInfo).port : undefined;
  desk.guard = new Guard(token, port);
  return {
    url: urlOf(address, port),
    close: async () => {
      server.close();
      await desk.close();
      server.closeAllConnections();
    },
  };
}

function urlOf(address: Address, port: number | undefined): string {
  if (address.kind === "port") return `http://${address.host === "::1" ? "[::1]" : address.host}:${port}${PATH}`;
  return process.platform === "win32"
    ? `pipe://${address.path.replaceAll("\\", "/")}#${PATH}`
    : `unix://${address.path}#${PATH}`;
}

async function bind(server: Server, address: Address): Promise<void> {
  // A socket file is born with the mode that it keeps: nobody else can connect in between.
  const mask = address.kind === "path" && process.platform !== "win32" ? process.umask(0o177) : undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      const ready = (): void => {
        server.off("error", reject);
        resolve();
      };
      if (address.kind === "path") server.listen(address.path, ready);
      else server.listen(address.port, address.host, ready);
    });
  } finally {
    if (mask !== undefined) process.umask(mask);
  }
}

/** Where requests arrive: turns away who may not speak, and gives the rest to the session that they belong to. */
class Desk {
  guard = new Guard("");
  readonly #front: () => Front;
  readonly #log: (line: string) => void;
  readonly #sessions = new Map<string, Front>();
  readonly #shared: Front[] = [];
  #collected = 0;

  constructor(front: () => Front, log: (line: string) => void) {
    this.#front = front;
    this.#log = log;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    request.on("error", () => {});
    response.on("error", () => {});
    const turned = this.guard.check(request);
    if (turned) {
      // What is still to come of the body is not read.
      response.writeHead(turned.status, { "content-type": "text/plain", connection: "close", ...turned.headers });
      response.end(`${turned.reason}\n`);
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://local");
    if (pathname !== PATH) plain(response, 404, `The path is ${PATH}.`);
    else if (request.method === "POST") this.#post(request, response, searchParams.get("session"));
    else if (request.method === "GET") this.#get(request, response);
    else if (request.method === "DELETE") this.#delete(request, response);
    else plain(response, 405, "POST, GET and DELETE are answered.", { allow: "POST, GET, DELETE" });
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────── POST

  #post(request: IncomingMessage, response: ServerResponse, old: string | null): void {
    const parts: Buffer[] = [];
    let length = 0;
    let over = false;
    const release = (): void => {
      this.#collected -= length;
      length = 0;
    };
    const tooLarge = (): void => {
      over = true;
      release();
      parts.length = 0;
      request.pause();
      refuse(response, 413, "TOO_LARGE", `The message has more than ${GATE_LIMITS.maxBytes} bytes.`, {
        connection: "close",
      });
      response.once("finish", () => request.destroy());
    };
    request.on("data", (chunk: Buffer) => {
      if (over) return;
      parts.push(chunk);
      length += chunk.length;
      this.#collected += chunk.length;
      if (length > GATE_LIMITS.maxBytes + 2 || this.#collected > MAX_COLLECTED) tooLarge();
    });
    request.once("close", release);
    request.once("end", () => {
      if (over) return;
      release();
      try {
        this.#message(Buffer.concat(parts), request, response, old);
      } catch (error) {
        this.#log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        refuse(response, 500, "INTERNAL", "Sallyport failed while it looked at this message.");
      }
    });
  }

  #message(body: Buffer, { headers }: IncomingMessage, response: ServerResponse, old: string | null): void {
    const bytes = oneLine([body]);
    if (!bytes) {
      refuse(response, 400, "MALFORMED", "The body is empty.");
      return;
    }
    const admitted = admit(bytes);
    if (!admitted.ok) {
      const { error: name, reason } = admitted;
      refuse(response, 400, name, `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`);
      return;
    }
    const { value } = admitted;
    const params = ownObject(value, "params");
    const id = own(value, "method") === undefined ? undefined : (answerId(value) ?? undefined);
    const version = ownString(ownObject(params, "_meta"), "io.modelcontextprotocol/protocolVersion");
    const header = headers["mcp-protocol-version"];
    const lacking =
      version === undefined || !ownObject(ownObject(params, "_meta"), "io.modelcontextprotocol/clientCapabilities");
    const modern = (version ?? "") >= MODERN || (typeof header === "string" && header >= MODERN);
    const session = headers["mcp-session-id"];
    const more: Record<string, string> = {};
    let front: Front | undefined;
    if (old !== null) front = this.#sessions.get(old);
    else if (modern) front = this.#sharedFor(id);
    else if (typeof session === "string") front = this.#sessions.get(session);
    else if (own(value, "method") === "initialize") {
      const name = this.#open();
      front = this.#sessions.get(name);
      more["mcp-session-id"] = name;
    } else {
      refuse(response, 400, "MALFORMED", "The request names no session, and opens none.", {}, id);
      return;
    }
    if (!front) {
      refuse(
        response,
        modern ? 503 : 404,
        modern ? "TOO_MANY" : "SERVER_CLOSED",
        modern ? "Too many requests are open." : "There is no such session.",
        {},
        id,
      );
      return;
    }
    const message = classify(admitted, "client");
    const wrong = modern && message.kind !== "none" ? headerMismatch(headers, message, value, front.mirror) : undefined;
    if (wrong !== undefined) {
      error(response, 400, HEADER_MISMATCH, `Sallyport: ${wrong}.`, id);
      return;
    }
    const exchange = new Exchange(
      response,
      id,
      progressToken(params),
      modern,
      lacking ? 400 : undefined,
      forwarded(headers, modern),
      more,
    );
    if (old !== null) exchange.accept();
    front.take(admitted, exchange);
  }

  /** A session for a client without one, in which its id is free. */
  #sharedFor(id: Id | undefined): Front | undefined {
    const free = this.#shared.find((front) => id === undefined || !front.has(id));
    if (free || this.#shared.length >= MAX_SHARED) return free;
    const front = this.#front();
    this.#shared.push(front);
    return front;
  }

  // ────────────────────────────────────────────────────────────────────────────────────────────── sessions

  /** A name that cannot be guessed. Where there are too many sessions, the one that was idle for longest ends. */
  #open(): string {
    if (this.#sessions.size >= MAX_SESSIONS) {
      const all = [...this.#sessions].toSorted(
        ([, a], [, b]) => Number(b.isIdle) - Number(a.isIdle) || a.used - b.used,
      );
      if (all[0]) this.#end(all[0][0]);
    }
    const name = randomBytes(32).toString("base64url");
    this.#sessions.set(name, this.#front());
    return name;
  }

  #end(name: string): boolean {
    const front = this.#sessions.get(name);
    if (!front) return false;
    this.#sessions.delete(name);
    void front.close().catch((error: unknown) => this.#log(String(error)));
    return true;
  }

  #get({ headers }: IncomingMessage, response: ServerResponse): void {
    const version = headers["mcp-protocol-version"];
    const session = headers["mcp-session-id"];
    if (typeof version === "string" && version >= MODERN) {
      plain(response, 405, "This revision has no stream by GET.", { allow: "POST" });
      return;
    }
    if (!/text\/event-stream|\*\/\*/.test(headers.accept ?? "")) {
      plain(response, 406, "The stream is text/event-stream.");
      return;
    }
    if (typeof session === "string") {
      const front = this.#sessions.get(session);
      if (front) front.listen(new EventStream(response));
      else plain(response, 404, "There is no such session.");
      return;
    }
    // HTTP+SSE (2024-11-05): the stream is the session.
    const name = this.#open();
    const front = this.#sessions.get(name);
    if (!front) return;
    const stream = new EventStream(response);
    stream.event(Buffer.from(`${PATH}?session=${name}`), "endpoint");
    front.old = true;
    front.listen(stream);
    response.once("close", () => this.#end(name));
  }

  #delete({ headers }: IncomingMessage, response: ServerResponse): void {
    const session = headers["mcp-session-id"];
    if (typeof session !== "string") plain(response, 405, "There is no session to end.", { allow: "POST, GET" });
    else if (this.#end(session)) response.writeHead(200).end();
    else plain(response, 404, "There is no such session.");
  }

  async close(): Promise<void> {
    const all = [...this.#sessions.values(), ...this.#shared];
    this.#sessions.clear();
    this.#shared.length = 0;
    await Promise.all(all.map((front) => front.close()));
  }
}

/** What of a client's headers goes on to a server behind a URL: what the protocol has there, and nothing of its access to us. */
function forwarded(headers: IncomingMessage["headers"], modern: boolean): Record<string, string> {
  const on: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const wanted = name === "mcp-protocol-version" || (modern && name.startsWith("mcp-") && name !== "mcp-session-id");
    if (wanted && typeof value === "string") on[name] = value;
  }
  return on;
}

function plain(response: ServerResponse, status: number, reason: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "text/plain", ...headers }).end(`${reason}\n`);
}

function error(response: ServerResponse, status: number, code: number, message: string, id?: Id, headers = {}): void {
  const body = JSON.stringify({ jsonrpc: "2.0", id: id ?? null, error: { code, message } });
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

function refuse(
  response: ServerResponse,
  status: number,
  name: McpErrorName,
  reason: string,
  headers = {},
  id?: Id,
): void {
  error(response, status, MCP_ERRORS[name].code, `Sallyport: ${reason}`, id, headers);
}
