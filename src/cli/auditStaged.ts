import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import type { Entry, EntryKind, Files } from "../core/files.ts";
import { git } from "../system/git.ts";

interface Staged {
  readonly object: string;
  /** A symbolic link's object holds where it leads, and a submodule has none: neither is read. */
  readonly plain: boolean;
  size: number;
}

/** The index of a repository as `Files`. */
export interface StagedFiles {
  /** Absolute path of the work tree. */
  readonly root: string;
  /** Only what differs from the last commit is there. */
  readonly files: Files;
  /** All of the index, which is asked for when it is first needed. */
  readonly index: Files;
  /** The files of a name that the index has, wherever they lie: absolute paths, and what reads them. */
  named(name: string): Promise<{ readonly paths: readonly string[]; readonly files: Files }>;
}

const REGULAR = /^100(?:644|755|664)$/;
/** Bytes of objects that are taken from git at once, and kept. */
const CHUNK = 16 * 1024 * 1024;

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The tree without entries, which every repository knows: what a first commit is compared with. */
const EMPTY_TREE = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
} as const;

async function lastCommit(root: string): Promise<string> {
  const head = await git("rev-parse", ["--verify", "--quiet", "HEAD^{commit}"], { cwd: root, accept: [1] });
  if (head.length > 0) return text(head).trim();
  const format = text(await git("rev-parse", ["--show-object-format"], { cwd: root })).trim();
  return format === "sha256" ? EMPTY_TREE.sha256 : EMPTY_TREE.sha1;
}

/** Paths and objects of the index that differ from the last commit. */
async function stagedEntries(root: string): Promise<Map<string, Staged>> {
  const compare = ["--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--diff-filter=ACMT"];
  // A path that was only announced (`git add -N`) will not be committed.
  const args = [...compare, "--ita-invisible-in-index", await lastCommit(root), "--"];
  const fields = text(await git("diff-index", args, { cwd: root })).split("\0");
  const entries = new Map<string, Staged>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    // `:old-mode new-mode old-object new-object status`, then the path.
    const [, mode = "", , object = ""] = (fields[i] ?? "").split(" ");
    const file = path.join(root, ...(fields[i + 1] ?? "").split("/"));
    entries.set(file, { object, plain: REGULAR.test(mode), size: 0 });
  }
  return entries;
}

async function addSizes(root: string, entries: ReadonlyMap<string, Staged>): Promise<void> {
  const plain = [...entries.values()].filter((entry) => entry.plain);
  if (plain.length === 0) return;
  const input = Buffer.from(plain.map((entry) => `${entry.object}\n`).join(""));
  const lines = text(await git("cat-file", ["--batch-check=%(objectsize)"], { cwd: root, input })).split("\n");
  // An object that is missing (a partial clone) gives a line that is no number: it cannot be read.
  for (const [i, entry] of plain.entries()) entry.size = /^\d+$/.test(lines[i] ?? "") ? Number(lines[i]) : NaN;
}

/** The contents of several objects, in order. */
async function contents(root: string, entries: readonly Staged[]): Promise<Uint8Array[]> {
  const input = Buffer.from(entries.map((entry) => `${entry.object}\n`).join(""));
  const output = await git("cat-file", ["--batch=%(objectsize)"], { cwd: root, input });
  let at = 0;
  return entries.map(({ size }) => {
    const start = output.indexOf(10, at) + 1;
    at = start + size + 1;
    return output.subarray(start, start + size);
  });
}

/** Paths and objects of the index that a pathspec names. */
async function indexEntries(root: string, spec: string): Promise<Map<string, Staged>> {
  const entries = new Map<string, Staged>();
  // `mode object stage`, a tab, the path. A path in conflict has several stages, and none that will be committed.
  const listed = text(await git("ls-files", ["--stage", "-z", "--full-name", "--", spec], { cwd: root }));
  for (const line of listed.split("\0")) {
    const tab = line.indexOf("\t");
    const [mode = "", object = "", stage] = line.slice(0, tab).split(" ");
    if (tab < 0 || stage !== "0") continue;
    const file = path.join(root, ...line.slice(tab + 1).split("/"));
    entries.set(file, { object, plain: REGULAR.test(mode), size: 0 });
  }
  return entries;
}

