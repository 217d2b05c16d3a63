import type { Admitted } from "../../mcp/gate.ts";
import { own, ownObject } from "../../mcp/json.ts";
import { isId, type Id, type Message } from "../../mcp/message.ts";
import type { Decisions } from "../decisions.ts";
import { MAX_HELD } from "../flow.ts";
import { Gateway } from "../gateway.ts";
import type { Mirror } from "../http/mirror.ts";
import type { Output, Via } from "../lane.ts";
import type { SecretDigest } from "../secrets.ts";
import type { ToolNames } from "../toolNames.ts";
import type { Back } from "./back.ts";
import { Exchange, type EventStream } from "./exchange.ts";

export interface FrontOptions {
  readonly name: string;
  readonly decisions: Decisions;
  readonly digest: SecretDigest;
  readonly back: (gateway: () => Gateway) => Back;
  readonly log: (line: string) => void;
  /** What is known of the server from all its sessions: one that has not listed its tools is held to the same names. */
  readonly known: Known;
}

export interface Known {
  readonly names: ToolNames;
  readonly mirror: Mirror;
}

/** Messages that wait for a stream to go by. Beyond, the oldest are dropped: nobody asks for them. */
const MAX_WAITING = 1000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Bytes that a client has not read, before the server is not read any more. */
const MAX_UNREAD = 4 * 1024 * 1024;
const SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

/** One session of a client over HTTP: its gate, its server, and the streams that messages for it go by. */
export class Front implements Output {
  readonly gateway: Gateway;
  readonly mirror: Mirror;
  readonly #back: Back;
  readonly #exchanges = new Map<Id, Exchange>();
  #stream: EventStream | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #flowing = true;
  /** HTTP+SSE: everything goes by the one stream. */
  old = false;
  /** When it was last used, for the oldest to make room; milliseconds of the wall clock. */
  used = Date.now();

  onClosed: () => void = () => {};

  constructor({ name, decisions, digest, back, log, known }: FrontOptions) {
    this.mirror = known.mirror;
    this.#back = back(() => this.gateway);
    this.gateway = new Gateway({
      server: name,
      decisions,
      digest,
      toClient: this,
      toServer: this.#back.output,
      log,
      names: known.names,
    });
    this.#back.onDrain = () => this.balance();
    this.gateway.lanes.client.onMove = () => this.balance();
    this.gateway.lanes.server.onMove = () => this.balance();
  }

  /** Whether the client may send: its server keeps up. */
  get takes(): boolean {
    return !this.#back.isFull && this.gateway.lanes.server.heldBytes <= MAX_HELD;
  }

  get buffered(): number {
    let bytes = this.#stream?.isOpen ? this.#stream.response.writableLength : 0;
    for (const { response } of this.#exchanges.values()) bytes += response.writableLength;
    return bytes;
  }

  /** Whether requests of this id, or any, are open. */
  has(id: Id): boolean {
    return this.#exchanges.has(id);
  }

  get isIdle(): boolean {
    return this.#exchanges.size === 0 && !this.#stream?.isOpen;
  }

  balance(): void {
    const flowing = this.buffered <= MAX_UNREAD && this.gateway.lanes.client.heldBytes <= MAX_HELD;
    if (flowing === this.#flowing) return;
    this.#flowing = flowing;
    this.#back.set(flowing);
  }

  /** Takes a message of the client that came by an exchange. */
  take(admitted: Admitted, exchange: Exchange): void {
    this.used = Date.now();
    const { id, response } = exchange;
    response.on("drain", () => this.balance());
    if (id !== undefined && !this.#exchanges.has(id)) {
      this.#exchanges.set(id, exchange);
      response.once("close", () => {
        if (this.#exchanges.get(id) === exchange) this.#exchanges.delete(id);
        // In the revision 2026-07-28 this is how a client cancels.
        if (!exchange.done && exchange.modern) this.#cancel(id);
        exchange.abandon();
        this.balance();
      });
    }
    this.gateway.receive("client", { kind: "line", bytes: admitted.bytes, admitted }, exchange);
    if (id === undefined) exchange.accept();
  }

  #cancel(requestId: Id): void {
    const message = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } };
    this.gateway.receive("client", { kind: "line", bytes: Buffer.from(`${JSON.stringify(message)}\n`) });
  }

  /** The stream for what belongs to no request; the one before it ends. */
  listen(stream: EventStream): void {
    this.used = Date.now();
    this.#stream?.end();
    this.#stream = stream;
    stream.response.on("drain", () => this.balance());
    stream.response.once("close", () => this.balance());
    for (const bytes of this.#waiting) stream.event(bytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  write(bytes: Buffer, message: Message, via?: Via): void {
    this.#back.sawAnswer(message);
    if (message.kind === "response" && message.result) this.mirror.learn(message.result);
    if (this.old) this.#push(bytes);
    else if (message.kind === "response") {
      const exchange = via instanceof Exchange ? via : this.#exchanges.get(message.id ?? "");
      exchange?.finish(bytes, statusOf(message, exchange));
    } else {
      const exchange = via instanceof Exchange && via.isOpen ? via : this.#related(message);
      if (exchange) exchange.event(bytes);
      else this.#push(bytes);
    }
    this.balance();
  }

  /** The request that a message of the server is about, where it says so; else, without a stream for the rest, the latest. */
  #related(message: Message): Exchange | undefined {
    if (message.kind === "response") return undefined;
    const token = message.method === "notifications/progress" ? own(message.params, "progressToken") : undefined;
    const subscription = own(ownObject(message.params, "_meta"), SUBSCRIPTION);
    if (isId(subscription)) return this.#exchanges.get(subscription);
    if (isId(token)) for (const exchange of this.#exchanges.values()) if (exchange.token === token) return exchange;
    if (this.#stream?.isOpen) return undefined;
    return [...this.#exchanges.values()].findLast((exchange) => exchange.isOpen);
  }

  #push(bytes: Buffer): void {
    if (this.#stream?.isOpen) {
      this.#stream.event(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    while (this.#waiting.length > MAX_WAITING || this.#waitingBytes > MAX_WAITING_BYTES)
      this.#waitingBytes -= this.#waiting.shift()?.length ?? 0;
  }

  async close(): Promise<void> {
    this.gateway.clientGone();
    this.gateway.serverGone("SERVER_CLOSED", "The session is over.", "Open another one.");
    this.gateway.stop();
    for (const exchange of this.#exchanges.values()) exchange.abandon();
    this.#stream?.end();
    await this.#back.close();
    this.onClosed();
  }
}

/** Errors of the revision 2026-07-28 that have a status of their own, where the server has no HTTP to give one. */
function statusOf(message: Message, { modern, errorStatus }: Exchange): number | undefined {
  if (message.kind === "response" && message.id === null) return 400;
  const code = modern && message.kind === "response" ? own(message.error, "code") : undefined;
  if (code === -32_601) return 404;
  if (code === -32_020 || code === -32_021 || code === -32_022) return 400;
  return code === undefined ? undefined : errorStatus;
}
