import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { auditConfigs, auditDocument } from "../../../src/audit/run.ts";
import { findProviderSecret } from "../../../src/audit/secrets.ts";
import type { Files } from "../../../src/core/files.ts";
import { anyBytes, noise } from "../documents/noise.ts";
import { environment, HOME, ROOT } from "./fixtures.ts";

test("a value of 40 kilobytes, made of beginnings of what the rules look for, is looked at by every rule", async () => {
  const pieces = [
    "a_",
    "_",
    ".1",
    "eyJ",
    "://a:b@",
    "ghp_",
    "=&?",
    "sk-ant-a-",
    "-----BEGIN ",
    "\u200b",
    "\u200b\\",
    "x;|&",
    "${",
  ];
  for (const piece of pieces) {
    const long = JSON.stringify(piece.repeat(Math.floor(40_000 / piece.length)));
    assert.equal(findProviderSecret(piece.repeat(20_000)), undefined, piece);
    const text = `{"mcpServers": {"a": {"command": "npx", "args": [${long}], "env": {"API_KEY": ${long}}, "url": ${long}}}}`;
    const { config } = await auditDocument({ file: path.join(ROOT, ".cursor", "mcp.json"), text, environment });
    assert.equal(config.entries.length, 1);
  }
});

const PLACES = {
  json: path.join(ROOT, ".cursor", "mcp.json"),
  settings: path.join(HOME, ".claude", "settings.json"),
  toml: path.join(HOME, ".codex", "config.toml"),
  yaml: path.join(HOME, ".config", "goose", "config.yaml"),
  list: path.join(ROOT, ".continue", "mcpServers", "a.yaml"),
};
const audit = (file: string, text: string) => auditDocument({ file, text, environment, root: ROOT });

/** Audits one file of these bytes. */
function auditBytes(file: string, bytes: Uint8Array) {
  const files: Files = {
    read: (at) => (at === file ? Promise.resolve(bytes) : Promise.reject(new Error(`${at} is not there`))),
    kind: (at) => Promise.resolve(at === file ? "file" : "missing"),
    list: () => Promise.resolve([]),
  };
  return auditConfigs({ files, environment, roots: [file], home: false });
}

test("any bytes in the place of a configuration give findings or problems with a place, and never an exception", async () => {
  const wrapped = fc
    .tuple(fc.constantFrom("command", "args", "env", "url", "x"), noise)
    .map(([key, text]) => [
      `{"mcpServers":{"a":{"command":"npx","${key}":${text}}}}`,
      `[mcp_servers.a]\ncommand = "npx"\n${key} = ${text}\n`,
      `extensions:\n  a:\n    cmd: npx\n    ${key}: ${text}\n`,
      `mcpServers:\n- name: a\n  command: npx\n  ${key}: ${text}\n`,
    ]);
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyBytes, wrapped), fc.constantFrom(...Object.values(PLACES)), async (given, file) => {
      for (const bytes of Array.isArray(given) ? given.map((text) => Buffer.from(text)) : [given]) {
        const { findings, problems, configs } = await auditBytes(file, bytes as Uint8Array);
        const { length } = configs[0]?.document.text ?? "";
        assert.equal(configs.length, 1);
        for (const { span, message } of problems) assert.ok(span && span.end <= length, message);
        for (const { primary, message } of findings) assert.ok(primary.span.end <= length, message);
      }
    }),
    { numRuns: 150 },
  );
});

test("blanks of Unicode in a command are no ends of words, and end the audit neither", async () => {
  for (const blank of ["\ufeff", "\u00a0", "\f", "\v", "\u2028", "\u3000"]) {
    const text = JSON.stringify({
      mcpServers: { a: { command: `npx -y a${blank}${blank} b${blank}`, args: [blank] } },
    });
    const { config } = await audit(PLACES.json, text);
    assert.equal(config.entries.length, 1);
  }
});

test("a file in UTF-16 or with bytes that are no UTF-8 is a problem, and what it says is audited all the same", async () => {
  const text = '{"mcpServers": {"a": {"url": "http://é.example.com/mcp"}}}';
  for (const bytes of [
    Buffer.from(`\ufeff${text}`, "utf16le"),
    Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    Buffer.concat([Buffer.from(text), Buffer.from([0xff])]),
  ]) {
    const { findings, problems } = await auditBytes(PLACES.json, bytes);
    assert.match(problems[0]?.message ?? "", /UTF-16|no UTF-8/);
    const found = findings.find((one) => one.rule.id === "plaintext-http");
    assert.equal(found && text.slice(found.primary.span.start, found.primary.span.end), '"http://é.example.com/mcp"');
  }
  const marked = await auditBytes(PLACES.json, Buffer.from(`\ufeff${text}`));
  assert.deepEqual(marked.problems, []);
  assert.ok(marked.findings.some((one) => one.rule.id === "plaintext-http"));
});

test("a value of a megabyte, and names of any sort, are audited in each format", async () => {
  for (const piece of ["x", "http://a.example.com/", "\"'\n", "😀"]) {
    const long = JSON.stringify(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    const texts = {
      json: `{"mcpServers": {"a": {"command": "npx", "args": [${long}]}}}`,
      toml: `[mcp_servers.a]\ncommand = "npx"\nargs = [${long}]\n`,
      yaml: `extensions:\n  a:\n    cmd: npx\n    args: [${long}]\n`,
    };
    for (const [format, text] of Object.entries(texts)) {
      const { config, problems } = await audit(PLACES[format as keyof typeof texts], text);
      assert.deepEqual(problems, [], format);
      assert.equal(config.entries[0]?.args[0]?.value.length, (JSON.parse(long) as string).length, format);
    }
  }
  for (const name of ["__proto__", "constructor", "a \"b\" 'c'", "line\nbreak", "", "toString"]) {
    const key = JSON.stringify(name);
    for (const [format, text] of [
      ["json", `{"mcpServers": {${key}: {"url": "http://a.example.org/", "env": {"__proto__": "x"}}}}`],
      ["toml", `[mcp_servers.${key}]\nurl = "http://a.example.org/"\nenv = { __proto__ = "x" }\n`],
      ["yaml", `extensions: {${key}: {uri: "http://a.example.org/", envs: {__proto__: x}}}\n`],
    ] as const) {
      const { findings, config, problems } = await audit(PLACES[format], text);
      assert.deepEqual(problems, [], text);
      assert.equal(config.entries[0]?.name, name);
      assert.deepEqual(
        config.entries[0]?.env.map((one) => one.name),
        ["__proto__"],
      );
      assert.ok(
        findings.some((one) => one.rule.id === "plaintext-http"),
        text,
      );
    }
  }
});

test("hundreds of servers with something wrong each are audited, with a fix each", async () => {
  const count = 300;
  const many = (make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join("");
  const texts = {
    toml: many((i) => `[mcp_servers.s${i}]\nurl = "http://h${i}.example.org/"\n`),
    yaml: `extensions:\n${many((i) => `  s${i}:\n    uri: http://h${i}.example.org/\n`)}`,
    json: `{"mcpServers": {${many((i) => `"s${i}": {"url": "http://h${i}.example.org/"},`)} "s0": {}}}`,
  };
  for (const [format, text] of Object.entries(texts)) {
    const { findings } = await audit(PLACES[format as keyof typeof texts], text);
    const own = findings.filter((one) => one.rule.id === "plaintext-http" && one.fixes.length === 1);
    assert.equal(own.length, count, format);
  }
});
