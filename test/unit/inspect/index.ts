import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { SNAPSHOT_FILE, snapshotOf } from "../../../src/audit/snapshot.ts";
import { surfaceOf } from "../../../src/audit/surface.ts";
import { folderOf, findNamed, snapshotName } from "../../../src/cli/inspectEntry.ts";
import { describeLaunch } from "../../../src/cli/inspectPrompt.ts";
import { configOf, kindOf } from "../../../src/clients/clients.ts";
import type { ConfigFile } from "../../../src/clients/config.ts";
import type { Environment } from "../../../src/core/environment.ts";
import { isSallyportError } from "../../../src/core/errors.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { type InspectLaunch, inspectLaunch } from "../../../src/inspect/launch.ts";
import { snapshotText } from "../../../src/inspect/snapshotText.ts";
import { definitionsOf } from "../../../src/mcp/definitions.ts";
import type { Json } from "../../../src/mcp/json.ts";
import { FAKE_SECRETS } from "../audit/fakeSecrets.ts";

const variables: Readonly<Record<string, string>> = { TOKEN: "t0k", EMPTY: "" };
const machine = (os: Environment["os"]): Environment => ({
  os,
  home: os === "windows" ? "C:\\Users\\Mina" : "/home/mina",
  cwd: "/",
  variable: (name) => variables[name],
});

function config(file: string, key: string, servers: object, os: Environment["os"] = "linux"): ConfigFile {
  const { kind, scope } = kindOf(file, machine(os));
  return configOf({ path: file, kind, scope }, parseJson(file, JSON.stringify({ [key]: servers })));
}

function launch(file: ConfigFile, os: Environment["os"], inputs?: Map<string, string>): InspectLaunch {
  const [entry] = file.entries;
  assert.ok(entry);
  const folder = os === "windows" ? "C:\\work\\app" : "/work/app";
  const found = inspectLaunch({ file, entry, environment: machine(os), folder, ...(inputs && { inputs }) });
  assert.ok(found);
  return found;
}

test("VS Code's variables are put in, and inputs are asked for", () => {
  const entry = {
    command: "${workspaceFolder}/run",
    args: [
      "${workspaceFolderBasename}",
      "${userHome}",
      "${env:TOKEN}",
      "${env:NOT_SET}",
      "${input:key}",
      "$HOME",
      "${a",
    ],
    cwd: "${workspaceFolder}/sub",
    env: { KEY: "${input:key}", T: "${env:TOKEN}" },
  };
  const file = config("/work/app/.vscode/mcp.json", "servers", { s: entry });
  const found = launch(file, "linux");
  assert.equal(found.command, "/work/app/run");
  assert.deepEqual(found.args, ["app", "/home/mina", "t0k", "", "${input:key}", "$HOME", "${a"]);
  assert.equal(found.cwd, "/work/app/sub");
  assert.deepEqual(
    [...found.env],
    [
      ["KEY", "${input:key}"],
      ["T", "t0k"],
    ],
  );
  assert.deepEqual([...found.writtenEnv], Object.entries(entry.env));
  assert.deepEqual([found.unknown, found.inputs], [["${input:key}"], ["key"]]);
  const typed = launch(file, "linux", new Map([["key", "typed ${env:TOKEN}"]]));
  assert.equal(typed.env.get("KEY"), "typed ${env:TOKEN}", "what is typed is not expanded again");
  assert.deepEqual(typed.unknown, []);
  const windows = launch(config("C:\\work\\app\\.vscode\\mcp.json", "servers", { s: entry }, "windows"), "windows");
  assert.deepEqual([windows.command, windows.cwd], ["C:\\work\\app/run", "C:\\work\\app\\sub"]);
});

test("Claude Code's variables have defaults; one without a value is said", () => {
  const args = ["${TOKEN}", "${EMPTY}", "${NOPE:-d:-e}", "${NOPE}", "${input:x y}"];
  const found = launch(config("/work/app/.mcp.json", "mcpServers", { s: { command: "x", args } }), "linux");
  assert.deepEqual(found.args.slice(0, 3), ["t0k", "", "d:-e"]);
  assert.ok(found.unknown.includes("${NOPE}"));
});

test("each client's own form is put in, and another client's is left as it is written", () => {
  const args = ["{env:TOKEN}", "${env:TOKEN}", "{file:~/key}"];
  const file = config("/work/app/opencode.json", "mcp", { s: { type: "local", command: ["x", ...args] } });
  assert.equal(file.kind.variables, "opencode");
  const found = launch(file, "linux");
  assert.deepEqual(found.args, ["t0k", "${env:TOKEN}", "{file:~/key}"]);
  assert.deepEqual(found.unknown, ["{file:~/key}"]);
});

