import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";
import { Home, lives, untilDead } from "../proxy/harness.ts";
import { encodings } from "../../unit/proxy/encodings.ts";
import { generated } from "../../unit/proxy/generated.ts";
import { Listening, modern } from "./listening.ts";
import { event, json, ordinary, result, stream, text, UrlServer } from "./server.ts";

const home = new Home();
const server = new UrlServer();
const SERVER = path.resolve("test/process/proxy/fixtures/server.mjs");
const behind = (mode = "normal"): string[] => ["--", process.execPath, SERVER, mode];
const windows = process.platform === "win32";
before(() => server.start());
after(async () => {
  await home.close();
  await server.stop();
});
beforeEach(() => {
  server.reply = ordinary;
  server.seen.length = 0;
});

const wire = (name: string): { WIRE: string } => ({ WIRE: path.join(home.folder, name) });

test("a port: sessions with servers of their own, decided calls, and an end that leaves nothing", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", behind("family"), wire("port"));
  assert.match(one.token, /^[\w-]{43}$/);
  const session = await one.open();
  assert.match(session["mcp-session-id"] ?? "", /^[\w-]{43}$/);
  const allowed = await one.call(session, 1, "read_echo", { text: "hello" });
  assert.deepEqual([allowed.status, allowed.headers["content-type"]], [200, "application/json"]);
  assert.equal(allowed.messages[0]?.result?.content?.[0]?.text, "hello");
  const denied = await one.call(session, 2, "send_mail");
  assert.ok(denied.messages[0]?.result?.isError);
  const grandchild = Number(await one.proxy.note("grandchild"));
  assert.equal((await one.ask({ method: "DELETE", headers: session })).status, 200);
  assert.equal((await one.call(session, 3, "read_echo")).status, 404);
  assert.ok(!one.proxy.received().includes("send_mail"));
  one.proxy.end();
  assert.equal((await one.proxy.exit).code, 0);
  await untilDead(grandchild);
});

test(
  "a socket file of ours alone; one that was left there is taken over, one that is used is not",
  { skip: windows },
  async () => {
    const file = path.join(home.folder, "a.sock");
    const one = await Listening.start(home, `unix:${file}`, ["--url", server.url]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const session = await one.open();
    assert.equal((await one.call(session, 1, "read_echo", { text: "x" })).messages[0]?.result?.content?.[0]?.text, "x");
    const second = home.proxy(["--listen", `unix:${file}`, "--url", server.url]);
    assert.notEqual((await second.exit).code, 0);
    one.proxy.kill("SIGKILL");
    await one.proxy.exit;
    const third = await Listening.start(home, `unix:${file}`, ["--url", server.url]);
    await third.open();
    third.proxy.end();
    assert.equal((await third.proxy.exit).code, 0);
    writeFileSync(path.join(home.folder, "file"), "mine");
    const over = home.proxy(["--listen", `unix:${path.join(home.folder, "file")}`, "--url", server.url]);
    assert.notEqual((await over.exit).code, 0);
  },
);

test("what a server says while a call is open comes in the call's stream, else in the session's own", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", behind());
  const session = await one.open();
  const flood = await one.call(session, 1, "read_flood", { count: 3 });
  assert.deepEqual(
    flood.messages.map(({ method, id }) => method ?? id),
    [...Array.from({ length: 3 }, () => "notifications/progress"), 1],
  );
  const answered = new Promise<void>((resolve) => {
    void one
      .ask({
        headers: session,
        body: { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "read_ask", arguments: {} } },
        enough: (soFar) => {
          if (soFar.includes("roots/list") && !soFar.includes('"id":2'))
            void one.ask({ headers: session, body: { jsonrpc: "2.0", id: "from-server", result: { roots: [] } } });
          return soFar.includes('"id":2,');
        },
      })
      .then(({ messages }) => {
        assert.deepEqual(
          messages.map(({ id }) => id),
          ["from-server", 2],
        );
        resolve();
      });
  });
  await answered;
  const own = one.ask({ method: "GET", headers: session, enough: (soFar) => soFar.includes("from-server") });
  // Until the stream is there, what belongs to no request would go by the call's.
  const asked = one.call(session, 3, "read_ask");
  const { headers } = await own;
  assert.equal(headers["content-type"], "text/event-stream");
  await one.ask({ headers: session, body: { jsonrpc: "2.0", id: "from-server", result: { roots: [] } } });
  assert.equal((await asked).messages.at(-1)?.id, 3);
  one.proxy.end();
  await one.proxy.exit;
});

