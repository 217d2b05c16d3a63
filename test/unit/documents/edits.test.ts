import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyEdits, type Edit } from "../../../src/core/finding.ts";
import {
  deleteElement,
  deleteElements,
  deleteProperty,
  insertElement,
  insertProperty,
  setValue,
} from "../../../src/documents/edits.ts";
import { type DataDocument, property, valueAt } from "../../../src/documents/data.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { plainOf } from "./plain.ts";

function edited(text: string, make: (document: DataDocument) => Edit[]): string {
  const document = parseJson("/f", text);
  return applyEdits(text, make(document));
}

function without(key: string): (document: DataDocument) => Edit[] {
  return (document) => {
    const { root } = document;
    const found = property(root, key);
    assert.ok(root?.kind === "object" && found);
    return deleteProperty(document, root, found);
  };
}

function withProperty(key: string, value: unknown): (document: DataDocument) => Edit[] {
  return (document) => {
    assert.ok(document.root?.kind === "object");
    return insertProperty(document, document.root, key, value);
  };
}

test("a property goes with its comma and its line; comments stay", () => {
  const cases: [string, string][] = [
    ['{"a":1,"b":2}', '{"b":2}'],
    ['{"b":2,"a":1}', '{"b":2}'],
    ['{ "b": 2, "a": 1 }', '{ "b": 2 }'],
    ['{"a":1}', "{}"],
    ['{\n  "a": 1,\n}', "{}"],
    ['{\n  "a": 1,\n  "b": 2\n}', '{\n  "b": 2\n}'],
    ['{\r\n\t"b": 2,\r\n\t"a": 1\r\n}', '{\r\n\t"b": 2\r\n}'],
    ['{\n  "b": 2,\n  "a": {\n    "c": 3\n  },\n}', '{\n  "b": 2,\n}'],
    ['{\n  // why\n  "a": 1, // how\n  "b": 2\n}', '{\n  // why\n  // how\n  "b": 2\n}'],
    ['{\n  "b": 2, // two\n  "a": 1 // one\n}', '{\n  "b": 2 // two\n  // one\n}'],
    ['{ "a": 1 /* x */, "b": 2 }', '{  /* x */ "b": 2 }'],
    ['{\n  // only\n  "a": 1\n}', "{\n  // only\n}"],
  ];
  for (const [before, after] of cases) assert.equal(edited(before, without("a")), after);
});

test("a property is added in the style of its siblings", () => {
  const cases: [string, string][] = [
    ["{}", '{"k": {"x":1}}'],
    ["{}\n", '{\n  "k": {\n    "x": 1\n  }\n}\n'],
    ['{"a":1}', '{"a":1, "k": {"x":1}}'],
    ['{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"k": {\n\t\t"x": 1\n\t}\n}'],
    ['{\r\n  "a": 1,\r\n}', '{\r\n  "a": 1,\r\n  "k": {\r\n    "x": 1\r\n  },\r\n}'],
    ['{\n  "a": 1 // one\n}', '{\n  "a": 1, // one\n  "k": {\n    "x": 1\n  }\n}'],
    ["{\n  // nothing yet\n}", '{\n  // nothing yet\n  "k": {\n    "x": 1\n  }\n}'],
  ];
  for (const [before, after] of cases) assert.equal(edited(before, withProperty("k", { x: 1 })), after);
});

test("an element is added and taken away like a property", () => {
  const text = '{\n  "l": [\n    1, // one\n    2\n  ]\n}';
  const list = (document: DataDocument) => {
    const found = valueAt(document.root, "l");
    assert.ok(found?.kind === "array");
    return found;
  };
  const added = edited(text, (document) => insertElement(document, list(document), 3));
  assert.equal(added, '{\n  "l": [\n    1, // one\n    2,\n    3\n  ]\n}');
  const second = (document: DataDocument) => {
    const element = list(document).elements[1];
    assert.ok(element);
    return deleteElement(document, list(document), element);
  };
  assert.equal(edited(text, second), '{\n  "l": [\n    1 // one\n  ]\n}');
});

test("a value is replaced and nothing else", () => {
  const text = '{ "a" : /* x */ 1 , }';
  const one = edited(text, (document) => {
    const found = valueAt(document.root, "a");
    assert.ok(found);
    return setValue(document, found, "https");
  });
  assert.equal(one, '{ "a" : /* x */ "https" , }');
});

/** Objects in many layouts: comments anywhere, any line ending, trailing commas. */
const anyDocument = fc
  .record({
    size: fc.integer({ min: 1, max: 5 }),
    eol: fc.constantFrom("\n", "\r\n"),
    trailing: fc.boolean(),
    gaps: fc.array(fc.constantFrom("", " ", "EOL", "EOL  ", "/*c*/", " // line EOL", "EOL// line EOL  "), {
      minLength: 20,
      maxLength: 20,
    }),
    values: fc.array(fc.constantFrom("1", '"s"', "[1, 2]", '{"n": {}}'), { minLength: 5, maxLength: 5 }),
  })
  .map(({ size, eol, trailing, gaps, values }) => {
    let g = 0;
    const gap = (): string => (gaps[g++ % gaps.length] ?? "").replaceAll("EOL", eol);
    let text = `{${gap()}`;
    for (let i = 0; i < size; i++) {
      text += `"k${i}": ${values[i] ?? "1"}${gap()}`;
      if (i < size - 1 || trailing) text += `,${gap()}`;
    }
    return { text: `${text}}${eol}`, size };
  });

const comments = (document: DataDocument): string[] =>
  document.comments.map(({ start, end }) => document.text.slice(start, end));

test("in any layout, deleting removes that property alone and every comment stays", () => {
  fc.assert(
    fc.property(anyDocument, fc.nat(4), ({ text, size }, n) => {
      const key = `k${n % size}`;
      const before = parseJson("/f", text);
      const after = parseJson("/f", edited(text, without(key)));
      const expected = plainOf(before.root) as Record<string, unknown>;
      delete expected[key];
      assert.deepEqual(after.problems, [], after.text);
      assert.deepEqual(plainOf(after.root), expected, after.text);
      assert.deepEqual(comments(after), comments(before));
    }),
    { numRuns: 500 },
  );
});

test("in any layout, inserting adds that property alone and every other character stays", () => {
  fc.assert(
    fc.property(anyDocument, ({ text }) => {
      const before = parseJson("/f", text);
      const edits = withProperty("new", { a: [1] })(before);
      assert.ok(edits.every(({ span }) => span.start === span.end));
      const after = parseJson("/f", applyEdits(text, edits));
      assert.deepEqual(after.problems, [], after.text);
      assert.deepEqual(plainOf(after.root), { ...(plainOf(before.root) as object), new: { a: [1] } }, after.text);
      assert.deepEqual(comments(after), comments(before));
    }),
    { numRuns: 500 },
  );
});

test("several elements go in one edit of their array", () => {
  const text = '{\n  "l": [\n    "a", // first\n    "b",\n    "c"\n  ] // end\n}';
  const shortened = edited(text, (document) => {
    const list = valueAt(document.root, "l");
    assert.ok(list?.kind === "array");
    return deleteElements(document, list, list.elements.slice(1));
  });
  assert.equal(shortened, '{\n  "l": [\n    "a" // first\n  ] // end\n}');
});
