// npm for our own scripts: found without a shell, and the one place that decides whether dependencies must be installed.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** The file of this name on PATH, or undefined. `names` are tried in each folder in turn. */
export function onPath(names, environment = process.env) {
  for (const folder of (environment.PATH ?? environment.Path ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    for (const name of names) {
      const file = path.join(folder, name);
      if (existsSync(file) && statSync(file).isFile()) return file;
    }
  }
  return undefined;
}

/** npm's own script, so that it runs with any Node, and on Windows without npm.cmd and its shell. */
export function npmScript() {
  const bin = path.dirname(process.execPath);
  const started = process.env.npm_execpath;
  const linked = onPath(["npm"]);
  const candidates = [
    started && path.basename(started) === "npm-cli.js" ? started : undefined,
    path.join(bin, "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    linked ? realpathSync(linked) : undefined,
  ];
  const found = candidates.find((file) => file?.endsWith("npm-cli.js") && existsSync(file));
  if (!found) throw new Error("npm was not found: start this through npm (npm start, npm test), or put npm on PATH");
  return found;
}

/** Whether node_modules holds every package of the lock file, in its version. More packages than that do no harm. */
function installed() {
  const have = path.join(root, "node_modules", ".package-lock.json");
  const lock = path.join(root, "package-lock.json");
  if (!existsSync(have)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const present = packages(have);
  return Object.entries(packages(lock)).every(
    ([name, { version, optional }]) => name === "" || optional || present[name]?.version === version,
  );
}

/** `npm ci` where it is needed. node_modules that is a link belongs to somebody else: it is used as it is. */
export function installDependencies() {
  if (installed()) return;
  const folder = path.join(root, "node_modules");
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.log("node_modules is a link, and lacks packages of the lock file: going on with what it holds");
    return;
  }
  console.log("Installing the dependencies (npm ci) ...");
  const { status, error } = spawnSync(
    process.execPath,
    [npmScript(), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: root, stdio: "inherit", timeout: 15 * 60_000 },
  );
  if (error || status !== 0) throw new Error(`npm ci did not succeed: ${error?.message ?? `it ended with ${status}`}`);
}

/** Runs one of our scripts with this Node; whether it succeeded. */
export function runScript(file, ...rest) {
  return spawnSync(process.execPath, [path.join(root, file), ...rest], { cwd: root, stdio: "inherit" }).status === 0;
}
