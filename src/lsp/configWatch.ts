import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { placeOf } from "../audit/discover.ts";
import { readConfig } from "../clients/clients.ts";
import type { ConfigFile } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError, SallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { decodeText } from "../documents/decode.ts";
import { replace } from "../protect/protect.ts";
import type { Held } from "./hold.ts";
import { changesBetween, type ConfigChange } from "./changes.ts";

/** A larger file is audited, but its old text is not kept. */
const MAX_KEPT = 1024 * 1024;

/** A change that no save in the editor made, and that nobody has said a word to. */
export interface PendingChange {
  /** Of the new text: what was shown is what is kept or taken back. */
  readonly id: string;
  readonly file: string;
  /** The text before; undefined where there was no file. */
  readonly before: string | undefined;
  readonly shown: string;
  readonly changes: readonly ConfigChange[];
  /** What became of the entries, where the person wants new ones held. */
  readonly holding?: Held;
}

export interface WatchOptions {
  /** The disk, not what is open. */
  readonly disk: Files;
  readonly environment: Environment;
  readonly changed: (change: PendingChange) => void;
  /** The text with these entries held; undefined where the person has not asked for that. */
  readonly hold: (file: string, text: string, changes: readonly ConfigChange[]) => Promise<Held | undefined>;
  /** Nothing is left of an earlier change: it was taken back, or kept. */
  readonly settled: (file: string) => void;
}

type Text = { readonly text: string | undefined; readonly bytes: Uint8Array };

/**
 * Remembers, in memory only, the texts of configurations as the person knows them, and compares when one changes on the
 * disk without a save of the editor. One thing at a time, so that an answer and a change cannot cross.
 */
export class ConfigWatch {
  readonly #options: WatchOptions;
  /** undefined: there was no such file. */
  readonly #known = new Map<string, string | undefined>();
  readonly #pending = new Map<string, PendingChange>();
  #ready = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  /** The file's text; undefined where there is none. Throws what reading throws for everything else. */
  async #read(file: string): Promise<Text> {
    if ((await this.#options.disk.kind(file)) === "missing") return { text: undefined, bytes: new Uint8Array() };
    const bytes = await this.#options.disk.read(file, MAX_KEPT);
    const { text, problem } = decodeText(file, bytes);
    if (problem) throw new SallyportError("MALFORMED", `${file} ${problem.message}`);
    return { text, bytes };
  }

  async #config(file: string, text: string | undefined): Promise<ConfigFile | undefined> {
    return text === undefined ? undefined : readConfig({ ...placeOf(file, this.#options.environment), text });
  }

  /**
   * Takes texts as an audit has read them for what the person knows, unless a file is known already. At once: whatever
   * changes after the audit is a change. Without a text the disk is read (the file is open, and what is typed is not on it).
   */
  learn(texts: ReadonlyMap<string, string | undefined>): void {
    const open: string[] = [];
    for (const [file, text] of texts) {
      if (this.#known.has(file)) continue;
      if (text === undefined) open.push(file);
      else if (text.length <= MAX_KEPT) this.#known.set(file, text);
    }
    this.#ready = true;
    void this.#next(async () => {
      for (const file of open) {
        try {
          this.#known.set(file, (await this.#read(file)).text);
        } catch (error) {
          // Too large, or not to be read: it is not compared.
          if (!isSallyportError(error)) throw error;
        }
      }
    });
  }

  /** The editor itself has saved this text: the person knows it. */
  saved(file: string, text: string): Promise<void> {
    return this.#next(async () => {
      this.#known.set(file, text);
      if (this.#pending.delete(file)) this.#options.settled(file);
      await Promise.resolve();
    });
  }

  /** The disk says that a file changed. */
  check(file: string): Promise<void> {
    return this.#next(async () => {
      if (!this.#ready) return;
      let text: string | undefined;
      let bytes: Uint8Array;
      try {
        ({ text, bytes } = await this.#read(file));
      } catch (error) {
        if (!isSallyportError(error)) throw error;
        return;
      }
      const before = this.#known.get(file);
      const earlier = this.#pending.get(file);
      if (earlier?.shown === text) return;
      const changes =
        text === before ? [] : changesBetween(await this.#config(file, before), await this.#config(file, text));
      if (text !== undefined && changes.length > 0) {
        const holding = await this.#hold(file, text, bytes, changes);
        const shown = holding?.text ?? text;
        const id = createHash("sha256").update(shown).digest("hex").slice(0, 32);
        const change = { id, file, before, shown, changes, ...(holding && { holding }) };
        this.#pending.set(file, change);
        this.#options.changed(change);
        return;
      }
      // A file that goes and comes back as it was is no news.
      if (text !== undefined) this.#known.set(file, text);
      if (this.#pending.delete(file)) this.#options.settled(file);
    });
  }

  async #hold(
    file: string,
    text: string,
    bytes: Uint8Array,
    changes: readonly ConfigChange[],
  ): Promise<Held | undefined> {
    const holding = await this.#options.hold(file, text, changes);
    if (!holding || holding.text === text) return holding;
    try {
      const mark = bytes[0] === 0xef ? "\ufeff" : "";
      replace(file, bytes, Buffer.from(`${mark}${holding.text}`, "utf8"));
      return holding;
    } catch (error) {
      // Written by someone else just now: that is the next change. Or not to be written at all, and the person is told.
      const reason = error instanceof Error ? error.message : String(error);
      return { text, held: [], refused: holding.held.map((name) => ({ name, reason })) };
    }
  }

  pending(file: string): PendingChange | undefined {
    return this.#pending.get(file);
  }

  /** The person has seen the change and wants it. False where the file is no longer what was shown. */
  keep(file: string, id: string): Promise<boolean> {
    return this.#next(async () => {
      const change = this.#pending.get(file);
      if (change?.id !== id) return false;
      this.#known.set(file, change.shown);
      this.#pending.delete(file);
      this.#options.settled(file);
      return await Promise.resolve(true);
    });
  }

  /**
   * Puts the text back that was there before, if the file still is what was shown; a file that was not there goes. Throws
   * REFUSED where it is not, and what reading and writing throw.
   */
  revert(file: string, id: string): Promise<void> {
    return this.#next(async () => {
      const change = this.#pending.get(file);
      const { text, bytes } = await this.#read(file);
      if (change?.id !== id || text !== change.shown) {
        throw new SallyportError("REFUSED", `${file} has changed since; nothing was written`);
      }
      if (change.before === undefined) await rm(file);
      else {
        const mark = bytes[0] === 0xef ? "\ufeff" : "";
        replace(file, bytes, Buffer.from(`${mark}${change.before}`, "utf8"));
      }
      this.#pending.delete(file);
      this.#options.settled(file);
    });
  }
}