test("clients without sessions: headers are compared with the body, equal ids do not meet, and hanging up cancels", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", behind(), wire("modern"));
  const listed = await one.ask(modern(1, "tools/list"));
  assert.equal(listed.status, 200);
  const call = modern(2, "tools/call", { name: "read_echo", arguments: { text: "x" } });
  for (const headers of [
    { ...call.headers, "mcp-name": "send_mail" },
    { ...call.headers, "mcp-method": "tools/list" },
    { ...call.headers, "mcp-method": "TOOLS/CALL" },
    { ...call.headers, "mcp-protocol-version": "2025-11-25" },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" },
    { "mcp-protocol-version": "2026-07-28", "mcp-name": "read_echo" },
    { ...call.headers, "mcp-name": "=?base64?cmVhZF9lY2hv!?=" },
  ]) {
    const { status, messages } = await one.ask({ ...call, headers });
    assert.deepEqual([status, messages[0]?.error?.code], [400, -32_020], JSON.stringify(headers));
  }
  const coded = { ...call.headers, "mcp-name": `=?base64?${Buffer.from("read_echo").toString("base64")}?=` };
  assert.ok((await one.ask({ ...call, headers: coded })).messages[0]?.result);
  const never = modern("same", "tools/call", { name: "read_never", arguments: {} });
  const late = modern("same", "tools/call", { name: "read_late", arguments: { ms: 50 } });
  const [first, second] = await Promise.all([one.ask(late), one.ask(late)]);
  assert.deepEqual([first.messages[0]?.id, second.messages[0]?.id], ["same", "same"]);
  const hung = one.ask({ ...never, headers: never.headers });
  const received = async (what: string): Promise<string> =>
    await one.proxy.until(what, () => (one.proxy.received().includes(what) ? what : undefined));
  void hung.catch(() => {});
  const socket = net.connect(Number(one.url.port), one.url.hostname);
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: "gone",
    method: "tools/call",
    params: { name: "read_never", arguments: {}, ...(never.body as { params: object }).params },
  });
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${one.url.port}\r\nAuthorization: Bearer ${one.token}\r\nContent-Type: application/json\r\n` +
      `MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: read_never\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const looking = setInterval(() => one.proxy.child.stderr?.emit("data", Buffer.alloc(0)), 20);
  await received(`"gone"`);
  socket.destroy();
  await received(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"gone"}}`);
  clearInterval(looking);
  one.proxy.end();
  await one.proxy.exit;
});

test("a client of the older HTTP+SSE", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", ["--url", server.url]);
  let endpoint = "";
  let called = false;
  const got = await one.ask({
    method: "GET",
    enough: (soFar) => {
      const found = /event: endpoint\ndata: (\S+)/.exec(soFar)?.[1];
      if (found !== undefined && endpoint === "") {
        endpoint = found;
        const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "old", version: "1" } };
        void one.ask({ path: endpoint, body: { jsonrpc: "2.0", id: 1, method: "initialize", params } });
      }
      if (!called && /"id":1[,}]/.test(soFar)) {
        called = true;
        const call = { name: "send_mail", arguments: {} };
        void one.ask({ path: endpoint, body: { jsonrpc: "2.0", id: 2, method: "tools/call", params: call } });
      }
      return /"id":2[,}]/.test(soFar);
    },
  });
  assert.deepEqual(
    got.messages.map(({ id }) => id),
    [1, 2],
  );
  assert.ok(got.messages[1]?.result?.isError);
  one.proxy.end();
  await one.proxy.exit;
});

test("to a URL: the client's own access stays here, what the protocol says in headers goes on, and so does a status", async () => {
  const given = "g".repeat(43);
  const one = await Listening.start(
    home,
    "127.0.0.1:0",
    ["--url", server.url, "--token-env", "BEARER", "--header-env", "X-Key=KEY"],
    { BEARER: given, KEY: "k" },
  );
  assert.ok(!one.proxy.lines.join("").includes(given));
  server.reply = ({ message }, response) => {
    if (message?.id === 1)
      json(response, { jsonrpc: "2.0", id: 1, error: { code: -32_022, message: "no such version" } }, 400);
    else {
      stream(
        response,
        event({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x" } }),
      );
      response.end(event(result(message?.id, { resultType: "complete", ...text("done") })));
    }
  };
  const refused = await one.ask(modern(1, "server/discover"));
  assert.deepEqual([refused.status, refused.messages[0]?.error?.code], [400, -32_022]);
  const call = modern(2, "tools/call", { name: "read_echo", arguments: {} });
  const streamed = await one.ask({
    ...call,
    headers: { ...call.headers, "mcp-param-x": "y", "x-other": "z", cookie: "c" },
  });
  assert.deepEqual(
    streamed.messages.map(({ method, id }) => method ?? id),
    ["notifications/message", 2],
  );
  const { headers } = server.seen.at(-1) ?? {};
  assert.deepEqual(
    ["authorization", "x-key", "mcp-param-x", "mcp-name", "x-other", "cookie"].map((name) => headers?.[name]),
    [undefined, "k", "y", "read_echo", undefined, undefined],
  );
  one.proxy.end();
  await one.proxy.exit;
});

test("who may not speak is turned away before anything counts, and guesses find no session", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", ["--url", server.url]);
  const session = await one.open();
  const seen = server.seen.length;
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "read_echo", arguments: {} } };
  const port = one.url.port;
  const tries: [string, object, number][] = [
    ["no bearer", { headers: { ...session, authorization: "" } }, 401],
    ["a wrong bearer", { headers: { ...session, authorization: `Bearer ${"x".repeat(43)}` } }, 401],
    ["another scheme", { headers: { ...session, authorization: `Basic ${one.token}` } }, 401],
    ["part of the bearer", { headers: { ...session, authorization: `Bearer ${one.token.slice(0, -1)}` } }, 401],
    ["a page", { headers: { ...session, origin: "https://evil.example" } }, 403],
    ["a sandboxed page", { headers: { ...session, origin: "null" } }, 403],
    ["a page of another port", { headers: { ...session, origin: "http://localhost:1" } }, 403],
    ["a rebound name", { headers: { ...session, host: `evil.example:${port}` } }, 403],
    ["another port's name", { headers: { ...session, host: "127.0.0.1:1" } }, 403],
    ["no session", {}, 400],
    ["a guessed session", { headers: { "mcp-session-id": "x".repeat(43) } }, 404],
    ["a session of a prototype", { headers: { "mcp-session-id": "__proto__" } }, 404],
    ["a form", { headers: { ...session, "content-type": "text/plain" } }, 415],
    ["compressed", { headers: { ...session, "content-encoding": "gzip" }, body: gzipSync(JSON.stringify(body)) }, 415],
    ["another path", { path: "/", headers: session }, 404],
    ["another method", { method: "PUT", headers: session }, 405],
    ["preflight", { method: "OPTIONS", headers: { origin: "https://evil.example" } }, 403],
    ["too large", { headers: session, body: Buffer.alloc(17 * 1024 * 1024, " ") }, 413],
    ["too large a head", { headers: { ...session, "x-long": "x".repeat(20_000) } }, 431],
    ["no JSON", { headers: session, body: "{" }, 400],
    ["a batch", { headers: session, body: [body] }, 400],
    ["twice a key", { headers: session, body: `{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}` }, 400],
    ["no id that is one", { headers: session, body: { ...body, id: null } }, 400],
  ];
  for (const [what, ask, status] of tries) {
    const got = await one.ask({ body, ...ask });
    assert.equal(got.status, status, what);
    assert.equal(got.headers["access-control-allow-origin"], undefined, what);
  }
  assert.equal(server.seen.length, seen, "nothing of it reached the server");
  const own = await one.ask({ headers: { ...session, origin: `http://localhost:${port}` }, body });
  assert.equal(own.status, 200);
  assert.ok(!one.proxy.stderr.includes(one.token));
  one.proxy.end();
  await one.proxy.exit;
});

