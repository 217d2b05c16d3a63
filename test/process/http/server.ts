import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server behind a URL has read of one request. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
  readonly message: Message | undefined;
}

export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown> & { readonly name?: string; readonly arguments?: Record<string, unknown> };
  readonly result?: unknown;
}

export type Reply = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void;

export const json = (response: ServerResponse, value: unknown, status = 200, headers: object = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof value === "string" ? value : JSON.stringify(value));
};
export const stream = (response: ServerResponse, text: string, headers: object = {}): void => {
  response.writeHead(200, { "content-type": "text/event-stream", ...headers });
  response.write(text);
};
export const event = (value: unknown, more = ""): string =>
  `${more}data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
export const result = (id: unknown, value: object = {}) => ({ jsonrpc: "2.0", id, result: value });
export const text = (said: string) => ({ content: [{ type: "text", text: said }] });

const TOOLS = ["echo", "read_echo", "read_raw", "send_mail", "read_ask_first", "read_never"].map((name) => ({
  name,
  inputSchema: { type: "object" },
  annotations: { readOnlyHint: name !== "send_mail" },
}));

/** Answers as an ordinary server does that keeps sessions: every tool says what it was given. */
export const ordinary: Reply = ({ method, message, headers }, response) => {
  if (method === "GET") return void response.writeHead(405).end();
  if (method === "DELETE") return void response.writeHead(200).end();
  if (message?.id === undefined || message.method === undefined) return void response.writeHead(202).end();
  if (message.method === "initialize") {
    const opened = {
      protocolVersion: "2025-11-25",
      capabilities: { tools: {} },
      serverInfo: { name: "url", version: "1" },
    };
    return json(response, result(message.id, opened), 200, { "mcp-session-id": "session-1" });
  }
  if (headers["mcp-session-id"] !== "session-1") return void response.writeHead(400).end();
  if (message.method === "tools/list") return json(response, result(message.id, { tools: TOOLS }));
  json(response, result(message.id, text(String(message.params?.arguments?.["text"]))));
};

/** A server on the loopback interface that does what a test says. */
export class UrlServer {
  readonly seen: Seen[] = [];
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  reply: Reply;

  constructor(reply: Reply = ordinary) {
    this.reply = reply;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (chunk: Buffer) => parts.push(chunk));
      request.on("error", () => {});
      response.on("error", () => {});
      request.on("end", () => {
        const body = Buffer.concat(parts).toString();
        const headers = request.headers as Record<string, string | undefined>;
        const message = body === "" ? undefined : (JSON.parse(body) as Message);
        const seen = { method: request.method ?? "", path: request.url ?? "", headers, body, message };
        this.seen.push(seen);
        for (const look of this.#waiting) look();
        this.reply(seen, response, request);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  /** Waits for a request that passes. */
  async until(look: (seen: Seen) => boolean): Promise<Seen> {
    return await new Promise((resolve, reject) => {
      const watchdog = setTimeout(
        () => reject(new Error(`the watchdog barked; seen ${JSON.stringify(this.seen)}`)),
        60_000,
      );
      const check = (): void => {
        const found = this.seen.find(look);
        if (!found) return;
        clearTimeout(watchdog);
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
