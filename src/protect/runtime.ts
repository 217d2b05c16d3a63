import path from "node:path";
import type { Environment } from "../core/environment.ts";

const NODE = /^node(?:\.exe)?$/i;

/**
 * The Node.js that a protected entry is to name. Our own process's where it is one; on Windows, where an entry names its
 * runtime itself and a desktop editor's is Electron, the first `node.exe` on the PATH. Without any the own one, which
 * `protectText` then refuses with the reason.
 * @param exists whether a file is there
 */
export function runtimeFor(environment: Environment, execPath: string, exists: (file: string) => boolean): string {
  if (environment.os !== "windows" || NODE.test(path.win32.basename(execPath))) return execPath;
  const folders = (environment.variable("PATH") ?? "").split(";").filter((folder) => path.win32.isAbsolute(folder));
  return folders.map((folder) => path.win32.join(folder, "node.exe")).find(exists) ?? execPath;
}
