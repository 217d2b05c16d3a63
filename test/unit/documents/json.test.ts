import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { partOfString, property, valueAt } from "../../../src/documents/data.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { plainOf } from "./plain.ts";

test("comments and trailing commas are tolerated and noted", () => {
  const text = '// a\n{ "x": [1, /* b */ 2,], }';
  const document = parseJson("/f", text);
  assert.deepEqual(document.problems, []);
  assert.deepEqual(
    document.comments.map(({ start, end }) => text.slice(start, end)),
    ["// a", "/* b */"],
  );
  assert.equal(document.trailingCommas.length, 2);
  assert.deepEqual(plainOf(document.root), { x: [1, 2] });
});

test("duplicate and __proto__ keys are seen, and the last one counts", () => {
  const { root } = parseJson("/f", '{"a":1,"__proto__":{"b":2},"a":3}');
  assert.ok(root?.kind === "object");
  assert.deepEqual(
    root.properties.map(({ key }) => key),
    ["a", "__proto__", "a"],
  );
  assert.equal(plainOf(valueAt(root, "a")), 3);
  assert.equal(plainOf(valueAt(root, "__proto__", "b")), 2);
  assert.equal(property(root, "constructor"), undefined);
});

test("what is broken is said with its place, and what can be read is read", () => {
  const text = '{"a": {"b": 1 "c": 2}, "d": }';
  const { root, problems } = parseJson("/f", text);
  assert.equal(plainOf(valueAt(root, "a", "c")), 2);
  assert.deepEqual(
    problems.map(({ message, span }) => [message, span && text.slice(span.start, span.end)]),
    [
      ["lacks a comma", '"c"'],
      ["lacks a value", "}"],
    ],
  );
  for (const empty of ["", "  \n", "not json at all"]) {
    const document = parseJson("/f", empty);
    assert.ok(document.problems.length > 0, JSON.stringify(empty));
  }
});

test("depth and size are bounded before a tree is built", () => {
  const deep = parseJson("/f", "[".repeat(5_000_000));
  assert.equal(deep.root, undefined);
  assert.match(deep.problems[0]?.message ?? "", /more than 200 levels/);
  assert.deepEqual(deep.problems[0]?.span, { start: 200, end: 201 });
  const large = parseJson("/f", `[${"0,".repeat(600_000)}0]`);
  assert.match(large.problems[0]?.message ?? "", /more than 1000000 JSON tokens/);
  assert.equal(parseJson("/f", `${"[".repeat(200)}${"]".repeat(200)}`).problems.length, 0);
});

test("any JSON is read as JSON.parse reads it, and every value stands where its span says", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2, "\t"), (value, indentation) => {
      const text = JSON.stringify(value, undefined, indentation);
      const { root, problems } = parseJson("/f", text);
      assert.deepEqual(problems, []);
      assert.ok(root);
      assert.equal(JSON.stringify(plainOf(root)), JSON.stringify(JSON.parse(text)));
      assert.equal(text.slice(root.span.start, root.span.end), text);
    }),
  );
});

test("a part of a string is found in the source through escapes", () => {
  const text = String.raw`["a\n\u0062c\"d"]`;
  const { root } = parseJson("/f", text);
  assert.ok(root?.kind === "array");
  const [value] = root.elements;
  assert.ok(value?.kind === "string");
  assert.equal(value.value, 'a\nbc"d');
  const { start, end } = partOfString(text, value, 2, 5);
  assert.equal(text.slice(start, end), String.raw`\u0062c\"`);
});
