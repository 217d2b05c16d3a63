import { stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { isSallyportError } from "../core/errors.ts";
import type { Machine } from "../core/machine.ts";
import { git } from "./git.ts";

const NONE: ReadonlySet<string> = new Set();
const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const STICKY = 0o1000;

async function listed(
  folder: string,
  files: readonly string[],
  options: readonly string[],
): Promise<ReadonlySet<string>> {
  if (files.length === 0) return NONE;
  const below = files.map((file) => path.relative(folder, file)).filter((one) => one !== "" && !one.startsWith(".."));
  if (below.length === 0) return NONE;
  try {
    const paths = below.map((one) => `:(literal)${one.replaceAll("\\", "/")}`);
    const output = await git("ls-files", ["-z", ...options, "--", ...paths], { cwd: folder });
    const names = Buffer.from(output).toString("utf8").split("\0").filter(Boolean);
    return new Set(names.map((name) => path.join(folder, ...name.split("/"))));
  } catch (error) {
    // No git, or no repository: then nothing is tracked.
    if (isSallyportError(error, "UNAVAILABLE")) return NONE;
    throw error;
  }
}

const tracked: Machine["tracked"] = (folder, files) => listed(folder, files, []);
const untracked: Machine["untracked"] = (folder, files) => listed(folder, files, ["--others", "--exclude-standard"]);

async function ignored(folder: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  if (files.length === 0) return NONE;
  try {
    // Of what the index has, check-ignore says nothing, whatever a pattern says.
    const below = files.map((file) => path.relative(folder, file).split(path.sep).join("/"));
    const input = Buffer.from(below.map((one) => `${one}\0`).join(""));
    const listed = await git("check-ignore", ["-z", "--stdin"], { cwd: folder, input, accept: [1] });
    const names = Buffer.from(listed).toString("utf8").split("\0").filter(Boolean);
    return new Set(names.map((name) => path.join(folder, ...name.split("/"))));
  } catch (error) {
    // No git, no repository, or a file outside of it: then nothing is known to be ignored.
    if (isSallyportError(error, "UNAVAILABLE")) return NONE;
    throw error;
  }
}

async function modeOf(file: string): Promise<{ mode: number; gid: number; folder: boolean } | undefined> {
  try {
    const found = await stat(file);
    return { mode: found.mode, gid: found.gid, folder: found.isDirectory() };
  } catch {
    // Gone or out of reach: nobody else can be shown to change it.
    return undefined;
  }
}

async function isChangeable(file: string): Promise<boolean> {
  const own = await modeOf(file);
  if (!own) return false;
  // In a folder with the sticky bit only the owner of a file may replace it.
  if (own.folder && (own.mode & STICKY) !== 0) return false;
  const group = (own.mode & GROUP_WRITES) !== 0 && own.gid !== 0 && own.gid !== process.getgid?.();
  if ((own.mode & OTHERS_WRITE) === 0 && !group) return false;
  // A file system without modes (of Windows below WSL, of a container's host) shows everything open to everyone.
  const parent = await modeOf(path.dirname(file));
  const open = (mode: number | undefined): boolean => ((mode ?? 0) & 0o777) === 0o777;
  return !(open(own.mode) && open(parent?.mode) && ((parent?.mode ?? 0) & STICKY) === 0);
}

async function changeableByOthers(paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (process.platform === "win32") return NONE;
  const found = await Promise.all(paths.map(async (one) => ((await isChangeable(one)) ? [one] : [])));
  return new Set(found.flat());
}

/** This machine. Without `runsGit` (in a folder that the person has not trusted) git is not asked. */
export function thisMachine({ runsGit }: { readonly runsGit: boolean }): Machine {
  const none = async (): Promise<ReadonlySet<string>> => NONE;
  if (!runsGit) return { tracked: none, untracked: none, ignored: none, changeableByOthers };
  return { tracked, untracked, ignored, changeableByOthers };
}
