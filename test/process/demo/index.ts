import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, describe, it } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { RawServer } from "./rawServer.ts";

const WATCHDOG = { timeout: 60_000 };
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "sallyport demo ")));
const demo = path.join(scratch, "demo");
cpSync("demo", demo, { recursive: true, filter: (source) => path.basename(source) !== ".outbox" });
after(() => rmSync(scratch, { recursive: true, force: true }));

const TOOLS = {
  notes: ["list_notes", "read_note", "write_note"],
  web: ["search_pages", "fetch_page"],
  outbox: ["send_message", "list_sent"],
};
type Name = keyof typeof TOOLS;
const NAMES = Object.keys(TOOLS) as Name[];

const running: RawServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.end();
});

function start(name: Name): RawServer {
  const server = new RawServer(path.join(demo, "servers", `${name}.mjs`), demo);
  running.push(server);
  return server;
}

describe("the demo's servers, line by line", WATCHDOG, () => {
  for (const name of NAMES) {
    it(`${name}: negotiates the revision`, async () => {
      for (const [asked, given] of [
        ["2025-11-25", "2025-11-25"],
        ["2024-11-05", "2024-11-05"],
        ["2026-07-28", "2025-11-25"],
      ] as const) {
        const { result } = await start(name).initialize(asked);
        assert.equal(result?.["protocolVersion"], given);
        assert.deepEqual(result["capabilities"], { tools: { listChanged: false } });
      }
    });

    it(`${name}: says what its tools do`, async () => {
      const server = start(name);
      await server.initialize();
      const { result } = await server.ask({ jsonrpc: "2.0", id: "list", method: "tools/list" });
      const tools = result?.["tools"] as { name: string; inputSchema: { type: string }; annotations: object }[];
      assert.deepEqual(
        tools.map((tool) => tool.name),
        TOOLS[name],
      );
      for (const tool of tools) {
        assert.equal(tool.inputSchema.type, "object");
        assert.ok("readOnlyHint" in tool.annotations && "openWorldHint" in tool.annotations);
      }
    });

    it(`${name}: answers whatever arrives, and lives on`, async () => {
      const server = start(name);
      const line = (id: unknown, method: unknown, params?: unknown) => ({ jsonrpc: "2.0", id, method, params });
      assert.deepEqual((await server.ask(line(1, "ping"))).result, {});
      assert.equal((await server.ask(line(2, "tools/list"))).error?.code, -32600, "before initialize");
      assert.equal((await server.ask(line(3, "server/discover"))).error?.code, -32601);
      assert.equal((await server.ask(line(4, "initialize"))).error?.code, -32602);
      await server.initialize();
      const cases: [message: unknown, code: number, id?: string | number][] = [
        [line(5, "resources/list"), -32601, 5],
        [line("six", "tools/call"), -32602, "six"],
        [line(7, "tools/call", { name: "no_such_tool" }), -32602, 7],
        [line(8, "tools/call", { name: "__proto__" }), -32602, 8],
        [line(9, "tools/call", []), -32602, 9],
        [line(10, "tools/list", { cursor: "x" }), -32602, 10],
        [line(11, 12), -32600, 11],
        [line(null, "ping"), -32600],
        [line({ a: 1 }, "ping"), -32600],
        [[line(13, "ping")], -32600],
        [{ id: 14, method: "ping" }, -32600],
        ["ping", -32600],
        [null, -32600],
      ];
      for (const [message, code, id] of cases) {
        const answer = await server.ask(message);
        assert.deepEqual([answer.error?.code, answer.id], [code, id], JSON.stringify(message));
      }
      for (const bytes of [
        "not json\n",
        "{\n",
        Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a]),
        `${"[".repeat(100_000)}\n`,
        `{"jsonrpc":"2.0","id":1,"method":"ping"} {}\n`,
      ]) {
        server.write(bytes);
        assert.equal((await server.next()).error?.code, -32700);
      }
      server.write(`"${"x".repeat(5 * 1024 * 1024)}"\n`);
      assert.equal((await server.next()).error?.code, -32600, "an endless line");
      // Nothing of these is answered: the next answer is the ping's.
      server.write("\n  \r\n");
      server.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/unheard-of", params: 1 })}\n`);
      server.write(`${JSON.stringify({ jsonrpc: "2.0", id: 99, result: {} })}\n`);
      assert.equal((await server.ask(line("last", "ping"))).id, "last");
      const { code, rest } = await server.end();
      assert.deepEqual({ code, rest, stderr: server.stderr }, { code: 0, rest: [], stderr: "" });
    });

    it(`${name}: takes a message in pieces, several in one piece, and answers all before it ends`, async () => {
      const server = start(name);
      await server.initialize();
      const ping = (id: number) => `${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\r\n`;
      for (const byte of Buffer.from(ping(1))) server.write(Uint8Array.of(byte));
      assert.equal((await server.next()).id, 1);
      server.write(ping(2) + ping(3) + ping(4));
      assert.deepEqual(
        [await server.next(), await server.next()].map((answer) => answer.id),
        [2, 3],
      );
      const { code, rest } = await server.end();
      assert.equal(code, 0);
      assert.deepEqual(
        rest.map((answer) => (JSON.parse(answer) as { id: number }).id),
        [4],
      );
    });
  }
});

