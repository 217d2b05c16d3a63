import path from "node:path";
import type { Environment } from "../core/environment.ts";
import type { FileKind } from "./config.ts";

/** A file that a client reads, if it is there. */
export interface Candidate {
  readonly path: string;
  readonly kind: FileKind;
}

/** Where one client's files are. */
export interface Client {
  /** Below a workspace folder, with `/`. */
  readonly workspace: readonly { readonly path: string; readonly kind: FileKind }[];
  /** Of the person; absolute. A segment `*` stands for every folder there. */
  readonly user: (environment: Environment) => readonly Candidate[];
}

export interface PathFunctions {
  readonly join: (...parts: string[]) => string;
  readonly isAbsolute: (file: string) => boolean;
}

/** The path functions of a system, which need not be the one we run on. */
export function pathsOf(environment: Environment): PathFunctions {
  return environment.os === "windows" ? path.win32 : path.posix;
}

/** Where programs keep their configuration: `~/.config`, `~/Library/Application Support`, `%APPDATA%`. */
export function configFolder(environment: Environment): string {
  const { join, isAbsolute } = pathsOf(environment);
  const named = (name: string, otherwise: string): string => {
    const value = environment.variable(name);
    return value !== undefined && isAbsolute(value) ? value : otherwise;
  };
  switch (environment.os) {
    case "windows":
      return named("APPDATA", join(environment.home, "AppData", "Roaming"));
    case "macos":
      return join(environment.home, "Library", "Application Support");
    case "linux":
      return named("XDG_CONFIG_HOME", join(environment.home, ".config"));
  }
}

/** Where programs keep data on Linux and macOS: `~/.local/share`. */
export function dataFolder(environment: Environment): string {
  const { join, isAbsolute } = pathsOf(environment);
  const value = environment.variable("XDG_DATA_HOME");
  return value !== undefined && isAbsolute(value) ? value : join(environment.home, ".local", "share");
}
