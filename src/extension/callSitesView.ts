import type * as vscode from "vscode";
import type { CallSiteItem, CallSitesAnswer } from "../lsp/protocol.ts";
import { COMMANDS } from "./contributions.ts";

type Node = { readonly file: string; readonly sites: readonly CallSiteItem[] } | CallSiteItem;

const ICONS: Record<CallSiteItem["verdict"], { icon: string; colour: string }> = {
  unlogged: { icon: "circle-slash", colour: "list.errorForeground" },
  partly: { icon: "circle-large-outline", colour: "list.warningForeground" },
  unknown: { icon: "question", colour: "disabledForeground" },
  logged: { icon: "pass", colour: "testing.iconPassed" },
  instrumented: { icon: "pass-filled", colour: "testing.iconPassed" },
};

/** Call Sites: file → every call of a model in it, with its verdict; a row opens the call. */
export class CallSitesView implements vscode.TreeDataProvider<Node> {
  readonly #changed: vscode.EventEmitter<undefined>;
  readonly onDidChangeTreeData: vscode.Event<undefined>;
  readonly #api: typeof vscode;
  #answer: CallSitesAnswer = { complete: false, filesSearched: 0, sites: [] };

  constructor(api: typeof vscode) {
    this.#api = api;
    this.#changed = new api.EventEmitter<undefined>();
    this.onDidChangeTreeData = this.#changed.event;
  }

  /** Takes the server's newest answer, and gives the sentence that stands above the rows. */
  update(answer: CallSitesAnswer): string {
    this.#answer = answer;
    this.#changed.fire(undefined);
    const open = answer.sites.filter((site) => site.verdict === "unlogged" || site.verdict === "partly").length;
    if (!answer.complete) return "Searching…";
    if (answer.sites.length === 0) return "";
    const calls = answer.sites.length === 1 ? "1 call" : `${answer.sites.length} calls`;
    return open === 0 ? `${calls}, all recorded or explained` : `${calls}, ${open} without a full record`;
  }

  getChildren(node?: Node): Node[] {
    if (node) return "sites" in node ? [...node.sites] : [];
    const files = new Map<string, CallSiteItem[]>();
    for (const site of this.#answer.sites) {
      const known = files.get(site.uri);
      if (known) known.push(site);
      else files.set(site.uri, [site]);
    }
    return [...files].map(([file, sites]) => ({ file, sites }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return "sites" in node ? this.#fileItem(node) : this.#siteItem(node);
  }

  #fileItem(node: { readonly file: string; readonly sites: readonly CallSiteItem[] }): vscode.TreeItem {
    const { TreeItem, TreeItemCollapsibleState, ThemeIcon, Uri } = this.#api;
    const item = new TreeItem(Uri.parse(node.file), TreeItemCollapsibleState.Expanded);
    item.iconPath = ThemeIcon.File;
    item.description = true;
    item.id = node.file;
    return item;
  }

  #siteItem(site: CallSiteItem): vscode.TreeItem {
    const { TreeItem, ThemeIcon, ThemeColor, MarkdownString } = this.#api;
    const { icon, colour } = ICONS[site.verdict];
    const item = new TreeItem(site.method);
    const line = site.range.start.line + 1;
    item.id = `${site.uri}:${line}:${site.range.start.character}`;
    item.description = [site.verdict, `line ${line}`, site.provider, site.model].filter(Boolean).join(" · ");
    item.iconPath = new ThemeIcon(icon, new ThemeColor(colour));
    item.accessibilityInformation = { label: `${site.provider} ${site.method}, line ${line}, ${site.verdict}` };
    const tooltip = new MarkdownString();
    // Text from the workspace is text: appendText escapes it.
    for (const one of site.evidence) tooltip.appendText(`• ${one}\n`);
    if (site.remedy !== undefined) tooltip.appendText(`\n${site.remedy}`);
    item.tooltip = tooltip;
    item.command = { command: COMMANDS.openCallSite.id, title: COMMANDS.openCallSite.title, arguments: [site] };
    return item;
  }
}

/** Opens a row's call with the method's name selected. */
export async function openCallSite(api: typeof vscode, site: CallSiteItem): Promise<void> {
  const { start, end } = site.range;
  const selection = new api.Range(start.line, start.character, end.line, end.character);
  await api.window.showTextDocument(api.Uri.parse(site.uri), { selection });
}
