import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";

export interface Answer {
  readonly jsonrpc: string;
  readonly id?: string | number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A server as a client without any library sees it: bytes in, lines out. */
export class RawServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string) => void)[] = [];
  stderr = "";

  constructor(script: string, cwd: string) {
    this.#child = spawn(process.execPath, [script], { cwd, stdio: "pipe" });
    let rest = "";
    this.#child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        const waiter = this.#waiting.shift();
        if (waiter) waiter(line);
        else this.#lines.push(line);
      }
    });
    this.#child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.stderr += chunk;
    });
  }

  write(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** The next line that the server writes. The runner's own timeout ends a wait for one that never comes. */
  async next(): Promise<Answer> {
    const line = this.#lines.shift() ?? (await new Promise<string>((resolve) => this.#waiting.push(resolve)));
    return JSON.parse(line) as Answer;
  }

  async ask(message: unknown): Promise<Answer> {
    this.write(`${JSON.stringify(message)}\n`);
    return await this.next();
  }

  async initialize(protocolVersion = "2025-11-25"): Promise<Answer> {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1" } };
    const answer = await this.ask({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    this.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    return answer;
  }

  async call(name: string, args?: unknown): Promise<{ text: string; isError: boolean }> {
    const { result, error } = await this.ask({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: args },
    });
    if (!result) throw new Error(`${name}: ${JSON.stringify(error)}`);
    const [first] = result["content"] as { text: string }[];
    return { text: first?.text ?? "", isError: result["isError"] === true };
  }

  /** Ends its input, as a client does at shutdown; gives the exit code and what it still said. */
  async end(): Promise<{ code: number | null; rest: string[] }> {
    if (this.#child.exitCode === null) {
      this.#child.stdin.end();
      await once(this.#child, "close");
    }
    return { code: this.#child.exitCode, rest: this.#lines.splice(0) };
  }
}
