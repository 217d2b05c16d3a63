import assert from "node:assert/strict";
import { test } from "node:test";
import { admit } from "../../../src/mcp/gate.ts";
import { classify } from "../../../src/mcp/message.ts";
import { texts } from "../../../src/mcp/texts.ts";

function textsOf(value: object, from: "client" | "server", method?: string) {
  const admitted = admit(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...value })));
  assert.ok(admitted.ok);
  const message = classify(admitted, from);
  assert.ok(message.kind !== "none", JSON.stringify(message));
  return texts(message, from, method);
}
const at = (value: object, from: "client" | "server", method?: string) =>
  new Map(textsOf(value, from, method).texts.map((text) => [text.text, text]));

test("every string of a result is text, known field or not, with its pointer", () => {
  const found = at(
    {
      id: 1,
      result: {
        content: [
          { type: "text", text: "T1", annotations: { audience: ["T2"] } },
          { type: "resource", resource: { uri: "file:///T3", text: "T4" } },
          { type: "hologram", depths: [{ layer: "T5" }] },
        ],
        structuredContent: { "a/b": { "c~d": "T6" } },
        _meta: { note: "T7" },
        inputRequests: { q: { method: "elicitation/create", params: { message: "T8" } } },
      },
    },
    "server",
    "tools/call",
  );
  for (const n of ["T1", "T2", "file:///T3", "T4", "T5", "T6", "T7", "T8", "hologram", "a/b"])
    assert.equal(found.get(n)?.place, "result", n);
  assert.equal(found.get("T6")?.pointer, "/structuredContent/a~1b/c~0d");
  assert.equal(found.get("T1")?.pointer, "/content/0/text");
  assert.equal(found.get("T2")?.key, "audience");
});

test("lists are definitions, in every field; instructions are instructions; the client's words are arguments", () => {
  const tool = {
    name: "N",
    title: "A",
    description: "B",
    inputSchema: { properties: { p: { enum: ["C"], default: "D" } } },
  };
  const list = at(
    { id: 1, result: { tools: [{ ...tool, annotations: { title: "E" }, icons: [{ src: "F" }] }] } },
    "server",
    "tools/list",
  );
  for (const n of ["N", "A", "B", "C", "D", "E", "F", "p"]) assert.equal(list.get(n)?.place, "definition", n);
  const hello = at({ id: 1, result: { instructions: "I", serverInfo: { name: "S" } } }, "server", "initialize");
  assert.equal(hello.get("I")?.place, "instructions");
  assert.equal(hello.get("S")?.place, "definition");
  const call = at({ id: 1, method: "tools/call", params: { name: "n", arguments: { path: ["X"] } } }, "client");
  assert.equal(call.get("X")?.place, "argument");
  assert.equal(call.get("X")?.key, "path");
  const answer = at({ id: 1, result: { action: "accept", content: { token: "Y" } } }, "client", "elicitation/create");
  assert.equal(answer.get("Y")?.place, "argument");
});

test("errors, notifications and server requests are read like results", () => {
  assert.equal(
    at({ id: 1, error: { code: 1, message: "M", data: { d: "D" } } }, "server", "tools/list").get("D")?.place,
    "result",
  );
  assert.equal(at({ method: "notifications/message", params: { data: "L" } }, "server").get("L")?.place, "result");
  const sampling = { id: 1, method: "sampling/createMessage", params: { systemPrompt: "P", messages: [] } };
  assert.equal(at(sampling, "server").get("P")?.place, "result");
});

test("base64 in its places is listed as unread; text in its place is read", () => {
  const image = (data: string) => ({ type: "image", data, mimeType: "image/png" });
  const blob = { type: "resource", resource: { uri: "u:1", blob: "QUJD", mimeType: "application/x" } };
  const result = { content: [image("QUJDRA=="), image("read me, please"), blob, { type: "text", data: "QUJDRQ==" }] };
  const { texts: found, unread } = textsOf({ id: 1, result }, "server", "tools/call");
  assert.deepEqual(
    unread.map((u) => `${u.kind} ${u.mimeType} ${u.bytes}`).toSorted((a, b) => a.localeCompare(b)),
    ["binary application/x 3", "image image/png 6"],
  );
  assert.ok(found.some((one) => one.text === "read me, please"));
  assert.ok(found.some((one) => one.text === "QUJDRQ=="));
});

test("a progress token is read without its name, which would make a credential of it; elsewhere the name stays", () => {
  const found = at(
    {
      id: 1,
      method: "tools/call",
      params: { name: "x", _meta: { progressToken: "T1" }, arguments: { progressToken: "T2" } },
    },
    "client",
  );
  assert.equal(found.get("T1")?.key, undefined);
  assert.equal(found.get("T1")?.pointer, "/_meta/progressToken");
  assert.equal(found.get("T2")?.key, "progressToken");
  const notified = at({ method: "notifications/progress", params: { progressToken: "T3", progress: 1 } }, "server");
  assert.equal(notified.get("T3")?.key, undefined);
});
