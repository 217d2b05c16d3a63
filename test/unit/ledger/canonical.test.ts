import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonical } from "../../../src/ledger/canonical.ts";

test("canonical JSON sorts members by UTF-16 code units and has no white space", () => {
  // RFC 8785 section 3.2.3: the order of its own example's names.
  const names = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
  const text = canonical(Object.fromEntries(names.map((name) => [name, 0])));
  assert.deepEqual(Object.keys(JSON.parse(text) as object), [
    "1",
    "\r",
    "\u0080",
    "\u00f6",
    "\u20ac",
    "\ud83d\ude00",
    "\ufb33",
  ]);
  assert.equal(canonical({ b: [1, { d: null, c: true }], a: "x y" }), '{"a":"x y","b":[1,{"c":true,"d":null}]}');
});

test("canonical JSON writes numbers and strings as ECMAScript does", () => {
  // RFC 8785 section 3.2.2.
  assert.equal(
    canonical([Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27, -0]),
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
  assert.equal(canonical('\u20ac$\u000f\nA\'B"\\"/'), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
  assert.equal(canonical("\ud800"), '"\\ud800"');
});

test("canonical JSON leaves undefined members out and refuses what is no JSON", () => {
  assert.equal(canonical({ a: undefined, b: 1 }), '{"b":1}');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol("x"), () => 1, [undefined]]) {
    assert.throws(() => canonical(bad), { code: "INTERNAL" });
  }
  let deep: unknown = 1;
  for (let i = 0; i < 100; i++) deep = [deep];
  assert.throws(() => canonical(deep), { code: "TOO_LARGE" });
});

test("canonical JSON of any value reads back as that value and does not depend on member order", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = canonical(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonical(reversed(value)), text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value).toReversed();
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of names) copy[name] = reversed((value as Record<string, unknown>)[name]);
  return copy;
}
