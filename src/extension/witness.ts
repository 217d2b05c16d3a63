import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type * as vscode from "vscode";
import { isSallyportError } from "../core/errors.ts";
import { remember } from "../ledger/witness.ts";
import type { HeadMessage } from "../link/messages.ts";

/**
 * This window as a witness: keeps the ledger's last heads in its own storage, outside the ledger's folder, so that a cut
 * tail shows. One file a window's storage; all windows of this editor share the folder.
 */
export class WitnessKeeper {
  readonly #api: typeof vscode;
  readonly #folder: string;
  #told = false;

  constructor(api: typeof vscode, storage: vscode.Uri) {
    this.#api = api;
    this.#folder = path.join(storage.fsPath, "witnesses");
  }

  get folder(): string {
    return this.#folder;
  }

  keep({ seq, hash }: HeadMessage): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const outcome = remember(this.#folder, "heads", { seq, hash, time: new Date().toISOString() });
      if (outcome === "contradicted") this.#tell("The ledger does not go on from what this editor saw before.");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#tell(isSallyportError(error) ? why : `This editor cannot keep the ledger's head: ${why}`);
    }
  }

  /** Once a session: the same is true for every head that follows. */
  #tell(message: string): void {
    if (this.#told) return;
    this.#told = true;
    void this.#api.window.showErrorMessage(`Sallyport: ${message} Verify the ledger.`);
  }
}

/** Runs `sallyport log verify` with this window's witnesses; gives its exit code and what it printed. */
export function verifyLedger(program: string, witnesses: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    // In a desktop VS Code execPath is Electron; elsewhere the variable means nothing.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1", NO_COLOR: "1" };
    mkdirSync(witnesses, { recursive: true, mode: 0o700 });
    const args = [program, "log", "verify", "--witness", witnesses];
    execFile(process.execPath, args, { env, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 4;
      resolve({ code, text: `${stdout}${stderr}`.trim() || (error?.message ?? "") });
    });
  });
}
