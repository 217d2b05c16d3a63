import type * as vscode from "vscode";
import type { BrokerLink } from "./brokerLink.ts";
import { COMMANDS } from "./contributions.ts";

/** The status bar: what waits, else how many servers are protected. A click opens the panel. */
export class StatusBar {
  readonly #api: typeof vscode;
  readonly #item: vscode.StatusBarItem;

  constructor(api: typeof vscode) {
    this.#api = api;
    this.#item = api.window.createStatusBarItem("sallyport.status", api.StatusBarAlignment.Left, 50);
    this.#item.name = "Sallyport";
    this.#item.command = COMMANDS.showPanel.id;
  }

  update(broker: BrokerLink): void {
    const item = this.#item;
    const { ThemeColor } = this.#api;
    const waiting = broker.asks.length;
    item.backgroundColor = undefined;
    if (broker.link.state === "lost") {
      item.text = "$(shield) not connected";
      item.tooltip = broker.link.message;
      item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
    } else if (waiting > 0) {
      item.text = waiting === 1 ? "$(bell-dot) 1 call waits" : `$(bell-dot) ${waiting} calls wait`;
      item.tooltip = "Tool calls of your agents wait for your answer";
      item.backgroundColor = new ThemeColor("statusBarItem.warningBackground");
    } else {
      const count = broker.servers.length;
      item.text = `$(shield) ${count}`;
      item.tooltip =
        count === 0
          ? "Sallyport: no protected MCP server is running"
          : `Sallyport: ${count} protected MCP ${count === 1 ? "server is" : "servers are"} running`;
    }
    item.accessibilityInformation = { label: `Sallyport: ${item.text.replace(/\$\([\w-]+\) ?/, "")}` };
    item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
