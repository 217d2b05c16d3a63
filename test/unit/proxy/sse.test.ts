import assert from "node:assert/strict";
import { test } from "node:test";
import { headerValue, Mirror } from "../../../src/proxy/http/mirror.ts";
import { oneLine } from "../../../src/proxy/http/oneLine.ts";
import { SseReader } from "../../../src/proxy/http/sse.ts";

/** What a stream says, cut into pieces of a size. */
function read(text: string, size: number, maxBytes = 1000) {
  const events: unknown[] = [];
  const reader = new SseReader(maxBytes, ({ type, lastId, frame }) =>
    events.push([type, lastId, frame?.kind === "line" ? frame.bytes.toString() : frame?.sight.id]),
  );
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) reader.push(bytes.subarray(i, i + size));
  return { events, retry: reader.retry };
}

const STREAM = [
  "\ufeff: a comment",
  "event: endpoint",
  "data: /post?a=b",
  "",
  "id: 1",
  "retry: 250",
  "data:",
  "",
  'data: {"a":',
  'data:  "é\\n"}',
  "unknown: field",
  "",
  'data:{"b":1}',
  "id: a\0b",
  "event",
  "",
  "data: never dispatched",
].join("\n");

for (const [what, end] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])
  test(`events with ${what}, however they are cut`, () => {
    const text = STREAM.replaceAll("\n", end ?? "");
    const want = [
      ["endpoint", undefined, "/post?a=b\n"],
      ["message", "1", undefined],
      ["message", "1", '{"a":  "é\\n"}\n'],
      ["message", "1", '{"b":1}\n'],
    ];
    for (let size = 1; size < 40; size++)
      assert.deepEqual(read(text, size), { events: want, retry: 250 }, `in pieces of ${size}`);
  });

test("an event that is too long is told by its id, and the next one is there", () => {
  const long = `{"id":7,"result":"${"x".repeat(2000)}"}`;
  for (const data of [
    `data: ${long}`,
    `data: ${long.slice(0, 900)}\ndata: ${long.slice(900)}`,
    `: ${"c".repeat(5000)}\ndata: {"id":7}`,
  ])
    assert.deepEqual(
      read(`${data}\n\ndata: {}\n\n`, 64).events.map((event) => (event as unknown[])[2]),
      [data.startsWith(":") ? '{"id":7}\n' : 7, "{}\n"],
    );
});

test("line breaks become spaces outside of strings only", () => {
  const one = (text: string): string | undefined => oneLine([Buffer.from(text)])?.toString();
  assert.equal(one('{\r\n  "a\\"b": 1\n}\n'), '{    "a\\"b": 1 } \n');
  assert.equal(one('{"a":"x\ny"}'), '{"a":"x\ny"}\n');
  assert.equal(one(" \r\n"), undefined);
});

test("a header says what can be said in one, and the rest in base64", () => {
  const values = ["plain", "two words", "", " led", "é", "a\nb", "=?base64?eA==?="];
  assert.deepEqual(values.map(headerValue), [
    "plain",
    "two words",
    "",
    ...[" led", "é", "a\nb", "=?base64?eA==?="].map((text) => `=?base64?${Buffer.from(text).toString("base64")}?=`),
  ]);
});

test("a schema whose headers are not allowed ones gives none", () => {
  const headersOf = (properties: object): Record<string, string> => {
    const mirror = new Mirror();
    mirror.learn({ tools: [{ name: "t", inputSchema: { properties } }] } as never);
    const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
    const params = { name: "t", arguments: { a: "x", b: true }, _meta: meta };
    return mirror.headers({ kind: "request", id: 1, method: "tools/call", params });
  };
  const string = (header: unknown) => ({ type: "string", "x-mcp-header": header });
  assert.equal(headersOf({ a: string("A"), b: { type: "boolean", "x-mcp-header": "B" } })["Mcp-Param-B"], "true");
  for (const properties of [
    { a: string("A"), b: string("a") },
    { a: string("A B") },
    { a: string("A\r\nX: y") },
    { a: string("") },
    { a: string(7) },
    { a: { type: "number", "x-mcp-header": "A" } },
  ])
    assert.ok(!Object.keys(headersOf(properties)).some((name) => /^mcp-param/i.test(name)), JSON.stringify(properties));
});
