// Installs a real VS Code for tests and for `npm start`, out of the npm registry and Debian only: code-server (VS Code's
// workbench, server and extension host), the Node it wants, and Chromium as its window.
//   node scripts/editor/install.mjs            installs what is missing, prints the folder
// SALLYPORT_EDITOR_CACHE: where (default: the user's cache folder, outside the checkout, so that a fresh clone finds it)
// SALLYPORT_BROWSER: the browser to use instead of the one that is found
import { spawn } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { npmScript, onPath } from "../npm.mjs";

/** code-server 4.139.1 is VS Code 1.139.1; it refuses any other Node than 24. */
const CODE_SERVER = "4.139.1";
const NODE = "24.21.0";
/** One step, the slowest being a download of some 100 MB. */
const STEP_LIMIT = 10 * 60_000;
/**
 * The native modules without which something is missed: spdlog writes the log files, and so every output channel;
 * native-watchdog ends the extension host with its server; fs-copyfile is what the git extension starts with.
 * All others have their binaries in the package, or are for Windows.
 */
const NATIVE = ["@vscode/spdlog", "@vscode/native-watchdog", "@vscode/fs-copyfile"];
const NPM_FLAGS = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];

function cacheRoot() {
  const { SALLYPORT_EDITOR_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  return (
    SALLYPORT_EDITOR_CACHE ?? path.join(XDG_CACHE_HOME ?? path.join(HOME ?? homedir(), ".cache"), "sallyport-editor")
  );
}

const target = `${process.platform}-${process.arch}`;
/** The folder of this combination of versions: another combination does not disturb it. */
const folder = path.join(cacheRoot(), `code-server-${CODE_SERVER}-node-${NODE}-${target}`);
const nodeFolder = path.join(folder, "node_modules", `node-${target}`);
/** What the server is started with. */
export const editor = {
  folder,
  node: path.join(nodeFolder, "bin", "node"),
  entry: path.join(folder, "node_modules", "code-server", "out", "node", "entry.js"),
};

/** Why this VS Code cannot be had on this machine at all, or undefined. */
export function editorImpossible() {
  const possible = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
  return possible.includes(target) ? undefined : `code-server from npm does not run on ${target}`;
}

/** A Chromium (or a browser made of it), or undefined. */
export function findBrowser() {
  if (process.env.SALLYPORT_BROWSER) return process.env.SALLYPORT_BROWSER;
  const named = onPath(["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"]);
  const known = [
    "/usr/bin/chromium",
    "/usr/bin/google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ];
  return named ?? known.find((file) => existsSync(file));
}

/** Runs a program to its end, bounded; its output goes to the log, and its last lines into the error. */
function run(file, args, { cwd, env, limit = STEP_LIMIT }) {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: limit });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output = (output + data).slice(-20_000);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const call = [path.basename(file), ...args].join(" ");
      if (cwd && existsSync(folder)) appendFileSync(path.join(folder, "install.log"), `\n$ ${call}\n${output}`);
      if (code === 0) resolve(output);
      else reject(new Error(`${call} ended with ${signal ?? code}\n${output.slice(-2000)}`));
    });
  });
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * One installer at a time: a file that is created exclusively and names its owner. Of a dead owner's file only one
 * waiter gets hold, by renaming it; if what it got is not what it had read, it puts it back.
 */
async function lock(say) {
  const file = path.join(folder, "lock");
  for (let told = false, left = 2 * STEP_LIMIT; left > 0; left -= 500) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    try {
      const owner = readFileSync(file, "utf8");
      if (owner === "" ? Date.now() - statSync(file).mtimeMs > 10_000 : !alive(Number(owner))) {
        const aside = `${file}.${process.pid}`;
        renameSync(file, aside);
        if (readFileSync(aside, "utf8") !== owner) renameSync(aside, file);
        else rmSync(aside);
        continue;
      }
      if (!told) say(`another installation is under way (process ${owner}): waiting for it`);
      told = true;
    } catch (error) {
      // It was released, or another waiter took it, between the two looks.
      if (error.code !== "ENOENT") throw error;
    }
    await pause(500);
  }
  throw new Error(`the lock ${file} was not released`);
}

/** npm with the server's own Node, whose headers native modules are built against whatever a user's npmrc says. */
function npmEnvironment(nodedir) {
  const env = { ...process.env, PATH: `${path.join(nodedir, "bin")}${path.delimiter}${process.env.PATH}` };
  for (const name of Object.keys(env)) if (/^npm_(config|package|lifecycle)_/i.test(name)) delete env[name];
  // Where npm itself was told to look and to keep things, it stays told.
  for (const name of ["registry", "cache", "userconfig", "globalconfig", "cafile", "proxy", "https_proxy"]) {
    const value = process.env[`npm_config_${name}`];
    if (value) env[`npm_config_${name}`] = value;
  }
  env.npm_config_nodedir = nodedir;
  env.npm_config_update_notifier = "false";
  return env;
}

function npm(args, cwd) {
  const node = existsSync(editor.node) ? editor.node : process.execPath;
  return run(node, [npmScript(), ...args, ...NPM_FLAGS], { cwd, env: npmEnvironment(nodeFolder) });
}

/**
 * make knows no path with a space in it, and the cache may have one: the modules are built in a temporary folder,
 * against headers reached through a link there, and only the binaries are copied.
 */
