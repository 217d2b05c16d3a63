import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import { isProgram, launchOf, type Machine } from "./commandLine.ts";
import { signalGroup, watchGroup } from "./processGroup.ts";
import { serverEnvironment } from "./serverEnvironment.ts";

/** How a server ended, or why it never began. */
export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started; the system's reason. */
  readonly failed?: string;
}

/** A running server, in a process group of its own. */
export interface Server {
  readonly stdin: Writable;
  /** Nothing of it is lost before `read`; to pause and resume it. */
  readonly stdout: Readable;
  /** Only where it was asked for; else the server has ours. */
  readonly stderr?: Readable;
  /** Takes what the server has written and writes. Once. */
  read(take: (chunk: Buffer) => void): void;
  /** Resolves when its output has ended and was read. */
  readonly drained: Promise<void>;
  readonly pid: number | undefined;
  /** Resolves when the process is gone; grandchildren may live on. */
  readonly ended: Promise<ServerEnd>;
  /** Ends the watch over the group: we have cleaned up ourselves. */
  unwatch(): void;
  /** To the whole group. */
  signal(signal: NodeJS.Signals): void;
}

/** The machine that we run on. */
export function thisMachine(environment: Environment): Machine {
  const variable = (name: string): string | undefined => environment.variable(name);
  return { windows: environment.os === "windows", cwd: environment.cwd, variable, isProgram };
}

export interface StartOptions {
  /** What the server's environment is made from: ours unless it is given. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Whether its stderr is read by us. Else it is the server's own: it goes where ours goes, untouched and unread. */
  readonly stderr?: "pipe" | "inherit";
}

/** Starts the server in the machine's folder; gives the reason where not even that can be tried. */
export function startServer(
  command: string,
  args: readonly string[],
  machine: Machine,
  { variables = process.env, stderr: errors = "inherit" }: StartOptions = {},
): Server | { readonly failed: string } {
  let child: ChildProcess;
  try {
    const launch = launchOf(command, args, machine);
    child = spawn(launch.file, launch.args, {
      stdio: ["pipe", "pipe", errors],
      cwd: machine.cwd,
      env: serverEnvironment(variables, machine.windows),
      detached: !machine.windows,
      windowsHide: true,
      windowsVerbatimArguments: launch.verbatim,
    });
  } catch (error) {
    return { failed: isSallyportError(error) ? error.message : systemReason(error) };
  }
  const { stdin, stdout, stderr, pid } = child;
  // At once: whoever kills us a moment later must not leave the server behind.
  const unwatch = pid === undefined ? () => {} : watchGroup(pid);
  if (!stdin || !stdout) return { failed: "no pipes could be made" };
  // Node throws away what a child that has ended left in a pipe that nobody reads yet; with this listener it is kept.
  const hold = (): void => {};
  stdout.on("readable", hold);
  stdout.on("error", () => {}); // its end follows
  const drained = new Promise<void>((resolve) => stdout.once("close", resolve));
  const read = (take: (chunk: Buffer) => void): void => {
    stdout.off("readable", hold);
    stdout.on("data", take);
  };
  const ended = new Promise<ServerEnd>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      // Later errors are of signals that could not be sent.
      if (child.pid === undefined) resolve({ code: null, signal: null, failed: systemReason(error) });
    });
  });
  const signal = (name: NodeJS.Signals): void => signalGroup(child, name);
  return { stdin, stdout, ...(stderr && { stderr }), read, drained, pid, ended, signal, unwatch };
}

/** In words, what the system's commonest answers to a start mean. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code ?? "") {
    case "ENOENT":
      return "there is no such command (or the working folder is gone)";
    case "EACCES":
      return "permission denied: it is not executable";
    case "ENOEXEC":
      return "it is not a program that this system can run";
    case "E2BIG":
      return "its arguments and environment are too long";
    default:
      return code ?? message;
  }
}
