import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { CodeAction } from "vscode-languageserver/node";
import { acceptIgnores } from "../../../src/link/acceptedIgnores.ts";
import {
  CONFIG_BEFORE_REQUEST,
  CONFIG_CHANGED,
  CONFIG_KEEP_REQUEST,
  CONFIG_REVERT_REQUEST,
  PENDING_IGNORES_REQUEST,
  RELEASE_REQUEST,
  SERVERS_REQUEST,
  type ChangeAnswer,
  type ConfigChanged,
  type PendingIgnoresAnswer,
  type ServersAnswer,
  type UnprotectAnswer,
} from "../../../src/lsp/protocol.ts";
import { startEditor, type Editor } from "./editor.ts";

const FILE = ".vscode/mcp.json";
const entry = (name: string, script: string): string => `    "${name}": { "command": "node", "args": ["${script}"] }`;
const config = (...entries: readonly string[]): string =>
  `{\n  // ours\n  "servers": {\n${entries.join(",\n")}\n  }\n}\n`;
const OLD = config(entry("notes", "notes.mjs"));
const NEW = config(entry("notes", "other.mjs"), entry("evil", "evil.mjs"));

/** With our panel, and everything read once. */
async function start(t: Parameters<typeof startEditor>[0], files: Record<string, string>): Promise<Editor> {
  const editor = await startEditor(t, files, { panel: true });
  await editor.until(async () => {
    const { complete } = await editor.connection.sendRequest<ServersAnswer>(SERVERS_REQUEST);
    return complete || undefined;
  });
  return editor;
}

const onDisk = (editor: Editor): string => readFileSync(path.join(editor.folder, FILE), "utf8");

test("a change that no save made is named, and can be taken back byte for byte", async (t) => {
  const editor = await start(t, { [FILE]: OLD });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.write(FILE, NEW);
  const change = await told;
  assert.equal(change.summary, `changes what "notes" starts, adds the server "evil"`);
  assert.deepEqual([change.label, change.title, change.created], [FILE, "VS Code's mcp.json", false]);
  const { text } = await editor.connection.sendRequest<{ text: string }>(CONFIG_BEFORE_REQUEST, change);
  assert.equal(text, OLD);
  const answer = await editor.connection.sendRequest<ChangeAnswer>(CONFIG_REVERT_REQUEST, change);
  assert.deepEqual(answer, { done: true });
  assert.equal(onDisk(editor), OLD);
  assert.equal(await editor.quit(), 0);
});

test("what changed again after it was shown is neither taken back nor kept", async (t) => {
  const editor = await start(t, { [FILE]: OLD });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.write(FILE, NEW);
  const change = await told;
  const later = config(entry("evil", "worse.mjs"));
  writeFileSync(path.join(editor.folder, FILE), later);
  const answer = await editor.connection.sendRequest<ChangeAnswer>(CONFIG_REVERT_REQUEST, change);
  assert.equal(answer.done, false);
  assert.equal(onDisk(editor), later);
  const again = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.write(FILE, later);
  const second = await again;
  assert.notEqual(second.id, change.id);
  assert.deepEqual(await editor.connection.sendRequest(CONFIG_KEEP_REQUEST, change), {
    done: false,
    reason: "it has changed since",
  });
  assert.deepEqual(await editor.connection.sendRequest(CONFIG_KEEP_REQUEST, second), { done: true });
  assert.equal(await editor.quit(), 0);
});

test("a file that was not there goes when it is taken back", async (t) => {
  const editor = await start(t, { ".vscode/other.txt": "" });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.write(FILE, NEW);
  const change = await told;
  assert.equal(change.created, true);
  assert.deepEqual(await editor.connection.sendRequest(CONFIG_REVERT_REQUEST, change), { done: true });
  assert.ok(!existsSync(path.join(editor.folder, FILE)));
  assert.equal(await editor.quit(), 0);
});

test("a save of the editor, a comment and a server that goes are no news; a new permission is", async (t) => {
  const settings = ".claude/settings.json";
  const editor = await start(t, { [FILE]: NEW, [settings]: "{}\n" });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  const saved = config(entry("mine", "mine.mjs"));
  editor.open(FILE, "jsonc", saved);
  await editor.connection.sendNotification("textDocument/didSave", {
    textDocument: { uri: editor.uri(FILE) },
    text: saved,
  });
  await editor.write(FILE, saved);
  await editor.write(FILE, saved.replace("// ours", "// theirs"));
  await editor.write(FILE, config());
  await editor.write(settings, `{ "permissions": { "allow": ["Bash(*)"] } }\n`);
  const change = await told;
  assert.equal(change.label, settings);
  assert.match(change.summary, /^from now on the agent runs every command/);
  assert.equal(await editor.quit(), 0);
});

