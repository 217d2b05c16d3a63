import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";

/** Folders that hold what others wrote or what a build made. Never entered, unless one is a root itself. */
const FOREIGN_FOLDERS: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  ".jj",
  "node_modules",
  "bower_components",
  "jspm_packages",
  "site-packages",
  "dist-packages",
  "__pycache__",
  "__pypackages__",
  ".venv",
  "venv",
  ".tox",
  ".nox",
  ".eggs",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".next",
  ".nuxt",
  ".output",
  ".svelte-kit",
  ".turbo",
  ".cache",
  ".yarn",
  ".pnpm-store",
  ".terraform",
  ".gradle",
  "vendor",
  "third_party",
  "dist",
]);

/** An ignore file beyond this is not one. */
const MAX_IGNORE_BYTES = 1024 * 1024;
const MAX_PARENTS = 40;
const MAX_DEPTH = 100;

export interface WalkOptions {
  readonly files: Files;
  /** Absolute paths of files or folders. A file that is named is taken whatever its name and whoever ignores it. */
  readonly roots: readonly string[];
  /** Which files, by base name. */
  readonly wanted: (name: string) => boolean;
  /** At most this many files, then a problem: 200,000 unless told. */
  readonly maxFiles?: number;
  readonly signal?: AbortSignal;
}

export interface WalkResult {
  /** Absolute paths, each once, folders depth first in name order. */
  readonly files: string[];
  readonly problems: Problem[];
}

/** Rules of one `.gitignore`, which speak of what lies below its folder. */
interface Rules {
  readonly folder: string;
  readonly matcher: Ignore;
}

async function rulesOf(files: Files, folder: string): Promise<Rules | undefined> {
  const file = path.join(folder, ".gitignore");
  if ((await files.kind(file)) !== "file") return undefined;
  try {
    const text = new TextDecoder().decode(await files.read(file, MAX_IGNORE_BYTES));
    return { folder, matcher: ignore().add(text) };
  } catch (error) {
    // An ignore file that cannot be read hides nothing: we then look at more, never at less.
    if (isSallyportError(error)) return undefined;
    throw error;
  }
}

/** The `.gitignore` files above a root, down from the folder that holds `.git`. Without such a folder there are none. */
async function rulesAbove(files: Files, root: string): Promise<Rules[]> {
  const above: string[] = [];
  let folder = root;
  for (let i = 0; i < MAX_PARENTS; i++) {
    if ((await files.kind(path.join(folder, ".git"))) !== "missing") {
      const found = await Promise.all(above.map((one) => rulesOf(files, one)));
      return found.filter((rules) => rules !== undefined).toReversed();
    }
    const parent = path.dirname(folder);
    if (parent === folder) return [];
    above.push(parent);
    folder = parent;
  }
  return [];
}

function isIgnored(rules: readonly Rules[], file: string, directory: boolean): boolean {
  for (const { folder, matcher } of rules.toReversed()) {
    const relative = path.relative(folder, file).split(path.sep).join("/");
    const { ignored, unignored } = matcher.test(directory ? `${relative}/` : relative);
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

/**
 * Lists the files below the roots that a project calls its own: what `.gitignore` names, other people's folders and
 * virtual environments are left out. Symbolic links are not followed (a root may be one), so there is no cycle and
 * nothing outside the roots is read. Bounded in depth and count; what could not be listed is a problem, never a gap.
 */
export async function walkFiles(options: WalkOptions): Promise<WalkResult> {
  const { files, wanted, signal } = options;
  const maxFiles = options.maxFiles ?? 200_000;
  const found = new Set<string>();
  const problems: Problem[] = [];
  let full = false;

  const enter = async (folder: string, inherited: readonly Rules[], depth: number): Promise<void> => {
    if (full || signal?.aborted) return;
    if (depth > MAX_DEPTH) {
      problems.push({ code: "TOO_LARGE", file: folder, message: `more than ${MAX_DEPTH} folders deep: not entered` });
      return;
    }
    let entries;
    try {
      entries = await files.list(folder);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      problems.push({ code: "UNREADABLE", file: folder, message: "the folder cannot be listed" });
      return;
    }
    if (depth > 0 && entries.some((entry) => entry.name === "pyvenv.cfg")) return;
    const own = entries.some((entry) => entry.name === ".gitignore") ? await rulesOf(files, folder) : undefined;
    const rules = own ? [...inherited, own] : inherited;
    for (const entry of entries) {
      if (entry.link) continue;
      const at = path.join(folder, entry.name);
      if (entry.kind === "directory") {
        if (FOREIGN_FOLDERS.has(entry.name) || isIgnored(rules, at, true)) continue;
        await enter(at, rules, depth + 1);
      } else if (entry.kind === "file" && wanted(entry.name) && !isIgnored(rules, at, false)) {
        if (found.size >= maxFiles) {
          if (!full)
            problems.push({
              code: "TOO_LARGE",
              file: folder,
              message: `more than ${maxFiles} files: the rest is not searched`,
            });
          full = true;
          return;
        }
        found.add(at);
      }
    }
  };

  for (const root of options.roots) {
    const kind = await files.kind(root);
    if (kind === "file") found.add(root);
    else if (kind === "directory") await enter(root, await rulesAbove(files, root), 0);
    else if (kind === "missing")
      problems.push({ code: "UNREADABLE", file: root, message: "there is no such file or folder" });
    else problems.push({ code: "UNREADABLE", file: root, message: "neither a file nor a folder: not opened" });
  }
  return { files: [...found], problems };
}

/** How much of a file's head is looked at for the marks of a generator. */
const HEAD = 2000;
const MAX_LINE = 5000;

/**
 * Why a source file is nobody's own writing, or undefined: minified, or marked as generated at its top.
 */
export function foreignReason(name: string, text: string): "generated" | "minified" | undefined {
  if (/\.min\.[cm]?js$/.test(name)) return "minified";
  const head = text.slice(0, HEAD);
  if (/@generated\b|\bDO NOT EDIT\b|\bAuto-?generated by\b|\bCode generated by\b|\bgenerated by protoc\b/i.test(head)) {
    if (/^[ \t]*(?:\/\/|\/\*|\*|#|<!--|"""|''')/m.test(head)) return "generated";
  }
  if (text.length > MAX_LINE && /\.[cm]?jsx?$/.test(name)) {
    const firstLines = text.slice(0, MAX_LINE);
    if (!firstLines.includes("\n") || text.length / (text.split("\n").length || 1) > 500) return "minified";
  }
  return undefined;
}
