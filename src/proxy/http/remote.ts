import type { IncomingMessage } from "node:http";
import { own, ownString } from "../../mcp/json.ts";
import { eraOf, isId, type Id, type Message, type Request } from "../../mcp/message.ts";
import type { McpErrorName } from "../../mcp/errors.ts";
import type { Frame } from "../framing.ts";
import type { Output, Via } from "../lane.ts";
import { isAnswerTo, readJson, readStream, type Bodies } from "./bodies.ts";
import { Mirror } from "./mirror.ts";
import type { SseEvent } from "./sse.ts";
import { isWay } from "./way.ts";
import { resolveUrl, Wire, WireError, type HttpRequest } from "./wire.ts";

export interface RemoteOptions {
  /** The entry's name. */
  readonly name: string;
  readonly url: URL;
  /** The entry's own headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: Bodies;
  /** Takes a message of the server. `via`: of the client's request in whose stream it came. */
  readonly receive: (frame: Frame, via?: Via) => void;
  /** Whether a request of the client still waits for its answer. */
  readonly awaits: (id: Id) => boolean;
  readonly notAnswered: (id: Id, error: McpErrorName, reason: string, remedy: string) => void;
  /** Nothing can be sent any more. */
  readonly gone: (error: McpErrorName, reason: string, remedy: string) => void;
  readonly log: (line: string) => void;
}

interface Item {
  readonly bytes: Buffer;
  readonly message: Message;
  readonly via: Via | undefined;
  /** Its bytes are counted as not sent. */
  counted: boolean;
}

/** A request that is on its way, or whose answer is. */
interface Exchange {
  readonly request: Request;
  readonly via: Via | undefined;
  readonly abort: AbortController;
  readonly modern: boolean;
  answered: boolean;
}

/** What opened a session. */
interface Opening {
  readonly initialize: Item;
  readonly initialized?: Item;
}

