import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { MCP_ERRORS } from "../../../src/mcp/errors.ts";
import { Home, type Client } from "../proxy/harness.ts";
import { event, json, ordinary, result, stream, text, UrlServer, type Reply } from "./server.ts";

const home = new Home();
const server = new UrlServer();
before(() => server.start());
after(async () => {
  await home.close();
  await server.stop();
});
beforeEach(() => {
  server.reply = ordinary;
  server.seen.length = 0;
});

/** Answers calls of tools in a way of its own, and all else as an ordinary server. */
const calls =
  (reply: Reply): Reply =>
  (seen, response, request) =>
    seen.message?.method === "tools/call" ? reply(seen, response, request) : ordinary(seen, response, request);

async function opened(...args: string[]): Promise<Client> {
  const client = home.proxy(["--url", server.url, ...args]);
  await client.open();
  return client;
}

test("a session over HTTP: what is sent, with which headers, and its end", async () => {
  const client = home.proxy(["--url", server.url, "--header-env", "Authorization=TOKEN"], { TOKEN: "Bearer made-up" });
  await client.open();
  const line = `{ "jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"read_echo","arguments":{"text":"\\u0041","n":9007199254740993}} }`;
  client.send(line);
  assert.equal((await client.answer(7)).result?.content?.[0]?.text, "A");
  const denied = await client.call(8, "send_mail");
  assert.ok(denied.result?.isError);
  client.end();
  assert.deepEqual(await client.exit, { code: 0, signal: null });
  const posts = server.seen.filter(({ method }) => method === "POST");
  assert.deepEqual(
    posts.map(({ message }) => message?.method),
    ["initialize", "notifications/initialized", "tools/list", "tools/call"],
  );
  assert.equal(posts[3]?.body, line, "byte for byte what the client wrote");
  for (const [i, { headers }] of posts.entries()) {
    assert.equal(headers["authorization"], "Bearer made-up");
    assert.equal(headers["accept"], "application/json, text/event-stream");
    assert.equal(headers["mcp-session-id"], i === 0 ? undefined : "session-1");
    assert.equal(headers["mcp-protocol-version"], i === 0 ? undefined : "2025-11-25");
    assert.equal(headers["mcp-method"], undefined);
  }
  const end = server.seen.at(-1);
  assert.deepEqual([end?.method, end?.headers["mcp-session-id"]], ["DELETE", "session-1"]);
  assert.ok(!client.stderr.includes("made-up"));
});

test("an answer as a stream: every event by itself, and the server's own requests and their answers", async () => {
  const client = await opened();
  let finish = (): void => {};
  server.reply = (seen, response, request) => {
    const { message } = seen;
    if (message?.method === "tools/call") {
      const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1 } };
      stream(response, `: hello\r\n\r\n${event(progress, "event: message\r\n")}`);
      response.write(event({ jsonrpc: "2.0", id: "s1", method: "roots/list" }));
      finish = () => {
        response.write('data: {"jsonrpc":"2.0",\ndata: "id":1,"result":{"content":[]}}\n\n');
        response.end();
      };
    } else if (message?.method === undefined && message?.id === "s1") {
      response.writeHead(202).end();
      finish();
    } else ordinary(seen, response, request);
  };
  client.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "read_echo", arguments: {} } });
  await client.until("progress", () => client.answers().find(({ method }) => method === "notifications/progress"));
  await client.until("the request", () => client.answers().find(({ method }) => method === "roots/list"));
  client.send({ jsonrpc: "2.0", id: "s1", result: { roots: [] } });
  await client.answer(1);
  assert.equal(
    client.lines.at(-1),
    `{"jsonrpc":"2.0", "id":1,"result":{"content":[]}}\n`,
    "two lines of data are one line",
  );
});

test("the answer to initialize opens the session, though its stream stays open", async () => {
  server.reply = (seen, response, request) => {
    const { message } = seen;
    if (message?.method !== "initialize") return ordinary(seen, response, request);
    const serverInfo = { name: "open", version: "1" };
    const opened = { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo };
    stream(response, event(result(message.id, opened)), { "mcp-session-id": "session-1" });
  };
  const client = await opened();
  assert.equal((await client.call(1, "read_echo", { text: "x" })).result?.content?.[0]?.text, "x");
});

test("a stream that ends early is resumed where it ended", async () => {
  const client = await opened();
  server.reply = (seen, response, request) => {
    if (seen.message?.method === "tools/call") {
      stream(response, "retry: 5\nid: e1\ndata: \n\n");
      response.end();
    } else if (seen.method === "GET" && seen.headers["last-event-id"] === "e1") {
      stream(response, event(result(1, text("resumed")), "id: e2\n"));
      response.end();
    } else ordinary(seen, response, request);
  };
  assert.equal((await client.call(1, "read_echo")).result?.content?.[0]?.text, "resumed");
});