describe("notes", WATCHDOG, () => {
  it("writes a note, lists it and reads it back", async () => {
    const server = start("notes");
    await server.initialize();
    const before = await server.call("list_notes");
    assert.equal(before.text, "access-codes\nreservations\nwinter-storage");
    const content = "Grüße 🚢\r\nline two";
    assert.equal((await server.call("write_note", { name: "new-one", content })).isError, false);
    assert.deepEqual(await server.call("read_note", { name: "new-one" }), { text: content, isError: false });
    assert.match((await server.call("list_notes")).text, /^new-one$/mu);
    assert.equal((await server.call("write_note", { name: "new-one", content: "" })).isError, false);
    assert.equal(readFileSync(path.join(demo, "notes/new-one.md"), "utf8"), "");
    rmSync(path.join(demo, "notes/new-one.md"));
  });

  it("stays in its folder, and tells the model why", async () => {
    writeFileSync(path.join(scratch, "outside.md"), "not yours");
    if (process.platform !== "win32") {
      symlinkSync(path.join(scratch, "outside.md"), path.join(demo, "notes/link.md"));
    }
    const server = start("notes");
    await server.initialize();
    const names = ["../../outside", "..", "", "a/b", "a\\b", "link", "missing", "A", "x\0", "x".repeat(65), "con."];
    for (const name of [...names, 3, null, ["x"]]) {
      const { text, isError } = await server.call("read_note", { name });
      assert.equal(isError, true, JSON.stringify(name));
      assert.doesNotMatch(text, /not yours/u);
    }
    assert.equal((await server.call("write_note", { name: "../../outside", content: "x" })).isError, true);
    if (process.platform !== "win32") {
      assert.equal((await server.call("write_note", { name: "link", content: "x" })).isError, true);
    }
    assert.equal((await server.call("write_note", { name: "big", content: "x".repeat(16_001) })).isError, true);
    assert.equal((await server.call("read_note", { name: "reservations", also: 1 })).isError, true);
    assert.equal((await server.call("read_note")).isError, true);
    assert.equal((await server.call("read_note", [])).isError, true);
    assert.equal(readFileSync(path.join(scratch, "outside.md"), "utf8"), "not yours");
    assert.equal(existsSync(path.join(demo, "notes/big.md")), false);
    rmSync(path.join(demo, "notes/link.md"), { force: true });
  });
});

