import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** What is started for a command: on Windows a batch file goes through cmd, with a command line of our own quoting. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are one command line already. */
  readonly verbatim: boolean;
}

export interface Machine {
  readonly windows: boolean;
  readonly cwd: string;
  readonly variable: (name: string) => string | undefined;
  readonly isProgram: (file: string) => boolean;
}

/** Whether there is a file that can be executed. */
export function isProgram(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program that a command names, as the system would find it; undefined where there is none. */
export function findProgram(command: string, machine: Machine): string | undefined {
  const names = machine.windows ? path.win32 : path.posix;
  const extensions = machine.windows ? windowsExtensions(command, machine) : [""];
  const named = command.includes("/") || (machine.windows && command.includes("\\"));
  const separator = machine.windows ? ";" : ":";
  const folders = named ? [""] : (machine.variable("PATH") ?? "").split(separator);
  if (!named && machine.windows) folders.unshift(machine.cwd);
  for (const folder of folders) {
    if (folder === "" && !named) continue;
    for (const extension of extensions) {
      const file = names.resolve(machine.cwd, folder, command + extension);
      if (machine.isProgram(file)) return file;
    }
  }
  return undefined;
}

function windowsExtensions(command: string, machine: Machine): string[] {
  const known = (machine.variable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";").filter((one) => one !== "");
  const has = known.some((one) => command.toLowerCase().endsWith(one.toLowerCase()));
  return has ? ["", ...known] : known;
}

/** How to start a command. The arguments reach the program as they are, whatever characters they hold. */
export function launchOf(command: string, args: readonly string[], machine: Machine): Launch {
  if (!machine.windows) return { file: command, args, verbatim: false };
  const program = findProgram(command, machine);
  if (program === undefined || !/\.(?:cmd|bat)$/i.test(program))
    return { file: program ?? command, args, verbatim: false };
  const shell = machine.variable("ComSpec") ?? "cmd.exe";
  const line = [quoteForCmd(program, 1), ...args.map((argument) => quoteForCmd(argument, 2))].join(" ");
  return { file: shell, args: ["/d", "/s", "/c", `"${line}"`], verbatim: true };
}

/** Everything that cmd gives a meaning to outside and inside quotes. */
const CMD_META = /[()\][%!^"`<>&|;, *?]/g;

/**
 * One argument for `cmd /d /s /c "…"`. First for the program's own parser (backslashes before a quote are doubled, quotes
 * escaped), then a caret before each character of cmd's, once for every time that cmd reads it: a batch file reads its
 * arguments a second time where it passes them on with %*.
 */
export function quoteForCmd(argument: string, readings: 1 | 2): string {
  // Each run of backslashes is looked at once, from its first.
  const escaped = argument.replace(/(?<!\\)(\\*)("|$)/g, (_, slashes: string, quote: string) =>
    quote === "" ? slashes.repeat(2) : `${slashes.repeat(2)}\\"`,
  );
  const quoted = `"${escaped}"`;
  let line = quoted;
  for (let i = 0; i < readings; i++) line = line.replace(CMD_META, "^$&");
  return line;
}