test("the stream of its own: opened after initialize, opened again where it ends", async () => {
  const note = (n: number) => ({
    jsonrpc: "2.0",
    method: "notifications/resources/updated",
    params: { uri: `x:${n}` },
  });
  let times = 0;
  server.reply = (seen, response, request) => {
    if (seen.method !== "GET") return ordinary(seen, response, request);
    times++;
    stream(response, event(note(times), `retry: 5\nid: e${times}\n`));
    if (times === 1) response.end();
  };
  const client = await opened();
  await client.until("both", () =>
    client.answers().filter(({ method }) => method !== undefined).length === 2 ? true : undefined,
  );
  assert.deepEqual(
    server.seen.filter(({ method }) => method === "GET").map(({ headers }) => headers["last-event-id"]),
    [undefined, "e1"],
  );
});

test("a server that forgot the session gets another one, and the call that it did not know it for", async () => {
  const client = await opened();
  let forgotten = true;
  server.reply = (seen, response, request) => {
    if (forgotten && seen.message?.method === "tools/call") {
      forgotten = false;
      response.writeHead(404).end();
    } else ordinary(seen, response, request);
  };
  assert.equal((await client.call(1, "read_echo", { text: "again" })).result?.content?.[0]?.text, "again");
  assert.equal(server.seen.filter(({ message }) => message?.method === "initialize").length, 2);
});

test("the revision 2026-07-28: its headers say what the body says, and the end of the stream cancels", async () => {
  const client = home.proxy(["--url", server.url]);
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const closed = new Promise<void>((resolve) => {
    server.reply = ({ message }, response) => {
      if (message?.method === "tools/list") {
        const properties = {
          region: { type: "string", "x-mcp-header": "Region" },
          deep: { type: "object", properties: { n: { type: "integer", "x-mcp-header": "N" } } },
          plain: { type: "string" },
        };
        const annotations = { readOnlyHint: true };
        json(
          response,
          result(message.id, {
            resultType: "complete",
            tools: [{ name: "read_echo", annotations, inputSchema: { type: "object", properties } }],
          }),
        );
      } else if (message?.id === "slow") {
        stream(response, ": waiting\n\n");
        response.once("close", resolve);
      } else json(response, result(message?.id, { resultType: "complete", content: [] }));
    };
  });
  await client.ask(1, "tools/list", { _meta: meta });
  await client.ask(2, "tools/call", {
    name: "read_echo",
    arguments: { region: "Zürich", deep: { n: 7 }, plain: "x" },
    _meta: meta,
  });
  const { headers } = await server.until(({ message }) => message?.id === 2);
  assert.deepEqual(
    ["mcp-protocol-version", "mcp-method", "mcp-name", "mcp-param-region", "mcp-param-n", "mcp-param-plain"].map(
      (name) => headers[name],
    ),
    ["2026-07-28", "tools/call", "read_echo", `=?base64?${Buffer.from("Zürich").toString("base64")}?=`, "7", undefined],
  );
  client.send({ jsonrpc: "2.0", id: "slow", method: "tools/call", params: { name: "read_echo", _meta: meta } });
  await server.until(({ message }) => message?.id === "slow");
  client.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "slow" } });
  await closed;
  assert.ok(!server.seen.some(({ message }) => message?.method === "notifications/cancelled"));
});

test("HTTP+SSE, where the server knows no other", async () => {
  let events: ((data: unknown) => void) | undefined;
  server.reply = ({ method, path, message }, response) => {
    if (method === "GET") {
      stream(response, "event: endpoint\ndata: /messages?s=1\n\n");
      events = (data) => response.write(event(data, "event: message\n"));
    } else if (path === "/mcp") response.writeHead(405).end();
    else {
      response.writeHead(202).end("Accepted");
      if (message?.id === undefined) return;
      const opened = { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: { name: "old", version: "1" } };
      if (message.method === "initialize") events?.(result(message.id, opened));
      else if (message.method === "tools/list") events?.(result(message.id, { tools: [] }));
      else events?.(result(message.id, text("old")));
    }
  };
  const client = await opened();
  assert.equal((await client.call(1, "read_echo")).result?.content?.[0]?.text, "old");
  assert.ok((await client.call(2, "send_mail")).result?.isError);
  assert.ok(!server.seen.some(({ body }) => body.includes("send_mail")));
});

