import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { git } from "../system/git.ts";

interface Tree {
  /** Absolute path of the work tree, as git names it. */
  readonly top: string;
  readonly commit: string;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The real path of what is there; the path itself where nothing is. */
function real(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    // Gone: it has no other name.
    return file;
  }
}

async function treeOf(root: string, revision: string): Promise<Tree> {
  const folder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ? root : path.dirname(root);
  const top = text(await git("rev-parse", ["--show-toplevel"], { cwd: folder })).replace(/\r?\n$/, "");
  const found = await git("rev-parse", ["--verify", "--quiet", `${revision}^{commit}`], { cwd: top, accept: [1, 128] });
  const commit = text(found).trim();
  if (commit === "") throw new SallyportError("USAGE", `--since ${JSON.stringify(revision)} is no commit in ${top}`);
  return { top: real(path.resolve(top)), commit };
}

/** Ids of the files in the commit, in order; undefined for one that it does not hold. */
async function objectsOf({ top, commit }: Tree, names: readonly string[]): Promise<(string | undefined)[]> {
  const input = Buffer.from(names.map((name) => `${commit}:${name}\n`).join(""));
  const lines = text(await git("cat-file", ["--batch-check=%(objectname) %(objecttype)"], { cwd: top, input })).split(
    "\n",
  );
  return names.map((_, i) => /^([0-9a-f]+) blob$/.exec(lines[i] ?? "")?.[1]);
}

function idOf(bytes: Uint8Array, length: number): string {
  const hash = createHash(length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** True for a file whose bytes, or whose bytes with the line ends that git keeps, are the object's. */
async function isSame(file: string, object: string): Promise<boolean> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    // What cannot be read now is not known to be the same.
    return false;
  }
  if (idOf(bytes, object.length) === object) return true;
  if (!bytes.includes("\r\n")) return false;
  return idOf(Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1"), object.length) === object;
}

/**
 * Tells which of some files differ from a commit, by their contents: git is asked for the commit's objects only, so that
 * no filter of the repository's runs. What is not in the commit, or in no repository, differs. Throws USAGE for a
 * revision that is none, UNAVAILABLE without a repository.
 */
export async function changedSince(
  revision: string,
  roots: readonly string[],
): Promise<(files: readonly string[]) => Promise<ReadonlySet<string>>> {
  if (revision === "" || revision.startsWith("-") || /[\0-\x1f\x7f]/.test(revision)) {
    throw new SallyportError("USAGE", `--since ${JSON.stringify(revision)} is no revision`);
  }
  const trees = new Map<string, Tree>();
  for (const root of roots) {
    const tree = await treeOf(root, revision);
    trees.set(tree.top, tree);
  }
  return async (files) => {
    const changed = new Set(files);
    for (const tree of trees.values()) {
      const inside = files.flatMap((file) => {
        const relative = path.relative(tree.top, real(file));
        const outside = relative === "" || relative.startsWith("..") || path.isAbsolute(relative);
        // A name with a line feed cannot be asked for in a list of lines.
        return outside || /[\r\n]/.test(relative) ? [] : [{ file, name: relative.split(path.sep).join("/") }];
      });
      if (inside.length === 0) continue;
      const names = inside.map((one) => one.name);
      const objects = await objectsOf(tree, names);
      for (const [i, { file }] of inside.entries()) {
        const object = objects[i];
        if (object !== undefined && (await isSame(file, object))) changed.delete(file);
      }
    }
    return changed;
  };
}
