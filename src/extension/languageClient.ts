import type * as vscode from "vscode";
import { LanguageClient, TransportKind, type LanguageClientOptions } from "vscode-languageclient/node";
import type { InitializationOptions } from "../lsp/protocol.ts";
import { COMMANDS, SETTINGS } from "./contributions.ts";

/** Whether the person wants new entries held: their own setting, whatever a workspace says. */
export function holds(api: typeof vscode): boolean {
  return api.workspace.getConfiguration().inspect<boolean>(SETTINGS.holdNewServers.key)?.globalValue === true;
}

/** The client of our language server, not yet started. The server is a process of its own: analysis never blocks the host. */
export function languageClient(api: typeof vscode, context: vscode.ExtensionContext): LanguageClient {
  const run = { module: context.asAbsolutePath("dist/sallyport.js"), args: ["lsp"], transport: TransportKind.ipc };
  const settings = api.workspace.getConfiguration();
  const initializationOptions: InitializationOptions = {
    trusted: api.workspace.isTrusted,
    home: settings.get<boolean>(SETTINGS.auditHome.key, true),
    callSites: settings.get<boolean>(SETTINGS.callSites.key, true),
    panel: true,
    hold: holds(api),
    docs: api.Uri.joinPath(context.extensionUri, "docs").toString(),
  };
  const saving = new Set<string>();
  context.subscriptions.push(
    api.workspace.onWillSaveTextDocument(({ document }) => void saving.add(document.uri.toString())),
  );
  const options: LanguageClientOptions = {
    // Which documents: the server says it, by the names of the clients' files.
    initializationOptions,
    middleware: {
      async didSave(document, next) {
        // A save that announces itself is the person's; an agent's edits are saved without.
        if (saving.delete(document.uri.toString())) await next(document);
      },
      async executeCommand(command, args, next) {
        const done: unknown = await next(command, args);
        // A client reads its configuration from the disk: an entry that is protected only in the editor is not.
        const [uri] = args as (string | undefined)[];
        if (command === COMMANDS.protect.id && done === true && uri !== undefined) {
          await (await api.workspace.openTextDocument(api.Uri.parse(uri))).save();
        }
        return done;
      },
    },
    outputChannelName: "Sallyport",
    diagnosticCollectionName: "sallyport",
  };
  return new LanguageClient("sallyport", "Sallyport", { run, debug: run }, options);
}
