// A bare LSP client over the real process: what any editor could be.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { CALL_SITES_CHANGED } from "../../../src/lsp/protocol.ts";

/** Nothing here takes a second; this is only there so that nothing hangs for ever. */
const WATCHDOG_MS = 30_000;

export interface Editor {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly folder: string;
  uri(file: string): string;
  /** Waits until the diagnostics of a file are as `wanted` says, and gives them. */
  diagnostics(file: string, wanted: (list: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]>;
  /** Resolves when the call sites change next. */
  callSitesChange(): Promise<void>;
  /** Resolves with the edit that the server asks the editor to apply next; it is taken. */
  nextEdit(): Promise<WorkspaceEdit>;
  /** Resolves with the parameters of the next notification of this method. */
  next<T>(method: string): Promise<T>;
  /** Writes a file on the disk, as an agent would, and says so as an editor's watcher does. */
  write(file: string, text: string): Promise<void>;
  /** Asks until there is an answer. */
  until<T>(ask: () => Promise<T | undefined>): Promise<T>;
  open(file: string, languageId: string, text: string): void;
  /** Shuts down as LSP says; gives the exit code. */
  quit(): Promise<number | null>;
}

/** Starts `sallyport lsp` on a folder with these files; both are gone after the test, however it ends. */
export async function startEditor(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  initializationOptions: object = {},
  root = ".",
): Promise<Editor> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport lsp "));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const child = spawn(process.execPath, [path.resolve("dist/sallyport.js"), "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
    // What it installs for protected entries belongs to the test.
    env: { ...process.env, SALLYPORT_HOME: path.join(folder, ".sallyport") },
  });
  t.after(() => {
    connection.dispose();
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<string, readonly Diagnostic[]>();
  const waiting = new Set<() => void>();
  const changes: (() => void)[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (params: { uri: string; diagnostics: Diagnostic[] }) => {
    published.set(params.uri, params.diagnostics);
    for (const check of waiting) check();
  });
  connection.onNotification(CALL_SITES_CHANGED, () => {
    for (const tell of changes.splice(0)) tell();
  });
  connection.onRequest("client/registerCapability", () => null);
  const expected = new Map<string, ((params: unknown) => void)[]>();
  connection.onUnhandledNotification(({ method, params }) => {
    for (const take of expected.get(method)?.splice(0) ?? []) take(params);
  });
  const edits: ((edit: WorkspaceEdit) => void)[] = [];
  connection.onRequest("workspace/applyEdit", ({ edit }: { edit: WorkspaceEdit }) => {
    for (const take of edits.splice(0)) take(edit);
    return { applied: true };
  });
  connection.listen();
  const uri = (file: string): string => pathToFileURL(path.join(folder, file)).href;

  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(path.join(folder, root)).href, name: "harbor" }],
    initializationOptions: { home: false, ...initializationOptions },
  });
  await connection.sendNotification("initialized", {});

  return {
    connection,
    initialized,
    folder,
    uri,
    diagnostics: (file, wanted) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const list = published.get(uri(file));
          if (list === undefined || !wanted(list)) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(list);
        };
        const timer = setTimeout(() => {
          reject(new Error(`diagnostics of ${file}: ${JSON.stringify(published.get(uri(file)), undefined, 1)}`));
        }, WATCHDOG_MS);
        waiting.add(check);
        check();
      }),
    callSitesChange: () => new Promise((resolve) => changes.push(resolve)),
    nextEdit: () => new Promise((resolve) => edits.push(resolve)),
    next: <T>(method: string) =>
      new Promise<T>((resolve, reject) => {
        const waiters = expected.get(method) ?? [];
        expected.set(method, waiters);
        const timer = setTimeout(() => reject(new Error(`no ${method} came`)), WATCHDOG_MS);
        waiters.push((params) => {
          clearTimeout(timer);
          resolve(params as T);
        });
      }),
    write: async (file, text) => {
      writeFileSync(path.join(folder, file), text);
      await connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: uri(file), type: 2 }] });
    },
    until: async (ask) => {
      for (const end = Date.now() + WATCHDOG_MS; Date.now() < end;) {
        const answer = await ask();
        if (answer !== undefined) return answer;
      }
      throw new Error("no answer in time");
    },
    open: (file, languageId, text) =>
      void connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: uri(file), languageId, version: 1, text },
      }),
    quit: async () => {
      const exited = once(child, "exit") as Promise<[number | null]>;
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      const [code] = await exited;
      return code;
    },
  };
}
