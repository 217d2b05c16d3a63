import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";

export const CLI = path.resolve("dist/sallyport.js");
export const WATCHDOG = { timeout: 120_000 };

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

/** The environment without what would change colours or git's behaviour. */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(?:GIT_|FORCE_COLOR|NO_COLOR|NODE_)/u.test(name)) env[name] = value;
  }
  return { ...env, ...more };
}

/** Runs a program to its end. */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** Runs `sallyport audit --no-home` as a person would, without a terminal. */
export function audit(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const home = args.includes("--staged") || args.includes("--home") ? [] : ["--no-home"];
  return runProgram(process.execPath, [CLI, "audit", ...home, ...args], options);
}

const scratch = realpathSync.native(mkdtempSync(path.join(tmpdir(), "sallyport audit ")));
after(() => rmSync(scratch, { recursive: true, force: true }));
let projects = 0;

/** A new folder with these files, in a path with a blank. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = path.join(scratch, `project ${++projects}`);
  mkdirSync(folder);
  put(folder, files);
  return folder;
}

export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** git, as its user runs it: with the repository's own configuration. */
export function git(folder: string, ...args: string[]): string {
  const env = environment({ GIT_CONFIG_GLOBAL: path.join(scratch, "no-config"), GIT_CONFIG_NOSYSTEM: "1" });
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}

export interface JsonReport {
  readonly version: number;
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly file: string;
    readonly startLine: number;
    readonly offset: number;
    readonly endOffset: number;
    readonly fixes: readonly object[];
  }[];
  readonly problems: readonly {
    readonly code: string;
    readonly file: string;
    readonly message: string;
    readonly startLine?: number;
    readonly startColumn?: number;
  }[];
}

export function json(run: Run): JsonReport {
  return JSON.parse(run.stdout) as JsonReport;
}

/** An MCP configuration whose one entry is reached over plain http at `host`. */
export function plainHttp(host = "tracker.example"): string {
  return `${JSON.stringify({ servers: { tracker: { type: "http", url: `http://${host}/mcp` } } }, undefined, 2)}\n`;
}

/** One that no rule has anything to say about. */
export const GOOD = `${JSON.stringify({ servers: { tracker: { type: "http", url: "https://tracker.example/mcp" } } })}\n`;

/** A code block of a page, as a person copies it: the one whose fence is marked so. */
export function codeBlock(page: string, mark: string): string {
  const block = new RegExp(`^\`\`\`${mark}\\n([^]*?)^\`\`\`$`, "mu").exec(page)?.[1];
  if (block === undefined) throw new Error(`the page has no block marked ${mark}`);
  return block;
}

/** Makes a program `sallyport` that is this build. */
export function standIn(file: string): void {
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(file, 0o755);
}
