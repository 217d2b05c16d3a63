import assert from "node:assert/strict";
import { test } from "node:test";
import { runningEntries } from "../../../src/extension/running.ts";
import type { ConfigFileItem, ServerItem, ServersAnswer } from "../../../src/lsp/protocol.ts";

const at = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const entry = (name: string, launches: readonly string[], more: Partial<ServerItem> = {}): ServerItem => ({
  name,
  range: at,
  enabled: true,
  protected: true,
  protectable: false,
  held: false,
  launches,
  launchKnown: true,
  what: "node",
  remote: false,
  reachBrief: "reads private data",
  reach: [],
  permissions: [],
  identities: [],
  findings: [],
  ...more,
});
const file = (...servers: readonly ServerItem[]): ConfigFileItem => ({
  uri: "file:///w/mcp.json",
  title: "a file",
  label: "mcp.json",
  scope: "workspace",
  servers,
  more: 0,
  permissions: [],
  findings: [],
});
const answer = (clients: Readonly<Record<string, readonly ConfigFileItem[]>>): ServersAnswer => ({
  complete: true,
  home: true,
  pendingIgnores: 0,
  accepted: 0,
  clients: Object.entries(clients).map(([id, files]) => ({ id, title: id, files })),
});
const hello = (server: string, id: string, client = "Visual Studio Code") => ({
  server,
  client: { name: client },
  identity: { id },
});
const running = (of: ServersAnswer, ...hellos: Parameters<typeof runningEntries>[1]) => [...runningEntries(of, hellos)];

test("of two entries with one name the one that runs is the one whose launch says hello", () => {
  const repository = entry("github", ["evil"]);
  const own = entry("github", ["real", "real elsewhere"]);
  const both = answer({ vscode: [file(repository), file(own)] });
  assert.deepEqual(running(both, hello("github", "real")), [own]);
  assert.deepEqual(running(both, hello("github", "evil")), [repository]);
  assert.deepEqual(running(both, hello("github", "real elsewhere"), hello("github", "evil")), [own, repository]);
  assert.deepEqual(running(both, hello("github", "a third")), []);
});

test("a name alone is not enough, nor is a launch under another name", () => {
  const one = answer({ vscode: [file(entry("notes", ["a"]))] });
  assert.deepEqual(running(one, hello("notes", "b")), []);
  assert.deepEqual(running(one, hello("other", "a")), []);
});

test("where a launch cannot be known here, a name counts that no other entry has", () => {
  const alone = entry("notes", [], { launchKnown: false });
  assert.deepEqual(running(answer({ vscode: [file(alone)] }), hello("notes", "a")), [alone]);
  assert.deepEqual(running(answer({ vscode: [file(alone), file(entry("notes", ["x"]))] }), hello("notes", "a")), []);
});

test("the same entry in the files of two clients is that of the client which runs it", () => {
  const inCode = entry("notes", ["a"]);
  const inCursor = entry("notes", ["a"]);
  const both = answer({ vscode: [file(inCode)], cursor: [file(inCursor)] });
  assert.deepEqual(running(both, hello("notes", "a", "code-server")), [inCode]);
  assert.deepEqual(running(both, hello("notes", "a", "Cursor")), [inCursor]);
  // Who it is cannot be told: either may be it.
  assert.deepEqual(running(both, hello("notes", "a", "somebody")), [inCode, inCursor]);
});

test("what is not protected, or held, does not run through us", () => {
  const two = file(entry("a", ["x"], { protected: false }), entry("b", ["y"], { held: true }));
  assert.deepEqual(running(answer({ vscode: [two] }), hello("a", "x"), hello("b", "y")), []);
});