test("what is typed and not saved keeps a change from being taken back", async (t) => {
  const editor = await start(t, { [FILE]: OLD });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.write(FILE, NEW);
  const change = await told;
  editor.open(FILE, "jsonc", `${NEW}\n// typed`);
  const answer = await editor.connection.sendRequest<ChangeAnswer>(CONFIG_REVERT_REQUEST, change);
  assert.deepEqual(answer, { done: false, reason: "it has unsaved changes" });
  assert.equal(onDisk(editor), NEW);
  assert.equal(await editor.quit(), 0);
});

test("what a repository says to ignore of what it makes happen waits for the person, and is offered together", async (t) => {
  const file = ".vscode/settings.json";
  const text = `{
  // sallyport-ignore: auto-approve -- we all want this
  "chat.tools.terminal.autoApprove": { "curl": true }
}
`;
  const editor = await start(t, { [file]: text });
  const { ignores } = await editor.connection.sendRequest<PendingIgnoresAnswer>(PENDING_IGNORES_REQUEST);
  assert.deepEqual(
    ignores.map((one) => [one.label, one.line, one.rule, one.reason]),
    [[file, 2, "auto-approve", "we all want this"]],
  );
  editor.open(file, "jsonc", text);
  const [found] = await editor.diagnostics(file, (all) => all.some((one) => one.code === "auto-approve"));
  const actions = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri: editor.uri(file) },
    range: found?.range,
    context: { diagnostics: [] },
  });
  const accept = actions.find((one) => one.title.startsWith("Accept this repository's ignore"));
  assert.equal(accept?.command?.command, "sallyport.acceptIgnores");
  // What the extension writes once a person has clicked.
  acceptIgnores(
    {
      os: "linux",
      home: editor.folder,
      cwd: editor.folder,
      variable: (name) => (name === "SALLYPORT_HOME" ? path.join(editor.folder, ".sallyport") : undefined),
    },
    ignores,
  );
  await editor.connection.sendRequest(SERVERS_REQUEST, { again: true });
  await editor.diagnostics(file, (all) => all.every((one) => one.code !== "auto-approve"));
  assert.equal(await editor.quit(), 0);
});

test("where the person wants it, what is new is held before it can start, and released by one edit", async (t) => {
  const editor = await startEditor(t, { [FILE]: OLD }, { panel: true, hold: true });
  await editor.until(async () => {
    const { complete } = await editor.connection.sendRequest<ServersAnswer>(SERVERS_REQUEST);
    return complete || undefined;
  });
  const told = editor.next<ConfigChanged>(CONFIG_CHANGED);
  const url = `    "web": { "type": "http", "url": "https://web.example.com/mcp" }`;
  const odd = `    "odd": { "type": "http", "url": "https://odd.example.com/mcp?token=x" }`;
  await editor.write(FILE, config(entry("notes", "notes.mjs"), entry("evil", "evil.mjs"), url, odd));
  const change = await told;
  assert.match(
    change.summary,
    /adds the server "evil", adds the server "web", adds the server "odd"; held until you release.*; NOT held: odd \(/,
  );
  const held = onDisk(editor);
  assert.match(held, /"--server=evil", "--client=vscode", "--held", "--", "node", "evil\.mjs"/);
  assert.match(
    held,
    /"--server=web", "--client=vscode", "--entry=url:http", "--held", "--url", "https:\/\/web\.example\.com\/mcp"/,
  );
  assert.ok(held.includes(entry("notes", "notes.mjs")) && held.includes(odd), "nothing else changed");
  const answer = await editor.until(async () => {
    const params = { uri: editor.uri(FILE), server: "evil" };
    const found = await editor.connection.sendRequest<UnprotectAnswer>(RELEASE_REQUEST, params);
    return found.status === "rewritten" ? found : undefined;
  });
  assert.equal(answer.text, held.replace('"--held", ', ""));
  // Whoever takes the word out without the person makes it news again, and it is held again.
  const again = editor.next<ConfigChanged>(CONFIG_CHANGED);
  await editor.connection.sendRequest(CONFIG_KEEP_REQUEST, change);
  await editor.write(FILE, answer.text);
  assert.match((await again).summary, /lets "evil" start, which was held; held until you release it/);
  assert.equal(onDisk(editor), held);
  assert.equal(await editor.quit(), 0);
});
