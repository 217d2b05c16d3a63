import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { LockedServer } from "../../../src/audit/lock.ts";
import { lockText } from "../../../src/audit/lockText.ts";
import { serversOf } from "../../../src/audit/lockUpdate.ts";
import { auditConfigs, auditDocument, type AuditResult } from "../../../src/audit/run.ts";
import { SNAPSHOT_FILE, snapshotOf } from "../../../src/audit/snapshot.ts";
import { surfaceDifferences, surfaceOf } from "../../../src/audit/surface.ts";
import { configOf } from "../../../src/clients/clients.ts";
import type { ConfigFile } from "../../../src/clients/config.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { definitionsOf } from "../../../src/mcp/definitions.ts";
import type { JsonObject } from "../../../src/mcp/json.ts";
import { auditTexts, environment, ROOT } from "./fixtures.ts";
import { memoryFiles } from "./memoryFiles.ts";

const FILE = path.join(ROOT, "x.mcp-tools.json");
const fileOf = (text: string): ConfigFile =>
  configOf({ path: FILE, kind: SNAPSHOT_FILE, scope: "workspace" }, parseJson(FILE, text));
const TOOLS = [
  { name: "a", description: "A" },
  { name: "b", inputSchema: { type: "object" } },
];
const kinds = (value: unknown): string[] =>
  snapshotOf(fileOf(JSON.stringify(value))).definitions.map((one) => `${one.kind} ${one.name}`);

test("every form of a saved result is read", () => {
  const info = { protocolVersion: "2025-11-25", serverInfo: { name: "x", version: "1" }, instructions: "Be kind." };
  assert.deepEqual(kinds({ tools: TOOLS }), ["tool a", "tool b"]);
  assert.deepEqual(kinds(TOOLS), ["tool a", "tool b"]);
  assert.deepEqual(kinds({ jsonrpc: "2.0", id: 1, result: { tools: TOOLS } }), ["tool a", "tool b"]);
  assert.deepEqual(kinds([{ result: { tools: TOOLS } }, { result: info }]), ["tool a", "tool b", "server "]);
  assert.deepEqual(
    kinds({
      initialize: info,
      prompts: [{ name: "p" }],
      resources: [{ uri: "file:///r", name: "r" }],
      resourceTemplates: [{ uriTemplate: "file:///{t}", name: "t" }],
    }),
    ["server ", "prompt p", "resource file:///r", "template file:///{t}"],
  );
  assert.deepEqual(kinds({ tools: [] }), []);
});

test("what is no such result is a problem with its place; an empty list is none", () => {
  const problem = (text: string): string | undefined => {
    const found = snapshotOf(fileOf(text)).problem;
    return found && `${found.code} ${found.span?.start} ${found.message}`;
  };
  assert.match(problem("") ?? "", /^MALFORMED 0 /);
  assert.match(problem('{"tools": 5}') ?? "", /^MALFORMED 0 holds nothing that a server offers/);
  assert.match(problem('{"tools": [}') ?? "", /^MALFORMED 11 /);
  assert.match(problem("[".repeat(1000)) ?? "", /nested more than/);
  assert.equal(problem('{"tools": []}'), undefined);
  const many = JSON.stringify({ tools: Array.from({ length: 5001 }, () => ({ name: "x" })) });
  assert.match(problem(many) ?? "", /^TOO_LARGE \d+ has more than 5000 definitions/);
});

test("fingerprints are those of pins", () => {
  const tools = [
    { name: "a", description: "A", __proto__: null, constructor: 1e300, nested: { z: [1, null, "x"], a: -0 } },
  ];
  const initialize = { serverInfo: { name: "x", version: "1" }, capabilities: {}, _meta: { at: 1 } };
  const text = JSON.stringify({ initialize, tools }, null, 2);
  const surface = surfaceOf(snapshotOf(fileOf(text)).definitions);
  const parsed = JSON.parse(text) as { initialize: JsonObject; tools: JsonObject[] };
  assert.equal(surface.server, definitionsOf("initialize", parsed.initialize).definitions[0]?.fingerprint);
  const [pinned] = definitionsOf("tools/list", { tools: parsed.tools }).definitions;
  assert.equal(surface.lists.get("tools")?.get("a"), pinned?.fingerprint);
});

