import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { trustedAuthorities } from "./trust.ts";

/** A connection that does not come about in this time never does, in milliseconds. */
const CONNECT_MS = 15_000;
/** Connections idle for longer are not used again: servers close them about then, and a request could be lost with one. */
const IDLE_MS = 4000;
const MAX_SOCKETS = 256;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_REDIRECTS = 3;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal?: AbortSignal;
  /** The answer's head must have come within this time, in milliseconds; none where the answer may take long. */
  readonly headMs?: number;
  /** It does no harm if the server gets it twice. */
  readonly repeatable?: boolean;
  /** The body is on its way. */
  readonly onSent?: () => void;
}

/** A reference in an answer, from where it was given; undefined where it is none. */
export function resolveUrl(reference: string, from: URL): URL | undefined {
  return URL.canParse(reference, from.href) ? new URL(reference, from) : undefined;
}

/** What went wrong before an answer's head was there, in words for a person. */
export class WireError extends Error {}

/**
 * Requests to one origin. Never leaves it: a redirect elsewhere would carry the entry's credentials along. Nothing is
 * decompressed: what is asked for is the plain body.
 */
export class Wire {
  readonly #secure: boolean;
  readonly #origin: string;
  /** Answers and notifications have connections of their own: they must get through while every other one waits. */
  readonly #agents: Record<"POST" | "OTHER", http.Agent>;

  constructor({ protocol, origin }: URL) {
    this.#secure = protocol === "https:";
    this.#origin = origin;
    const options = { keepAlive: true, timeout: IDLE_MS, maxSockets: MAX_SOCKETS };
    const ca = this.#secure ? trustedAuthorities() : undefined;
    const agent = (): http.Agent =>
      this.#secure ? new https.Agent({ ...options, ...(ca && { ca }) }) : new http.Agent(options);
    this.#agents = { POST: agent(), OTHER: agent() };
  }

  /** The answer, as soon as its head is there. Rejects with a `WireError`; with an `AbortError` where it was given up. */
  async send(request: HttpRequest): Promise<IncomingMessage> {
    let { url } = request;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#once({ ...request, url });
      const { statusCode = 0, headers } = answer;
      const follow = statusCode === 307 || statusCode === 308 || (request.method === "GET" && statusCode === 302);
      if (!follow || headers.location === undefined) return answer;
      answer.destroy();
      const next = resolveUrl(headers.location, url);
      if (next?.origin !== this.#origin)
        throw new WireError("it redirects to another origin, where this entry's headers must not go");
      if (redirects === MAX_REDIRECTS) throw new WireError("it redirects again and again");
      url = next;
    }
  }

  async #once(request: HttpRequest): Promise<IncomingMessage> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(request);
      } catch (error) {
        if (!(error instanceof StaleConnection) || attempt > 0 || request.repeatable !== true) throw error;
      }
    }
  }

  #attempt({ method, url, headers, body, signal, headMs, onSent }: HttpRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { request: start } = this.#secure ? https : http;
      const request = start({
        method,
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, "accept-encoding": "identity", ...(body && { "content-length": body.length }) },
        agent: this.#agents[headMs === undefined ? "POST" : "OTHER"],
        maxHeaderSize: MAX_HEADER_BYTES,
        ...(signal && { signal }),
      });
      const late = (what: string) => (): void => {
        request.destroy(new WireError(what));
      };
      const head =
        headMs === undefined ? undefined : setTimeout(late(`it has not answered for ${headMs / 1000} s`), headMs);
      let connect: NodeJS.Timeout | undefined;
      request.once("socket", (socket) => {
        if (!socket.connecting) return;
        connect = setTimeout(late(`no connection came about in ${CONNECT_MS / 1000} s`), CONNECT_MS);
        socket.once(this.#secure ? "secureConnect" : "connect", () => clearTimeout(connect));
      });
      const settle = (): void => {
        clearTimeout(head);
        clearTimeout(connect);
      };
      request.once("finish", () => onSent?.());
      request.once("response", (answer) => {
        settle();
        resolve(answer);
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        settle();
        if (error.name === "AbortError" || error instanceof WireError) reject(error);
        else if (request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE"))
          reject(new StaleConnection("it closed the connection"));
        else reject(new WireError(reasonOf(error)));
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agents.POST.destroy();
    this.#agents.OTHER.destroy();
  }
}

/** The server closed a connection that was kept from an earlier request. */
class StaleConnection extends WireError {}

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there (ECONNREFUSED)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `its name cannot be found (${code})`;
    case "ECONNRESET":
      return "it closed the connection (ECONNRESET)";
    case "HPE_HEADER_OVERFLOW":
      return `its headers are longer than ${MAX_HEADER_BYTES} bytes`;
    default:
      if (code.startsWith("HPE_")) return `it does not speak HTTP (${code})`;
      return code === ""
        ? message
        : /CERT|SSL|TLS|SIGNATURE/.test(code)
          ? `its certificate is not accepted (${code})`
          : code;
  }
}
