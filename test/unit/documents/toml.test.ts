import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { type DataProperty, type DataValue, partOfString, property, valueAt } from "../../../src/documents/data.ts";
import { parseToml } from "../../../src/documents/toml.ts";
import { plainOf } from "./plain.ts";

const read = (text: string) => parseToml("/f", text);
const plain = (text: string): unknown => {
  const { root, problems } = read(text);
  assert.deepEqual(problems, [], text);
  return plainOf(root);
};

test("tables, dotted keys, arrays of tables and inline tables are objects and arrays", () => {
  const text = `title = "x" # why
a.b.c = 1
a.b.d = [1, 2,
  # between
  3,
]
[mcp_servers.files]
command = 'npx'
env = { "A B" = "1", c.d = true }
[mcp_servers.files.tools.write]
enabled = false
[[skills]]
n = 1
[skills.x]
y = 2
[[skills]]
n = 0x1F
[mcp_servers."a.b"]
url = """
https://\\
   example.com"""
when = 1979-05-27 07:32:00Z
`;
  assert.deepEqual(plain(text), {
    title: "x",
    a: { b: { c: 1, d: [1, 2, 3] } },
    mcp_servers: {
      files: { command: "npx", env: { "A B": "1", c: { d: true } }, tools: { write: { enabled: false } } },
      "a.b": { url: "https://example.com", when: "1979-05-27 07:32:00Z" },
    },
    skills: [{ n: 1, x: { y: 2 } }, { n: 31 }],
  });
});

test("every key, value and property stands where its span says", () => {
  const text = `[ mcp_servers . "a" ]\r\ncommand = "npx" # c\r\n\r\n[other]\r\nx = 1\r\n[mcp_servers.a.env]\r\nT = 'v'\r\n`;
  const { root } = read(text);
  const source = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
  const servers = property(root, "mcp_servers");
  const a = property(servers?.value, "a");
  assert.ok(servers && a);
  assert.equal(source(servers.keySpan), "mcp_servers");
  assert.equal(source(a.keySpan), '"a"');
  assert.equal(source(a.span), text.slice(0, -2));
  assert.deepEqual(a.pieces?.map(source), [
    '[ mcp_servers . "a" ]\r\ncommand = "npx"',
    "[mcp_servers.a.env]\r\nT = 'v'",
  ]);
  const command = property(a.value, "command");
  assert.equal(command && source(command.span), 'command = "npx"');
  const env = property(a.value, "env");
  assert.equal(env && source(env.span), "[mcp_servers.a.env]\r\nT = 'v'");
});

test("a key or table that is there twice is there twice, as is __proto__", () => {
  const { root, problems } = read("a = 1\n__proto__ = 2\na = 3\n[t]\nx = 1\n[t]\nx = 2\n[t.u]\n[t.u]\n[a.b]\nc = 1\n");
  assert.deepEqual(problems, []);
  assert.ok(root?.kind === "object");
  assert.deepEqual(
    root.properties.map((one) => one.key),
    ["a", "__proto__", "a", "t", "t", "a"],
  );
  assert.equal(plainOf(valueAt(root, "a", "b", "c")), 1);
  assert.deepEqual(plainOf(valueAt(root, "t", "u")), {});
});

test("a line that is broken is a problem with its place, and the others are read", () => {
  const text = 'a = 1\nb = "open\nc = yes\nd 4\n[e\nf = 1\n[g]\nh = [1 2]\ni = 2 3\nj = "\\q"\nk = 5\n';
  const { root, problems } = read(text);
  assert.deepEqual(plainOf(root), { a: 1, g: { i: 2, k: 5 } });
  assert.deepEqual(
    problems.map(({ message, span }) => [message, span && text.slice(span.start, span.end)]),
    [
      ["has a string that does not end", '"open'],
      ["has a malformed value", "yes"],
      ["lacks an equals sign", "4"],
      ["has a header that does not end", "[e"],
      ["lacks a comma", "2"],
    ],
  );
  const open = read('a = 1\nb = """\nnever');
  assert.deepEqual(plainOf(open.root), { a: 1 });
  assert.equal(open.problems.length, 1);
});

test("depth and size are bounded", () => {
  const deep = [`a = ${"[".repeat(100_000)}`, `${"a.".repeat(100_000)}a = 1`, `[${"a.".repeat(100_000)}a]`];
  for (const text of [...deep, `a = ${"{a=".repeat(100_000)}`]) {
    const { root, problems } = read(text);
    assert.equal(root, undefined);
    assert.match(problems[0]?.message ?? "", /more than 200 levels/);
  }
  assert.match(read(`a = [${"0,".repeat(1_000_000)}]`).problems[0]?.message ?? "", /more than 1000000 keys and values/);
  assert.equal(read(`a = "${"x".repeat(1_000_000)}"`).problems.length, 0);
});

test("a part of a string is found in the source in each of the four forms", () => {
  const cases = [
    String.raw`k = "a\"\u00e9 \U0001f600bcd"`,
    String.raw`k = 'a\"bcd'`,
    'k = """\r\na\\\r\n   \\t"x"\r\nbcd"""',
    "k = '''\n\na\"\r\nbcd'''",
  ];
  for (const text of cases) {
    const value = valueAt(read(text).root, "k");
    assert.ok(value?.kind === "string", text);
    for (const part of ["a", '"', "bcd"]) {
      const at = value.value.indexOf(part);
      const { start, end } = partOfString(text, value, at, at + part.length);
      assert.equal(
        text
          .slice(start, end)
          .replace(/^\\"$/, '"')
          .replace(/^(a)\\\s+$/, "$1"),
        part,
        text,
      );
    }
  }
});

/** TOML of a value, as a person might write it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)} = ${written(inner)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

const word = fc.stringMatching(/^[a-c]{1,2}$/);
const leaf = fc.oneof(fc.string({ maxLength: 8 }), fc.boolean(), fc.integer(), fc.constantFrom(1.5, -0.25));
const inline = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(word, leaf, { maxKeys: 2 }));
/** Lines of a document, many of which are refused: a key twice, a table twice. */
const anyLines = fc.array(
  fc.oneof(
    fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), inline).map(([k, v]) => `${k.join(".")} = ${written(v)}`),
    fc.array(word, { minLength: 1, maxLength: 3 }).map((k) => `[${k.join(" . ")}] # c`),
    fc.array(word, { minLength: 1, maxLength: 2 }).map((k) => `[[${k.join(".")}]]`),
    fc.constantFrom("", "# comment", "  "),
  ),
  { maxLength: 8 },
);

function contained(value: DataValue, outer: { start: number; end: number }): void {
  assert.ok(value.span.start >= outer.start && value.span.end <= outer.end);
  const inside = value.kind === "object" ? value.properties.map((one: DataProperty) => one.value) : [];
  for (const inner of value.kind === "array" ? value.elements : inside) contained(inner, value.span);
}

test("what another reader of TOML accepts is read alike, and every value lies in the one around it", () => {
  let agreed = 0;
  fc.assert(
    fc.property(anyLines, fc.constantFrom("\n", "\r\n"), (lines, eol) => {
      const text = lines.join(eol);
      const { root, problems } = read(text);
      assert.deepEqual(problems, [], text);
      assert.ok(root);
      contained(root, root.span);
      let expected: unknown;
      try {
        expected = getStaticTOMLValue(parseTOML(text));
      } catch {
        // A key or table twice: to the other reader an error, to us two properties.
        return;
      }
      agreed++;
      assert.deepEqual(plainOf(root), expected, text);
    }),
    { numRuns: 600 },
  );
  assert.ok(agreed > 100);
});
