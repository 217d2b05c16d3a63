import assert from "node:assert/strict";
import { test } from "node:test";
import { admit } from "../../../src/mcp/gate.ts";
import { classify, eraOf, progressToken, type NoMessage } from "../../../src/mcp/message.ts";
import { methodProblem, nameProblem } from "../../../src/mcp/methods.ts";
import type { McpErrorName } from "../../../src/mcp/errors.ts";

function of(text: string, from: "client" | "server" = "client") {
  const admitted = admit(Buffer.from(text));
  assert.ok(admitted.ok, text);
  return classify(admitted, from);
}
const call = (params: string, rest = `"id":1,"method":"tools/call"`) => `{"jsonrpc":"2.0",${rest},"params":${params}}`;

test("requests, notifications and responses are told apart, ids keep their type", () => {
  const request = of(call(`{"name":"a","arguments":{"x":1}}`));
  assert.ok(request.kind === "request" && request.id === 1 && request.method === "tools/call");
  const text = of(`{"jsonrpc":"2.0","id":"1","method":"ping"}`);
  assert.ok(text.kind === "request" && text.id === "1" && text.params === undefined);
  assert.equal(of(`{"jsonrpc":"2.0","method":"notifications/initialized"}`).kind, "notification");
  assert.equal(of(`{"jsonrpc":"2.0","id":0,"result":{}}`).kind, "response");
  const error = of(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}`);
  assert.ok(error.kind === "response" && error.id === null);
  assert.equal(of(`{"jsonrpc":"2.0","id":7,"method":"x/future","params":{"anything":[1]}}`).kind, "request");
});

test("what readers could take for different messages is refused", () => {
  const bad: [string, McpErrorName][] = [
    [`{"jsonrpc":"2.0","id":1,"Method":"tools/call"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","ID":1,"method":"ping"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"ping","param\u017f":{}}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"ping","method ":"x"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"tools/call "}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"Tools/Call"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"tools//call"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"tools/call\u200b"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":"tools\\u002fcall\\u0000"}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":""}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"method":["tools/call"]}`, "MALFORMED"],
    [`{"jsonrpc":"1.0","id":1,"method":"ping"}`, "MALFORMED"],
    [`{"id":1,"method":"ping"}`, "MALFORMED"],
    [`{"jsonrpc":"2.0","id":1}`, "MALFORMED"],
    [`{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}`, "MALFORMED"],
    [`{"jsonrpc":"2.0","id":1,"method":"notifications/initialized"}`, "MALFORMED"],
    [call(`{"name":"a"}`, `"method":"tools/call"`), "MALFORMED"],
    [call(`{"name":["a"]}`), "MALFORMED"],
    [call(`{"arguments":{}}`), "MALFORMED"],
    [call(`{"name":"a","arguments":"{}"}`), "MALFORMED"],
    [call(`{"name":"a","Name":"b"}`), "AMBIGUOUS"],
    [call(`{"name":"a","Arguments":{}}`), "AMBIGUOUS"],
    [call(`{"name":"a "}`), "AMBIGUOUS"],
    [call(`{"name":"a\u200bb"}`), "AMBIGUOUS"],
    [call(`{"name":"\uff53end"}`), "AMBIGUOUS"],
    [call(`{"name":"a","arguments":{"path":"x","Path":"y"}}`), "AMBIGUOUS"],
    [call(`{"name":"a"}`, `"id":null,"method":"tools/call"`), "BAD_ID"],
    [call(`{"name":"a"}`, `"id":1.5,"method":"tools/call"`), "BAD_ID"],
    [call(`{"name":"a"}`, `"id":9007199254740993,"method":"tools/call"`), "BAD_ID"],
    [call(`{"name":"a"}`, `"id":{},"method":"tools/call"`), "BAD_ID"],
    [call(`{"name":"a"}`, `"id":true,"method":"tools/call"`), "BAD_ID"],
    [`{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage"}`, "WRONG_DIRECTION"],
    [`{"jsonrpc":"2.0","id":1,"result":{},"error":{}}`, "AMBIGUOUS"],
    [`{"jsonrpc":"2.0","id":1,"result":[]}`, "MALFORMED"],
    [`{"jsonrpc":"2.0","result":{}}`, "BAD_ID"],
  ];
  for (const [text, error] of bad) {
    const message = of(text);
    assert.ok(message.kind === "none", text);
    assert.equal(message.error, error, text);
  }
  assert.equal((of(call(`{"name":"a"}`), "server") as NoMessage).error, "WRONG_DIRECTION");
});

test("a refusal carries the id wherever there is one to answer", () => {
  const one = of(`{"jsonrpc":"2.0","id":"q","method":"tools/call "}`) as NoMessage;
  assert.ok(one.id === "q" && one.answerable);
  const none = of(`{"jsonrpc":"2.0","method":"tools/call "}`) as NoMessage;
  assert.ok(none.id === null && none.answerable);
  assert.ok(!(of(`{"jsonrpc":"2.0","id":1,"result":{},"error":{}}`) as NoMessage).answerable);
});

test("names that people really use pass", () => {
  for (const name of ["send_mail", "Get Weather", "天気", "a.b/c:d-e", "café"])
    assert.equal(nameProblem(name), undefined);
  for (const method of ["x/y", "notifications/custom", "tools/call2", "ui/open"])
    assert.equal(methodProblem(method), undefined);
});

test("era and progress token are read from _meta", () => {
  const meta = (value: object) => ({ _meta: value as never });
  assert.equal(eraOf(meta({ "io.modelcontextprotocol/protocolVersion": "2026-07-28" })), "modern");
  assert.equal(eraOf(meta({ "io.modelcontextprotocol/protocolVersion": "2025-11-25" })), "legacy");
  assert.equal(eraOf(undefined), "legacy");
  assert.equal(progressToken(meta({ progressToken: 0 })), 0);
  assert.equal(progressToken(meta({ progressToken: {} })), undefined);
});
