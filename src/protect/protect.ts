import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { kindOf, readConfig } from "../clients/clients.ts";
import { type ConfigFile, isShared, type ServerEntry } from "../clients/config.ts";
import { protectEntry, type Rewrite, unprotectEntry } from "../clients/rewrite.ts";
import type { Environment } from "../core/environment.ts";
import { SallyportError } from "../core/errors.ts";
import { MAX_CONFIG_BYTES } from "../core/files.ts";
import { applyEdits } from "../core/finding.ts";
import { LineIndex } from "../core/text.ts";
import { decodeText } from "../documents/decode.ts";
import { diskFiles } from "../system/disk.ts";
import { launcherWords } from "./words.ts";

/** Which entry of a configuration file. */
export interface EntryName {
  readonly server: string;
  /** The folder under `projects` of `~/.claude.json`; without it, the servers that belong to no project. */
  readonly project?: string;
}

function withEntry(config: ConfigFile, name: EntryName, rewrite: (entry: ServerEntry) => Rewrite): Rewrite {
  const [entry, second] = config.entries.filter(
    (one) => one.name === name.server && one.map.project === name.project && one.map.inactive !== true,
  );
  const nowhere = { start: 0, end: 0 };
  if (config.kind.published) {
    return { status: "refused", reason: "the file describes a server to install, and starts none", span: nowhere };
  }
  if (!entry) return { status: "refused", reason: "the file has no such server", span: nowhere };
  if (second) {
    return { status: "refused", reason: "the file has two servers of this name", span: second.nameSpan };
  }
  return rewrite(entry);
}

/**
 * The edits that make an entry start through Sallyport, or why it cannot. `runtime`: absolute path of a Node, which an entry
 * names on Windows; it must not be an editor's.
 */
export function protectIn(config: ConfigFile, name: EntryName, environment: Environment, runtime: string): Rewrite {
  return withEntry(config, name, (entry) => {
    const windows = environment.os === "windows";
    if (windows && !/^node(?:\.exe)?$/i.test(path.win32.basename(runtime))) {
      const reason = "on Windows the entry must name a Node.js of its own, and none was found";
      return { status: "refused", reason, span: entry.nameSpan };
    }
    const words = launcherWords(config.kind, config.scope, environment, runtime);
    return protectEntry(config, entry, words, windows);
  });
}

/**
 * The edits that take the protection off again. This loosens: the caller has a person's own click for it (an editor's
 * panel); there is no command for it.
 */
export function unprotectIn(config: ConfigFile, name: EntryName): Rewrite {
  return withEntry(config, name, (entry) => unprotectEntry(config, entry));
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Puts new bytes in a file's place, whole or not at all, with its mode, and only if it still is what was read. */
export function replace(file: string, before: Uint8Array, after: Uint8Array): void {
  // Through a symbolic link to the file itself: the link stays.
  const target = realpathSync(file);
  const { mode } = statSync(target);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString("hex")}`);
  const handle = openSync(draft, "wx", mode & 0o777);
  try {
    try {
      if (process.platform !== "win32") fchmodSync(handle, mode & 0o777);
      for (let done = 0; done < after.length;) done += writeSync(handle, after, done);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (digest(readFileSync(target)) !== digest(before)) {
      throw new SallyportError("REFUSED", `${file} was changed by someone else just now; nothing was written`);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  if (process.platform !== "win32") chmodSync(target, mode & 0o777);
}

export interface FileOutcome {
  readonly status: "rewritten" | "unchanged";
  /** The file comes with a repository: whoever shares it shares the change. */
  readonly shared: boolean;
}

/**
 * Protects an entry of a file on the disk. The launcher must be installed already. Throws a SallyportError: UNREADABLE,
 * TOO_LARGE, MALFORMED (no UTF-8), REFUSED with file, line and reason (an entry that cannot be protected, or a file that
 * was changed meanwhile).
 */
export async function protectFile(
  { file, ...name }: EntryName & { readonly file: string },
  environment: Environment,
  runtime: string,
): Promise<FileOutcome> {
  const bytes = await diskFiles.read(file, MAX_CONFIG_BYTES);
  const { text, bom, problem } = decodeText(file, bytes);
  if (problem) throw new SallyportError("MALFORMED", `${file} ${problem.message}`);
  const config = await readConfig({ path: file, text, ...kindOf(file, environment) });
  const rewrite = protectIn(config, name, environment, runtime);
  const shared = isShared(config.scope);
  switch (rewrite.status) {
    case "unchanged":
      return { status: "unchanged", shared };
    case "refused": {
      const { line, character } = new LineIndex(text).position(rewrite.span.start);
      const where = `${file}:${line + 1}:${character + 1}`;
      throw new SallyportError(
        "REFUSED",
        `${where}: ${JSON.stringify(name.server)} cannot be protected: ${rewrite.reason}`,
      );
    }
    case "rewritten": {
      const after = applyEdits(text, rewrite.edits);
      replace(file, bytes, Buffer.from(bom ? `\ufeff${after}` : after, "utf8"));
      return { status: "rewritten", shared };
    }
  }
}
