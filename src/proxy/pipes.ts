import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { Output } from "./lane.ts";

/** Our stdout. Node's own writes to pipes block the process, and with it every other call, until the client reads. */
export function clientOutput(): Writable {
  if (process.platform !== "win32") {
    const stat = fstatSync(1);
    if (stat.isFIFO() || stat.isSocket()) return new Socket({ fd: 1, readable: false, writable: true });
  }
  return process.stdout;
}

/** Writes to a peer. Messages of one turn leave in one system call. After an error or the end it swallows. */
export class PipeOutput implements Output {
  readonly #stream: Writable;
  #corked = false;
  #open = true;
  onDrain: () => void = () => {};

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("drain", () => this.onDrain());
  }

  get isFull(): boolean {
    return this.#open && this.#stream.writableNeedDrain;
  }

  get buffered(): number {
    return this.#open ? this.#stream.writableLength : 0;
  }

  write(bytes: Buffer): void {
    if (!this.#open) return;
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(bytes);
  }

  /** The peer is gone. */
  shut(): void {
    this.#open = false;
    this.onDrain();
  }

  /** Resolves when all is written, or the peer is gone. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#open) {
        resolve();
        return;
      }
      this.#stream.once("close", resolve);
      this.#stream.once("error", () => resolve());
      if (this.#stream === process.stdout) this.#stream.write("", () => resolve());
      else this.#stream.end(() => resolve());
    });
  }
}
