import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Run } from "../audit/cli.ts";

/** A pseudo-terminal for a program: what it prints is printed, what is written is typed. */
const PTY = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
import select
while True:
    ready, _, _ = select.select([master, 0], [], [])
    if master in ready:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if data:
            os.write(master, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

/** Why there is no terminal for tests here; false where there is. */
export const noTerminal: string | false =
  process.platform === "win32"
    ? "Windows has no pseudo-terminal that Python knows"
    : spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]).status === 0
      ? false
      : "there is no Python that knows pseudo-terminals";

export interface Typed {
  /** When this is printed, the next time. */
  readonly on: string;
  readonly type: string;
}

/** Runs a program in a terminal, typing where it asks. stdout is all that was printed. */
export async function runInTerminal(
  argv: readonly string[],
  typed: readonly Typed[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Run> {
  const child = spawn("python3", ["-c", PTY, ...argv], { ...options, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let from = 0;
  const waiting = [...typed];
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    const [next] = waiting;
    const at = next ? stdout.indexOf(next.on, from) : -1;
    if (!next || at < 0) return;
    from = at + next.on.length;
    waiting.shift();
    child.stdin.write(next.type);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}
