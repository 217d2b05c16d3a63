import { request, type IncomingHttpHeaders } from "node:http";
import type { Client, Home } from "../proxy/harness.ts";

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's messages, whether it was JSON or a stream. */
  readonly messages: Message[];
}

export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text: string }[] };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | object;
  /** Takes what has come so far; true ends the request. */
  readonly enough?: (soFar: string) => boolean;
}

const messagesOf = (body: string, type: string | undefined): Message[] => {
  if (type?.startsWith("text/event-stream"))
    return Array.from(body.matchAll(/^data: (\{.*)$/gm), ([, data]) => JSON.parse(data ?? "") as Message);
  return type === "application/json" ? [JSON.parse(body) as Message] : [];
};

/** A proxy that listens, and a client of it that sends whatever a test says. */
export class Listening {
  token = "";
  url = new URL("http://unset");
  socket: string | undefined;

  private constructor(readonly proxy: Client) {}

  static async start(
    home: Home,
    address: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Listening> {
    const proxy = home.proxy(["--listen", address, ...args], env);
    const one = new Listening(proxy);
    const line = await proxy.until("its address", () => proxy.lines[0]);
    const { url, token } = JSON.parse(line) as { url: string; token?: string };
    one.token = token ?? env["BEARER"] ?? "";
    const socket = /^unix:\/\/(.*)#\/mcp$/.exec(url)?.[1];
    one.socket = socket;
    one.url = new URL(socket === undefined ? url : "http://localhost/mcp");
    return one;
  }

  /** One request over HTTP, on a connection of its own. */
  async ask({ method = "POST", path = "/mcp", headers = {}, body, enough }: Ask): Promise<Got> {
    const raw =
      body === undefined ? undefined : typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return await new Promise((resolve, reject) => {
      const watchdog = setTimeout(() => reject(new Error("the watchdog barked")), 60_000);
      const sent = request(
        {
          method,
          path,
          ...(this.socket === undefined
            ? { host: this.url.hostname, port: this.url.port }
            : { socketPath: this.socket }),
          agent: false,
          headers: {
            ...(this.token !== "" && { authorization: `Bearer ${this.token}` }),
            ...(method === "POST" && { "content-type": "application/json" }),
            accept: "application/json, text/event-stream",
            ...headers,
          },
        },
        (answer) => {
          let text = "";
          const finish = (): void => {
            clearTimeout(watchdog);
            const { statusCode = 0, headers: got } = answer;
            resolve({ status: statusCode, headers: got, body: text, messages: messagesOf(text, got["content-type"]) });
          };
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => {
            text += chunk;
            if (!enough?.(text)) return;
            finish();
            sent.destroy();
          });
          answer.on("end", finish);
          answer.on("error", () => {});
        },
      );
      sent.on("error", (error) => {
        clearTimeout(watchdog);
        reject(error);
      });
      sent.end(raw);
    });
  }

  /** The opening exchange of a legacy client. Gives the headers of the session. */
  async open(): Promise<Record<string, string>> {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
    const { headers } = await this.ask({ body: { jsonrpc: "2.0", id: "open", method: "initialize", params } });
    const session = { "mcp-session-id": String(headers["mcp-session-id"]), "mcp-protocol-version": "2025-11-25" };
    await this.ask({ headers: session, body: { jsonrpc: "2.0", method: "notifications/initialized" } });
    await this.ask({ headers: session, body: { jsonrpc: "2.0", id: "tools", method: "tools/list" } });
    return session;
  }

  async call(
    headers: Record<string, string>,
    id: unknown,
    name: string,
    args: object = {},
    meta?: object,
  ): Promise<Got> {
    const params = { name, arguments: args, ...(meta && { _meta: meta }) };
    return await this.ask({ headers, body: { jsonrpc: "2.0", id, method: "tools/call", params } });
  }
}

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A request of the revision 2026-07-28, with the headers that go with it. */
export function modern(
  id: unknown,
  method: string,
  params: Record<string, unknown> = {},
): Required<Pick<Ask, "headers" | "body">> {
  const name = params["name"] ?? params["uri"];
  return {
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" && { "mcp-name": name }),
    },
    body: { jsonrpc: "2.0", id, method, params: { ...params, _meta: META } },
  };
}
