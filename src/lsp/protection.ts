import { existsSync } from "node:fs";
import type { CodeAction, CodeLens, WorkspaceEdit } from "vscode-languageserver";
import { isHeld, releaseEntry } from "../clients/held.ts";
import type { Rewrite } from "../clients/rewrite.ts";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import { applyEdits } from "../core/finding.ts";
import type { Range, Span } from "../core/text.ts";
import { installLauncher } from "../protect/launcher.ts";
import { type EntryName, protectIn, unprotectIn } from "../protect/protect.ts";
import { runtimeFor } from "../protect/runtime.ts";
import type { ConfigChange } from "./changes.ts";
import { rangeOf, workspaceEdit, type Places } from "./convert.ts";
import { heldText, type Held } from "./hold.ts";
import type { EntryParams, UnprotectAnswer } from "./protocol.ts";

/** The command of `workspace/executeCommand` that protects an entry: `[uri, server, project?]`. It only tightens. */
export const PROTECT_COMMAND = "sallyport.protect";
/** Commands of our own extension, which lenses name where it is there. */
const RELEASE_COMMAND = "sallyport.release";
const UNPROTECT_COMMAND = "sallyport.unprotect";
const PANEL_COMMAND = "sallyport.showPanel";

/** This installation, as the launcher is to start it. */
export interface OwnInstallation {
  readonly version: string;
  /** Absolute path of `dist/sallyport.js`. */
  readonly program: string;
}

const nameOf = ({ name, map: { project } }: ServerEntry): EntryName => ({
  server: name,
  ...(project !== undefined && { project }),
});

/** Protecting and unprotecting entries of configurations, as an editor offers it. */
export class Protection {
  readonly #environment: Environment;
  readonly #installation: OwnInstallation;
  readonly #places: Places;
  /** Our lenses may use icons and commands of our own extension. */
  readonly #panel: boolean;
  /** The Node.js that entries are to name. */
  readonly #runtime: string;

  constructor(environment: Environment, installation: OwnInstallation, places: Places, panel: boolean) {
    this.#environment = environment;
    this.#installation = installation;
    this.#places = places;
    this.#panel = panel;
    this.#runtime = runtimeFor(environment, process.execPath, existsSync);
  }

  /** Writes the launcher that protected entries start. Throws a SallyportError where that cannot be. */
  installLauncher(): void {
    const electron = process.versions["electron"] !== undefined;
    installLauncher(this.#environment, { ...this.#installation, runtime: process.execPath, electron });
  }

  /** True where protecting the entry would change it and can be done. */
  mayProtect(config: ConfigFile, entry: ServerEntry): boolean {
    if (entry.protected || entry.map.inactive === true) return false;
    return protectIn(config, nameOf(entry), this.#environment, this.#runtime).status === "rewritten";
  }

  /** What the commands about an entry take. */
  argumentsOf(config: ConfigFile, entry: ServerEntry): string[] {
    const { project } = entry.map;
    return [this.#places.uri(config.path), entry.name, ...(project === undefined ? [] : [project])];
  }

  /** Above an entry: to protect it, or (where our panel can confirm that) to take the protection off. */
  lenses(config: ConfigFile, entry: ServerEntry, range: Range): CodeLens[] {
    const args = this.argumentsOf(config, entry);
    if (this.mayProtect(config, entry)) {
      const title = `${this.#panel ? "$(shield) " : ""}Protect this server`;
      return [{ range, command: { title, command: PROTECT_COMMAND, arguments: args } }];
    }
    if (!entry.protected || !this.#panel) return [];
    if (isHeld(entry)) {
      const title = "$(lock) Held: nothing is started. Release…";
      return [{ range, command: { title, command: RELEASE_COMMAND, arguments: args } }];
    }
    return [
      { range, command: { title: "$(pass-filled) Protected by Sallyport", command: PANEL_COMMAND } },
      { range, command: { title: "Unprotect", command: UNPROTECT_COMMAND, arguments: args } },
    ];
  }

  /** The same as a quick fix, wherever the caret is inside an entry. */
  actions(config: ConfigFile, touches: (range: Range) => boolean): CodeAction[] {
    return config.entries
      .filter((entry) => touches(rangeOf(this.#places, config.path, entry.span)))
      .filter((entry) => this.mayProtect(config, entry))
      .map((entry) => {
        const title = `Protect "${entry.name}" with Sallyport`;
        return {
          title,
          kind: "quickfix",
          command: { title, command: PROTECT_COMMAND, arguments: this.argumentsOf(config, entry) },
        };
      });
  }

  /** The edit that protects an entry, or why there is none. The launcher is there when this returns an edit. */
  protect(config: ConfigFile, params: EntryParams): { edit: WorkspaceEdit } | { reason: string } {
    const rewrite = protectIn(config, params, this.#environment, this.#runtime);
    if (rewrite.status === "unchanged") return { reason: "it starts through Sallyport already" };
    if (rewrite.status === "refused") return { reason: rewrite.reason };
    this.installLauncher();
    return { edit: workspaceEdit(rewrite.edits, this.#places) };
  }

  /** The text of a file in which the entries that a change brings are held. Throws where the launcher cannot be written. */
  async hold(file: string, text: string, changes: readonly ConfigChange[]): Promise<Held | undefined> {
    const entries = changes.map((one) => one.entry).filter((one) => one?.enabled === true);
    const wanted = entries.filter((one) => one !== undefined);
    if (wanted.length === 0) return undefined;
    this.installLauncher();
    return await heldText(file, text, wanted, this.#environment, this.#runtime);
  }

  /** What releasing a held entry would change. */
  release(config: ConfigFile, params: EntryParams): UnprotectAnswer {
    const entry = config.entries.find((one) => one.name === params.server && one.map.project === params.project);
    if (!entry) return { status: "refused", reason: "the file has no such server" };
    return this.#answer(config, params, releaseEntry(config, entry));
  }

  unprotect(config: ConfigFile, params: EntryParams): UnprotectAnswer {
    return this.#answer(config, params, unprotectIn(config, params));
  }

  #answer(config: ConfigFile, params: EntryParams, rewrite: Rewrite): UnprotectAnswer {
    if (rewrite.status !== "rewritten") return rewrite;
    const { text } = config.document;
    const after = applyEdits(text, rewrite.edits);
    const entry = config.entries.find((one) => one.name === params.server && one.map.project === params.project);
    const span: Span = entry?.span ?? { start: 0, end: text.length };
    return {
      status: "rewritten",
      before: outdented(text.slice(span.start, span.end)),
      after: outdented(after.slice(span.start, span.end + after.length - text.length)),
      text: after,
    };
  }
}

/** An entry for reading: its first line starts at the name, so the others lose the indentation of its last one. */
function outdented(entry: string): string {
  const lines = entry.split(/\r?\n/);
  const indent = /^[ \t]*/.exec(lines.at(-1) ?? "")?.[0] ?? "";
  return lines.map((line, i) => (i > 0 && line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n");
}
