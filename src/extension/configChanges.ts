import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { notification } from "../core/notification.ts";
import {
  CONFIG_BEFORE_REQUEST,
  CONFIG_CHANGED,
  CONFIG_KEEP_REQUEST,
  CONFIG_REVERT_REQUEST,
  type ChangeAnswer,
  type ChangeParams,
  type ConfigChanged,
} from "../lsp/protocol.ts";

/** Texts before a change: read-only documents of this scheme. */
const SCHEME = "sallyport-before";
/** Notifications about one file that are open at a time, so that whoever writes in a loop cannot bury the window. */
const MAX_OPEN = 3;

/**
 * Tells of an agent's configuration that changed without a save in this window, with the difference and the way back. The
 * first button is the one that only shows: a command can press it, and no other.
 */
export class ConfigChanges {
  readonly #api: typeof vscode;
  readonly #client: LanguageClient;
  /** The newest change of each file. */
  readonly #newest = new Map<string, ConfigChanged>();
  readonly #open = new Map<string, number>();

  constructor(api: typeof vscode, client: LanguageClient, subscriptions: { dispose(): unknown }[]) {
    this.#api = api;
    this.#client = client;
    subscriptions.push(
      client.onNotification(CONFIG_CHANGED, (change: ConfigChanged) => {
        this.#newest.set(change.uri, change);
        void this.show(change);
      }),
      api.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: async (uri) => {
          const params = JSON.parse(uri.query) as ChangeParams;
          return (await client.sendRequest<{ text: string }>(CONFIG_BEFORE_REQUEST, params)).text;
        },
      }),
    );
  }

  /** Shows a change until the person has said what becomes of it, or closes the notification. */
  async show(change: ConfigChanged): Promise<void> {
    const { uri } = change;
    const open = this.#open.get(uri) ?? 0;
    if (open >= MAX_OPEN) return;
    this.#open.set(uri, open + 1);
    try {
      await this.#ask(change);
    } finally {
      this.#open.set(uri, (this.#open.get(uri) ?? 1) - 1);
    }
  }

  async #ask(change: ConfigChanged): Promise<void> {
    const { uri, label, summary, created } = change;
    const show = "Show Difference";
    const back = created ? "Delete the File" : "Revert";
    const text = notification(`${label} was ${created ? "written" : "changed"}, not by a save here: it ${summary}.`);
    for (;;) {
      const choice = await this.#api.window.showWarningMessage(text, show, back, "Keep");
      if (choice === undefined) return;
      if (choice === show) {
        await this.showDifference(change);
        continue;
      }
      const request = choice === back ? CONFIG_REVERT_REQUEST : CONFIG_KEEP_REQUEST;
      const answer = await this.#client.sendRequest<ChangeAnswer>(request, { uri, id: change.id });
      if (answer.done) return;
      const why = notification(`${label} was left as it is: ${answer.reason}.`);
      void this.#api.window.showWarningMessage(why);
      const newest = this.#newest.get(uri);
      if (newest && newest.id !== change.id) await this.show(newest);
      return;
    }
  }

  /** The text before beside the file as it is. */
  async showDifference({ uri, id, label }: ConfigChanged): Promise<void> {
    const { Uri, commands } = this.#api;
    const file = Uri.parse(uri);
    const before = Uri.from({ scheme: SCHEME, path: file.path, query: JSON.stringify({ uri, id }) });
    await commands.executeCommand("vscode.diff", before, file, `${label}: before ↔ now`);
  }
}
