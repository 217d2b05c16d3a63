import { setTimeout as pause } from "node:timers/promises";
import { SallyportError } from "../core/errors.ts";
import { admit } from "../mcp/gate.ts";
import type { JsonObject } from "../mcp/json.ts";
import { own, ownString } from "../mcp/json.ts";
import { classify, type Message } from "../mcp/message.ts";
import { type Frame, isBlank, LineReader } from "../proxy/framing.ts";
import type { Server } from "../proxy/server.ts";

/** What a server may cost us. */
export interface InspectLimits {
  /** For everything, from the start on. */
  readonly milliseconds: number;
  /** Of one message. */
  readonly messageBytes: number;
  /** Of all that it writes. */
  readonly totalBytes: number;
}

export const INSPECT_LIMITS: InspectLimits = {
  milliseconds: 60_000,
  messageBytes: 8 * 1024 * 1024,
  totalBytes: 32 * 1024 * 1024,
};

/** Lines that are no messages: some servers print a greeting. */
const MAX_GARBAGE = 1000;
/** Requests of the server's that are answered; a client that asks for a list owes no more. */
const MAX_ANSWERS = 1000;
const MAX_CONTAINERS = 500_000;
const MAX_DEPTH = 200;
/** Of stderr, the last bytes are kept for who has to find out why. */
const KEPT_STDERR = 4096;
/** How a server ended is known a moment after its output has. */
const LATE_MS = 500;
const METHOD_NOT_FOUND = -32_601;

/** A server's own error to one request. The conversation goes on. */
export interface ServerRefusal {
  readonly code: number | undefined;
  readonly message: string;
}

export type Answer = { readonly result: JsonObject } | { readonly refusal: ServerRefusal };

interface Pending {
  readonly id: number;
  readonly method: string;
  readonly resolve: (answer: Answer) => void;
}

/**
 * One conversation with a server that may be hostile: requests one at a time, strict reading, and bounds on time, bytes and
 * lines. Whatever breaks one ends it: every request then rejects with a SallyportError that says what happened.
 */
export class Conversation {
  readonly #server: Server;
  readonly #limits: InspectLimits;
  readonly #timer: NodeJS.Timeout;
  readonly #failed: Promise<never>;
  #fail: (error: SallyportError) => void = () => {};
  #broken: SallyportError | undefined;
  #pending: Pending | undefined;
  #next = 1;
  #bytes = 0;
  #garbage = 0;
  #answers = 0;
  #stderr = Buffer.alloc(0);

  constructor(server: Server, limits: InspectLimits) {
    this.#server = server;
    this.#limits = limits;
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Nobody may be waiting when it breaks.
    this.#failed.catch(() => {});
    const reader = new LineReader(limits.messageBytes, (frame) => this.#frame(frame));
    server.read((chunk) => {
      if (this.#broken) return;
      this.#bytes += chunk.length;
      if (this.#bytes > limits.totalBytes) {
        this.#break("TOO_LARGE", `it has written more than ${limits.totalBytes} bytes`);
      } else reader.push(chunk);
    });
    void server.drained.then(() => {
      reader.end();
      this.#ended();
    });
    // A program that cannot be started has no output that ends.
    void server.ended.then((end) => end.failed !== undefined && this.#ended());
    server.stdin.on("error", () => {});
    server.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-KEPT_STDERR);
    });
    server.stderr?.on("error", () => {});
    this.#timer = setTimeout(() => {
      const open = this.#pending ? `: ${this.#pending.method} was not answered` : "";
      this.#break("UNAVAILABLE", `it was not done after ${limits.milliseconds / 1000} s${open}`);
    }, limits.milliseconds);
  }

  /** The end of what the server wrote to stderr. */
  get stderr(): string {
    return this.#stderr.toString("utf8");
  }

  /** The server's process is gone, or has closed its output. */
  #ended(): void {
    const late = pause(LATE_MS, undefined, { ref: false });
    void Promise.race([this.#server.ended, late]).then((end) => {
      const how =
        end === undefined
          ? "it closed its output"
          : end.failed !== undefined
            ? `it could not be started: ${end.failed}`
            : `it ended ${end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`}`;
      const open = this.#pending ? ` before it answered ${this.#pending.method}` : "";
      this.#break("UNAVAILABLE", `${how}${open}`);
    });
  }

  /** Ends the conversation from outside. */
  interrupt(why: string): void {
    this.#break("UNAVAILABLE", why);
  }

  #break(code: "UNAVAILABLE" | "TOO_LARGE" | "MALFORMED", why: string): void {
    if (this.#broken) return;
    this.#broken = new SallyportError(code, why);
    clearTimeout(this.#timer);
    this.#server.stdout.pause();
    this.#fail(this.#broken);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #frame(frame: Frame): void {
    if (this.#broken) return;
    if (frame.kind === "oversize") {
      const { messageBytes } = this.#limits;
      return this.#break("TOO_LARGE", `it wrote a message of ${frame.length} bytes; at most ${messageBytes} are read`);
    }
    if (isBlank(frame.bytes)) return;
    const admitted = admit(frame.bytes, {
      maxBytes: this.#limits.messageBytes,
      maxDepth: MAX_DEPTH,
      maxContainers: MAX_CONTAINERS,
    });
    if (!admitted.ok) {
      // What does not even begin like a message is a line that somebody printed.
      if (frame.bytes[0] !== 0x7b && frame.bytes[0] !== 0x5b && ++this.#garbage <= MAX_GARBAGE) return;
      return this.#break("MALFORMED", `it wrote something that is not read: ${admitted.reason}`);
    }
    const message = classify(admitted, "server");
    if (message.kind === "none")
      return this.#break("MALFORMED", `it wrote a message that is not read: ${message.reason}`);
    this.#message(message);
  }

  #message(message: Message): void {
    if (message.kind === "notification") return;
    if (message.kind === "request") {
      if (++this.#answers > MAX_ANSWERS) return this.#break("TOO_LARGE", `it asked more than ${MAX_ANSWERS} questions`);
      const { id, method } = message;
      const error = { code: METHOD_NOT_FOUND, message: "This client only lists what the server offers." };
      return this.#write(method === "ping" ? { jsonrpc: "2.0", id, result: {} } : { jsonrpc: "2.0", id, error });
    }
    const pending = this.#pending;
    // An answer to nothing that was asked says nothing.
    if (!pending || message.id !== pending.id) return;
    this.#pending = undefined;
    if (message.result) pending.resolve({ result: message.result });
    else {
      const code = own(message.error, "code");
      pending.resolve({
        refusal: {
          code: typeof code === "number" ? code : undefined,
          message: (ownString(message.error, "message") ?? "").slice(0, 300),
        },
      });
    }
  }

  #write(message: object): void {
    if (this.#server.stdin.writable) this.#server.stdin.write(`${JSON.stringify(message)}\n`);
  }

  notify(method: string): void {
    this.#write({ jsonrpc: "2.0", method });
  }

  /** Asks, and waits for the answer. Rejects when the conversation has broken. */
  async request(method: string, params: object): Promise<Answer> {
    if (this.#broken) throw this.#broken;
    const id = this.#next++;
    const answer = new Promise<Answer>((resolve) => {
      this.#pending = { id, method, resolve };
    });
    this.#write({ jsonrpc: "2.0", id, method, params });
    return await Promise.race([answer, this.#failed]);
  }
}
