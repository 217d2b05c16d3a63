import type * as vscode from "vscode";
import { oneLine } from "../core/notification.ts";
import type { ConfigFileItem, FindingItem, IdentityItem, ServerItem, ServersAnswer } from "../lsp/protocol.ts";
import { COMMANDS } from "./contributions.ts";
import { type Hello, runningEntries } from "./running.ts";
import { findingsOf, findServer, serversOf, treeOf, type ServerNode } from "./serversTree.ts";

type Of<K extends ServerNode["kind"]> = Extract<ServerNode, { readonly kind: K }>;

/** More servers than this start folded: a list that long is searched, not read. */
const UNFOLDED = 40;

const SCOPES: Readonly<Record<ConfigFileItem["scope"], string>> = {
  workspace: "workspace",
  user: "yours",
  profile: "yours, of a profile",
  remote: "of this remote machine",
  plugin: "from a plugin",
  managed: "from your organisation",
};

const SEVERITIES: Readonly<Record<FindingItem["severity"], { icon: string; colour: string }>> = {
  critical: { icon: "error", colour: "problemsErrorIcon.foreground" },
  high: { icon: "error", colour: "problemsErrorIcon.foreground" },
  medium: { icon: "warning", colour: "problemsWarningIcon.foreground" },
  low: { icon: "info", colour: "problemsInfoIcon.foreground" },
  info: { icon: "info", colour: "problemsInfoIcon.foreground" },
};

const FROM: Readonly<Record<IdentityItem["from"], string>> = {
  environment: "variable",
  header: "header",
  argument: "argument",
  address: "in the address",
  oauth: "OAuth",
  file: "names a file",
  profile: "names an account",
  helper: "a command gives it",
};

const SEVERITY_ORDER = ["critical", "high", "medium", "low", "info"] as const;

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** Agents & Servers: client → file → server → what it may reach and what is found in it. */
export class ServersView implements vscode.TreeDataProvider<ServerNode> {
  readonly #changed: vscode.EventEmitter<undefined>;
  readonly onDidChangeTreeData: vscode.Event<undefined>;
  readonly #api: typeof vscode;
  #rows: readonly ServerNode[] = [];
  #shown = "";
  #unfolded = true;
  #answer: ServersAnswer | undefined;
  /** Who says hello to the broker right now, and which entries that is. */
  #hellos: readonly Hello[] = [];
  #running: ReadonlySet<ServerItem> = new Set();

  constructor(api: typeof vscode) {
    this.#api = api;
    this.#changed = new api.EventEmitter<undefined>();
    this.onDidChangeTreeData = this.#changed.event;
  }

  /** Takes the server's newest answer, and gives the sentence that stands above the rows. */
  update(answer: ServersAnswer): string {
    const text = JSON.stringify(answer);
    if (text !== this.#shown) {
      this.#shown = text;
      this.#answer = answer;
      this.#rows = treeOf(answer);
      this.#running = runningEntries(answer, this.#hellos);
      this.#unfolded = answer.clients.flatMap(serversOf).length <= UNFOLDED;
      this.#changed.fire(undefined);
    }
    if (!answer.complete) return "Looking…";
    if (answer.clients.length === 0) return "";
    const servers = answer.clients.flatMap(serversOf);
    const safe = servers.filter((one) => one.protected).length;
    const found = count(answer.clients.flatMap(findingsOf).length, "finding");
    const accepted = answer.accepted === 0 ? "" : `, ${answer.accepted} accepted`;
    const changed = answer.clients.flatMap((one) => one.files).filter((one) => one.change).length;
    const news = changed === 0 ? "" : ` ${count(changed, "file")} changed without a save here.`;
    const own = answer.home ? "" : " Your own files are not looked at (sallyport.audit.home).";
    return `${count(servers.length, "server")}, ${safe} protected, ${found}${accepted}.${news}${own}`;
  }

