import { spawn, type ChildProcess } from "node:child_process";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { readFileSync } from "node:fs";

/** One way from the client to the server: what is measured. */
export interface Route {
  readonly name: string;
  /** From the start of the process to the result of initialize, in milliseconds. */
  readonly startMs: number;
  /** The process in between; undefined for the direct way. */
  readonly pid: number | undefined;
  /** Sends one request and resolves when its response is read whole. */
  readonly ask: (method: string, params: object) => Promise<string>;
  readonly notify: (method: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const INITIALIZE = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};

/** Resident memory of a process in MB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function opened(route: Omit<Route, "startMs">, started: number): Promise<Route> {
  await route.ask("initialize", INITIALIZE);
  const startMs = performance.now() - started;
  await route.notify("notifications/initialized");
  await route.ask("tools/list", {});
  return Object.assign(route, { startMs });
}

/** A child that speaks MCP on its stdin and stdout. */
export async function stdioRoute(
  name: string,
  command: readonly string[],
  { env, between = true }: { env?: Record<string, string>; between?: boolean } = {},
): Promise<Route> {
  const started = performance.now();
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["pipe", "pipe", process.env["BENCH_STDERR"] ? "inherit" : "ignore"],
    env: { ...process.env, ...env },
  });
  const waiting = new Map<number, (line: string) => void>();
  let next = 0;
  let parts: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      const line = (parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)).toString("latin1");
      parts = [];
      from = end + 1;
      const id = Number(/"id":(\d+)/.exec(line.slice(-40))?.[1] ?? /"id":(\d+)/.exec(line.slice(0, 60))?.[1]);
      waiting.get(id)?.(line);
      waiting.delete(id);
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  });
  const send = (message: object): void =>
    void child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const route = {
    name,
    pid: between ? child.pid : undefined,
    ask: (method: string, params: object) =>
      new Promise<string>((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        send({ id, method, params });
      }),
    notify: (method: string) => Promise.resolve(send({ method })),
    close: () => ended(child, () => child.stdin?.end()),
  };
  return await opened(route, started);
}

function ended(child: ChildProcess, stop: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.once("exit", () => resolve());
    stop();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A child that offers a stdio server over Streamable HTTP. */
export async function httpRoute(
  name: string,
  command: (port: number) => readonly string[],
  { env, headers: more }: { env?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<Route> {
  const port = await freePort();
  const [file = "", ...args] = command(port);
  const started = performance.now();
  const child = spawn(file, args, { stdio: "ignore", detached: true, env: { ...process.env, ...env } });
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let session: string | undefined;
  let next = 0;
  const post = (message: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
      const headers = {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "content-length": body.length,
        ...more,
        ...(session !== undefined && { "mcp-session-id": session, "mcp-protocol-version": INITIALIZE.protocolVersion }),
      };
      const call = request({ host: "127.0.0.1", port, path: "/mcp", method: "POST", agent, headers }, (response) => {
        const given = response.headers["mcp-session-id"];
        if (typeof given === "string") session = given;
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")));
        response.on("error", reject);
      });
      call.on("error", reject);
      call.end(body);
    });
  const patiently = async (message: object): Promise<string> => {
    for (let tries = 0; ; tries++) {
      try {
        return await post(message);
      } catch (error) {
        if (tries > 600) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  };
  const route = {
    name,
    pid: child.pid,
    ask: (method: string, params: object) => {
      const message = { id: next++, method, params };
      return method === "initialize" ? patiently(message) : post(message);
    },
    notify: async (method: string) => void (await post({ method })),
    close: () => {
      agent.destroy();
      return ended(child, () => process.kill(-(child.pid ?? 0), "SIGKILL"));
    },
  };
  return await opened(route, started);
}