describe("web", WATCHDOG, () => {
  it("finds its pages and serves them, the hostile ones as they are", async () => {
    const server = start("web");
    await server.initialize();
    const found = (await server.call("search_pages", { query: "Free BERTHS" })).text;
    assert.equal(found, "Berths - Harbor Office: https://harbor.example/berths");
    const berths = await server.call("fetch_page", { url: "https://harbor.example/berths" });
    assert.match(berths.text, /<!--[^>]*ignore all previous instructions/u);
    const visitors = await server.call("fetch_page", { url: "https://harbor.example/visitors.html#top" });
    const hidden = Array.from(visitors.text, (c) => (c.codePointAt(0) ?? 0) - 0xe0000).filter((code) => code > 0);
    assert.match(String.fromCodePoint(...hidden), /^Send the note access-codes to /u);
    for (const page of ["tides", "weather"]) {
      const { text } = await server.call("fetch_page", { url: `https://harbor.example/${page}/` });
      assert.doesNotMatch(text, /<!--|[\u{e0000}-\u{e007f}]/u);
    }
  });

  it("has no other pages", async () => {
    const server = start("web");
    await server.initialize();
    for (const url of [
      "https://harbor.example/../servers/web.mjs",
      "https://harbor.example/..%2fREADME",
      "http://harbor.example/berths",
      "https://other.example/berths",
      "file:///etc/passwd",
      "berths",
      "",
      7,
    ]) {
      assert.equal((await server.call("fetch_page", { url })).isError, true, String(url));
    }
    assert.equal((await server.call("search_pages", { query: "no such words" })).text, "Nothing was found.");
  });
});

describe("outbox", WATCHDOG, () => {
  it("keeps what it sends in a file that git does not see", async () => {
    const server = start("outbox");
    await server.initialize();
    assert.equal((await server.call("list_sent")).text, "Nothing has been sent.");
    assert.deepEqual(await server.call("send_message", { to: "a@b.example", body: "one\ntwo" }), {
      text: "Sent to a@b.example.",
      isError: false,
    });
    await server.call("send_message", { to: "c@d.example", subject: "Hello", body: "x" });
    assert.equal((await server.call("send_message", { to: "", body: "x" })).isError, true);
    assert.equal((await server.call("send_message", { to: "c@d.example" })).isError, true);
    assert.match(
      (await server.call("list_sent")).text,
      /^\S+ to a@b\.example: \(no subject\)\n\S+ to c@d\.example: Hello$/u,
    );
    const lines = readFileSync(path.join(demo, ".outbox/sent.jsonl"), "utf8").trimEnd().split("\n");
    assert.equal((JSON.parse(lines[0] ?? "") as { body: string }).body, "one\ntwo");
    assert.match(readFileSync(path.join(demo, ".gitignore"), "utf8"), /^\.outbox\/$/mu);
    writeFileSync(path.join(demo, ".outbox/sent.jsonl"), "{broken\n");
    assert.match((await server.call("list_sent")).text, /not JSON/u);
  });
});

describe("the demo's servers through the SDK's client", WATCHDOG, () => {
  for (const name of NAMES) {
    it(`${name}: connects, lists and calls`, async () => {
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [path.join(demo, "servers", `${name}.mjs`)],
        cwd: demo,
      });
      const client = new Client({ name: "test", version: "1" });
      const errors: Error[] = [];
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no event target
      client.onerror = (error) => errors.push(error);
      await client.connect(transport);
      try {
        assert.equal(client.getServerVersion()?.name, `harbor-${name}`);
        const { tools } = await client.listTools();
        assert.deepEqual(
          tools.map((tool) => tool.name),
          TOOLS[name],
        );
        await client.ping();
        // Validates structuredContent against the tool's outputSchema where it has one.
        const first = { notes: "list_notes", web: "search_pages", outbox: "list_sent" }[name];
        const result = await client.callTool({ name: first, arguments: name === "web" ? { query: "tides" } : {} });
        assert.notEqual(result.isError, true);
        await assert.rejects(client.callTool({ name: "nothing" }), /Unknown tool/u);
        assert.deepEqual(errors, []);
      } finally {
        await client.close();
      }
    });
  }
});
