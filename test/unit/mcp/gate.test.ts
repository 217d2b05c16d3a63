import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { admit, rawMember } from "../../../src/mcp/gate.ts";
import type { McpErrorName } from "../../../src/mcp/errors.ts";

const gate = (text: string | Buffer) => admit(Buffer.from(text));

function assertRefused(text: string | Buffer, error: McpErrorName): void {
  const result = gate(text);
  assert.ok(!result.ok, `admitted: ${text.toString().slice(0, 80)}`);
  assert.equal(result.error, error, text.toString().slice(0, 80));
}

test("what is JSON and says one thing is admitted, with its own bytes", () => {
  const fine = [
    `{"jsonrpc":"2.0","id":1,"method":"x"}`,
    ` {"a" : [1, -0, 1.0, 1e400, 9007199254740993] , "b":{"__proto__":1,"constructor":{"a":2}} } \r\n`,
    `{"a":"\\ud800 \\u0000 \\" \\\\","b":"\u2028é😀","":{"":1}}`,
    `{"a":"${"\\\\".repeat(100)}\\"${":".repeat(100)}","b":":"}`,
    "{}",
  ];
  for (const text of fine) {
    const result = gate(text);
    assert.ok(result.ok, text);
    assert.equal(result.bytes.toString(), text);
  }
});

test("a key twice is refused, at any depth and in any spelling", () => {
  assertRefused(`{"id":1,"id":2}`, "DUPLICATE_KEY");
  assertRefused(`{"a":[{"b":{"c":1,"\\u0063":2}}]}`, "DUPLICATE_KEY");
  assertRefused(`{"__proto__":1,"__proto__":2}`, "DUPLICATE_KEY");
  assertRefused(`{"a":"x:y","b":1,"b":1}`, "DUPLICATE_KEY");
  assertRefused(`{"1":0,"2":0,"1":0}`, "DUPLICATE_KEY");
});

test("what is not one JSON object in UTF-8 is refused", () => {
  const bad: [string | Buffer, McpErrorName][] = [
    ["", "MALFORMED"],
    ["null", "MALFORMED"],
    [`"a"`, "MALFORMED"],
    [`{"a":NaN}`, "MALFORMED"],
    [`{"a":Infinity}`, "MALFORMED"],
    [`{"a":1}{"b":2}`, "MALFORMED"],
    [`{"a":1} x`, "MALFORMED"],
    [`{"a":1,}`, "MALFORMED"],
    [`{'a':1}`, "MALFORMED"],
    [`{"a":01}`, "MALFORMED"],
    [`{"a":"\u0000"}`, "MALFORMED"],
    [`{"a":1 /* c */}`, "MALFORMED"],
    [`\ufeff{"a":1}`, "MALFORMED"],
    [`{"a":\r{"b":1}}`, "MALFORMED"],
    [`{\r"a":1}\r\n`, "MALFORMED"],
    [`[{"a":1}]`, "BATCH"],
    ["[]", "BATCH"],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "INVALID_UTF8"],
    [Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), "INVALID_UTF8"],
    [Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), "INVALID_UTF8"],
  ];
  for (const [text, error] of bad) assertRefused(text, error);
});

test("the bounds hold before anything is built: depth, containers, bytes", () => {
  const nested = (n: number) => `{"a":${"[".repeat(n - 1)}${"]".repeat(n - 1)}}`;
  assert.ok(gate(nested(200)).ok);
  assertRefused(nested(201), "TOO_DEEP");
  assertRefused("[".repeat(5_000_000), "TOO_DEEP");
  assertRefused(`{"a":[${"[],".repeat(1_000_001)}[]]}`, "TOO_LARGE");
  const limits = { maxBytes: 20, maxDepth: 10, maxContainers: 10 };
  assert.ok(admit(Buffer.from(`{"a":"${"x".repeat(12)}"}\n`), limits).ok);
  assert.equal(admit(Buffer.from(`{"a":"${"x".repeat(40)}"}\n`), limits).ok, false);
});

test("a refusal never quotes the message", () => {
  const secret = "hunter2hunter2";
  for (const text of [`{"a":${secret}}`, secret, `{"${secret}":1,"${secret}":2}`]) {
    const result = gate(text);
    assert.ok(!result.ok && !result.reason.includes(secret));
  }
});

test("the members of the envelope are found as they were written", () => {
  const result = gate(`{ "jsonrpc":"2.0", "par\\u0061ms" : {"n": 1.0, "s":"}"} , "id" :\t1e2\n}`);
  assert.ok(result.ok);
  assert.equal(rawMember(result, "params")?.toString(), `{"n": 1.0, "s":"}"}`);
  assert.equal(rawMember(result, "id")?.toString(), "1e2");
  assert.equal(rawMember(result, "method"), undefined);
});

test("any JSON object without double keys is admitted; written with one, it is refused", () => {
  const doc = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 }), { noNullPrototype: true, minKeys: 1 });
  fc.assert(
    fc.property(doc, fc.boolean(), (value, pretty) => {
      const text = JSON.stringify(value, undefined, pretty ? 2 : 0);
      assert.ok(gate(text).ok, text);
      const [key] = Object.keys(value);
      const escaped = Array.from(String(key), (c) =>
        c.length === 1 ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : c,
      );
      const twice = `{"${escaped.join("")}":0,${text.trimStart().slice(1)}`;
      assertRefused(twice, "DUPLICATE_KEY");
    }),
    { numRuns: 300 },
  );
});
