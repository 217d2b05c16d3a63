// One window of the real editor, on a workspace folder of its own.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type * as vscode from "vscode";
import { workbenchUrl } from "../../../scripts/editor/server.mjs";
import { connectBridge, type RunInHost } from "./bridge.ts";
import { sharedBrowser, sharedServer, type EditorServer, type ServerKind } from "./server.ts";
import { onGivingUp, PATIENCE, until } from "./until.ts";

const DEMO = path.join(import.meta.dirname, "../../../demo");
const SCREENSHOTS = path.join(import.meta.dirname, "../../../test-results/screenshots");

export interface WindowOptions {
  /** Default: plain. */
  readonly server?: ServerKind;
  /** The workspace starts as a copy of demo/ (the default), or empty. */
  readonly from?: "demo" | "nothing";
  /** Files of the workspace, by relative path: their text, or undefined for one of the demo's that is to be absent. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

export class Workbench {
  private constructor(
    readonly server: EditorServer,
    readonly folder: string,
    /** The page, for whatever has no method here. */
    readonly page: Page,
    /** Runs code in the extension host: the real API, as the extension sees it. */
    readonly run: RunInHost,
  ) {
    onGivingUp.add(this.#picture);
  }

  /** What the window shows when a test gives up says more than its error. */
  readonly #picture = async (): Promise<void> => {
    console.log(`  gave up; see ${await this.screenshot(`failed-${path.basename(this.folder)}`)}`);
  };

  /** Opens a window on a new workspace. Its server is shared by all tests of this kind. */
  static async open(options: WindowOptions = {}): Promise<Workbench> {
    const server = await sharedServer(options.server ?? "plain");
    // The bridge's socket carries the folder's name, so this is what makes a window's own.
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "harbor-")));
    if (options.from !== "nothing") cpSync(DEMO, folder, { recursive: true });
    for (const [name, text] of Object.entries(options.files ?? {})) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
    }
    const browser = await sharedBrowser();
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const development = process.env.SALLYPORT_BRIDGE_EXTENSION;
    await page.goto(workbenchUrl(server, { folder, ...(development === undefined ? {} : { development }) }));
    const run = await connectBridge(path.join(server.sockets, `${path.basename(folder)}.sock`));
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    return new Workbench(server, folder, page, run);
  }

  async close(): Promise<void> {
    onGivingUp.delete(this.#picture);
    await this.page.context().close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The absolute path of a file of the workspace. */
  path(file: string): string {
    return path.join(this.folder, file);
  }

  /** Runs a command and waits for its end. */
  async command(id: string, ...args: unknown[]): Promise<void> {
    await this.run(
      async (api, call: { id: string; args: unknown[] }) => {
        await api.commands.executeCommand(call.id, ...call.args);
      },
      { id, args },
    );
  }

  /** Runs a command that a person must end (it shows a dialog, say), and does not wait for it. */
  async begin(id: string, ...args: unknown[]): Promise<void> {
    await this.run(
      (api, call: { id: string; args: unknown[] }) => {
        void api.commands.executeCommand(call.id, ...call.args);
      },
      { id, args },
    );
  }

  /** Shows a file of the workspace in an editor that has the keyboard. */
  async openFile(file: string): Promise<void> {
    await this.run(async (api, name: string) => {
      await api.window.showTextDocument(api.Uri.file(name), { preview: false });
    }, this.path(file));
  }

  /** The text as the editor has it, saved or not. */
  async textOf(file: string): Promise<string> {
    return await this.run(
      async (api, name: string) => (await api.workspace.openTextDocument(api.Uri.file(name))).getText(),
      this.path(file),
    );
  }

  /** The text on the disk. */
  savedTextOf(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  /** Where the caret is: file, and zero-based position; undefined with no editor. */
  async caret(): Promise<{ file: string; position: vscode.Position; lineText: string } | undefined> {
    return await this.run((api) => {
      const editor = api.window.activeTextEditor;
      if (!editor) return undefined;
      const position = editor.selection.active;
      return {
        file: api.workspace.asRelativePath(editor.document.uri),
        position,
        lineText: editor.document.lineAt(position.line).text,
      };
    });
  }

  /** Closes editors (what is unsaved is saved), panel and notifications, so that tests do not meet each other's. */
  async reset(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.run((api) => api.workspace.saveAll(false));
    await this.command("workbench.action.closeAllEditors");
    await this.command("workbench.action.closePanel");
    await this.command("notifications.clearAll");
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  /** A modal dialog's button, by its text. */
  dialogButton(name: string): Locator {
    return this.page.locator(".monaco-dialog-box").getByRole("button", { name });
  }

  /** A notification with this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-list-item", { hasText: text });
  }

  /**
   * Opens the list of notifications until it has one with this text, and gives it. The window under test shows no toasts,
   * and its list closes when something else takes the keyboard.
   */
  async listedNotification(text: string | RegExp): Promise<Locator> {
    const found = this.notification(text).first();
    await until(`the notification ${String(text)}`, async () => {
      await this.command("notifications.showList");
      return (await found.count()) > 0;
    });
    return found;
  }

  /** A PNG of the window in test-results/screenshots; gives its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(SCREENSHOTS, `${name}.png`);
    // Animations (a progress bar, a badge) would otherwise be caught half-way.
    await this.page.screenshot({ path: file, animations: "disabled" });
    return file;
  }
}
