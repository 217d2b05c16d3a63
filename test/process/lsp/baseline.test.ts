import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import {
  PENDING_IGNORES_REQUEST,
  SERVERS_REQUEST,
  type PendingIgnoresAnswer,
  type ServersAnswer,
} from "../../../src/lsp/protocol.ts";
import { startEditor, type Editor } from "./editor.ts";

const FILE = ".vscode/mcp.json";
const CONFIG = `{
  "servers": {
    "tides": { "type": "http", "url": "http://tides.harbor.example/mcp" },
    "gulls": { "type": "http", "url": "http://gulls.harbor.example/mcp" }
  }
}
`;
const SETTINGS = `{ "chat.tools.terminal.autoApprove": { "curl": true } }\n`;
const SOURCE = `from openai import OpenAI\n\nOpenAI().chat.completions.create(model="m", messages=[])\n`;
const BASELINE = "sallyport-baseline.json";

/** The baseline that the command line makes of what is there. */
function makeBaseline({ folder }: Editor): void {
  const args = ["audit", "--no-home", "--baseline", BASELINE, "--update-baseline"];
  const run = spawnSync(process.execPath, [path.resolve("dist/sallyport.js"), ...args], { cwd: folder });
  assert.equal(run.status, 0, run.stderr.toString());
}

const said = ({ message }: { readonly message: unknown }): string => JSON.stringify(message);
const rules = (list: readonly { readonly code?: unknown }[]): unknown[] => list.map((one) => one.code);

test("what a folder's baseline accepts is no diagnostic, what is new is, and it is counted", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG, "app.py": SOURCE }, { trusted: true });
  await editor.diagnostics(FILE, (list) => rules(list).filter((one) => one === "plaintext-http").length === 2);
  await editor.diagnostics("app.py", (list) => list.length === 1);
  makeBaseline(editor);
  const changed = { changes: [{ uri: editor.uri(BASELINE), type: 1 }] };
  await editor.connection.sendNotification("workspace/didChangeWatchedFiles", changed);
  await editor.diagnostics("app.py", (list) => list.length === 0);
  await editor.diagnostics(FILE, (list) => list.every((one) => one.code !== "plaintext-http"));
  const answer = await editor.connection.sendRequest<ServersAnswer>(SERVERS_REQUEST);
  assert.ok(answer.accepted >= 3, String(answer.accepted));
  await editor.write(FILE, CONFIG.replace("http://gulls", "http://other-gulls"));
  const found = await editor.diagnostics(FILE, (list) => list.some((one) => one.code === "plaintext-http"));
  assert.equal(rules(found).filter((one) => one === "plaintext-http").length, 1);
  assert.match(said(found.find((one) => one.code === "plaintext-http") ?? assert.fail()), /other-gulls/);
  assert.equal(await editor.quit(), 0);
});

test("a baseline that a project brings hides nothing severe before the folder is trusted, and no approval ever by itself", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG, ".vscode/settings.json": SETTINGS }, { panel: true });
  makeBaseline(editor);
  await editor.connection.sendRequest(SERVERS_REQUEST, { again: true });
  // Each stays, and says that the repository says to ignore it.
  const waiting = (list: readonly { readonly code?: unknown; readonly message: unknown }[], rule: string) =>
    list.some((one) => one.code === rule && said(one).includes("says to ignore"));
  await editor.diagnostics(FILE, (list) => waiting(list, "plaintext-http"));
  await editor.connection.sendNotification("sallyport/trustChanged", { trusted: true });
  await editor.diagnostics(FILE, (list) => list.every((one) => one.code !== "plaintext-http"));
  await editor.diagnostics(".vscode/settings.json", (list) => waiting(list, "auto-approve"));
  const { ignores } = await editor.connection.sendRequest<PendingIgnoresAnswer>(PENDING_IGNORES_REQUEST);
  assert.deepEqual(
    ignores.map((one) => [one.rule, one.reason]),
    [["auto-approve", "in the baseline"]],
  );
  assert.equal(await editor.quit(), 0);
});

test("a baseline that cannot be read accepts nothing, and says so", async (t) => {
  const editor = await startEditor(t, { [FILE]: CONFIG, [BASELINE]: `{ "version": 1 }` }, { trusted: true });
  await editor.diagnostics(FILE, (list) => list.some((one) => one.code === "plaintext-http"));
  const found = await editor.diagnostics(BASELINE, (list) => list.length > 0);
  assert.match(said(found[0] ?? assert.fail()), /no baseline/);
  assert.equal(await editor.quit(), 0);
});
