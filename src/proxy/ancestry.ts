import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Ancestor } from "../link/messages.ts";

/** As many as the link carries. */
const MAX_ANCESTORS = 16;
/** A process table that takes longer is done without. */
const PS_MS = 1000;

/** One process: its parent, and its program's name. */
type Look = (pid: number) => { readonly parent: number; readonly name: string } | undefined;

/** The line of ancestors from `pid` on, nearest first, as far as it can be read. */
export function ancestorsFrom(pid: number, look: Look): Ancestor[] {
  const line: Ancestor[] = [];
  const seen = new Set<number>();
  for (let at = pid; at > 0 && !seen.has(at) && line.length < MAX_ANCESTORS;) {
    seen.add(at);
    const found = look(at);
    line.push({ pid: at, name: (found?.name ?? "").slice(0, 256) });
    at = found?.parent ?? 0;
  }
  return line;
}

/** `/proc/PID/stat`: the name stands in parentheses, and may hold any character; the parent is the second field after. */
export function parseProcStat(stat: string): { parent: number; name: string } | undefined {
  const open = stat.indexOf("(");
  const close = stat.lastIndexOf(")");
  if (open === -1 || close < open) return undefined;
  const parent = Number(stat.slice(close + 2).split(" ")[1]);
  return Number.isSafeInteger(parent) ? { parent, name: stat.slice(open + 1, close) } : undefined;
}

/** Lines of `ps -axo pid=,ppid=,comm=`. */
export function parseProcessTable(table: string): Map<number, { parent: number; name: string }> {
  const processes = new Map<number, { parent: number; name: string }>();
  for (const line of table.split("\n")) {
    const found = /^ *(\d+) +(\d+) (.*)$/.exec(line);
    if (found?.[3] !== undefined)
      processes.set(Number(found[1]), { parent: Number(found[2]), name: path.posix.basename(found[3].trim()) });
  }
  return processes;
}

function lookInProc(pid: number): { parent: number; name: string } | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // Gone, or not ours to see.
    return undefined;
  }
}

/**
 * Who started us, nearest first. Linux reads /proc, macOS asks `ps`; elsewhere only the parent's number is known, since
 * asking Windows for more takes longer than our whole start.
 */
export async function ancestors(): Promise<Ancestor[]> {
  if (process.platform === "linux") return ancestorsFrom(process.ppid, lookInProc);
  if (process.platform === "win32") return [{ pid: process.ppid, name: "" }];
  const table = await new Promise<string>((resolve) => {
    const options = { timeout: PS_MS, maxBuffer: 4 * 1024 * 1024, env: { PATH: "/bin:/usr/bin" } };
    execFile("ps", ["-axo", "pid=,ppid=,comm="], options, (error, stdout) => resolve(error ? "" : stdout));
  });
  const processes = parseProcessTable(table);
  return ancestorsFrom(process.ppid, (pid) => processes.get(pid));
}