/**
 * Opens the index of the repository that `cwd` is in. Nothing of the repository's configuration is run, and the work
 * tree is not looked at. Throws UNAVAILABLE where there is no repository or no git.
 */
export async function openStagedFiles(cwd: string): Promise<StagedFiles> {
  const root = path.resolve(text(await git("rev-parse", ["--show-toplevel"], { cwd })).replace(/\r?\n$/, ""));
  const files = await filesOf(root, await stagedEntries(root));
  let all: Promise<Files> | undefined;
  const whole = (): Promise<Files> => (all ??= indexEntries(root, ":(top)").then((entries) => filesOf(root, entries)));
  const index: Files = {
    read: async (file, maxBytes) => (await whole()).read(file, maxBytes),
    kind: async (file) => (await whole()).kind(file),
    list: async (folder) => (await whole()).list(folder),
  };
  const named = async (name: string): Promise<{ paths: string[]; files: Files }> => {
    const entries = await indexEntries(root, `:(top,glob)**/${name}`);
    return { paths: [...entries.keys()], files: await filesOf(root, entries) };
  };
  return { root, files, index, named };
}

/** Entries of an index as `Files`; contents are taken from git in large pieces. */
async function filesOf(root: string, entries: ReadonlyMap<string, Staged>): Promise<Files> {
  await addSizes(root, entries);

  const folders = new Map<string, Map<string, Entry>>();
  const enter = (folder: string, entry: Entry): void => {
    const known = folders.get(folder);
    if (known) known.set(entry.name, entry);
    else folders.set(folder, new Map([[entry.name, entry]]));
  };
  folders.set(root, new Map());
  for (const [file, { plain }] of entries) {
    enter(path.dirname(file), { name: path.basename(file), kind: plain ? "file" : "other", link: false });
    for (let at = path.dirname(file); at !== root && at !== path.dirname(at); at = path.dirname(at)) {
      enter(path.dirname(at), { name: path.basename(at), kind: "directory", link: false });
    }
  }

  /** Which chunk a file is in; a chunk is read when its first file is. */
  const chunks: { files: string[]; read?: Promise<Map<string, Uint8Array>> }[] = [];
  const chunkOf = new Map<string, number>();
  let filled = Infinity;
  for (const [file, entry] of entries) {
    if (!entry.plain || !(entry.size <= CHUNK)) continue;
    filled += entry.size;
    if (filled > CHUNK) {
      chunks.push({ files: [] });
      filled = entry.size;
    }
    chunks.at(-1)?.files.push(file);
    chunkOf.set(file, chunks.length - 1);
  }
  const readTogether = async (files: readonly string[]): Promise<Map<string, Uint8Array>> => {
    const found = files.flatMap((file) => entries.get(file) ?? []);
    const bytes = await contents(root, found);
    return new Map(files.map((file, i) => [file, bytes[i] ?? new Uint8Array()]));
  };

  const refuse = (file: string, why: string): never => {
    throw new SallyportError("UNREADABLE", `${file} ${why}`);
  };
  const read = async (file: string, maxBytes: number): Promise<Uint8Array> => {
    const entry = entries.get(file);
    if (!entry) return refuse(file, folders.has(file) ? "is a directory" : "is not staged");
    if (!entry.plain) return refuse(file, "is a symbolic link or a submodule");
    if (Number.isNaN(entry.size)) return refuse(file, "is not in git's object store");
    if (entry.size > maxBytes) {
      throw new SallyportError("TOO_LARGE", `${file} has ${entry.size} bytes; at most ${maxBytes} are read`);
    }
    const chunk = chunks[chunkOf.get(file) ?? -1];
    if (!chunk) return (await contents(root, [entry]))[0] ?? new Uint8Array();
    chunk.read ??= readTogether(chunk.files);
    return (await chunk.read).get(file) ?? refuse(file, "is not staged");
  };
  const kind = async (file: string): Promise<EntryKind> => {
    const entry = entries.get(file);
    if (entry) return entry.plain ? "file" : "other";
    return folders.has(file) ? "directory" : "missing";
  };
  const list = async (folder: string): Promise<readonly Entry[]> => {
    const found = folders.get(folder) ?? refuse(folder, "is no folder with staged files");
    return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  return { read, kind, list };
}
