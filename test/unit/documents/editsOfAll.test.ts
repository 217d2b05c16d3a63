import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyEdits, type Edit } from "../../../src/core/finding.ts";
import { type DataDocument, type DataValue, keyOf, partOfString } from "../../../src/documents/data.ts";
import {
  deleteElements,
  deleteProperty,
  insertElement,
  insertProperty,
  setValue,
} from "../../../src/documents/edits.ts";
import { parseDocument } from "../../../src/documents/parse.ts";
import { replaceText } from "../../../src/documents/textEdits.ts";
import { anyDocument } from "./anyDocument.ts";
import { plainOf } from "./plain.ts";

/** Every value of a document with the way to it. */
function* valuesOf(
  value: DataValue,
  way: readonly (string | number)[],
): Iterable<[DataValue, readonly (string | number)[]]> {
  yield [value, way];
  if (value.kind === "object") for (const one of value.properties) yield* valuesOf(one.value, [...way, one.key]);
  if (value.kind === "array") for (const [i, one] of value.elements.entries()) yield* valuesOf(one, [...way, i]);
}

type Plain = Record<string | number, unknown>;

/** The document's data, changed at one place. */
function changed(document: DataDocument, way: readonly (string | number)[], change: (at: Plain) => void): unknown {
  const whole = plainOf(document.root);
  change(way.reduce<Plain>((at, step) => at[step] as Plain, whole as Plain));
  return whole;
}

const commentsOf = (document: DataDocument, without: readonly { start: number; end: number }[] = []): string[] =>
  document.comments
    .filter((comment) => !without.some((cut) => cut.start <= comment.start && comment.end <= cut.end))
    .map(({ start, end }) => document.text.slice(start, end));

interface Case {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The data that is expected; undefined where only that it can be read is. */
  readonly expected: unknown;
  /** What goes, with the comments in it. */
  readonly gone: readonly { start: number; end: number }[];
}

function* casesOf(document: DataDocument): Iterable<Case> {
  const { root } = document;
  if (!root) return;
  for (const [value, way] of valuesOf(root, [])) {
    if (value.kind === "object") {
      for (const one of value.properties) {
        const expected = changed(document, way, (at) => delete at[one.key]);
        yield {
          name: `delete ${one.key}`,
          edits: deleteProperty(document, value, one),
          expected,
          gone: one.pieces ?? [one.span],
        };
        const text =
          keyOf(one).style === "opaque"
            ? []
            : replaceText(document, { span: partOfString(document.text, keyOf(one), 0, 0), text: "0'" });
        const renamed = changed(document, way, (at) => {
          const entries = Object.entries(at).map(([k, v]) => [k === one.key ? `0'${k}` : k, v] as const);
          for (const k of Object.keys(at)) delete at[k];
          Object.assign(at, Object.fromEntries(entries));
        });
        if (one.pieces === undefined) yield { name: `rename ${one.key}`, edits: text, expected: renamed, gone: [] };
      }
      const added = { x: ["a b", true], y: "it's" };
      const expected = changed(document, way, (at) => void (at["new key"] = added));
      yield { name: "insert", edits: insertProperty(document, value, "new key", added), expected, gone: [] };
    } else if (value.kind === "array") {
      const { elements } = value;
      for (const unwanted of [elements.slice(0, 1), elements.slice(1), elements.slice(1, 3), elements]) {
        if (unwanted.length === 0) continue;
        const expected = changed(document, way.slice(0, -1), (at) => {
          at[way.at(-1) ?? ""] = (plainOf(value) as unknown[]).filter(
            (_, i) => !unwanted.includes(elements[i] as DataValue),
          );
        });
        const edits = deleteElements(document, value, unwanted);
        yield { name: `delete ${unwanted.length} elements`, edits, expected, gone: unwanted.map((one) => one.span) };
      }
      const expected = changed(document, way, (at) => void (at as unknown as unknown[]).push("- x"));
      yield { name: "insert element", edits: insertElement(document, value, "- x"), expected, gone: [] };
    } else if (value.kind === "string") {
      const put = (text: unknown): unknown =>
        changed(document, way.slice(0, -1), (at) => void (at[way.at(-1) ?? ""] = text));
      yield {
        name: "set",
        edits: setValue(document, value, "yes # no"),
        expected: put("yes # no"),
        gone: [value.span],
      };
      const middle = Math.floor(value.value.length / 2);
      for (const text of ["${input:a-b}", "", "q\"'\\", "é\u200b"]) {
        const span = partOfString(document.text, value, middle, value.value.length);
        const edits = replaceText(document, { span, text });
        yield {
          name: `replace by ${text}`,
          edits,
          expected: put(value.value.slice(0, middle) + text),
          gone: [value.span],
        };
      }
    }
  }
}

const RUNS = 200;
const STRIDE = 16;

test("in any format and layout an edit does what it says and nothing else, and every comment outside of it stays", async () => {
  const made = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(anyDocument, fc.nat(STRIDE - 1), async ({ format, text }, offset) => {
      const document = await parseDocument(format, "/f", text);
      assert.deepEqual(document.problems, [], text);
      let n = offset;
      for (const { name, edits, expected, gone } of casesOf(document)) {
        // Some of the many edits of each document.
        if (edits.length === 0 || n++ % STRIDE !== 0) continue;
        made.set(`${format} ${name.split(" ")[0]}`, (made.get(`${format} ${name.split(" ")[0]}`) ?? 0) + 1);
        const inOrder = edits.toSorted((a, b) => a.span.start - b.span.start);
        assert.ok(
          inOrder.every((edit, i) => i === 0 || edit.span.start >= (inOrder[i - 1]?.span.end ?? 0)),
          name,
        );
        const after = await parseDocument(format, "/f", applyEdits(text, edits));
        const shown = `${name}\n${text}\n=>\n${after.text}`;
        assert.deepEqual(after.problems, [], shown);
        const plain = plainOf(after.root) ?? {};
        // A table of TOML that loses its last line may go with it.
        if (format !== "toml" || !name.startsWith("delete")) assert.deepEqual(plain, expected, shown);
        else assert.deepEqual(withoutEmpty(plain), withoutEmpty(expected), shown);
        assert.deepEqual(commentsOf(after), commentsOf(document, gone), shown);
      }
    }),
    { numRuns: RUNS },
  );
  for (const format of ["json", "toml", "yaml"]) {
    for (const name of ["delete", "insert", "set", "replace", "rename"]) {
      assert.ok((made.get(`${format} ${name}`) ?? 0) > 3, `${format} ${name}: ${made.get(`${format} ${name}`)}`);
    }
  }
});

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, one]) => [key, withoutEmpty(one)] as const)
    .filter(([, one]) => typeof one !== "object" || one === null || Array.isArray(one) || Object.keys(one).length > 0);
  return Object.fromEntries(kept);
}
