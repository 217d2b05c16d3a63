import assert from "node:assert/strict";
import { test } from "node:test";
import type * as vscode from "vscode";
import type { BrokerLink } from "../../../src/extension/brokerLink.ts";
import { TrafficView } from "../../../src/extension/trafficView.ts";
import type { FromPanel, PanelState, ToPanel } from "../../../src/panel/protocol.ts";

/** The view with a page that only keeps what it is told, and a broker that knows nothing. */
function open() {
  const uri = { toString: () => "uri" };
  const api = {
    Uri: { joinPath: () => uri },
    commands: { executeCommand: () => Promise.resolve() },
  } as unknown as typeof vscode;
  const none = { link: { state: "connected" }, enrolment: { state: "unknown" } };
  const broker = { ...none, asks: [], enrolmentAsks: [], servers: [], grants: [], policy: [], recent: [] };
  const view = new TrafficView(api, uri as unknown as vscode.Uri, () => broker as unknown as BrokerLink);
  let say: (message: FromPanel) => void = () => {};
  let state: PanelState | undefined;
  const webview = {
    asWebviewUri: () => uri,
    onDidReceiveMessage: (take: typeof say) => (say = take),
    postMessage: (message: ToPanel) => {
      if (message.type === "state") state = message;
      return Promise.resolve(true);
    },
  };
  view.resolveWebviewView({ webview, onDidDispose: () => {} } as unknown as vscode.WebviewView);
  say({ type: "ready" });
  return { view, say: (message: FromPanel) => say(message), cards: () => state?.loosenings ?? [] };
}
const card = (summary: string) => ({ summary, consequence: "c", confirm: "Yes" });

test("what loosens happens only after the page's yes for its own card", async () => {
  const { view, say, cards } = open();
  const asked = view.confirm(card("one"));
  assert.deepEqual(
    cards().map((one) => one.summary),
    ["one"],
  );
  say({ type: "loosen", id: "another", accept: true });
  say({ type: "loosen", id: cards()[0]?.id ?? "", accept: true });
  assert.equal(await asked, true);
  assert.deepEqual(cards(), []);
});

test("the same card stands there once, and four at most: nobody is worn down", async () => {
  const { view, say, cards } = open();
  const asked = ["1", "2", "3", "4"].map((summary) => view.confirm(card(summary)));
  assert.equal(await view.confirm(card("1")), false);
  assert.equal(await view.confirm(card("5")), false);
  assert.deepEqual(
    cards().map((one) => one.summary),
    ["1", "2", "3", "4"],
  );
  for (const { id } of cards()) say({ type: "loosen", id, accept: false });
  assert.deepEqual(await Promise.all(asked), [false, false, false, false]);
});
