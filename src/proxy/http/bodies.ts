import type { IncomingMessage } from "node:http";
import { EnvelopeScan } from "../../mcp/envelope.ts";
import type { Id } from "../../mcp/message.ts";
import type { Frame } from "../framing.ts";
import { oneLine } from "./oneLine.ts";
import { SseReader, type SseEvent } from "./sse.ts";
import { WireError } from "./wire.ts";

/** Bytes of all JSON bodies together that are held while they come in. */
const MAX_COLLECTED = 128 * 1024 * 1024;

/** The bodies of one peer that are being read: they stop and go on together. */
export class Bodies {
  readonly #open = new Set<IncomingMessage>();
  #flowing = true;
  #collected = 0;

  constructor(readonly maxBytes: number) {}

  set(flowing: boolean): void {
    if (flowing === this.#flowing) return;
    this.#flowing = flowing;
    for (const body of this.#open)
      if (flowing) body.resume();
      else body.pause();
  }

  /** False where there is no more room. */
  collect(bytes: number): boolean {
    this.#collected += bytes;
    return this.#collected <= MAX_COLLECTED;
  }

  /** Reads one to its end. Rejects with a WireError where it breaks off, or is compressed. */
  async read(body: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> {
    const encoding = body.headers["content-encoding"] ?? "identity";
    if (encoding.trim().toLowerCase() !== "identity") {
      body.destroy();
      throw new WireError("its answer is compressed, which was not asked for, and is not read");
    }
    this.#open.add(body);
    try {
      await new Promise<void>((resolve, reject) => {
        body.on("data", take);
        body.once("end", resolve);
        body.once("error", (error: NodeJS.ErrnoException) =>
          reject(
            error.name === "AbortError"
              ? error
              : new WireError(`its answer broke off (${error.code ?? error.message})`),
          ),
        );
        body.once("close", () => reject(new WireError("its answer broke off")));
        if (!this.#flowing) body.pause();
      });
    } finally {
      this.#open.delete(body);
    }
  }
}

/** A body that is one JSON text; undefined where it is empty. What is longer than a message may be is told, not kept. */
export async function readJson(body: IncomingMessage, bodies: Bodies): Promise<Frame | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  let held = 0;
  let scan: EnvelopeScan | undefined;
  const release = (): void => {
    bodies.collect(-held);
    held = 0;
    parts = [];
  };
  try {
    await bodies.read(body, (chunk) => {
      length += chunk.length;
      if (scan) scan.feed(chunk);
      else {
        parts.push(chunk);
        held += chunk.length;
        if (bodies.collect(chunk.length) && length <= bodies.maxBytes + 2) return;
        scan = new EnvelopeScan();
        for (const part of parts) scan.feed(part);
        release();
      }
    });
    if (scan) return { kind: "oversize", length, sight: scan.sight() };
    const bytes = oneLine([Buffer.concat(parts)]);
    return bytes && { kind: "line", bytes };
  } finally {
    release();
  }
}

/** Reads a stream of events to its end. Gives the wait before the next connection that the server asks for. */
export async function readStream(
  body: IncomingMessage,
  bodies: Bodies,
  emit: (event: SseEvent) => void,
): Promise<number | undefined> {
  const reader = new SseReader(bodies.maxBytes, emit);
  await bodies.read(body, (chunk) => reader.push(chunk));
  return reader.retry;
}

/** Whether a body is the response to a request: of an HTTP error's body only that is passed on. */
export function isAnswerTo(frame: Frame, id: Id): boolean {
  if (frame.kind === "oversize") return frame.sight.id === id;
  try {
    const message = JSON.parse(frame.bytes.toString("utf8")) as { id?: unknown; method?: unknown } | null;
    return message !== null && typeof message === "object" && message.id === id && message.method === undefined;
  } catch {
    // No JSON: no answer.
    return false;
  }
}
