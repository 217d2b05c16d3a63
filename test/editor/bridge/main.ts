// Loaded by the real editor in tests only: a test outside the editor sends code over a local socket, which runs here in
// the extension host with `vscode` in scope. One socket a window, named after its folder.
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import path from "node:path";
import { runInThisContext } from "node:vm";
import * as vscode from "vscode";
import { registerFakeModel } from "./fakeModel.ts";

type Code = (vscode: unknown, argument: unknown) => unknown;

/** Names that a TypeScript runner leaves in a function's text. */
const RUNNER_NAMES = "const __name = (value) => value;";

async function bodyOf(request: IncomingMessage): Promise<{ code: string; argument?: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as { code: string; argument?: unknown };
}

async function evaluate(request: IncomingMessage): Promise<unknown> {
  const { code, argument } = await bodyOf(request);
  const made = runInThisContext(`(() => { ${RUNNER_NAMES} return (${code}); })()`) as Code;
  return await made(vscode, argument);
}

export function activate(context: vscode.ExtensionContext): void {
  registerFakeModel(context);
  const folder = vscode.workspace.workspaceFolders?.[0];
  const sockets = process.env.SALLYPORT_BRIDGE;
  if (!sockets || !folder) return;
  const socket = path.join(sockets, `${path.basename(folder.uri.fsPath)}.sock`);
  rmSync(socket, { force: true });
  const server = createServer((request, response) => {
    evaluate(request).then(
      (value) => response.end(JSON.stringify({ value })),
      (error: unknown) => response.end(JSON.stringify({ error: error instanceof Error ? error.stack : String(error) })),
    );
  });
  server.listen(socket);
  context.subscriptions.push({ dispose: () => server.close() });
}
