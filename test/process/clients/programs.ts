import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { npmScript } from "../../../scripts/npm.mjs";

/** A hang, not a time that a step may take. */
export const WATCHDOG = 5 * 60_000;
/** The largest is some 250 MB. Where one takes longer than this, they would outlast the whole suite. */
const DOWNLOAD = 90_000;
/** All of them together: where the first were slow, the others are skipped. */
const DOWNLOADS = 150_000;

export interface Program {
  readonly name: string;
  readonly version: string;
  /** Of the package that npm names; its own packages are held by it. */
  readonly integrity: string;
  /** What Node runs, in that package. */
  readonly entry?: string;
  /** Or a program of the system's own, in the package that is there for this system. */
  readonly native?: { readonly package: string; readonly entry: string };
}

export interface Installed {
  readonly file: string;
  readonly isNative: boolean;
}

/** Runs a program to its end and returns what it wrote to its output. */
export function run(
  program: Installed,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { streams = "out", timeout = WATCHDOG }: { streams?: "out" | "both"; timeout?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const command = program.isNative ? program.file : process.execPath;
    const words = program.isNative ? args : [program.file, ...args];
    const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout });
    const output = { out: "", all: "" };
    child.stdout.on("data", (data: Buffer) => {
      output.out += data.toString();
      output.all += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => (output.all += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(streams === "both" ? output.all : output.out);
      else
        reject(new Error(`${program.file} ${args.join(" ")} ended with ${String(code)}\n${output.all.slice(-2000)}`));
    });
  });
}

/** Milliseconds that downloads have taken so far. */
let spent = 0;

/**
 * Installs a program once for each version, outside the checkout; scripts of packages are not run. npm checks the integrity
 * that the registry states, and this the one that is written here. Skips the test, with the reason, where the program cannot
 * be fetched: that says nothing about our reader.
 */
export async function installed(
  t: TestContext,
  { name, version, integrity, entry, native }: Program,
): Promise<Installed | undefined> {
  const { SALLYPORT_CLIENTS_CACHE, XDG_CACHE_HOME } = process.env;
  const cache =
    SALLYPORT_CLIENTS_CACHE ?? path.join(XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "sallyport-clients");
  const folder = path.join(
    cache,
    `${name.replaceAll(/[@/]/g, "-").slice(1)}-${version}-${process.platform}-${process.arch}`,
  );
  const file = native
    ? path.join(folder, "node_modules", ...native.package.split("/"), native.entry)
    : path.join(folder, "node_modules", ...name.split("/"), entry ?? "");
  const program = { file, isNative: native !== undefined };
  const done = path.join(folder, "done");
  if (existsSync(done)) return program;
  if (spent >= DOWNLOADS) {
    t.skip(`${name} was not fetched: the downloads before it took ${Math.round(spent / 1000)} s`);
    return undefined;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  writeFileSync(path.join(folder, "package.json"), '{"private":true}');
  const started = performance.now();
  try {
    const npm = { file: npmScript(), isNative: false };
    const timeout = Math.min(DOWNLOAD, DOWNLOADS - spent);
    await run(npm, ["install", ...flags, `${name}@${version}`], folder, process.env, { timeout });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    t.skip(`${name} could not be fetched: ${String(error).slice(0, 300)}`);
    return undefined;
  } finally {
    spent += performance.now() - started;
  }
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, { integrity?: string }>;
  };
  assert.equal(lock.packages[`node_modules/${name}`]?.integrity, integrity, name);
  writeFileSync(done, "");
  return program;
}
