import type { Socket } from "node:net";
import { SallyportError } from "../core/errors.ts";

/** A line's content after it was parsed: an object with a `type`. Its other members are still to be checked. */
export interface Message {
  readonly type: string;
}

/** Cuts a stream of bytes into lines of at most `maxBytes`, however the bytes arrive. */
export class LineCutter {
  #parts: Buffer[] = [];
  #held = 0;

  constructor(public maxBytes: number) {}

  /** Gives each whole line to `take`, without its LF. Throws TOO_LARGE once a line is over the bound. */
  push(chunk: Buffer, take: (line: Buffer) => void): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(10, from);
      const stop = end === -1 ? chunk.length : end;
      if (this.#held + stop - from >= this.maxBytes) {
        throw new SallyportError("TOO_LARGE", `a line is over ${this.maxBytes} bytes`);
      }
      if (end === -1) break;
      const rest = chunk.subarray(from, end);
      const line = this.#held === 0 ? rest : Buffer.concat([...this.#parts, rest]);
      this.#parts = [];
      this.#held = 0;
      from = end + 1;
      take(line);
    }
    if (from < chunk.length) {
      this.#parts.push(from === 0 ? chunk : chunk.subarray(from));
      this.#held += chunk.length - from;
    }
  }
}

/** Throws MALFORMED for what is no JSON object with a string `type`. */
export function parseLine(line: Buffer): Message {
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch {
    throw new SallyportError("MALFORMED", "a line is no JSON");
  }
  if (typeof value !== "object" || value === null || typeof (value as { type?: unknown }).type !== "string") {
    throw new SallyportError("MALFORMED", "a line is no message");
  }
  return value as Message;
}

/** A peer that does not read: when this much waits to be sent to it, it is dropped. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

/**
 * Messages over a socket, both ways. What is sent within one turn leaves in one write. After the end, whatever its
 * cause, `onClose` is called exactly once and `send` does nothing.
 */
export class Channel {
  onMessage: (message: Message) => void = () => {};
  /** `error` is what went wrong; undefined where the peer just closed. */
  onClose: (error?: Error) => void = () => {};
  /** Wraps the handing over of all messages that arrived together. */
  around: (handOver: () => void) => void = (handOver) => handOver();
  readonly #socket: Socket;
  readonly #cutter: LineCutter;
  #unsent: string[] = [];
  #closed = false;
  #error: Error | undefined;

  constructor(socket: Socket, maxBytes: number) {
    this.#socket = socket;
    this.#cutter = new LineCutter(maxBytes);
    socket.on("data", (chunk: Buffer) => {
      if (!this.#closed) this.#read(chunk);
    });
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    socket.on("close", () => this.#end());
    socket.on("end", () => socket.end());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Changes the bound for the lines that follow: small before the hello, larger after it. */
  allow(maxBytes: number): void {
    this.#cutter.maxBytes = maxBytes;
  }

  send(message: object): void {
    if (this.#closed) return;
    if (this.#unsent.length === 0) process.nextTick(() => this.#flush());
    this.#unsent.push(JSON.stringify(message));
  }

  /** Sends what is unsent, then closes. Messages that still arrive are not read. */
  close(last?: object): void {
    if (this.#closed) return;
    if (last) this.send(last);
    this.#flush();
    const socket = this.#socket;
    this.#end();
    socket.end(() => socket.destroySoon());
  }

  /** Ends at once, for a peer that broke the protocol or that does not answer. */
  destroy(error?: Error): void {
    this.#error ??= error;
    this.#end();
    this.#socket.destroy();
  }

  /** Whether an open channel keeps the process alive. */
  unref(): void {
    this.#socket.unref();
  }

  #read(chunk: Buffer): void {
    try {
      this.around(() => {
        this.#cutter.push(chunk, (line) => {
          if (!this.#closed) this.onMessage(parseLine(line));
        });
      });
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
      this.#error ??= error;
      const code = "malformed";
      this.close({ type: "refused", code, message: error.message });
    }
  }

  #flush(): void {
    if (this.#unsent.length === 0 || this.#closed) return;
    const text = `${this.#unsent.join("\n")}\n`;
    this.#unsent = [];
    this.#socket.write(text);
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.destroy(new SallyportError("TOO_LARGE", "the peer does not read what it is sent"));
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsent = [];
    this.onClose(this.#error);
  }
}
