import type { Message } from "../mcp/message.ts";

/**
 * Where a message came from, for a transport with several ways at once: an answer over HTTP belongs to one request's
 * stream. A pipe has only one way, and needs none.
 */
export type Via = object;

/** Where bytes go. Never throws; a peer that is gone swallows them. */
export interface Output {
  /** `message`: what the bytes say, for a transport that must know; of an answer of ours only kind and id are right. */
  write(bytes: Buffer, message: Message, via?: Via): void;
  /** Bytes that the peer has not taken yet, where that is known. */
  readonly buffered?: number;
}

/** The place of one message in its lane. Exactly one of `release` and `drop` is called on it, once. */
export interface Slot {
  /** It may go on as soon as all before it have. */
  release(bytes: Buffer): void;
  /** It does not go on. */
  drop(): void;
  /** A person is being asked: those behind need not wait for it. */
  park(): void;
}

interface Entry {
  readonly message: Message;
  readonly via: Via | undefined;
  bytes: Buffer | undefined;
  done: boolean;
}

/**
 * The way to one peer. Messages leave in the order in which they came, whatever order their verdicts come in: only a
 * message that waits for a person is stepped around.
 */
export class Lane {
  readonly #output: Output;
  #queue: Entry[] = [];
  /** Messages whose verdict is out. */
  waiting = 0;
  /** Their bytes: of those that wait for the broker, and of those that wait for a person. */
  heldBytes = 0;
  parkedBytes = 0;
  /** Called whenever something has left. */
  onMove: () => void = () => {};

  constructor(output: Output) {
    this.#output = output;
  }

  /** Takes the next place for a message of `size` bytes. */
  add(size: number, message: Message, via?: Via): Slot {
    const entry: Entry = { message, via, bytes: undefined, done: false };
    let parked = false;
    this.#queue.push(entry);
    this.waiting++;
    this.heldBytes += size;
    const settle = (bytes: Buffer | undefined): void => {
      if (entry.done) return;
      entry.done = true;
      entry.bytes = bytes;
      this.waiting--;
      if (parked) this.parkedBytes -= size;
      else this.heldBytes -= size;
      if (parked) {
        if (bytes) this.#output.write(bytes, message, via);
      } else this.#flush();
      this.onMove();
    };
    return {
      release: settle,
      drop: () => settle(undefined),
      park: () => {
        if (parked || entry.done) return;
        parked = true;
        this.heldBytes -= size;
        this.parkedBytes += size;
        this.#queue = this.#queue.filter((other) => other !== entry);
        this.#flush();
      },
    };
  }

  #flush(): void {
    let sent = 0;
    for (const entry of this.#queue) {
      if (!entry.done) break;
      sent++;
      if (entry.bytes) this.#output.write(entry.bytes, entry.message, entry.via);
    }
    if (sent === this.#queue.length) this.#queue = [];
    else if (sent > 0) this.#queue.splice(0, sent);
  }
}
