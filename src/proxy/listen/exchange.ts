import type { ServerResponse } from "node:http";
import type { Id } from "../../mcp/message.ts";
import type { Way } from "../http/way.ts";

/** A client that waits for longer may take the connection for dead; from then on its answer is a stream, in milliseconds. */
const PATIENCE_MS = 20_000;
const ALIVE_MS = 25_000;

const withoutEnd = (bytes: Buffer): Buffer => {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
  return bytes.subarray(0, end);
};

/** A stream of events to a client. */
export class EventStream {
  readonly #alive: NodeJS.Timeout;

  constructor(
    readonly response: ServerResponse,
    headers: Readonly<Record<string, string>> = {},
  ) {
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      ...headers,
    });
    response.flushHeaders();
    this.#alive = setInterval(() => response.write(": alive\n\n"), ALIVE_MS).unref();
    response.once("close", () => clearInterval(this.#alive));
  }

  get isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  /** A message is one line, so that it is one line of data. */
  event(bytes: Buffer, type = "message"): void {
    this.response.write(Buffer.concat([Buffer.from(`event: ${type}\ndata: `), withoutEnd(bytes), Buffer.from("\n\n")]));
  }

  end(): void {
    clearInterval(this.#alive);
    this.response.end();
  }
}

/**
 * A client's POST: what comes for it before its answer makes the answer a stream; an answer that comes first is plain JSON,
 * with its status.
 */
export class Exchange implements Way {
  readonly #patience: NodeJS.Timeout;
  #stream: EventStream | undefined;
  /** The server's own status, where it is an HTTP error. */
  #status: number | undefined;
  done = false;

  constructor(
    readonly response: ServerResponse,
    /** Undefined for what has no answer. */
    readonly id: Id | undefined,
    readonly token: Id | undefined,
    readonly modern: boolean,
    /** The status of an error that has none of its own: what the revision says of requests that lack what each must have. */
    readonly errorStatus: number | undefined,
    readonly forward: Readonly<Record<string, string>>,
    readonly headers: Record<string, string>,
  ) {
    this.#patience = setTimeout(() => this.#open(), PATIENCE_MS).unref();
    if (id === undefined) clearTimeout(this.#patience);
  }

  get isOpen(): boolean {
    return !this.done && !this.response.destroyed;
  }

  status(code: number): void {
    this.#status = code;
  }

  #open(): EventStream {
    return (this.#stream ??= new EventStream(this.response, this.headers));
  }

  event(bytes: Buffer): void {
    if (!this.isOpen) return;
    clearTimeout(this.#patience);
    this.#open().event(bytes);
  }

  /** The answer. */
  finish(bytes: Buffer, usual = 200): void {
    if (!this.isOpen) return;
    this.done = true;
    clearTimeout(this.#patience);
    if (this.#stream) {
      this.#stream.event(bytes);
      this.#stream.end();
      return;
    }
    const body = withoutEnd(bytes);
    const status = this.#status ?? usual;
    this.response.writeHead(status, {
      "content-type": "application/json",
      "content-length": body.length,
      ...this.headers,
    });
    this.response.end(body);
  }

  /** Answered by a status alone. */
  accept(): void {
    if (!this.isOpen) return;
    this.done = true;
    clearTimeout(this.#patience);
    this.response.writeHead(202, this.headers).end();
  }

  abandon(): void {
    this.done = true;
    clearTimeout(this.#patience);
    this.#stream?.end();
  }
}