test("differences are new, changed and gone definitions", () => {
  const before = surfaceOf(snapshotOf(fileOf(JSON.stringify({ tools: TOOLS, prompts: [{ name: "a" }] }))).definitions);
  const now = [{ name: "a", description: "another" }, { name: "c" }];
  const found = surfaceDifferences(before, snapshotOf(fileOf(JSON.stringify({ tools: now }))).definitions);
  assert.deepEqual(
    found.map(({ kind, name, change }) => `${change} ${kind} ${name}`),
    ["changed tool a", "new tool c", "gone tool b", "gone prompt a"],
  );
});

async function drift(now: readonly object[], lockTools: readonly object[], identity?: string): Promise<string[]> {
  const config = `{"mcpServers": {"x": {"command": "x"}}}`;
  const texts = new Map([[path.join(ROOT, ".mcp.json"), config]]);
  const [locked] = serversOf((await auditTexts(texts, { home: false })).configs, ROOT, new Map());
  assert.ok(locked);
  const surface = surfaceOf(snapshotOf(fileOf(JSON.stringify({ tools: lockTools }))).definitions);
  const server: LockedServer = { ...locked.server, surface };
  texts.set(path.join(ROOT, "sallyport.lock"), lockText([server]));
  const of = { file: ".mcp.json", name: "x", identity: identity ?? server.identity };
  texts.set(FILE, JSON.stringify({ snapshot: 1, server: of, tools: now }));
  const { findings, problems } = await auditTexts(texts, { home: false });
  assert.deepEqual(problems, []);
  return findings.filter(({ rule }) => rule.id === "lock-drift").map((one) => one.message);
}

test("a snapshot that is not as its server's lock has it is drift, at the definition", async () => {
  assert.deepEqual(await drift(TOOLS, TOOLS), []);
  assert.deepEqual(await drift([{ name: "a", description: "evil" }, TOOLS[1] ?? {}], TOOLS), [
    'The tool "a" of the server "x" is changed, and not as sallyport.lock has it',
  ]);
  assert.deepEqual(await drift([TOOLS[0] ?? {}], TOOLS), [
    'The tool "b" of the server "x" is gone, and is not as sallyport.lock has it',
  ]);
  // Of another command nothing was recorded.
  assert.deepEqual(await drift([{ name: "z" }], TOOLS, "0".repeat(64)), []);
});

test("a file of any name is a snapshot when it is named as one, and one that is missing is a problem", async () => {
  const named = path.join(ROOT, "tools.json");
  const files = memoryFiles(new Map([[named, JSON.stringify({ tools: [{ name: "a" }, { name: "a" }] })]]));
  const audit = (file: string): Promise<AuditResult> =>
    auditConfigs({ files, environment, roots: [], home: false, snapshots: [file] });
  const { findings } = await audit(named);
  assert.deepEqual(
    findings.map(({ rule }) => rule.id),
    ["tool-name"],
  );
  const { problems } = await audit(path.join(ROOT, "missing.json"));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["UNREADABLE"],
  );
});

test("whatever stands in a snapshot, it gives findings inside of the text, or a problem", async () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, fc.string(), fc.integer(), fc.constant(null), tie("object"), tie("array")),
    object: fc.dictionary(
      fc.constantFrom(
        "tools",
        "result",
        "name",
        "description",
        "inputSchema",
        "properties",
        "annotations",
        "__proto__",
        "uri",
      ),
      tie("value"),
      { maxKeys: 5 },
    ),
    array: fc.array(tie("value"), { maxLength: 4 }),
  })).value;
  await fc.assert(
    fc.asyncProperty(value, fc.nat(3), async (any, cut) => {
      const whole = JSON.stringify(any);
      const text = whole.slice(0, whole.length - cut);
      const { findings } = await auditDocument({ file: FILE, text, environment, root: ROOT });
      for (const { primary } of findings) assert.ok(primary.span.end <= text.length);
    }),
    { numRuns: 200 },
  );
});
