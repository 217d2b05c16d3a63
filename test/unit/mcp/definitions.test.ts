import assert from "node:assert/strict";
import { test } from "node:test";
import { definitionsOf, diffDefinitions, fingerprint } from "../../../src/mcp/definitions.ts";
import { canonical, type JsonObject } from "../../../src/mcp/json.ts";

test("a fingerprint is blind to key order only", () => {
  const tool = { name: "a", description: "d", _meta: { x: [1, 2] } };
  assert.equal(fingerprint(tool), fingerprint({ _meta: { x: [1, 2] }, description: "d", name: "a" }));
  for (const other of [
    { ...tool, icons: [] },
    { ...tool, description: "d " },
    { ...tool, _meta: { x: [2, 1] } },
    { ...tool, _meta: { x: [1, 2], y: null } },
  ])
    assert.notEqual(fingerprint(tool), fingerprint(other));
  assert.notEqual(fingerprint(JSON.parse(`{"n":1e400}`)), fingerprint({ n: null }));
  assert.equal(canonical(JSON.parse(`{"b":1,"a":{"__proto__":2}}`)), `{"a":{"__proto__":2},"b":1}`);
});

test("every entry of every list is a definition, and so is the server", () => {
  const names = (method: string, result: JsonObject) =>
    definitionsOf(method, result).definitions.map((one) => `${one.kind} ${one.name}`);
  assert.deepEqual(names("tools/list", { tools: [{ name: "a" }, { name: "b" }] }), ["tool a", "tool b"]);
  assert.deepEqual(names("resources/list", { resources: [{ uri: "u:1" }] }), ["resource u:1"]);
  assert.deepEqual(names("resources/templates/list", { resourceTemplates: [{ uriTemplate: "t" }] }), ["template t"]);
  assert.deepEqual(names("prompts/list", { prompts: [{ name: "p" }] }), ["prompt p"]);
  assert.deepEqual(names("initialize", { instructions: "i" }), ["server "]);
  assert.equal(definitionsOf("tools/list", { tools: [{ title: "no name" }, "x", { name: "a" }] }).unnamed, 2);
  assert.deepEqual(names("tools/list", { tools: "none" }), []);
});

test("a difference names its field", () => {
  const before = { name: "a", description: "d", inputSchema: { "x/y": [1, 2] }, gone: 1 };
  const after = { name: "a", description: "D", inputSchema: { "x/y": [1, 3, 4] }, extra: null };
  assert.deepEqual(
    diffDefinitions(before, after).map((one) => `${one.change} ${one.pointer}`),
    [
      "changed /description",
      "changed /inputSchema/x~1y/1",
      "added /inputSchema/x~1y/2",
      "removed /gone",
      "added /extra",
    ],
  );
  assert.deepEqual(diffDefinitions(before, { ...before }), []);
});
