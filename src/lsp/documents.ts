import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { SallyportError } from "../core/errors.ts";
import { type Entry, type EntryKind, type Files, MAX_CONFIG_BYTES } from "../core/files.ts";

/** A document's path on disk, or undefined for one that has none (untitled, virtual, another scheme). */
export function pathOf(uri: string): string | undefined {
  try {
    // VS Code opens its own user files under a scheme of its own whose path is the real one.
    return fileURLToPath(uri.replace(/^vscode-userdata:(?:\/\/)?\//, "file:///"));
  } catch {
    return undefined; // not a file URI: nothing of ours is in it
  }
}

/** The file system as the person sees it: an open document's text stands in for what is on the disk. */
export class OverlayFiles implements Files {
  readonly #open = new Map<string, TextDocument>();

  constructor(readonly disk: Files) {}

  set(document: TextDocument): void {
    const file = pathOf(document.uri);
    if (file !== undefined) this.#open.set(file, document);
  }

  delete(document: TextDocument): void {
    const file = pathOf(document.uri);
    if (file !== undefined) this.#open.delete(file);
  }

  document(path: string): TextDocument | undefined {
    return this.#open.get(path);
  }

  /** The URI by which the editor knows a file: the open document's own, else the file's. */
  uri(path: string): string {
    return this.#open.get(path)?.uri ?? pathToFileURL(path).href;
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const open = this.#open.get(path);
    if (!open) return await this.disk.read(path, maxBytes);
    const bytes = new TextEncoder().encode(open.getText());
    if (bytes.length > maxBytes) {
      throw new SallyportError("TOO_LARGE", `${path}: ${bytes.length} bytes, more than the ${maxBytes} that are read`);
    }
    return bytes;
  }

  /** Archives are no open documents. */
  async part(path: string, start: number, length: number): Promise<{ size: number; bytes: Uint8Array }> {
    if (this.disk.part) return await this.disk.part(path, start, length);
    const bytes = await this.disk.read(path, MAX_CONFIG_BYTES);
    return { size: bytes.length, bytes: bytes.subarray(start, start + length) };
  }

  async kind(path: string): Promise<EntryKind> {
    return this.#open.has(path) ? "file" : await this.disk.kind(path);
  }

  /** A file that is open and not yet saved is in its folder, too. */
  async list(folder: string): Promise<readonly Entry[]> {
    const entries = await this.disk.list(folder);
    const unsaved = [...this.#open.keys()]
      .filter((file) => path.dirname(file) === folder)
      .map((file) => path.basename(file))
      .filter((name) => !entries.some((entry) => entry.name === name));
    if (unsaved.length === 0) return entries;
    const all = [...entries, ...unsaved.map((name): Entry => ({ name, kind: "file", link: false }))];
    return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
