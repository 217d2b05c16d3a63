import { spawn, type ChildProcess } from "node:child_process";

/** Whether a process of the group is left. */
export function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Signals a server with all it has started. On Windows, which has no signals, its process tree is ended. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    if (child.exitCode === null)
      spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/**
 * Waits on its own stdin. A word means that we have cleaned up; the end of it without a word means that we were killed:
 * then the group has a second to see its closed pipes, and is ended.
 */
const WATCH = 'read -r word && exit 0; sleep 1; kill -TERM -"$1" || exit 0; sleep 2; kill -KILL -"$1"';

/**
 * Sees to it that a server does not outlive us, even when we are killed with a signal that nobody can catch. A shell that
 * waits costs one millisecond and less than a megabyte. Gives the function that ends the watch. Windows has none: there a
 * server sees its closed stdin.
 */
export function watchGroup(group: number): () => void {
  if (process.platform === "win32") return () => {};
  const watcher = spawn("/bin/sh", ["-c", WATCH, "sallyport-watch", String(group)], {
    detached: true,
    env: { PATH: "/bin:/usr/bin" },
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell there is no watch; the server still sees its stdin close.
  watcher.on("error", () => {});
  watcher.stdin.on("error", () => {});
  watcher.unref();
  const { stdin } = watcher;
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  return () => {
    stdin.end("done\n");
  };
}
