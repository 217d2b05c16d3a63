import path from "node:path";
import type { Environment } from "../core/environment.ts";
import type { ClientId, FileKind, Scope } from "./config.ts";

/** Files that a client reads, if they are there. */
export interface Candidate {
  /** Absolute. `*` in a segment stands for any run of characters, the segment `**` for any number of folders. */
  readonly path: string;
  readonly kind: FileKind;
  readonly scope: Scope;
}

/** Files below a workspace folder. */
export interface WorkspaceFile {
  /** With `/`; the stars as in `Candidate`. */
  readonly path: string;
  readonly kind: FileKind;
}

/** Where one client's files are. */
export interface Client {
  readonly id: ClientId;
  readonly title: string;
  readonly workspace: readonly WorkspaceFile[];
  /** Of the person and of the machine. */
  readonly user: (environment: Environment) => readonly Candidate[];
  /** What its extension keeps below the `User` folder of VS Code and of every editor made of it. */
  readonly inEditors?: readonly WorkspaceFile[];
}

export type PathFunctions = Pick<typeof path.posix, "join" | "isAbsolute" | "dirname" | "parse" | "sep">;

/** The path functions of a system, which need not be the one we run on. */
export function pathsOf({ os, home }: Environment): PathFunctions {
  // The Windows side of WSL is reached by paths of Linux.
  return os === "windows" && !home.startsWith("/") ? path.win32 : path.posix;
}

/** The folders in which programs keep their files. The parts that follow may have `/` on every system. */
export interface Folders {
  readonly home: (...parts: string[]) => string;
  /** `~/.config`, `~/Library/Application Support`, `%APPDATA%`. */
  readonly config: (...parts: string[]) => string;
  /** `$XDG_CONFIG_HOME` or `~/.config` on every system, as many programs of the command line have it. */
  readonly xdg: (...parts: string[]) => string;
  /** `~/.local/share`. */
  readonly data: (...parts: string[]) => string;
  /** `%LOCALAPPDATA%`. */
  readonly local: (...parts: string[]) => string;
  /** `/etc`, `/Library/Application Support`, `%ProgramData%`. */
  readonly machine: (...parts: string[]) => string;
  /** The path that a variable has, where it is absolute. */
  readonly variable: (name: string) => string | undefined;
  readonly join: (...parts: string[]) => string;
}

export function foldersOf(environment: Environment): Folders {
  const known = foldersFor.get(environment);
  if (known) return known;
  const made = makeFolders(environment);
  foldersFor.set(environment, made);
  return made;
}

/** Every client asks for the same ones. */
const foldersFor = new WeakMap<Environment, Folders>();

function makeFolders(environment: Environment): Folders {
  const { join, isAbsolute } = pathsOf(environment);
  const { os, home } = environment;
  const variable = (name: string): string | undefined => {
    const value = environment.variable(name);
    return value !== undefined && isAbsolute(value) ? value : undefined;
  };
  const below =
    (folder: string) =>
    (...parts: string[]): string =>
      join(folder, ...parts);
  const xdg = variable("XDG_CONFIG_HOME") ?? join(home, ".config");
  const config = {
    linux: xdg,
    macos: join(home, "Library", "Application Support"),
    windows: variable("APPDATA") ?? join(home, "AppData", "Roaming"),
  };
  const machine = {
    linux: "/etc",
    macos: "/Library/Application Support",
    windows: variable("ProgramData") ?? "C:\\ProgramData",
  };
  return {
    home: below(home),
    config: below(config[os]),
    xdg: below(xdg),
    data: below(variable("XDG_DATA_HOME") ?? join(home, ".local", "share")),
    local: below(variable("LOCALAPPDATA") ?? join(home, "AppData", "Local")),
    machine: below(machine[os]),
    variable,
    join,
  };
}

/** Candidates of one scope and kind. */
export function at(scope: Scope, kind: FileKind, ...paths: readonly string[]): Candidate[] {
  return paths.map((one) => ({ path: one, kind, scope }));
}

/** For a client that keeps all of its own below the home folder. */
export function inHome(kind: FileKind, ...paths: readonly string[]): Client["user"] {
  return (environment) => {
    const { home } = foldersOf(environment);
    return paths.map((one) => ({ path: home(one), kind, scope: "user" }));
  };
}

/**
 * The Windows machine around a Linux of WSL, where the windows of editors and of Claude Desktop run: its drive is below
 * `/mnt/c`. The other way round nothing is looked at: to reach for `\\\\wsl.localhost` starts the Linux machine.
 */
export function windowsAround(environment: Environment): Environment | undefined {
  if (environment.os !== "linux" || environment.variable("WSL_DISTRO_NAME") === undefined) return undefined;
  return { os: "windows", home: "/mnt/c/Users/*", cwd: environment.cwd, variable: () => undefined };
}
