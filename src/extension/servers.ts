import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { SERVERS_CHANGED, SERVERS_REQUEST, type ServersAnswer } from "../lsp/protocol.ts";
import type { BrokerLink } from "./brokerLink.ts";
import { reviewIgnores } from "./acceptIgnores.ts";
import { ConfigChanges } from "./configChanges.ts";
import { COMMANDS, VIEWS } from "./contributions.ts";
import { placeOf, type ServerNode } from "./serversTree.ts";
import { ServersView } from "./serversView.ts";
import type { TrafficView } from "./trafficView.ts";

/** Set once there is an answer: the view's welcome text waits for it. */
const SEARCHED = "sallyport.serversSearched";

const PENDING_IGNORES = "sallyport.pendingIgnores";

async function open(api: typeof vscode, node: ServerNode): Promise<vscode.TextEditor | undefined> {
  const place = placeOf(node);
  if (!place) return undefined;
  const { start, end } = place.range;
  const selection = new api.Range(start.line, start.character, end.line, end.character);
  return await api.window.showTextDocument(api.Uri.parse(place.uri), { selection });
}

/** What a row stands for, as the commands about an entry take it. */
function entryOf(node: ServerNode | undefined): string[] | undefined {
  if (node?.kind !== "server") return undefined;
  const { project, name } = node.server;
  return [node.file.uri, name, ...(project === undefined ? [] : [project])];
}

/** The view Agents & Servers with its commands; follows the language server's and the broker's news. */
export class Servers {
  readonly #view: ServersView;
  readonly #tree: vscode.TreeView<ServerNode>;
  readonly #api: typeof vscode;
  readonly #client: LanguageClient;
  #toldIgnores = 0;

  constructor(
    api: typeof vscode,
    client: LanguageClient,
    panel: () => TrafficView,
    subscriptions: { dispose(): unknown }[],
  ) {
    this.#api = api;
    this.#client = client;
    this.#view = new ServersView(api);
    this.#tree = api.window.createTreeView(VIEWS.servers.id, { treeDataProvider: this.#view, showCollapseAll: true });
    this.#tree.message = "Looking…";
    const changes = new ConfigChanges(api, client, subscriptions);
    const { registerCommand, executeCommand } = api.commands;
    const withEntry = (command: string) => (node: ServerNode | undefined) => {
      const entry = entryOf(node);
      return entry && executeCommand(command, ...entry);
    };
    subscriptions.push(
      this.#tree,
      registerCommand(COMMANDS.refreshServers.id, () => this.refresh(true)),
      registerCommand(COMMANDS.openPlace.id, async (node: ServerNode) => void (await open(api, node))),
      registerCommand(COMMANDS.fixFinding.id, async (node: ServerNode) => {
        await open(api, node);
        await executeCommand("editor.action.quickFix");
      }),
      registerCommand(COMMANDS.acceptIgnores.id, async () => {
        if (await reviewIgnores(api, client, panel())) await this.refresh(true);
      }),
      registerCommand(COMMANDS.showChange.id, async (node: ServerNode | undefined) => {
        const change = node?.kind === "file" ? node.file.change : undefined;
        if (!change) return;
        await changes.showDifference(change);
        void changes.show(change);
      }),
      registerCommand(COMMANDS.protectServer.id, withEntry(COMMANDS.protect.id)),
      registerCommand(COMMANDS.releaseServer.id, withEntry(COMMANDS.release.id)),
      registerCommand(COMMANDS.unprotectServer.id, withEntry(COMMANDS.unprotect.id)),
      registerCommand(COMMANDS.revealServer.id, async (uri: string, server: string, project?: string) => {
        const node = this.#view.find(uri, server, project);
        if (node) await this.#tree.reveal(node, { select: true, focus: true, expand: true });
      }),
      client.onNotification(SERVERS_CHANGED, () => void this.refresh(false)),
    );
  }

  async refresh(again: boolean): Promise<void> {
    const answer = await this.#client.sendRequest<ServersAnswer>(SERVERS_REQUEST, { again });
    this.#tree.message = this.#view.update(answer);
    const { executeCommand } = this.#api.commands;
    await executeCommand("setContext", SEARCHED, answer.complete);
    await executeCommand("setContext", PENDING_IGNORES, answer.pendingIgnores > 0);
    this.#tellOfIgnores(answer.pendingIgnores);
  }

  /** Once a window and number: what a repository says to ignore is not followed before the person has seen it. */
  #tellOfIgnores(pending: number): void {
    if (pending === 0 || pending === this.#toldIgnores) return;
    this.#toldIgnores = pending;
    const ignores = pending === 1 ? "a finding" : `${pending} findings`;
    const text = `This repository says to ignore ${ignores} about what it makes happen by itself. They are shown until you accept that.`;
    void this.#api.window.showInformationMessage(text, "Review").then(async (choice) => {
      if (choice !== undefined) await this.#api.commands.executeCommand(COMMANDS.acceptIgnores.id);
    });
  }

  /** The language server is not there. */
  failed(): void {
    this.#tree.message = "The language server did not start.";
  }

  live(broker: Pick<BrokerLink, "servers">): void {
    this.#view.live(broker.servers);
  }
}
