import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { METHODS, type MethodInfo, type Side } from "../../../src/mcp/methods.ts";
import { oneLine } from "../../../src/proxy/http/oneLine.ts";
import { SseReader } from "../../../src/proxy/http/sse.ts";
import { gate } from "./fake.ts";

const space = fc.constantFrom("", "", "", " ", "\t", "  ");
/** JSON that parsing and writing anew would change. */
const leaf = fc.oneof(
  fc.constantFrom(
    "9007199254740993",
    "-0",
    "-0.0",
    "1.0",
    "1e400",
    "-1E-400",
    "1e+2",
    "0.1000",
    "123456789012345678901.10",
  ),
  fc.constantFrom(
    `"\\u0041"`,
    `"\\/"`,
    `"\\ud800"`,
    `"\\udc00\\ud800"`,
    `"\\u0000"`,
    `"\u2028\u007f\u0085"`,
    `"é\u0301😀"`,
    `"\\\\\\""`,
  ),
  fc.constantFrom("true", "false", "null", "{}", "[]", "[ ]", `""`),
  fc.string().map((text) => JSON.stringify(text)),
);
const keys = fc.array(
  fc.constantFrom("__proto__", "constructor", "", "0", "é", "\\u0062", " c ", "toString", "data", "uri"),
  { maxLength: 4 },
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc
      .tuple(fc.array(tie("json"), { maxLength: 4 }), space)
      .map(([items, s]) => `[${s}${items.join(`${s},${s}`)}${s}]`),
    // Each key once: an object with a key twice is refused, which another test shows.
    fc
      .tuple(keys, fc.array(tie("json"), { minLength: 4, maxLength: 4 }), space)
      .map(
        ([names, values, s]) =>
          `{${s}${[...new Set(names)].map((name, i) => `"${name}"${s}:${s}${values[i]}`).join(`,${s}`)}${s}}`,
      ),
  ),
}));

/** Members of an object in any order, with white space anywhere. */
const object = (members: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.shuffledSubarray([...members], { minLength: members.length }), space)
    .map(([all, s]) => `${s}{${s}${all.join(`${s},${s}`)}${s}}${s}`);

const MODERN = `"io.modelcontextprotocol/protocolVersion":"2026-07-28"`;

function message([method, { kind, subject }]: readonly [string, MethodInfo], id: string): fc.Arbitrary<string> {
  return fc
    .tuple(json, json, fc.boolean())
    .chain(([more, extra, modern]) =>
      object([
        `"_meta":{${modern ? MODERN : `"x-m":${extra}`}}`,
        `"x-more":${more}`,
        ...(subject === undefined ? [] : [`"${subject}":"read"`]),
        ...(subject === "name" ? [`"arguments":{"a":${extra}}`] : []),
      ]),
    )
    .chain((params) =>
      object([
        `"jsonrpc":"2.0"`,
        `"method":${JSON.stringify(method)}`,
        `"params":${params}`,
        ...(kind === "request" ? [`"id":${JSON.stringify(id)}`] : []),
        `"x-envelope":[]`,
      ]),
    );
}

const ALL = [...METHODS];
const other = (side: Side): Side => (side === "client" ? "server" : "client");

test("every method of both eras, each way, and every answer: byte for byte what was sent, whatever JSON it holds", async () => {
  for (const entry of ALL)
    for (const from of entry[1].from) {
      await fc.assert(
        fc.asyncProperty(message(entry, "7"), json, fc.constantFrom("result", "error"), async (sent, more, member) => {
          const g = gate();
          const to = { client: g.toClient, server: g.toServer };
          await g.send(from, sent);
          assert.deepEqual(to[other(from)], [`${sent}\n`]);
          if (entry[1].kind !== "request" || entry[0] === "ping") return;
          const answer = ` {"${member}" : {"x-more":${more},"code":-1,"content":[]},\t"id":"7" ,"jsonrpc":"2.0"}`;
          await g.send(other(from), answer);
          assert.deepEqual(to[from], [`${answer}\n`]);
        }),
        { numRuns: 6 },
      );
    }
});

test("a message that comes over HTTP in one line is the same message, as a body and as an event", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL).chain((entry) => message(entry, "7")),
      (sent) => {
        assert.equal(oneLine([Buffer.from(sent)])?.toString(), `${sent}\n`);
        const got: string[] = [];
        const reader = new SseReader(1e6, ({ frame }) => frame?.kind === "line" && got.push(frame.bytes.toString()));
        reader.push(Buffer.from(`data: ${sent}\n\n`));
        assert.deepEqual(got, [`${sent}\n`]);
      },
    ),
    { numRuns: 100 },
  );
});