test("an address starts nothing", () => {
  const file = config("/work/app/.mcp.json", "mcpServers", { s: { url: "https://a.example.com" } });
  const [entry] = file.entries;
  assert.ok(entry);
  assert.equal(inspectLaunch({ file, entry, environment: machine("linux"), folder: "/" }), undefined);
});

test("a name that is there twice is ambiguous only where the two start differently, and what is off does not count", () => {
  const one = config("/a/.mcp.json", "mcpServers", { s: { command: "x" }, t: { command: "x" } });
  const same = config("/b/.mcp.json", "mcpServers", { s: { command: "x" }, t: { command: "y", disabled: true } });
  const other = config("/c/.cursor/mcp.json", "mcpServers", { s: { command: "y" } });
  const wanted = { name: "s", file: undefined, client: undefined };
  assert.equal(findNamed([one, same], wanted).file.path, "/a/.mcp.json");
  assert.equal(findNamed([same, one], { ...wanted, name: "t" }).entry.command?.value, "x");
  const isUsage = (error: unknown): boolean => isSallyportError(error, "USAGE");
  assert.throws(() => findNamed([one, other], wanted), isUsage);
  assert.equal(findNamed([one, other], { ...wanted, client: "cursor" }).file, other);
  assert.equal(findNamed([one, other], { ...wanted, file: "/a/.mcp.json" }).file, one);
  assert.throws(() => findNamed([one], { ...wanted, name: "__proto__" }), isUsage);
  assert.equal(folderOf(findNamed([one], wanted), "/here"), "/here");
});

test("a snapshot's file has a name that stays in its folder", () => {
  for (const name of ["../../etc/passwd", "a/b", "", "..", ".hidden", "a\u0000b", "CON:", "ünï", "x".repeat(500)]) {
    const file = snapshotName(name);
    assert.equal(path.basename(file), file);
    assert.match(file, /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,110}\.mcp-tools\.json$/, name);
  }
});

test("a saved snapshot has the fingerprints that its server had", () => {
  const tools = JSON.parse(
    '[{"name": "a", "n": [1e999, -1e999, 0.1, 12345678901234567890], "__proto__": {"x": null}, "s": "\\u2028\\ud800"}]',
  ) as Json[];
  const server = { serverInfo: { name: "x", version: "1" }, capabilities: {}, instructions: "i" };
  const lists = { tools, prompts: [], resources: [], resourceTemplates: [] };
  const text = snapshotText({ server, lists, gaps: [] }, { file: "f", name: "n", identity: "0".repeat(64) });
  const file = "/x.mcp-tools.json";
  const snapshot = snapshotOf(configOf({ path: file, kind: SNAPSHOT_FILE, scope: "workspace" }, parseJson(file, text)));
  assert.deepEqual([snapshot.problem, snapshot.of?.name], [undefined, "n"]);
  const surface = surfaceOf(snapshot.definitions);
  assert.equal(surface.server, definitionsOf("initialize", server).definitions[0]?.fingerprint);
  assert.equal(
    surface.lists.get("tools")?.get("a"),
    definitionsOf("tools/list", { tools }).definitions[0]?.fingerprint,
  );
});

test("what is shown before a start names every word, hides known secrets and variables, and obeys nothing in them", () => {
  const file = config("/work/app/.mcp.json", "mcpServers", {
    s: {
      command: "npx",
      args: ["--token", "evil-package", "${TOKEN}", "a b", "", "\u001b[2J\u202e", FAKE_SECRETS["ghp"] ?? ""],
      env: { API_KEY: "hunter3", NODE_OPTIONS: "--require ./evil.js" },
    },
  });
  const text = describeLaunch(
    { launch: launch(file, "linux"), program: "/usr/bin/npx", digest: "" },
    "The server \u001b",
  );
  assert.ok(!/hunter|t0k|ghp_|\u001b|\u202e/u.test(text), text);
  assert.match(text, /^ +evil-package$/m);
  assert.match(text, /^ {2}runs +\/usr\/bin\/npx$/m);
  assert.match(text, /^ {2}sets +API_KEY, NODE_OPTIONS="--require \.\/evil\.js"$/m);
  assert.equal(text.split("\n").filter((line) => /^ {2}(?:arguments)? +\S/.test(line)).length, 7);
});