async function buildNative(modules, say) {
  const missing = [
    ["python3", "python"],
    ["make", "gmake"],
    ["g++", "c++", "clang++"],
  ].filter((names) => !onPath(names));
  if (missing.length > 0) {
    say(`without ${missing.map((names) => names[0]).join(", ")} output channels stay empty; all else works`);
    return false;
  }
  const place = mkdtempSync(path.join(tmpdir(), "sallyport-native-"));
  try {
    const headers = path.join(place, "node");
    symlinkSync(nodeFolder, headers, "dir");
    const versions = modules.map((name) => {
      const { version } = JSON.parse(
        readFileSync(path.join(serverFolder(), "node_modules", name, "package.json"), "utf8"),
      );
      return `${name}@${version}`;
    });
    writeFileSync(path.join(place, "package.json"), '{"private":true}');
    const env = npmEnvironment(headers);
    const call = (...args) =>
      run(path.join(headers, "bin", "node"), [npmScript(), ...args, ...NPM_FLAGS], { cwd: place, env });
    await call("install", "--ignore-scripts", ...versions);
    await call("rebuild", ...modules);
    for (const name of modules) {
      const from = path.join(place, "node_modules", name, "build", "Release");
      const to = path.join(serverFolder(), "node_modules", name, "build", "Release");
      mkdirSync(to, { recursive: true });
      for (const file of readdirSync(from).filter((entry) => entry.endsWith(".node"))) {
        copyFileSync(path.join(from, file), path.join(to, file));
      }
    }
    return true;
  } catch (error) {
    say(
      `native modules were not built, so output channels stay empty; all else works (${error.message.split("\n")[0]})`,
    );
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const serverFolder = () => path.join(folder, "node_modules", "code-server", "lib", "vscode");

/** What code-server's own postinstall would do, less the compilation of everything; a step that is done stays done. */
function steps(say) {
  return [
    {
      name: `Node ${NODE}`,
      done: () => existsSync(editor.node),
      async take() {
        rmSync(path.join(folder, "node_modules"), { recursive: true, force: true });
        writeFileSync(path.join(folder, "package.json"), '{"private":true}');
        await npm(["install", "--no-save", "--ignore-scripts", `node-${target}@${NODE}`], folder);
      },
    },
    {
      name: `code-server ${CODE_SERVER}`,
      take: () =>
        npm(
          ["install", "--no-save", "--ignore-scripts", `node-${target}@${NODE}`, `code-server@${CODE_SERVER}`],
          folder,
        ),
    },
    {
      name: "VS Code's own packages",
      take: () => npm(["install", "--omit=dev", "--ignore-scripts"], serverFolder()),
    },
    {
      name: "its built-in extensions",
      take: () => npm(["install", "--omit=dev", "--ignore-scripts"], path.join(serverFolder(), "extensions")),
    },
    {
      name: "native modules",
      optional: true,
      take: () => buildNative(NATIVE, say),
    },
    {
      name: "a first start",
      async take() {
        const env = { ...process.env, XDG_CONFIG_HOME: path.join(folder, "config") };
        const version = await run(editor.node, [editor.entry, "--version"], { cwd: folder, env, limit: 60_000 });
        if (!version.includes(CODE_SERVER)) throw new Error(`code-server says ${version.trim()}`);
      },
    },
  ];
}

/**
 * Installs what is missing of the editor and returns its folder; a second call costs nothing. Throws where it cannot be
 * had. What stopped half-way goes on at the step where it stopped.
 */
export async function installEditor(say = (line) => console.error(`  ${line}`)) {
  const impossible = editorImpossible();
  if (impossible) throw new Error(impossible);
  mkdirSync(folder, { recursive: true });
  const stateFile = path.join(folder, "steps.json");
  const state = () => (existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8")) : []);
  const open = () => {
    const taken = state();
    return steps(say).filter((step) => !taken.includes(step.name) || step.done?.() === false);
  };
  if (open().every((step) => step.optional) && existsSync(editor.entry)) return folder;
  const release = await lock(say);
  try {
    for (const step of open()) {
      const started = performance.now();
      const taken = await step.take();
      if (taken !== false) {
        writeFileSync(`${stateFile}.new`, JSON.stringify([...state().filter((name) => name !== step.name), step.name]));
        renameSync(`${stateFile}.new`, stateFile);
        say(`${step.name}: installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
      }
    }
  } finally {
    release();
  }
  return folder;
}

/** Finds a browser, or on Debian as root installs Chromium; throws where there is none and it cannot be had. */
export async function installBrowser(say = (line) => console.error(`  ${line}`)) {
  const found = findBrowser();
  if (found) {
    if (!existsSync(found)) throw new Error(`there is no browser ${found} (SALLYPORT_BROWSER)`);
    return found;
  }
  const apt = onPath(["apt-get"]) ?? (existsSync("/usr/bin/apt-get") ? "/usr/bin/apt-get" : undefined);
  if (!apt || process.getuid?.() !== 0) {
    throw new Error(
      "no Chromium, Chrome or Edge was found (on Debian: apt-get install chromium), nor is SALLYPORT_BROWSER set",
    );
  }
  const started = performance.now();
  // dpkg runs maintainer scripts, which look for their tools in the system's own folders.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  env.PATH = `${env.PATH}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  await run(apt, [...wait, "update", "-qq"], { env });
  await run(apt, [...wait, "install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
  const installed = findBrowser();
  if (!installed) throw new Error("apt-get installed chromium, but there is no /usr/bin/chromium");
  say(`Chromium: installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return installed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // No await at the top: TypeScript tests load this file through a CommonJS transform.
  const all = installEditor().then(async (place) => console.log(`${place}\n${await installBrowser()}`));
  all.catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