test("no encoding of a denied call gets past by HTTP, whatever its headers say, and each is answered", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", ["--url", server.url]);
  const session = await one.open();
  server.seen.length = 0;
  // A body is one message, and a carriage return in it white space: no reader ends a line there.
  const all = [...encodings(), ...generated()].filter(({ what }) => what !== "inside another by a carriage return");
  assert.ok(all.length >= 500, `${all.length} encodings`);
  const harmless = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list", "mcp-name": "list" };
  for (const headers of [session, harmless])
    for (const { what, bytes } of all) {
      const got = await one.ask({ headers, body: bytes });
      assert.ok(
        got.messages[0]?.error || got.messages[0]?.result?.isError || got.status === 202,
        `${what}: ${got.status}`,
      );
    }
  assert.deepEqual(
    server.seen.map(({ body }) => body),
    [],
  );
  one.proxy.end();
  await one.proxy.exit;
});

test("only this machine, and no other address, is listened on", async () => {
  for (const address of [
    "0.0.0.0:0",
    "[::]:0",
    "192.168.0.1:80",
    "example.com:80",
    ":80",
    "127.0.0.1",
    "unix:relative",
    "127.0.0.1:99999",
  ]) {
    const proxy = home.proxy(["--listen", address, "--url", server.url]);
    assert.notEqual((await proxy.exit).code, 0, address);
  }
});

