import assert from "node:assert/strict";
import { test } from "node:test";
import { LSPErrorCodes, type CodeAction, type CodeLens, type TextEdit } from "vscode-languageserver/node";
import { CALL_SITES_REQUEST, type CallSitesAnswer } from "../../../src/lsp/protocol.ts";
import { startEditor } from "./editor.ts";

const CONFIG = `{
  // what the team uses
  "servers": {
    "weather": { "type": "http", "url": "http://weather.example.com/mcp" }
  }
}
`;
const APP = `from openai import OpenAI

client = OpenAI()


def ask(question):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
`;

test("a configuration on the disk has diagnostics at the exact range, without being opened", async (t) => {
  const editor = await startEditor(t, { ".vscode/mcp.json": CONFIG });
  const [found] = await editor.diagnostics(".vscode/mcp.json", (list) =>
    list.some((one) => one.code === "plaintext-http"),
  );
  assert.equal(found?.source, "sallyport");
  const line = CONFIG.split("\n")[3] ?? "";
  const { start, end } = found?.range ?? assert.fail();
  assert.equal(start.line, 3);
  assert.match(line.slice(start.character, end.character), /http:\/\/weather\.example\.com/);
  assert.equal(await editor.quit(), 0);
});

test("a quick fix changes only its range, and the finding goes", async (t) => {
  const editor = await startEditor(t, { ".vscode/mcp.json": CONFIG });
  const list = await editor.diagnostics(".vscode/mcp.json", (all) => all.some((one) => one.code === "plaintext-http"));
  const found = list.find((one) => one.code === "plaintext-http") ?? assert.fail();
  const uri = editor.uri(".vscode/mcp.json");
  editor.open(".vscode/mcp.json", "jsonc", CONFIG);
  const actions = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: found.range,
    context: { diagnostics: [found] },
  });
  const edits: TextEdit[] = actions.flatMap((action) => action.edit?.changes?.[uri] ?? []);
  assert.equal(edits.length, 1);
  await editor.connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: edits.map((edit) => ({ range: edit.range, text: edit.newText })),
  });
  await editor.diagnostics(".vscode/mcp.json", (all) => all.every((one) => one.code !== "plaintext-http"));
  assert.equal(await editor.quit(), 0);
});

test("an open document's text is what is audited, and the disk's again when it is closed", async (t) => {
  const editor = await startEditor(t, { ".vscode/mcp.json": `{ "servers": {} }\n` });
  editor.open(".vscode/mcp.json", "jsonc", CONFIG);
  await editor.diagnostics(".vscode/mcp.json", (all) => all.some((one) => one.code === "plaintext-http"));
  await editor.connection.sendNotification("textDocument/didClose", {
    textDocument: { uri: editor.uri(".vscode/mcp.json") },
  });
  await editor.diagnostics(".vscode/mcp.json", (all) => all.every((one) => one.code !== "plaintext-http"));
  assert.equal(await editor.quit(), 0);
});

const STDIO = `{
  "servers": {
    // the team's notes
    "notes": { "type": "stdio", "command": "node", "args": ["servers/notes.mjs"] },
    "web": { "type": "http", "url": "https://web.example.com/mcp" }
  }
}
`;

test("a folder that is added is audited, and one that is removed is not any more", async (t) => {
  const editor = await startEditor(t, { "one/a.txt": "", "two/.vscode/mcp.json": CONFIG }, {}, "one");
  const two = { uri: editor.uri("two"), name: "two" };
  await editor.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
    event: { added: [two], removed: [] },
  });
  await editor.diagnostics("two/.vscode/mcp.json", (all) => all.some((one) => one.code === "plaintext-http"));
  await editor.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
    event: { added: [], removed: [two] },
  });
  await editor.diagnostics("two/.vscode/mcp.json", (all) => all.length === 0);
  assert.equal(await editor.quit(), 0);
});

test("an entry that can be protected has a lens and a quick fix that do it, and only it changes", async (t) => {
  const editor = await startEditor(t, { ".vscode/mcp.json": STDIO });
  const textDocument = { uri: editor.uri(".vscode/mcp.json") };
  editor.open(".vscode/mcp.json", "jsonc", STDIO);
  const lenses = await editor.until(async () => {
    const found = await editor.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument });
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(
    lenses
      .filter((lens) => lens.command?.command !== "")
      .map((lens) => [lens.command?.title, lens.range.start.line, lens.command?.arguments?.[1]]),
    [
      ["Protect this server", 3, "notes"],
      ["Protect this server", 4, "web"],
    ],
  );
  const position = { line: 3, character: 30 };
  const actions = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument,
    range: { start: position, end: position },
    context: { diagnostics: [] },
  });
  assert.deepEqual(
    actions.map((action) => action.title),
    ['Protect "notes" with Sallyport'],
  );
  const applied = editor.nextEdit();
  await editor.connection.sendRequest("workspace/executeCommand", actions[0]?.command ?? assert.fail());
  const edits = (await applied).changes?.[textDocument.uri] ?? assert.fail();
  assert.ok(edits.every((edit) => edit.range.start.line === 3 && edit.range.end.line === 3));
  assert.match(edits.map((edit) => edit.newText).join(""), /\.sallyport\/bin\/sallyport/);
  assert.equal(await editor.quit(), 0);
});

