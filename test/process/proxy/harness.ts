import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { realEnvironment } from "../../../src/system/environment.ts";
import { currentBroker } from "../../../src/link/election.ts";
import { pathsFor } from "../../../src/link/paths.ts";

export const PROGRAM = path.resolve("dist/sallyport.js");
const SERVER = path.resolve("test/process/proxy/fixtures/server.mjs");
/** Nothing here takes a second; what takes this long hangs. */
const WATCHDOG_MS = 60_000;

/** Everything allowed but one tool, and one that asks. */
export const POLICY = `version: 1
rules:
  - { id: all, match: {}, effect: allow, reason: a test }
  - { id: no-mail, match: { method: tools/call, tool: send_mail }, effect: deny, reason: mail is not sent from here }
  - { id: ask-first, match: { method: tools/call, tool: read_ask_first }, effect: ask, reason: a person decides }
`;

/** A home of its own for a broker and its ledger. */
export class Home {
  readonly folder = mkdtempSync(path.join(tmpdir(), "sallyport-proxy-"));
  readonly home = path.join(this.folder, "home");
  readonly #clients: Client[] = [];

  constructor(policy: string | null = POLICY) {
    mkdirSync(this.home, { mode: 0o700 });
    if (policy !== null) writeFileSync(path.join(this.home, "policy.yaml"), policy, { mode: 0o600 });
  }

  get environment() {
    const real = realEnvironment();
    return { ...real, variable: (name: string) => (name === "SALLYPORT_HOME" ? this.home : real.variable(name)) };
  }

  /** The pid of the broker that runs here; undefined where none does. */
  broker(): number | undefined {
    if (!existsSync(path.join(this.home, "run"))) return undefined;
    const pid = currentBroker(pathsFor(this.environment))?.pid;
    return pid !== undefined && pid > 0 && lives(pid) ? pid : undefined;
  }

  /** A client with a server behind the proxy. */
  client(
    mode = "normal",
    { command, env }: { command?: readonly string[]; env?: Record<string, string> } = {},
  ): Client {
    const wire = path.join(this.folder, `wire${this.#clients.length}`);
    const behind = command ?? [process.execPath, SERVER, mode];
    const child = spawn(process.execPath, [PROGRAM, "proxy", "--server", "fixture", "--", ...behind], {
      cwd: this.folder,
      env: { ...process.env, SALLYPORT_HOME: this.home, WIRE: wire, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const client = new Client(child, wire);
    this.#clients.push(client);
    return client;
  }

  /** A client of the proxy with these arguments of its own. */
  proxy(args: readonly string[], env: Record<string, string> = {}): Client {
    const child = spawn(process.execPath, [PROGRAM, "proxy", "--server", "fixture", ...args], {
      cwd: this.folder,
      env: { ...process.env, SALLYPORT_HOME: this.home, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const client = new Client(child, env["WIRE"] ?? path.join(this.folder, `wire${this.#clients.length}`));
    this.#clients.push(client);
    return client;
  }

  /** Ends whatever is left, by pid, and removes the folder. */
  async close(): Promise<void> {
    for (const client of this.#clients) {
      client.kill("SIGKILL");
      await client.exit;
    }
    const broker = this.broker();
    if (broker !== undefined) {
      process.kill(broker, "SIGTERM");
      await untilDead(broker);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Answer {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text: string }[] };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { readonly rule: string } };
}

/** An MCP client that looks at every byte. */
export class Client {
  readonly lines: string[] = [];
  stderr = "";
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #held: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #answers: Answer[] = [];
  readonly #byId = new Map<unknown, Answer>();
  #ended = false;

  constructor(
    readonly child: ChildProcess,
    readonly wire: string,
  ) {
    this.exit = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    void this.exit.then(() => {
      this.#ended = true;
      this.#wake();
    });
    child.stdin?.on("error", () => {});
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#wake();
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        this.#held.push(chunk.subarray(from, end + 1));
        this.#line(Buffer.concat(this.#held).toString());
        this.#held = [];
        from = end + 1;
      }
      if (from < chunk.length) this.#held.push(chunk.subarray(from));
      this.#wake();
    });
  }

  #line(line: string): void {
    this.lines.push(line);
    const answer = JSON.parse(line) as Answer;
    this.#answers.push(answer);
    if (answer.method === undefined && !this.#byId.has(answer.id)) this.#byId.set(answer.id, answer);
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
  }

  send(message: string | Buffer | object): void {
    const raw = typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message);
    this.child.stdin?.write(Buffer.concat([Buffer.from(raw), Buffer.from("\n")]));
  }

  /** Waits for a line that passes; fails with what there was once the process is gone or the watchdog barks. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const fail = (why: string): void =>
        finish(() =>
          reject(
            new Error(
              `${why} while waiting for ${what}; stdout ${JSON.stringify(this.lines.slice(-5)).slice(0, 2000)}; stderr ${this.stderr.slice(-2000)}`,
            ),
          ),
        );
      const timer = setTimeout(() => fail("the watchdog barked"), WATCHDOG_MS);
      const finish = (then: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        then();
      };
      const check = (): void => {
        const found = look();
        if (found !== undefined) finish(() => resolve(found));
        else if (this.#ended) fail("the proxy ended");
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** All that came, in order. */
  answers(): Answer[] {
    return [...this.#answers];
  }

  /** The first answer to an id. */
  async answer(id: unknown): Promise<Answer> {
    return await this.until(`an answer to ${JSON.stringify(id)}`, () => this.#byId.get(id));
  }

  async ask(id: unknown, method: string, params?: object): Promise<Answer> {
    this.send({ jsonrpc: "2.0", id, method, ...(params && { params }) });
    return await this.answer(id);
  }

  async call(id: unknown, name: string, args: object = {}, meta?: object): Promise<Answer> {
    return await this.ask(id, "tools/call", { name, arguments: args, ...(meta && { _meta: meta }) });
  }

  /** The opening exchange, and the tools. */
  async open(): Promise<void> {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
    await this.ask("open", "initialize", params);
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    await this.ask("tools", "tools/list");
  }

  /** Every byte that the server has read. */
  received(): string {
    return noted(this.wire) ?? "";
  }

  /** What the server has written down about itself. */
  async note(name: string): Promise<string> {
    for (const started = Date.now(); Date.now() - started < WATCHDOG_MS;) {
      const text = noted(`${this.wire}.${name}`);
      if (text !== undefined && text !== "") return text;
      await tick();
    }
    throw new Error(`the server wrote no ${name}`);
  }

  end(): void {
    this.child.stdin?.end();
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

function noted(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not written yet.
    return undefined;
  }
}

/** Whether a process runs; one that has ended and is only not reaped yet does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = noted(`/proc/${pid}/stat`);
  return stat === undefined || !/^\d+ \(.*\) Z/s.test(stat);
}

export async function untilDead(pid: number): Promise<void> {
  for (const started = Date.now(); lives(pid); await tick()) {
    if (Date.now() - started > WATCHDOG_MS) throw new Error(`process ${pid} lives on`);
  }
}
