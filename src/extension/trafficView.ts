import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";
import type { FromPanel, Loosening, PanelState, ToPanel } from "../panel/protocol.ts";
import type { BrokerLink } from "./brokerLink.ts";
import { VIEWS } from "./contributions.ts";

/** Cards for what loosens that wait at a time. */
const MAX_LOOSENINGS = 4;

/** The panel: gives its page what the broker link knows, and the link what a person clicked. */
export class TrafficView implements vscode.WebviewViewProvider {
  readonly #api: typeof vscode;
  readonly #extension: vscode.Uri;
  readonly #broker: () => BrokerLink;
  readonly #loosenings = new Map<string, { shown: Loosening; resolve: (accepted: boolean) => void }>();
  #view: vscode.WebviewView | undefined;
  #ready = false;
  #focus = false;

  constructor(api: typeof vscode, extension: vscode.Uri, broker: () => BrokerLink) {
    this.#api = api;
    this.#extension = extension;
    this.#broker = broker;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#ready = false;
    const page = this.#api.Uri.joinPath(this.#extension, "dist", "panel");
    view.webview.options = { enableScripts: true, localResourceRoots: [page], enableForms: false };
    view.webview.onDidReceiveMessage((message: FromPanel) => this.#take(message));
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#ready = false;
    });
    view.webview.html = this.#html(view.webview, page);
    this.#badge();
  }

  #html(webview: vscode.Webview, page: vscode.Uri): string {
    const nonce = randomBytes(16).toString("base64");
    const at = (name: string): string => webview.asWebviewUri(this.#api.Uri.joinPath(page, name)).toString();
    const policy = [
      "default-src 'none'",
      "connect-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src ${webview.cspSource}`,
      `font-src ${webview.cspSource}`,
    ].join("; ");
    return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${at("panel.css")}" />
    <title>Agent Traffic</title>
  </head>
  <body>
    <sallyport-panel></sallyport-panel>
    <script nonce="${nonce}" src="${at("panel.js")}"></script>
  </body>
</html>`;
  }

  #take(message: FromPanel): void {
    const broker = this.#broker();
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.update();
        this.calls(broker.recent, true);
        if (this.#focus) this.#post({ type: "focus" });
        this.#focus = false;
        break;
      case "answer":
        broker.answer(message.ask, message.answer, message.reason);
        break;
      case "enrol":
        broker.enrol(message.reviewer, message.accept);
        break;
      case "withdraw":
        broker.withdraw(message.grant);
        break;
      case "loosen":
        this.#loosenings.get(message.id)?.resolve(message.accept);
        break;
    }
  }

  #post(message: ToPanel): void {
    if (this.#ready) void this.#view?.webview.postMessage(message);
  }

  /** Sends the page all that is not traffic, and keeps the badge right. */
  update(): void {
    const { link, enrolment, asks, enrolmentAsks, servers, grants, policy } = this.#broker();
    const loosenings = [...this.#loosenings.values()].map((one) => one.shown);
    const state: PanelState = {
      type: "state",
      link,
      enrolment,
      asks,
      enrolmentAsks,
      loosenings,
      servers,
      grants,
      policy,
    };
    this.#post(state);
    this.#badge();
  }

  #badge(): void {
    if (!this.#view) return;
    const { asks, enrolmentAsks } = this.#broker();
    const value = asks.length + enrolmentAsks.length + this.#loosenings.size;
    this.#view.badge =
      value === 0
        ? undefined
        : { value, tooltip: value === 1 ? "1 question waits for you" : `${value} questions wait for you` };
  }

  calls(calls: PanelCalls, reset: boolean): void {
    this.#post({ type: "calls", calls, reset });
  }

  notice(severity: "info" | "error", message: string): void {
    this.#post({ type: "notice", severity, message });
  }

  /** Brings the panel into view, with the keyboard on the first card. */
  async show(): Promise<void> {
    this.#focus = !this.#ready;
    await this.#api.commands.executeCommand(`${VIEWS.traffic.id}.focus`);
    this.#post({ type: "focus" });
  }

  /**
   * Puts a card into the panel for something that loosens, and resolves with the person's click. A command may ask for
   * this, but only a trusted input event in the page answers it. False at once where the same or too much is asked already.
   */
  async confirm(shown: Omit<Loosening, "id">): Promise<boolean> {
    // Whoever can run commands must not wear a person down with cards: the same one once, and few at a time.
    const waiting = [...this.#loosenings.values()];
    if (waiting.length >= MAX_LOOSENINGS || waiting.some((one) => one.shown.summary === shown.summary)) {
      await this.show();
      return false;
    }
    const id = randomBytes(8).toString("hex");
    const answered = new Promise<boolean>((resolve) => this.#loosenings.set(id, { shown: { ...shown, id }, resolve }));
    this.update();
    await this.show();
    const accepted = await answered;
    this.#loosenings.delete(id);
    this.update();
    return accepted;
  }
}

type PanelCalls = BrokerLink["recent"];