  /** Takes what the broker knows of running servers. */
  live(servers: readonly Hello[]): void {
    this.#hellos = servers;
    if (!this.#answer) return;
    const running = runningEntries(this.#answer, servers);
    if (running.size === this.#running.size && [...running].every((one) => this.#running.has(one))) return;
    this.#running = running;
    this.#changed.fire(undefined);
  }

  /** The row of an entry, to reveal it. */
  find(uri: string, server: string, project?: string): ServerNode | undefined {
    return findServer(this.#rows, uri, server, project);
  }

  getChildren(node?: ServerNode): ServerNode[] {
    return [...(node?.children ?? (node ? [] : this.#rows))];
  }

  getParent(node: ServerNode): ServerNode | undefined {
    return node.parent;
  }

  getTreeItem(node: ServerNode): vscode.TreeItem {
    const item = this.#item(node);
    item.id = node.id;
    // Text of a file may be long, and hold what cannot be seen.
    const spoken = [item.label, item.description].filter((one) => typeof one === "string").join(", ");
    item.accessibilityInformation ??= { label: spoken };
    if (node.kind !== "client") {
      item.command = { ...COMMANDS.openPlace, command: COMMANDS.openPlace.id, arguments: [node] };
    }
    return item;
  }

  #item(node: ServerNode): vscode.TreeItem {
    switch (node.kind) {
      case "client":
        return this.#clientItem(node);
      case "file":
        return this.#fileItem(node);
      case "server":
        return this.#serverItem(node);
      case "words":
        return this.#wordsItem(node);
      case "identity":
        return this.#identityItem(node);
      case "finding":
        return this.#findingItem(node);
      case "more":
        return this.#make(node, `and ${count(node.count, "more server", "more servers")}`, "ellipsis");
    }
  }

  #make(node: ServerNode, label: string, icon: string, colour?: string): vscode.TreeItem {
    const { TreeItem, TreeItemCollapsibleState: state, ThemeIcon, ThemeColor } = this.#api;
    const open = this.#unfolded && (node.kind === "client" || node.kind === "file");
    const fold = node.children.length === 0 ? state.None : open ? state.Expanded : state.Collapsed;
    const item = new TreeItem(oneLine(label), fold);
    item.iconPath = new ThemeIcon(icon, colour === undefined ? undefined : new ThemeColor(colour));
    item.contextValue = node.kind;
    return item;
  }

  /** Lines of text: what came from files is escaped. */
  #tooltip(...lines: readonly string[]): vscode.MarkdownString {
    const tooltip = new this.#api.MarkdownString();
    for (const [i, line] of lines.entries()) tooltip.appendText(`${i === 0 ? "" : "\n\n"}${oneLine(line)}`);
    return tooltip;
  }

  #clientItem(node: Of<"client">): vscode.TreeItem {
    const servers = serversOf(node.client);
    const found = findingsOf(node.client).length;
    const item = this.#make(node, node.client.title, "hubot");
    const parts = [count(servers.length, "server"), ...(found === 0 ? [] : [count(found, "finding")])];
    item.description = parts.join(" · ");
    return item;
  }

  #fileItem(node: Of<"file">): vscode.TreeItem {
    const { file } = node;
    const item = this.#make(node, file.label, "file");
    item.resourceUri = this.#api.Uri.parse(file.uri);
    item.iconPath = this.#api.ThemeIcon.File;
    const where = file.folder === undefined ? SCOPES[file.scope] : `${SCOPES[file.scope]} · ${oneLine(file.folder)}`;
    item.description = file.problem === undefined ? where : `not audited: ${oneLine(file.problem)}`;
    const changed = file.change && `Changed without a save here: it ${file.change.summary}.`;
    if (changed !== undefined) {
      item.description = `changed · ${item.description}`;
      item.contextValue = "file changed";
    }
    const problem = file.problem === undefined ? [] : [`Not audited: ${file.problem}`];
    item.tooltip = this.#tooltip(
      `${file.label}: ${file.title}`,
      where,
      ...problem,
      ...(changed === undefined ? [] : [changed]),
    );
    return item;
  }

  /** The shape says whether it is protected, the colour how bad the worst is that was found. */
  #stateOf({ server }: Of<"server">): { words: string; icon: string; colour?: string } {
    const worst = SEVERITY_ORDER.find((one) => server.findings.some((found) => found.severity === one));
    const colour = worst === undefined ? {} : { colour: SEVERITIES[worst].colour };
    if (!server.enabled) return { words: "switched off", icon: "circle-slash", colour: "disabledForeground" };
    if (server.held) return { words: "held, not started", icon: "lock", colour: "list.warningForeground" };
    if (!server.protected) return { words: "not protected", icon: "server", ...colour };
    if (!this.#running.has(server)) {
      return { words: "protected, by its file", icon: "shield", ...colour };
    }
    return { words: "protected, running", icon: "shield", colour: "testing.iconPassed", ...colour };
  }

