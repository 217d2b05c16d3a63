import type * as vscode from "vscode";
import { LanguageClient, TransportKind, type LanguageClientOptions } from "vscode-languageclient/node";
import type { InitializationOptions } from "../lsp/protocol.ts";
import { SETTINGS } from "./contributions.ts";

/** What the language server is asked to look at: configs of every kind, and the languages that call sites are found in. */
const LANGUAGES = [
  "json",
  "jsonc",
  "yaml",
  "python",
  "javascript",
  "javascriptreact",
  "typescript",
  "typescriptreact",
] as const;

/** The client of our language server, not yet started. The server is a process of its own: analysis never blocks the host. */
export function languageClient(api: typeof vscode, context: vscode.ExtensionContext): LanguageClient {
  const run = { module: context.asAbsolutePath("dist/sallyport.js"), args: ["lsp"], transport: TransportKind.ipc };
  const settings = api.workspace.getConfiguration();
  const initializationOptions: InitializationOptions = {
    trusted: api.workspace.isTrusted,
    home: settings.get<boolean>(SETTINGS.auditHome.key, true),
    callSites: settings.get<boolean>(SETTINGS.callSites.key, true),
    panel: true,
    docs: api.Uri.joinPath(context.extensionUri, "docs").toString(),
  };
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.flatMap((language) => [
      { scheme: "file", language },
      { scheme: "vscode-userdata", language },
    ]),
    initializationOptions,
    outputChannelName: "Sallyport",
    diagnosticCollectionName: "sallyport",
  };
  return new LanguageClient("sallyport", "Sallyport", { run, debug: run }, options);
}
