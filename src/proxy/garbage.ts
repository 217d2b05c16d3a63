/** How long a server that prints garbage and has never said anything else may leave its first request open. */
const SILENCE_MS = 50_000;
const MAX_SAMPLE = 200;

/**
 * Lines on a server's stdout that are no messages. Many servers print a greeting there: it is not forwarded (a client could
 * not read it), and told on stderr. One that prints and never answers is found out by a timer, shorter than the minute
 * after which clients give up without knowing why.
 */
export class GarbageWatch {
  readonly #server: string;
  readonly #log: (line: string) => void;
  readonly #giveUp: (reason: string) => void;
  #count = 0;
  #sample = "";
  #messages = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: string, log: (line: string) => void, giveUp: (reason: string) => void) {
    this.#server = server;
    this.#log = log;
    this.#giveUp = giveUp;
  }

  see(bytes: Buffer): void {
    this.#count++;
    const text = bytes.toString("utf8", 0, MAX_SAMPLE).trimEnd();
    if (this.#count === 1) this.#sample = text;
    if (this.#count <= 3 || Number.isInteger(Math.log10(this.#count)))
      this.#log(`${this.#server} wrote a line to stdout that is not MCP; it is not forwarded: ${JSON.stringify(text)}`);
    if (this.#messages > 0 || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#giveUp(`${this.describe()} and has not answered for ${SILENCE_MS / 1000} s`);
    }, SILENCE_MS);
    this.#timer.unref();
  }

  sawMessage(): void {
    this.#messages++;
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** A clause about what was printed, without any of it: it is not inspected, and this can reach the model. */
  describe(): string {
    if (this.#count === 0) return "";
    const hint = this.#sample.startsWith("Content-Length:")
      ? " (it frames messages with Content-Length, as language servers do; MCP wants one message a line)"
      : "";
    return `The server ${this.#server} printed ${this.#count === 1 ? "a line that is" : `${this.#count} lines that are`} not MCP${hint}`;
  }
}
