import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodeAction, CodeLens, Hover, MarkupContent } from "vscode-languageserver/node";
import { SERVERS_REQUEST, type ServerItem, type ServersAnswer } from "../../../src/lsp/protocol.ts";
import { startEditor, type Editor } from "./editor.ts";

const CONFIG = `{
  "servers": {
    "git**hub": {
      "type": "stdio",
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"]
    },
    "weather": { "type": "http", "url": "http://weather.example.com/mcp" },
    "maps": { "type": "http", "url": "http://maps.example.com/mcp" },
    "off": { "command": "node", "args": ["off.mjs"], "disabled": true }
  }
}
`;
const FILE = ".vscode/mcp.json";

async function servers(editor: Editor): Promise<ServersAnswer> {
  return await editor.until(async () => {
    const answer = await editor.connection.sendRequest<ServersAnswer>(SERVERS_REQUEST);
    return answer.complete ? answer : undefined;
  });
}

test("what the agents are configured to use: client, file, server, findings", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG, ".cursor/mcp.json": `{ "mcpServers": {` });
  const { clients, home } = await servers(editor);
  assert.equal(home, false);
  assert.deepEqual(
    clients.map((one) => [one.title, one.files.map((file) => [file.label, file.scope, file.problem !== undefined])]),
    [
      ["VS Code", [[FILE, "workspace", false]]],
      ["Cursor", [[".cursor/mcp.json", "workspace", true]]],
    ],
  );
  const shown = clients[0]?.files[0]?.servers.map((one: ServerItem) => ({
    name: one.name,
    line: one.range.start.line,
    state: [one.enabled, one.protected, one.protectable],
    what: one.what,
    rules: one.findings.map((found) => [found.rule, found.fix]),
  }));
  assert.deepEqual(
    shown?.map(({ name, line, state }) => [name, line, state]),
    [
      ["git**hub", 2, [true, false, true]],
      ["weather", 7, [true, false, true]],
      ["maps", 8, [true, false, true]],
      ["off", 9, [false, false, true]],
    ],
  );
  assert.equal(shown[0]?.what, "npm package @modelcontextprotocol/server-github 2025.4.8");
  assert.equal(shown[1]?.what, "host weather.example.com");
  assert.deepEqual(
    shown[1].rules.filter(([rule]) => rule === "plaintext-http"),
    [["plaintext-http", "unsafe"]],
  );
  const github = clients[0]?.files[0]?.servers[0];
  assert.ok(github?.reach.some((one) => one.includes("strangers")));
  assert.equal(await editor.quit(), 0);
});

test("what a client allows without asking stands with the server that it is about", async (t) => {
  const editor = await startEditor(t, {
    ".mcp.json": `{ "mcpServers": { "notes": { "command": "node", "args": ["a.mjs"] }, "b": { "command": "node" } } }`,
    ".claude/settings.json": `{ "permissions": { "allow": ["mcp__notes__delete_note", "Bash(*)"] } }`,
  });
  const { clients } = await servers(editor);
  const files = clients.find((one) => one.id === "claude-code")?.files ?? [];
  const rows = files.flatMap((file) => file.servers);
  assert.match(rows.find((one) => one.name === "notes")?.permissions.join() ?? "", /delete_note/);
  assert.deepEqual(rows.find((one) => one.name === "b")?.permissions, []);
  const settings = files.find((one) => one.label.endsWith("settings.json"));
  assert.equal(settings?.permissions.length, 2);
  assert.equal(await editor.quit(), 0);
});

test("a hover explains an entry, and its name is text", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG });
  const textDocument = { uri: editor.uri(FILE) };
  editor.open(FILE, "jsonc", CONFIG);
  const hoverAt = async (line: number, character: number): Promise<string> => {
    const hover = await editor.until(
      async () =>
        (await editor.connection.sendRequest<Hover | null>("textDocument/hover", {
          textDocument,
          position: { line, character },
        })) ?? undefined,
    );
    return (hover.contents as MarkupContent).value;
  };
  const entry = await hoverAt(2, 8);
  assert.match(entry, /^\*\*git\\\*\\\*hub\*\* starts npm package \\@modelcontextprotocol/);
  assert.match(entry, /Not protected/);
  assert.doesNotMatch(entry, /Takes from the environment/);
  assert.match(await hoverAt(7, 55), /\*\*.*\*\*\n\n/);
  assert.equal(await editor.quit(), 0);
});

