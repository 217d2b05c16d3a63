import * as vscode from "vscode";
import { CALL_SITES_CHANGED, CALL_SITES_REQUEST, TRUST_CHANGED, type CallSitesAnswer } from "../lsp/protocol.ts";
import { CallSitesView, openCallSite } from "./callSitesView.ts";
import { COMMANDS, VIEWS } from "./contributions.ts";
import { languageClient } from "./languageClient.ts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const client = languageClient(vscode, context);
  const sites = new CallSitesView(vscode);
  const view = vscode.window.createTreeView(VIEWS.callSites.id, { treeDataProvider: sites });
  view.message = "Searching…";

  async function refreshCallSites(again: boolean): Promise<void> {
    const answer = await client.sendRequest<CallSitesAnswer>(CALL_SITES_REQUEST, { again });
    view.message = sites.update(answer);
    await vscode.commands.executeCommand("setContext", "sallyport.callSitesSearched", answer.complete);
  }

  context.subscriptions.push(
    view,
    vscode.commands.registerCommand(COMMANDS.refreshCallSites.id, () => refreshCallSites(true)),
    vscode.commands.registerCommand(COMMANDS.openCallSite.id, (site: CallSitesAnswer["sites"][number]) =>
      openCallSite(vscode, site),
    ),
    client.onNotification(CALL_SITES_CHANGED, () => void refreshCallSites(false)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void client.sendNotification(TRUST_CHANGED, { trusted: true })),
    { dispose: () => void client.dispose() },
  );
  await client.start();
}