  #serverItem(node: Of<"server">): vscode.TreeItem {
    const { server } = node;
    const { words, icon, colour } = this.#stateOf(node);
    const item = this.#make(node, server.name, icon, colour);
    const found = server.findings.length === 0 ? [] : [count(server.findings.length, "finding")];
    item.description = [...found, words, oneLine(server.what, 80)].join(" · ");
    const project = server.project === undefined ? [] : [`For the project ${server.project}`];
    item.tooltip = this.#tooltip(
      `${server.name}: ${words}`,
      `${server.remote ? "Connects to" : "Starts"} ${server.what}`,
      ...project,
      ...server.reach,
    );
    const can = [server.protectable ? "protectable" : "", server.held ? "held" : server.protected ? "protected" : ""];
    item.contextValue = ["server", ...can.filter(Boolean)].join(" ");
    return item;
  }

  #wordsItem(node: Of<"words">): vscode.TreeItem {
    const [first, ...rest] = node.words;
    const reach = node.what === "reach";
    const item = this.#make(node, reach ? "May reach" : "Without asking", reach ? "plug" : "unlock");
    item.description = oneLine(node.brief ?? node.words.join("; "));
    item.tooltip = this.#tooltip(first ?? "", ...rest.map((one) => `• ${one}`));
    return item;
  }

  /** What a server acts with: which, and what is known of it without asking anybody; never the value. */
  #identityItem(node: Of<"identity">): vscode.TreeItem {
    const { from, name, how, kind, scopes, expires, sharedWith } = node.identity;
    const expired = expires !== undefined && Date.parse(expires) < Date.now();
    const ends = expires === undefined ? [] : [`${expired ? "expired" : "until"} ${expires.slice(0, 10)}`];
    const item = this.#make(node, `Acts with ${name}`, "key", how === "literal" ? "list.warningForeground" : undefined);
    const shared = sharedWith.length === 0 ? [] : [`shared with ${count(sharedWith.length, "entry", "entries")}`];
    const what = kind === undefined ? [FROM[from]] : [oneLine(kind), FROM[from]];
    item.description = [...what, ...(how === "literal" ? ["in clear"] : []), ...ends, ...shared].join(" · ");
    item.tooltip = this.#tooltip(
      `${name}: ${[...what, ...ends].join(", ")}`,
      how === "literal" ? "Its value stands in this file." : "Its value comes from elsewhere.",
      ...(scopes.length > 0 ? [`May: ${scopes.join(", ")}`] : []),
      ...(sharedWith.length > 0 ? ["The same credential is used by:", ...sharedWith.map((one) => `• ${one}`)] : []),
    );
    return item;
  }

  #findingItem(node: Of<"finding">): vscode.TreeItem {
    const { finding } = node;
    const { icon, colour } = SEVERITIES[finding.severity];
    const item = this.#make(node, finding.title, icon, colour);
    item.description = `line ${finding.range.start.line + 1} · ${finding.severity}`;
    const pending = finding.pending ? ["The repository says to ignore this; you have not accepted that."] : [];
    item.tooltip = this.#tooltip(finding.message, `Rule ${finding.rule}`, ...pending);
    item.contextValue = finding.fix === undefined ? "finding" : "finding fixable";
    item.accessibilityInformation = {
      label: oneLine(`${finding.severity}: ${finding.message}, line ${finding.range.start.line + 1}`),
    };
    return item;
  }
}