test("a hover names the variables that an entry takes, with whether they are set, and never a value", async (t) => {
  const text = `{ "servers": { "a": { "command": "a", "env": { "T": "\${env:PATH}", "U": "\${env:NO_SUCH_VARIABLE}" } } } }`;
  const editor = await startEditor(t, { [FILE]: text });
  editor.open(FILE, "jsonc", text);
  const params = { textDocument: { uri: editor.uri(FILE) }, position: { line: 0, character: 16 } };
  const hover = await editor.until(
    async () => (await editor.connection.sendRequest<Hover | null>("textDocument/hover", params)) ?? undefined,
  );
  const { value } = hover.contents as MarkupContent;
  assert.match(value, /Takes from the environment: PATH, NO\\_SUCH\\_VARIABLE \(not set here\)/);
  assert.ok(!value.includes(process.env["PATH"] ?? "\0"));
  assert.equal(await editor.quit(), 0);
});

test("above an entry stand what is found in it and what it may reach", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG });
  const textDocument = { uri: editor.uri(FILE) };
  editor.open(FILE, "jsonc", CONFIG);
  const lenses = await editor.until(async () => {
    const found = await editor.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument });
    return found.length > 0 ? found : undefined;
  });
  const titles = (line: number): (string | undefined)[] =>
    lenses.filter((one) => one.range.start.line === line).map((one) => one.command?.title);
  assert.equal(titles(2)[0], "Protect this server");
  assert.match(titles(2).at(-1) ?? "", /can send data out/);
  assert.match(titles(7).join(" | "), /^Protect this server \| \d findings? \| not in the catalogue of servers$/);
  // Without our extension there is no command to run.
  const others = lenses.filter((one) => one.range.start.line === 7 && one.command?.title !== "Protect this server");
  assert.ok(others.every((one) => one.command?.command === ""));
  assert.equal(await editor.quit(), 0);
});

test("fix all makes every safe fix of the file in one edit, and no other", async (t) => {
  const file = ".claude/settings.json";
  const text = `{
  "model": "x",
  "enableAllProjectMcpServers": true,
  "permissions": { "allow": ["Bash(*)", "Read(src/**)"] }
}
`;
  const editor = await startEditor(t, { [file]: text });
  const textDocument = { uri: editor.uri(file) };
  editor.open(file, "json", text);
  await editor.diagnostics(file, (all) => all.filter((one) => one.code === "auto-approve").length === 2);
  const start = { line: 0, character: 0 };
  const [action, ...others] = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument,
    range: { start, end: start },
    context: { diagnostics: [], only: ["source.fixAll"] },
  });
  assert.deepEqual(others, []);
  assert.equal(action?.kind, "source.fixAll.sallyport");
  const edits = action.edit?.changes?.[textDocument.uri] ?? [];
  await editor.connection.sendNotification("textDocument/didChange", {
    textDocument: { ...textDocument, version: 2 },
    contentChanges: edits
      .toSorted((a, b) => b.range.start.line - a.range.start.line)
      .map((edit) => ({ range: edit.range, text: edit.newText })),
  });
  await editor.diagnostics(file, (all) => all.every((one) => one.code !== "auto-approve"));
  assert.ok(edits.every((edit) => edit.range.start.line >= 1 && !edit.newText.includes("model")));
  assert.equal(await editor.quit(), 0);
});

test("what each server acts with stands with it, and who shares it; never the value", async (t) => {
  const token = `ghp_${"a1B2".repeat(9)}`;
  const own = `{ "servers": { "hub": { "command": "node", "args": ["a.mjs"], "env": { "GITHUB_TOKEN": "${token}" } } } }`;
  const cursor = `{ "mcpServers": { "twin": { "command": "node", "args": ["b.mjs"], "env": { "GH_TOKEN": "${token}" } } } }`;
  const editor = await startEditor(t, { [FILE]: own, ".cursor/mcp.json": cursor });
  const answer = await servers(editor);
  const rows = answer.clients.flatMap((client) => client.files.flatMap((file) => file.servers));
  assert.deepEqual(
    rows.map(({ name, identities }) => [name, identities]),
    [
      [
        "hub",
        [
          {
            from: "environment",
            name: "GITHUB_TOKEN",
            how: "literal",
            kind: "a classic personal access token of GitHub",
            scopes: [],
            sharedWith: ["Cursor: twin"],
          },
        ],
      ],
      [
        "twin",
        [
          {
            from: "environment",
            name: "GH_TOKEN",
            how: "literal",
            kind: "a classic personal access token of GitHub",
            scopes: [],
            sharedWith: ["VS Code: hub"],
          },
        ],
      ],
    ],
  );
  assert.ok(!JSON.stringify(answer).includes(token.slice(4, 20)));
  assert.equal(await editor.quit(), 0);
});