test("what is no answer is an error with its reason, and the next call passes", async () => {
  const client = await opened();
  const bad: [string, Reply, keyof typeof MCP_ERRORS][] = [
    ["500", (_seen, response) => void response.writeHead(500).end("<html>"), "SERVER_HTTP"],
    ["401", (_seen, response) => void response.writeHead(401).end(), "SERVER_AUTH"],
    ["202", (_seen, response) => void response.writeHead(202).end(), "SERVER_HTTP"],
    [
      "a page",
      (_seen, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
      "SERVER_HTTP",
    ],
    ["another id", (_seen, response) => json(response, result("other")), "SERVER_HTTP"],
    ["no JSON", (_seen, response) => json(response, "{"), "SERVER_HTTP"],
    ["an empty body", (_seen, response) => json(response, ""), "SERVER_HTTP"],
    [
      "twice a key",
      ({ message }, response) => json(response, `{"jsonrpc":"2.0","id":${String(message?.id)},"result":{"a":1,"a":2}}`),
      "SERVER_ANSWER",
    ],
    [
      "a line break in a string",
      ({ message }, response) => json(response, `{"jsonrpc":"2.0","id":${String(message?.id)},"result":{"a":"x\ny"}}`),
      "SERVER_ANSWER",
    ],
    [
      "another origin",
      (_seen, response) => void response.writeHead(307, { location: "http://localhost:1/" }).end(),
      "SERVER_UNREACHABLE",
    ],
    ["in circles", (_seen, response) => void response.writeHead(307, { location: "/mcp" }).end(), "SERVER_UNREACHABLE"],
    [
      "compressed",
      (_seen, response) =>
        void response
          .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(1e6))),
      "SERVER_UNREACHABLE",
    ],
    [
      "broken off",
      (_seen, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
        response.write("{");
        setImmediate(() => response.destroy());
      },
      "SERVER_UNREACHABLE",
    ],
    [
      "a stream without the answer",
      (_seen, response) => {
        stream(
          response,
          event({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1 } }),
        );
        response.end();
      },
      "SERVER_CLOSED",
    ],
    [
      "headers without end",
      (_seen, response) => void response.writeHead(200, { "x-long": "x".repeat(40_000) }).end(),
      "SERVER_UNREACHABLE",
    ],
    [
      "too large",
      ({ message }, response) => json(response, result(message?.id, text("x".repeat(17 * 1024 * 1024)))),
      "SERVER_ANSWER",
    ],
    [
      "too large an event",
      ({ message }, response) => {
        stream(response, event(result(message?.id, text("x".repeat(17 * 1024 * 1024)))));
        response.end();
      },
      "SERVER_ANSWER",
    ],
  ];
  for (const [i, [what, reply, error]] of bad.entries()) {
    server.reply = calls(reply);
    const answer = await client.call(i, "read_echo", {});
    assert.equal(answer.error?.code, MCP_ERRORS[error].code, `${what}: ${JSON.stringify(answer).slice(0, 300)}`);
    server.reply = ordinary;
    assert.ok((await client.call(`after ${what}`, "read_echo", { text: "x" })).result);
  }
});

test("an HTTP error whose body is the answer passes as it is", async () => {
  const client = await opened();
  server.reply = calls(({ message }, response) =>
    json(response, { jsonrpc: "2.0", id: message?.id, error: { code: -32_602, message: "no" } }, 400),
  );
  assert.equal((await client.call(1, "read_echo")).error?.code, -32_602);
});

test("nothing listens there: every request is told so, at once", async () => {
  const client = home.proxy(["--url", "http://127.0.0.1:1/mcp"]);
  const answer = await client.ask(1, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  });
  assert.equal(answer.error?.code, MCP_ERRORS.SERVER_UNREACHABLE.code);
  client.end();
  assert.equal((await client.exit).code, 0);
});

test("a URL or header that cannot be used is refused without repeating what may be secret", async () => {
  for (const args of [
    ["--url", "ftp://user:hunter2@example.com/"],
    ["--url", "https://user:hunter2@example.com/"],
    ["--url", server.url, "--header-env", "Host=TOKEN"],
    ["--url", server.url, "--header-env", "Mcp-Session-Id=TOKEN"],
    ["--url", server.url, "--header-env", "Authorization=BROKEN"],
    ["--url", server.url, "--header-env", "Authorization=UNSET"],
    ["--url", server.url, "--", "node"],
    ["--header-env", "Authorization=TOKEN", "--", "node"],
  ]) {
    const client = home.proxy(args, { TOKEN: "hunter2", BROKEN: "hunter2\nX: y" });
    const { code } = await client.exit;
    assert.notEqual(code, 0, args.join(" "));
    assert.ok(client.stderr.startsWith("sallyport"), client.stderr);
    assert.ok(!client.stderr.includes("hunter2"), args.join(" "));
  }
});