test("a head that never ends is given up, and others are served meanwhile", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", ["--url", server.url]);
  const slow = net.connect(Number(one.url.port), "127.0.0.1");
  const closed = new Promise<void>((resolve) => slow.once("close", () => resolve()));
  slow.on("error", () => {});
  slow.resume();
  slow.write("POST /mcp HTTP/1.1\r\nX-Slow: ");
  const drip = setInterval(() => slow.write("x"), 200);
  const session = await one.open();
  assert.equal((await one.call(session, 1, "read_echo", { text: "x" })).status, 200);
  await closed;
  clearInterval(drip);
  one.proxy.end();
  await one.proxy.exit;
});

test("a proxy that is killed leaves no server behind", { skip: windows }, async () => {
  const one = await Listening.start(home, "127.0.0.1:0", behind("stubborn"), wire("killed"));
  await one.open();
  const pid = Number(await one.proxy.note("pid"));
  const grandchild = Number(await one.proxy.note("grandchild"));
  one.proxy.kill("SIGKILL");
  await one.proxy.exit;
  await untilDead(pid);
  await untilDead(grandchild);
});

test("a server that dies is an error to whoever waits, and the next session has a new one", async () => {
  const one = await Listening.start(home, "127.0.0.1:0", behind(), wire("dies"));
  const session = await one.open();
  const died = await one.call(session, 1, "read_exit", { code: 3 });
  assert.equal(died.messages[0]?.error?.code, MCP_ERRORS.SERVER_EXITED.code);
  const again = await one.open();
  assert.ok((await one.call(again, 2, "read_echo", { text: "x" })).messages[0]?.result);
  const pid = Number(await one.proxy.note("pid"));
  assert.ok(lives(pid));
  one.proxy.kill("SIGTERM");
  await one.proxy.exit;
  await untilDead(pid);
});