/** What is answered with a status alone must be answered in this time, in milliseconds. */
const HEAD_MS = 30_000;
/** The wait before a stream that ended is asked for again, where the server names none, in milliseconds. */
const RETRY_MS = 1000;
/** A stream is asked for this often in a row without anything coming of it. */
const MAX_RETRIES = 5;
const END_MS = 2000;
/** Bytes on their way to the server, beyond which its client is not read. */
const MAX_UNSENT = 4 * 1024 * 1024;
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** The server answers, and not with what was asked for. */
class Unanswered extends Error {
  constructor(
    readonly error: McpErrorName,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/**
 * A server behind a URL, in both eras of Streamable HTTP and in the older HTTP+SSE: what is written goes there as POSTs, in
 * order as far as order has a meaning, and every message of its answers and streams is given to `receive`.
 */
export class Remote implements Output {
  readonly #options: RemoteOptions;
  readonly #wire: Wire;
  readonly #mirror = new Mirror();
  readonly #exchanges = new Map<Id, Exchange>();
  readonly #closing = new AbortController();
  #queue: Item[] = [];
  #pumping = false;
  #unsent = 0;
  #session: string | undefined;
  /** The protocol's revision, once the server has chosen one. */
  #version: string | undefined;
  #listening: AbortController | undefined;
  /** What opened the session, to open another where the server has forgotten it. */
  #opening: Opening | undefined;
  #renewing: Promise<boolean> | undefined;
  /** HTTP+SSE: where messages are posted. */
  #endpoint: URL | undefined;
  /** Lets what waits for the answer to initialize go. */
  #opened: () => void = () => {};
  onDrain: () => void = () => {};

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.#wire = new Wire(options.url);
  }

  get isFull(): boolean {
    return this.#unsent > MAX_UNSENT;
  }

  get buffered(): number {
    return this.#unsent;
  }

  write(bytes: Buffer, message: Message, via?: Via): void {
    if (this.#closing.signal.aborted) return;
    this.#unsent += bytes.length;
    this.#queue.push({ bytes, message, via, counted: true });
    if (!this.#pumping) void this.#pump();
  }

  /** Takes what the client is told, for what it says about requests to come. */
  sawAnswer(message: Message): void {
    if (message.kind === "response" && message.result) this.#mirror.learn(message.result);
  }

  /** Requests go off one after the other without waiting; what depends on one that has gone waits for it. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let item = this.#queue.shift(); item; item = this.#queue.shift()) {
      const { message } = item;
      try {
        if (message.kind !== "request") await this.#tell(item);
        else if (message.method === "initialize") {
          // Until the answer is there; its stream may stay open after it.
          await new Promise<void>((resolve) => {
            this.#opened = resolve;
            void this.#exchange(item, message).finally(resolve);
          });
        } else void this.#exchange(item, message);
      } catch (error) {
        this.#options.log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
    this.#pumping = false;
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────────── sending

  #headers(message: Message | undefined, via?: Via): Record<string, string> {
    // What the client itself has said in headers goes on; it was compared with the body.
    const said = isWay(via) ? via.forward : undefined;
    const mirrored = said ?? (message ? this.#mirror.headers(message) : {});
    return {
      "user-agent": "sallyport",
      ...this.#options.headers,
      ...(this.#session !== undefined && { "mcp-session-id": this.#session }),
      ...(this.#version !== undefined && { "mcp-protocol-version": this.#version }),
      ...mirrored,
    };
  }

  #sent(item: Item): void {
    if (!item.counted) return;
    item.counted = false;
    this.#unsent -= item.bytes.length;
    this.onDrain();
  }

  async #post(item: Item, more: Partial<HttpRequest>, inSession = true): Promise<IncomingMessage> {
    const { bytes, message } = item;
    const session = this.#session;
    const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
    const send = async (): Promise<IncomingMessage> =>
      await this.#wire.send({
        method: "POST",
        url: this.#endpoint ?? this.#options.url,
        headers: {
          ...this.#headers(message, item.via),
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: bytes.subarray(0, end),
        onSent: () => this.#sent(item),
        ...more,
      });
    try {
      const answer = await send();
      const forgotten = answer.statusCode === 404 && inSession && session !== undefined && !this.#endpoint;
      return forgotten && (await this.#renew(session, answer)) ? await send() : answer;
    } finally {
      this.#sent(item);
    }
  }

  /** A notification or a response: answered with a status alone. */
  async #tell(item: Item): Promise<void> {
    const { message } = item;
    if (message.kind === "notification" && message.method === "notifications/cancelled") {
      const id = own(message.params, "requestId");
      const exchange = isId(id) ? this.#exchanges.get(id) : undefined;
      if (exchange?.modern) {
        // In this revision the end of the stream is what cancels.
        this.#sent(item);
        exchange.abort.abort();
        return;
      }
    }
    const opens = message.kind === "notification" && message.method === "notifications/initialized";
    if (opens && this.#opening) this.#opening = { ...this.#opening, initialized: item };
    try {
      const answer = await this.#post(item, { headMs: HEAD_MS, signal: this.#closing.signal, repeatable: true });
      const { statusCode = 0 } = answer;
      answer.resume();
      answer.on("error", () => {}); // nothing is wanted of it
      if (statusCode >= 300) {
        const what = message.kind === "notification" ? message.method : "an answer of the client";
        this.#options.log(`${this.#options.name} refused ${what} with HTTP status ${statusCode}`);
      } else if (opens) this.#listen();
    } catch (error) {
      if (!this.#closing.signal.aborted)
        this.#options.log(`${this.#options.name} could not be told: ${this.#reason(error)}`);
    }
  }

  async #exchange(item: Item, request: Request): Promise<void> {
    const { id, method } = request;
    const exchange: Exchange = {
      request,
      via: item.via,
      abort: new AbortController(),
      modern: eraOf(request.params) === "modern",
      answered: false,
    };
    this.#exchanges.set(id, exchange);
    const end = (): void => exchange.abort.abort();
    this.#closing.signal.addEventListener("abort", end, { once: true });
    try {
      if (method === "initialize") await this.#initialize(item, exchange);
      else {
        if (this.#mirror.forbids(request))
          throw new Unanswered("SERVER_HTTP", "the tool wants arguments in headers that cannot stand there", FORBIDDEN);
        const repeatable = method !== "tools/call";
        const answer = await this.#post(item, { signal: exchange.abort.signal, repeatable });
        await this.#read(answer, exchange);
      }
    } catch (error) {
      this.#fail(exchange, error);
    } finally {
      this.#sent(item);
      this.#closing.signal.removeEventListener("abort", end);
      if (this.#exchanges.get(id) === exchange) this.#exchanges.delete(id);
    }
  }

  async #initialize(item: Item, exchange: Exchange): Promise<void> {
    // A client that opens anew has no session yet.
    this.#session = undefined;
    this.#version = undefined;
    this.#listening?.abort();
    const answer = await this.#post(item, { signal: exchange.abort.signal, repeatable: true }, false);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) {
      const session = headers["mcp-session-id"];
      if (typeof session === "string" && SESSION_ID.test(session)) this.#session = session;
      this.#opening = { initialize: item };
    } else if ([400, 404, 405].includes(statusCode)) {
      const body = await readJson(answer, this.#options.bodies).catch(() => undefined);
      if (body && isAnswerTo(body, exchange.request.id)) this.#give(exchange, body);
      else if (!(await this.#openLegacy())) throw statusProblem(statusCode);
      else await this.#read(await this.#post(item, { signal: exchange.abort.signal }), exchange);
      return;
    }
    await this.#read(answer, exchange);
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────────── reading

  /** Gives a message on. The protocol's revision is learnt from the answer to initialize. */
  #give(exchange: Exchange | undefined, frame: Frame): void {
    const { request } = exchange ?? {};
    if (request?.method === "initialize" && this.#version === undefined) this.#version = chosenVersion(frame);
    this.#options.receive(frame, exchange?.via);
    if (!exchange || !request || this.#options.awaits(request.id)) return;
    exchange.answered = true;
    if (request.method === "initialize") this.#opened();
  }

  async #read(answer: IncomingMessage, exchange: Exchange): Promise<void> {
    const { statusCode = 0 } = answer;
    if (this.#endpoint && statusCode < 300) {
      answer.resume();
      return;
    }
    const type = mediaType(answer);
    if (statusCode === 200 && type === "text/event-stream") {
      await this.#readEvents(answer, exchange);
      return;
    }
    const isJson = type === "application/json";
    if (statusCode === 200 && !isJson) {
      answer.destroy();
      throw new Unanswered(
        "SERVER_HTTP",
        `it answered with ${type === "" ? "no content type" : type}, not with JSON or a stream`,
        REMEDY,
      );
    }
    if (!isJson) {
      answer.destroy();
      throw statusProblem(statusCode);
    }
    const body = await readJson(answer, this.#options.bodies);
    if (statusCode !== 200 && isWay(exchange.via)) exchange.via.status(statusCode);
    if (statusCode !== 200 && !(body && isAnswerTo(body, exchange.request.id))) throw statusProblem(statusCode);
    if (!body) throw new Unanswered("SERVER_HTTP", "its answer is empty", REMEDY);
    this.#give(exchange, body);
    if (!exchange.answered) throw new Unanswered("SERVER_HTTP", "what it sent is no answer to this request", REMEDY);
  }

  /** The stream of one request. Where it ends before the answer was there, the rest of it is asked for. */
  async #readEvents(answer: IncomingMessage, exchange: Exchange): Promise<void> {
    const { signal } = exchange.abort;
    let body = answer;
    let lastId: string | undefined;
    let retry = RETRY_MS;
    for (let failures = 0; ;) {
      const emit = (event: SseEvent): void => {
        lastId = event.lastId;
        failures = 0;
        if (event.frame && event.type === "message") this.#give(exchange, event.frame);
      };
      let problem = "its stream ended before the answer";
      try {
        retry = (await readStream(body, this.#options.bodies, emit)) ?? retry;
      } catch (error) {
        if (signal.aborted) throw error;
        problem = this.#reason(error);
      }
      if (exchange.answered) return;
      if (lastId === undefined || exchange.modern)
        throw new Unanswered(
          "SERVER_CLOSED",
          problem,
          "Try again; if it happens again, tell the server's maintainers.",
        );
      for (;;) {
        if (++failures > MAX_RETRIES)
          throw new Unanswered("SERVER_CLOSED", `${problem}, and it does not resume it`, "Try again.");
        await pause(retry, signal);
        const again = await this.#openStream(lastId, signal).catch((error: unknown) => {
          if (signal.aborted) throw error;
        });
        if (again) {
          body = again;
          break;
        }
      }
    }
  }

  /** A stream by GET; undefined where there is none. */
  async #openStream(lastId: string | undefined, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    const answer = await this.#wire.send({
      method: "GET",
      url: this.#options.url,
      headers: {
        ...this.#headers(undefined),
        accept: "text/event-stream",
        ...(lastId !== undefined && { "last-event-id": lastId }),
      },
      signal,
      headMs: HEAD_MS,
      repeatable: true,
    });
    if (answer.statusCode === 200 && mediaType(answer) === "text/event-stream") return answer;
    answer.destroy();
    return undefined;
  }

  /** The stream of what belongs to no request. A server need not have one. */
  #listen(): void {
    if (this.#endpoint) return;
    this.#listening?.abort();
    const abort = new AbortController();
    this.#listening = abort;
    this.#closing.signal.addEventListener("abort", () => abort.abort(), { once: true });
    void this.#listenOn(abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted)
        this.#options.log(`${this.#options.name} has no stream of its own: ${this.#reason(error)}`);
    });
  }

  async #listenOn(signal: AbortSignal): Promise<void> {
    let lastId: string | undefined;
    let retry = RETRY_MS;
    let opened = false;
    for (let failures = 0; failures <= MAX_RETRIES; failures++) {
      const stream = await this.#openStream(lastId, signal).catch((error: unknown) => {
        if (!opened || signal.aborted) throw error;
      });
      if (!stream && !opened) return;
      opened = true;
      const emit = (event: SseEvent): void => {
        lastId = event.lastId;
        failures = 0;
        if (event.frame && event.type === "message") this.#options.receive(event.frame);
      };
      try {
        if (stream) retry = (await readStream(stream, this.#options.bodies, emit)) ?? retry;
      } catch {
        // It broke off; it is asked for again like one that ended.
      }
      await pause(retry, signal);
    }
  }

  // ───────────────────────────────────────────────────────────────────────────────────────────────── sessions

  /** The server does not know the session any more: opens another one as the client did. False where it cannot. */
  async #renew(lost: string, answer: IncomingMessage): Promise<boolean> {
    if (!this.#opening) return false;
    if (this.#session === lost)
      this.#renewing ??= this.#open(this.#opening).finally(() => (this.#renewing = undefined));
    const renewed = this.#renewing ? await this.#renewing : true;
    if (renewed) answer.destroy();
    return renewed;
  }

  async #open({ initialize, initialized }: Opening): Promise<boolean> {
    this.#options.log(`${this.#options.name} has forgotten the session; another one is opened`);
    this.#session = undefined;
    this.#listening?.abort();
    const { signal } = this.#closing;
    try {
      const answer = await this.#post(initialize, { signal, headMs: HEAD_MS, repeatable: true }, false);
      const session = answer.headers["mcp-session-id"];
      if (answer.statusCode !== 200 || typeof session !== "string" || !SESSION_ID.test(session)) {
        answer.destroy();
        return false;
      }
      this.#session = session;
      // The client has its answer already, and this one says nothing new to it.
      if (mediaType(answer) === "text/event-stream")
        await readStream(answer, this.#options.bodies, () => answer.destroy()).catch(() => {});
      else await readJson(answer, this.#options.bodies);
      if (initialized) await this.#tell(initialized);
      return true;
    } catch (error) {
      this.#options.log(`no new session: ${this.#reason(error)}`);
      return false;
    }
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────── HTTP + SSE

  /** Whether the server speaks the transport of 2024-11-05: then its stream is open, and it has said where to post. */
  async #openLegacy(): Promise<boolean> {
    const { signal } = this.#closing;
    const stream = await this.#openStream(undefined, signal).catch(() => {});
    if (!stream) return false;
    return await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => stream.destroy(), HEAD_MS);
      const emit = ({ type, frame }: SseEvent): void => {
        if (type === "endpoint" && frame?.kind === "line" && !this.#endpoint) {
          clearTimeout(late);
          const said = frame.bytes.toString("utf8").trim();
          const endpoint = resolveUrl(said, this.#options.url);
          // Elsewhere the entry's headers must not go.
          if (endpoint?.origin !== this.#options.url.origin) stream.destroy();
          else {
            this.#endpoint = endpoint;
            resolve(true);
          }
        } else if (frame && type === "message" && this.#endpoint) this.#options.receive(frame);
      };
      const over = (): void => {
        clearTimeout(late);
        resolve(false);
        if (this.#endpoint && !signal.aborted)
          this.#options.gone(
            "SERVER_CLOSED",
            `The server ${this.#options.name} has closed its stream.`,
            "The client must start it anew.",
          );
      };
      readStream(stream, this.#options.bodies, emit).then(over, over);
    });
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────────── endings

  #fail({ request, answered, abort }: Exchange, error: unknown): void {
    if (answered && !abort.signal.aborted) return;
    const { error: code, remedy } =
      error instanceof Unanswered
        ? error
        : ({ error: "SERVER_UNREACHABLE", remedy: "Look whether the server runs and the URL is right." } as const);
    const reason = `The server ${this.#options.name} did not answer ${request.method}: ${this.#reason(error)}.`;
    this.#options.notAnswered(request.id, code, reason, remedy);
  }

  #reason(error: unknown): string {
    if (error instanceof WireError || error instanceof Unanswered) return error.message;
    return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  }

  /** Ends every stream, and the session. */
  async close(): Promise<void> {
    this.#queue = [];
    const session = this.#session;
    this.#closing.abort();
    if (session !== undefined && !this.#endpoint) {
      try {
        const { url } = this.#options;
        const answer = await this.#wire.send({
          method: "DELETE",
          url,
          headers: this.#headers(undefined),
          headMs: END_MS,
        });
        answer.destroy();
      } catch {
        // The server forgets it by itself.
      }
    }
    this.#wire.close();
  }
}

const FORBIDDEN = "Its `x-mcp-header` is for the server's maintainers to mend; such a tool must not be called.";
const REMEDY = "Look whether the URL is that of an MCP server.";

function statusProblem(status: number): Unanswered {
  const said = `it answered with HTTP status ${status}`;
  if (status === 401)
    return new Unanswered(
      "SERVER_AUTH",
      `${said}: it wants an authorization`,
      "Give the entry the headers that this server asks for.",
    );
  if (status === 403)
    return new Unanswered(
      "SERVER_AUTH",
      `${said}: the entry's authorization does not suffice`,
      "Look at the entry's headers.",
    );
  if (status >= 300 && status < 400)
    return new Unanswered("SERVER_HTTP", `${said}, a redirect`, "Put the URL that it redirects to into the entry.");
  if (status >= 500) return new Unanswered("SERVER_HTTP", said, "Try again later.");
  return new Unanswered("SERVER_HTTP", said, REMEDY);
}

const mediaType = ({ headers }: IncomingMessage): string =>
  (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

function chosenVersion(frame: Frame): string | undefined {
  if (frame.kind !== "line") return undefined;
  try {
    const { result } = JSON.parse(frame.bytes.toString("utf8")) as { result?: { protocolVersion?: unknown } };
    const version = ownString(result as never, "protocolVersion");
    return version !== undefined && /^[\w.-]{1,64}$/.test(version) ? version : undefined;
  } catch {
    // The gate refuses it.
    return undefined;
  }
}

/** Rejects when it is given up. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const given = (): void => {
      clearTimeout(timer);
      reject(new WireError("it was given up"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", given);
      resolve();
    }, ms);
    if (signal.aborted) given();
    else signal.addEventListener("abort", given, { once: true });
  });
}