test("call sites come with their verdict, and follow what is typed", async (t) => {
  const editor = await startEditor(t, { "app.py": APP });
  await editor.diagnostics("app.py", (all) => all.some((one) => one.code === "unlogged-llm-call"));
  const answer = await editor.connection.sendRequest<CallSitesAnswer>(CALL_SITES_REQUEST, {});
  assert.deepEqual(
    answer.sites.map((site) => [site.verdict, site.range.start.line, site.model]),
    [["unlogged", 6, "gpt-4o"]],
  );
  const changed = editor.callSitesChange();
  editor.open("app.py", "python", "print('no model here')\n");
  await changed;
  await editor.diagnostics("app.py", (all) => all.length === 0);
  assert.equal(await editor.quit(), 0);
});

test("evidence in another file counts for what is being typed", async (t) => {
  const helper = `import logging

logger = logging.getLogger(__name__)


def record(response):
    logger.info("answer %s with %s", response.id, response.model)
`;
  const app = APP.replace("from openai", "from records import record\nfrom openai")
    .replace("    return client", "    answer = client")
    .concat("    record(answer)\n    return answer\n");
  const editor = await startEditor(t, { "app.py": app, "records.py": helper });
  const verdicts = async (): Promise<string[]> =>
    (await editor.connection.sendRequest<CallSitesAnswer>(CALL_SITES_REQUEST, {})).sites.map((one) => one.verdict);
  await editor.until(async () => ((await verdicts()).length > 0 ? true : undefined));
  assert.deepEqual(await verdicts(), ["logged"]);
  const changed = editor.callSitesChange();
  editor.open("app.py", "python", `# typed\n${app}`);
  await changed;
  assert.deepEqual(await verdicts(), ["logged"]);
  assert.equal(await editor.quit(), 0);
});

test("a call site can be accepted with a comment, which counts once its reason is written", async (t) => {
  const editor = await startEditor(t, { "app.py": APP });
  const [found] = await editor.diagnostics("app.py", (all) => all.some((one) => one.code === "unlogged-llm-call"));
  const textDocument = { uri: editor.uri("app.py") };
  const actions = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument,
    range: found?.range,
    context: { diagnostics: [] },
  });
  const accept = actions.find((action) => action.title.startsWith("Accept")) ?? assert.fail();
  const [edit] = accept.edit?.changes?.[textDocument.uri] ?? [];
  assert.equal(edit?.newText, "    # sallyport-ignore: unlogged-llm-call -- \n");
  const lines = APP.split("\n");
  lines.splice(edit.range.start.line, 0, "    # sallyport-ignore: unlogged-llm-call -- the gateway records it");
  editor.open("app.py", "python", lines.join("\n"));
  await editor.diagnostics("app.py", (all) => all.length === 0);
  assert.equal(await editor.quit(), 0);
});

test("mistakes in the person's own policy are shown at their place", async (t) => {
  const editor = await startEditor(t, {});
  const text = "version: 1\nrules:\n  - id: x\n    efect: deny\n";
  editor.open(".sallyport/policy.yaml", "yaml", text);
  const list = await editor.diagnostics(".sallyport/policy.yaml", (all) => all.length > 0);
  const key = list.find((one) => JSON.stringify(one.message).includes("efect")) ?? assert.fail(JSON.stringify(list));
  assert.deepEqual(key.range, { start: { line: 3, character: 4 }, end: { line: 3, character: 9 } });
  assert.equal(await editor.quit(), 0);
});

test("a search can be cancelled", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`app/part${i}.py`, APP]));
  const editor = await startEditor(t, files);
  const { CancellationTokenSource } = await import("vscode-languageserver/node");
  const source = new CancellationTokenSource();
  const request = editor.connection.sendRequest(CALL_SITES_REQUEST, { again: true }, source.token);
  source.cancel();
  await assert.rejects(request, (error: { code?: number }) => error.code === LSPErrorCodes.RequestCancelled);
  // The server goes on serving.
  const answer = await editor.connection.sendRequest<CallSitesAnswer>(CALL_SITES_REQUEST, { again: true });
  assert.equal(answer.sites.length, 200);
  assert.equal(await editor.quit(), 0);
});

test("bad input is a diagnostic, not an end: broken JSON, another scheme, a file that is gone", async (t) => {
  const editor = await startEditor(t, { ".vscode/mcp.json": `{ "servers": { "a": }` });
  const list = await editor.diagnostics(".vscode/mcp.json", (all) => all.length > 0);
  assert.ok(list.every((one) => one.source === "sallyport"));
  await editor.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: "untitled:Untitled-1", languageId: "jsonc", version: 1, text: CONFIG },
  });
  const lenses = await editor.connection.sendRequest("textDocument/codeLens", {
    textDocument: { uri: "untitled:Untitled-1" },
  });
  assert.deepEqual(lenses, []);
  assert.equal(await editor.quit(), 0);
});
