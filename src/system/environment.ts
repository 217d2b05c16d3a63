import os from "node:os";
import process from "node:process";
import type { Environment } from "../core/environment.ts";

function system(): Environment["os"] {
  if (process.platform === "win32") return "windows";
  return process.platform === "darwin" ? "macos" : "linux";
}

/**
 * The home folder of the operating system's user record: HOME can be set by the configuration of a server that starts
 * us. Only a user without a record (a container run under a bare number) is taken at HOME's word.
 */
function home(): string {
  try {
    return os.userInfo().homedir;
  } catch {
    return os.homedir();
  }
}

/** This machine and this process. */
export function realEnvironment(): Environment {
  return {
    os: system(),
    home: home(),
    cwd: process.cwd(),
    // Node's process.env is itself case-insensitive on Windows.
    variable: (name) => process.env[name],
  };
}
