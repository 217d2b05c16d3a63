import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { kindOf, readConfig } from "../../../src/clients/clients.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { valueAt, type DataValue } from "../../../src/documents/data.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { unprotectIn } from "../../../src/protect/protect.ts";
import { realEnvironment } from "../../../src/system/environment.ts";
import "./launcher.test.ts";

const WATCHDOG = { timeout: 60_000 };
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "sallyport protect ")));
const workspace = path.join(scratch, "demo");
const home = path.join(scratch, "home");
const config = path.join(workspace, ".vscode", "mcp.json");
const seenBy = path.join(scratch, "seen");
const environment = {
  ...realEnvironment(),
  variable: (name: string) => (name === "SALLYPORT_HOME" ? home : undefined),
};

function sallyport(...args: string[]) {
  return spawnSync(process.execPath, [path.resolve("dist/sallyport.js"), ...args], {
    encoding: "utf8",
    env: { ...process.env, SALLYPORT_HOME: home },
  });
}

interface Entry {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/** An entry as VS Code reads it: variables resolved. */
function entry(name: string): Entry {
  const value = valueAt(parseJson(config, readFileSync(config, "utf8")).root, "servers", name);
  const text = (one: DataValue | undefined): string =>
    one?.kind === "string" ? one.value.replaceAll("${workspaceFolder}", workspace) : "";
  const args = valueAt(value, "args");
  const env = valueAt(value, "env");
  return {
    command: text(valueAt(value, "command")),
    args: args?.kind === "array" ? args.elements.map(text) : [],
    env: env?.kind === "object" ? Object.fromEntries(env.properties.map((one) => [one.key, text(one.value)])) : {},
  };
}

/** The environment that a client starts servers with. */
function clientVariables(more: Record<string, string>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith("NODE_") && name !== "SALLYPORT_HOME") variables[name] = value;
  }
  return { ...variables, ...more };
}

async function connected(one: Entry): Promise<Client> {
  const client = new Client({ name: "test-client", version: "1.0.0" });
  const env = clientVariables(one.env);
  await client.connect(
    new StdioClientTransport({ command: one.command, args: one.args, env, cwd: workspace, stderr: "inherit" }),
  );
  return client;
}

before(() => {
  cpSync("demo", workspace, { recursive: true, filter: (source) => path.basename(source) !== ".outbox" });
  // Whoever loads this under NODE_OPTIONS says which program it is.
  const spy = path.join(scratch, "spy.cjs");
  writeFileSync(spy, `require("node:fs").appendFileSync(${JSON.stringify(seenBy)}, process.argv[1] + "\\n");`);
  const options = JSON.stringify(`--require "${spy.replaceAll("\\", "\\\\")}"`);
  const text = readFileSync(config, "utf8");
  const notes = '"args": ["${workspaceFolder}/servers/notes.mjs"]';
  assert(text.includes(notes));
  writeFileSync(
    config,
    text.replace(
      notes,
      `${notes}, // spied on\n      "env": { "NODE_OPTIONS": ${options}, "SALLYPORT_HOME": "/nowhere" }`,
    ),
  );
});

