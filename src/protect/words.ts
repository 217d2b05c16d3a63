import path from "node:path";
import { type FileKind, type Scope, isShared } from "../clients/config.ts";
import type { LauncherWords } from "../clients/rewrite.ts";
import type { Environment } from "../core/environment.ts";
import { pathsFor } from "../link/paths.ts";

/** Names in `~/.sallyport/bin/`. */
export const SHELL_LAUNCHER = "sallyport";
export const NODE_LAUNCHER = "sallyport.cjs";

/** How each client writes the person's home folder in a command, where it puts values in. */
function homeIn(kind: FileKind, scope: Scope, environment: Environment): string | undefined {
  if (kind.client === "vscode") return "${userHome}";
  if (!isShared(scope)) return undefined;
  if (kind.client === "cursor") return "${userHome}";
  if (kind.client !== "claude-code") return undefined;
  return environment.os === "windows" ? "${USERPROFILE}" : "${HOME}";
}

/**
 * How an entry of this file names our launcher. Files of VS Code, and files that a team shares, name the home folder by a
 * variable of their client; the person's own files name it in full. On Windows the entry starts a runtime (its absolute
 * path) with the `.cjs` launcher, never a `.cmd`.
 */
export function launcherWords(kind: FileKind, scope: Scope, environment: Environment, runtime: string): LauncherWords {
  const names = environment.os === "windows" ? path.win32 : path.posix;
  const { bin } = pathsFor(environment);
  const home = homeIn(kind, scope, environment);
  const own = names.join(environment.home, ".sallyport", "bin");
  // With SALLYPORT_HOME the folder need not be below the home folder.
  const folder = home !== undefined && bin === own ? `${home}${own.slice(environment.home.length)}` : bin;
  if (environment.os === "windows") return { command: runtime, before: [`${folder}\\${NODE_LAUNCHER}`] };
  return { command: `${folder}/${SHELL_LAUNCHER}`, before: [] };
}
