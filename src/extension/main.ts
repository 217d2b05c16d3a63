import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  CALL_SITES_CHANGED,
  CALL_SITES_REQUEST,
  HOLD_CHANGED,
  TRUST_CHANGED,
  type CallSitesAnswer,
} from "../lsp/protocol.ts";
import { notification } from "../core/notification.ts";
import { BrokerLink } from "./brokerLink.ts";
import { CallSitesView, openCallSite } from "./callSitesView.ts";
import { COMMANDS, SETTINGS, VIEWS } from "./contributions.ts";
import { holds, languageClient } from "./languageClient.ts";
import { Servers } from "./servers.ts";
import { StatusBar } from "./statusBar.ts";
import { TrafficView } from "./trafficView.ts";
import { release, unprotect } from "./unprotect.ts";
import { verifyLedger, WitnessKeeper } from "./witness.ts";

/** What other extensions, and whoever keeps the ledger's heads elsewhere, may ask of this one. */
interface Exports {
  /** The folder in which this editor keeps the heads that it saw: `sallyport log verify --witness`. */
  readonly witnesses: string;
}

/** The broker's side: the panel, the status bar, and a notification for a call that waits for this window. */
function traffic(
  context: vscode.ExtensionContext,
  changed: (broker: BrokerLink) => void,
): { view: TrafficView; witness: WitnessKeeper } {
  const status = new StatusBar(vscode);
  const told = new Set<string>();
  const witness = new WitnessKeeper(vscode, context.globalStorageUri);
  const view: TrafficView = new TrafficView(vscode, context.extensionUri, () => broker);
  const broker = new BrokerLink(vscode, context, {
    changed() {
      view.update();
      status.update(broker);
      changed(broker);
      for (const ask of broker.asks) {
        if (told.has(ask.id) || !ask.own) continue;
        told.add(ask.id);
        // The notification only leads to the panel: an answer needs all that is shown there.
        void vscode.window
          .showWarningMessage(notification(ask.summary), "Review")
          .then((choice) => choice && view.show());
      }
    },
    calls: (calls, reset) => view.calls(calls, reset),
    notice: (severity, message) => view.notice(severity, message),
    head: (head) => witness.keep(head),
  });
  status.update(broker);
  context.subscriptions.push(
    broker,
    status,
    vscode.window.registerWebviewViewProvider(VIEWS.traffic.id, view, {
      webviewOptions: { retainContextWhenHidden: true },
    }),
    vscode.commands.registerCommand(COMMANDS.showPanel.id, () => view.show()),
    vscode.commands.registerCommand(COMMANDS.verifyLedger.id, async () => {
      const options = { location: vscode.ProgressLocation.Window, title: "Verifying the ledger" };
      const program = context.asAbsolutePath("dist/sallyport.js");
      const { code, text } = await vscode.window.withProgress(options, () => verifyLedger(program, witness.folder));
      view.notice(code === 0 ? "info" : "error", text);
      await view.show();
      return code;
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => broker.announce()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => broker.announce()),
  );
  void broker.run();
  return { view, witness };
}

async function analysis(
  context: vscode.ExtensionContext,
  client: LanguageClient,
  panel: TrafficView,
  servers: Servers,
): Promise<void> {
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
    vscode.commands.registerCommand(COMMANDS.unprotect.id, (uri: string, server: string, project?: string) =>
      unprotect(vscode, client, panel, { uri, server, ...(project === undefined ? {} : { project }) }),
    ),
    vscode.commands.registerCommand(COMMANDS.release.id, (uri: string, server: string, project?: string) =>
      release(vscode, client, panel, { uri, server, ...(project === undefined ? {} : { project }) }),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS.holdNewServers.key))
        void client.sendNotification(HOLD_CHANGED, { hold: holds(vscode) });
    }),
    client.onNotification(CALL_SITES_CHANGED, () => void refreshCallSites(false)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void client.sendNotification(TRUST_CHANGED, { trusted: true })),
    { dispose: () => void client.dispose() },
  );
  try {
    await client.start();
  } catch (error) {
    // The gate works without the analysis: the window stays a reviewer.
    const why = error instanceof Error ? error.message : String(error);
    servers.failed();
    view.message = "The language server did not start.";
    void vscode.window.showErrorMessage(`Sallyport: the language server did not start, so nothing is audited: ${why}`);
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<Exports> {
  const client = languageClient(vscode, context);
  const servers: Servers = new Servers(vscode, client, () => view, context.subscriptions);
  const { view, witness } = traffic(context, (broker) => servers.live(broker));
  await analysis(context, client, view, servers);
  return { witnesses: witness.folder };
}
