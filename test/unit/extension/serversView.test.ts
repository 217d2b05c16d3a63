import assert from "node:assert/strict";
import { test } from "node:test";
import type * as vscode from "vscode";
import { placeOf } from "../../../src/extension/serversTree.ts";
import { ServersView } from "../../../src/extension/serversView.ts";
import type { ConfigFileItem, FindingItem, ServerItem, ServersAnswer } from "../../../src/lsp/protocol.ts";

/** As much of the editor as the view touches. */
const api = {
  EventEmitter: class {
    readonly #listeners: (() => void)[] = [];
    event = (listener: () => void) => void this.#listeners.push(listener);
    fire() {
      for (const call of this.#listeners) call();
    }
  },
  TreeItem: class {
    constructor(
      readonly label: string,
      readonly collapsibleState: number,
    ) {}
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  ThemeIcon: Object.assign(
    class {
      constructor(
        readonly id: string,
        readonly color?: { id: string },
      ) {}
    },
    { File: { id: "file" } },
  ),
  ThemeColor: class {
    constructor(readonly id: string) {}
  },
  MarkdownString: class {
    value = "";
    appendText(text: string) {
      this.value += text.replace(/[\\`*_{}[\]()#+\-!~<>]/g, "\\$&");
    }
  },
  Uri: { parse: (text: string) => ({ text }) },
} as unknown as typeof vscode;

const at = (line: number) => ({ start: { line, character: 4 }, end: { line, character: 9 } });
const finding = (rule: string, more: Partial<FindingItem> = {}): FindingItem => ({
  rule,
  title: rule,
  severity: "high",
  message: `${rule} here`,
  range: at(7),
  ...more,
});
const server = (name: string, more: Partial<ServerItem> = {}): ServerItem => ({
  name,
  range: at(3),
  enabled: true,
  protected: false,
  protectable: true,
  held: false,
  launches: [],
  launchKnown: true,
  what: "npm package x",
  remote: false,
  reachBrief: "reads private data",
  reach: ["X", "reads private data"],
  permissions: [],
  identities: [],
  findings: [],
  ...more,
});
const file = (servers: readonly ServerItem[], more: Partial<ConfigFileItem> = {}): ConfigFileItem => ({
  uri: "file:///w/.vscode/mcp.json",
  title: "VS Code's mcp.json",
  label: ".vscode/mcp.json",
  scope: "workspace",
  servers,
  more: 0,
  permissions: [],
  findings: [],
  ...more,
});
const answer = (...files: readonly ConfigFileItem[]): ServersAnswer => ({
  complete: true,
  home: true,
  pendingIgnores: 0,
  accepted: 0,
  clients: [{ id: "vscode", title: "VS Code", files }],
});

/** Every row, indented: label, description, and what its menus go by. */
function drawn(view: ServersView): string[] {
  const draw = (node: Parameters<ServersView["getTreeItem"]>[0] | undefined, depth: number): string[] =>
    view.getChildren(node).flatMap((child) => {
      const item = view.getTreeItem(child);
      const icon = item.iconPath as vscode.ThemeIcon;
      return [
        `${"  ".repeat(depth)}${icon.id} ${item.label as string} | ${(item.description as string | undefined) ?? ""} | ${item.contextValue ?? ""}`,
        ...draw(child, depth + 1),
      ];
    });
  return draw(undefined, 0);
}

test("rows: client, file, server, what it may reach, what is found", () => {
  const view = new ServersView(api);
  const message = view.update(
    answer(
      file(
        [
          server("notes", { findings: [finding("secret", { fix: "unsafe" })] }),
          server("safe", { protected: true, protectable: false }),
        ],
        {
          findings: [finding("auto-approve", { severity: "low" })],
        },
      ),
    ),
  );
  assert.equal(message, "2 servers, 1 protected, 2 findings.");
  assert.deepEqual(drawn(view), [
    "hubot VS Code | 2 servers · 2 findings | client",
    "  file .vscode/mcp.json | workspace | file",
    "    info auto-approve | line 8 · low | finding",
    "    server notes | 1 finding · not protected · npm package x | server protectable",
    "      plug May reach | reads private data | words",
    "      error secret | line 8 · high | finding fixable",
    "    shield safe | protected, by its file · npm package x | server protected",
    "      plug May reach | reads private data | words",
  ]);
});

test("what a server acts with stands beneath it, with what its form says and who shares it", () => {
  const view = new ServersView(api);
  const token = { name: "HARBOR_TOKEN", how: "literal", scopes: ["repo"], sharedWith: ["Cursor: notes"] } as const;
  view.update(
    answer(
      file([
        server("notes", {
          identities: [
            { ...token, from: "environment", kind: "a signed token (JWT)", expires: "2020-02-03T00:00:00.000Z" },
            { from: "header", name: "Authorization", how: "reference", scopes: [], sharedWith: [] },
          ],
        }),
      ]),
    ),
  );
  assert.deepEqual(drawn(view).slice(4), [
    "      key Acts with HARBOR_TOKEN | a signed token (JWT) · variable · in clear · expired 2020-02-03 · shared with 1 entry | identity",
    "      key Acts with Authorization | header | identity",
  ]);
  const row = view.find("file:///w/.vscode/mcp.json", "notes")?.children.find((one) => one.kind === "identity");
  const { value } = view.getTreeItem(row ?? assert.fail()).tooltip as vscode.MarkdownString;
  assert.match(value, /May: repo/);
  assert.match(value, /Cursor: notes/);
});

test("a live hello with the launch of an entry is what makes a server run protected", () => {
  const view = new ServersView(api);
  view.update(answer(file([server("notes", { protected: true, launches: ["one"] })])));
  let fired = 0;
  view.onDidChangeTreeData(() => fired++);
  const hello = (id: string) => [{ server: "notes", client: { name: "vscode" }, identity: { id } }];
  view.live(hello("another"));
  assert.match(drawn(view)[2] ?? "", /protected, by its file/);
  view.live(hello("one"));
  assert.match(drawn(view)[2] ?? "", /shield notes \| protected, running/);
  view.live(hello("one"));
  assert.equal(fired, 1);
});

test("text of a file is text: one line, nothing unseen, no Markdown", () => {
  const view = new ServersView(api);
  view.update(answer(file([server("a\u202e\nb", { reach: ["[x](command:y)", "<b>"] })])));
  const [client] = view.getChildren();
  const node = view.getChildren(view.getChildren(client)[0])[0] ?? assert.fail();
  const item = view.getTreeItem(node);
  assert.equal(item.label, "a b");
  const tooltip = (item.tooltip as vscode.MarkdownString).value;
  assert.ok(tooltip.includes("\\[x\\]\\(command:y\\)") && tooltip.includes("\\<b\\>"), tooltip);
});

test("an answer that is the same draws nothing anew; names that a file has twice are two rows", () => {
  const view = new ServersView(api);
  let fired = 0;
  view.onDidChangeTreeData(() => fired++);
  const same = answer(file([server("twice"), server("twice")]));
  view.update(same);
  view.update(structuredClone(same));
  assert.equal(fired, 1);
  const ids = view.getChildren(view.getChildren(view.getChildren()[0])[0]).map((one) => view.getTreeItem(one).id);
  assert.equal(new Set(ids).size, 2);
});

test("a lens finds its row, with the way up; a row knows its place", () => {
  const view = new ServersView(api);
  view.update(answer(file([server("a"), server("b", { project: "/p", range: at(9) })])));
  assert.equal(view.find("file:///w/.vscode/mcp.json", "b"), undefined);
  const found = view.find("file:///w/.vscode/mcp.json", "b", "/p") ?? assert.fail();
  assert.equal(placeOf(found)?.range.start.line, 9);
  assert.equal(view.getParent(found)?.kind, "file");
});

test("a long list starts folded, and says how much of it is not there", () => {
  const view = new ServersView(api);
  view.update(
    answer(
      file(
        Array.from({ length: 50 }, (_, i) => server(`s${i}`)),
        { more: 9 },
      ),
    ),
  );
  const [client] = view.getChildren();
  assert.equal(view.getTreeItem(client ?? assert.fail()).collapsibleState, 1);
  assert.match(drawn(view).at(-1) ?? "", /and 9 more servers/);
  assert.equal(view.update({ complete: true, home: true, pendingIgnores: 0, accepted: 0, clients: [] }), "");
});
