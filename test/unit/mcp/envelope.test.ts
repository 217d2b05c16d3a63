import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EnvelopeScan } from "../../../src/mcp/envelope.ts";

function sight(text: string, piece: number) {
  const scan = new EnvelopeScan();
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += piece) scan.feed(bytes.subarray(i, i + piece));
  return scan.sight();
}

test("the id of a broken or endless message is found wherever it stands, however the bytes come", () => {
  const cases: [string, unknown, boolean][] = [
    [`{"id":7,"method":"x","params":{"id":9}}`, 7, true],
    [`{"method":"x","params":{"a":"\\"id\\":3,"},"jsonrpc":"2.0","id":"s\\u0031"}`, "s1", true],
    [`{"id":1,"id":2,"method":"x"}`, undefined, true],
    [`{"id":{},"method":"x"}`, undefined, true],
    [`{"id":5,"params":"never ends ${"x".repeat(100)}`, 5, false],
    [`{"result":{"method":1},"id": 12 }`, 12, false],
    [`[{"id":1}]`, undefined, false],
    [`{"id":1.5,"method":"x"}`, undefined, true],
    [`{"id":${"9".repeat(5000)},"method":"x"}`, undefined, true],
    [`garbage "id":3`, undefined, false],
  ];
  for (const [text, id, hasMethod] of cases)
    for (const piece of [1, 3, 1000]) assert.deepEqual(sight(text, piece), { id, hasMethod }, `${text} by ${piece}`);
});

test("for any message it sees what a parser sees", () => {
  const message = fc.record({ id: fc.oneof(fc.integer(), fc.string()), method: fc.string(), params: fc.jsonValue() });
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 20 }), (value, piece) => {
      assert.deepEqual(sight(JSON.stringify(value), piece), {
        id: Object.is(value.id, -0) ? 0 : value.id,
        hasMethod: true,
      });
    }),
    { numRuns: 200 },
  );
});