after(() => {
  sallyport("broker", "stop");
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

describe("a protected server", WATCHDOG, () => {
  let original = "";

  it("is rewritten by the command, and only its entry", () => {
    original = readFileSync(config, "utf8");
    const result = sallyport("protect", config, "notes");
    assert.equal(result.stderr, "");
    assert.equal(result.status, 0);
    assert.match(result.stdout, /notes starts through Sallyport from its next start on\.\nThis file is shared/);
    const [is, was] = [readFileSync(config, "utf8").split("\n"), original.split("\n")];
    assert.equal(is.length, was.length);
    assert.equal(is.filter((line, i) => line !== was[i]).length, 2);
    const { command, args } = entry("notes");
    const launcher = process.platform === "win32" ? "sallyport.cjs" : "sallyport";
    assert([command, args[0]].includes(path.join(home, "bin", launcher)));
    assert.match(sallyport("protect", config, "notes").stdout, /already/);
  });

  it("starts as its client starts it, answers, and leaves a record; its NODE_OPTIONS reach the server only", async () => {
    const client = await connected(entry("notes"));
    const { tools } = await client.listTools();
    assert(tools.some(({ name }) => name === "list_notes"));
    const result = await client.callTool({ name: "list_notes", arguments: {} });
    assert.notEqual(result.isError, true, JSON.stringify(result));
    await client.close();
    const programs = new Set(readFileSync(seenBy, "utf8").trim().split("\n"));
    assert.deepEqual([...programs], [path.join(workspace, "servers", "notes.mjs")]);
    const verified = sallyport("log", "verify");
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    const log = sallyport("log", "--tool", "list_notes", "--format", "json").stdout.trim().split("\n");
    const kinds = log.map((line) => JSON.parse(line) as { kind: string; server: string });
    assert.deepEqual([...new Set(kinds.map(({ kind }) => kind))], ["request", "decision", "result"]);
    assert.deepEqual([...new Set(kinds.map(({ server }) => server))], ["notes"]);
  });

  it("is reached by its URL, with its headers, and given back byte for byte", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { id, method } = JSON.parse(body || "{}") as { id?: number; method?: string };
        if (id === undefined) return void response.writeHead(request.method === "POST" ? 202 : 405).end();
        const opened = {
          protocolVersion: "2025-11-25",
          capabilities: { tools: {} },
          serverInfo: { name: "u", version: "1" },
        };
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ jsonrpc: "2.0", id, result: method === "initialize" ? opened : { tools: [] } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const place = path.join(scratch, "url", ".vscode", "mcp.json");
    const text = `{ "servers": { "u": { "type": "http", "url": "http://127.0.0.1:${port}/mcp", "headers": { "Authorization": "Bearer made-up" } } } }`;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    assert.equal(sallyport("protect", place, "u").status, 0);
    const there = readFileSync(place, "utf8");
    const { u } = (JSON.parse(there) as { servers: { u: Entry } }).servers;
    const client = await connected({ ...u, command: u.command.replace("${userHome}/.sallyport", home) });
    assert.deepEqual((await client.listTools()).tools, []);
    await client.close();
    assert.deepEqual([...new Set(seen)], ["Bearer made-up"]);
    const config2 = await readConfig({ path: place, text: there, ...kindOf(place, environment) });
    const back = unprotectIn(config2, { server: "u" });
    assert(back.status === "rewritten");
    assert.equal(applyEdits(there, back.edits), text);
    server.closeAllConnections();
    server.close();
  });

  it("is refused by name where it cannot be protected, and the file stays", () => {
    const secret = path.join(scratch, "secret", ".vscode", "mcp.json");
    mkdirSync(path.dirname(secret), { recursive: true });
    writeFileSync(secret, '{ "servers": { "tracker": { "url": "https://x.example/?token=x" } } }');
    const tracker = sallyport("protect", secret, "tracker");
    assert.equal(tracker.status, 3);
    assert.match(tracker.stderr, /mcp\.json:1:\d+: "tracker" cannot be protected: its URL seems to hold a secret/);
    const now = readFileSync(config, "utf8");
    assert.equal(sallyport("protect", config, "nobody").status, 3);
    assert.equal(sallyport("protect", config).status, 2);
    assert.equal(sallyport("protect", path.join(workspace, "nowhere.json"), "x").status, 3);
    assert.equal(readFileSync(config, "utf8"), now);
  });

  it("has no command that takes the protection off", () => {
    const { status, stderr } = sallyport("unprotect", config, "notes");
    assert.equal(status, 2);
    assert.match(stderr, /no command/);
  });

  it("is given back byte for byte", async () => {
    const text = readFileSync(config, "utf8");
    const rewrite = unprotectIn(await readConfig({ path: config, text, ...kindOf(config, environment) }), {
      server: "notes",
    });
    assert(rewrite.status === "rewritten");
    assert.equal(applyEdits(text, rewrite.edits), original);
  });

  it("is not started once the installation is gone: its client gets an error that says why", async () => {
    // An installation of its own, that goes away.
    const gone = path.join(scratch, "installation");
    cpSync("dist", path.join(gone, "dist"), { recursive: true });
    const place = path.join(scratch, "other", ".vscode", "mcp.json");
    const marker = path.join(scratch, "started");
    const touch = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "")`;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, JSON.stringify({ servers: { s: { command: process.execPath, args: ["-e", touch] } } }));
    const elsewhere = path.join(scratch, "home of a removed installation");
    const done = spawnSync(process.execPath, [path.join(gone, "dist", "sallyport.js"), "protect", place, "s"], {
      encoding: "utf8",
      env: { ...process.env, SALLYPORT_HOME: elsewhere },
    });
    assert.equal(done.status, 0, done.stderr);
    rmSync(gone, { recursive: true });
    const { command, args } = (JSON.parse(readFileSync(place, "utf8")) as { servers: { s: Entry } }).servers.s;
    const child = spawn(command, args, { env: clientVariables({}) });
    const [out, err]: string[][] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => out?.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => err?.push(text));
    child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1);
    const answer = JSON.parse(out?.join("") ?? "") as { id: number; error: { code: number; message: string } };
    assert.deepEqual([answer.id, answer.error.code], [1, -31005]);
    assert.match(answer.error.message, /installation is gone/);
    assert.match(err?.join("") ?? "", /installation is gone/);
    assert.equal(existsSync(marker), false);
  });
});
