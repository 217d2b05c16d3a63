// Proves the two commands of the README on a machine that has nothing: a fresh clone of HEAD in a path with spaces, an
// empty home, an empty npm cache, and a PATH with node, npm, git and sh only.
//   node scripts/freshMachine.mjs [start] [test] [--keep]     prints a verdict; --keep leaves the folder
// What is found beyond that PATH: a browser at its usual place; and, as root on Debian without one, /usr/bin/apt-get,
// which brings its own PATH. No compiler: native modules are left out, as they would be there.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { npmScript, onPath, root } from "./npm.mjs";

const MINUTE = 60_000;
const args = process.argv.slice(2);
const asked = ["start", "test"].filter((name) => args.includes(name));
const place = mkdtempSync(path.join(tmpdir(), "fresh machine "));
const clone = path.join(place, "a clone of sallyport");
const bin = path.join(place, "bin");

/** How this machine reaches the registry is not part of what is proven. */
const NETWORK = /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(registry|cafile))$/i;

function git(...command) {
  const { status, stdout, stderr } = spawnSync("git", command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${command.join(" ")}: ${stderr}`);
  return stdout.trim();
}

function environment() {
  mkdirSync(bin);
  for (const name of ["node", "git", "sh"]) {
    const file = name === "node" ? process.execPath : onPath([name]);
    if (!file) throw new Error(`${name} is not on PATH`);
    symlinkSync(file, path.join(bin, name));
  }
  symlinkSync(npmScript(), path.join(bin, "npm"));
  const home = path.join(place, "home");
  mkdirSync(home);
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  const registry = spawnSync(process.execPath, [npmScript(), "config", "get", "registry"], { encoding: "utf8" });
  return {
    npm_config_registry: registry.stdout.trim(),
    ...Object.fromEntries(network),
    PATH: bin,
    HOME: home,
    LANG: "C.UTF-8",
    // Everything of ours otherwise lies in the home of the user's record.
    SALLYPORT_HOME: path.join(home, ".sallyport"),
  };
}

function statusOf(url) {
  return new Promise((resolve) => {
    get(url, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", (error) => resolve(error.code));
  });
}

/** Starts npm as a terminal does, in a process group of its own, and shows what it prints. */
function npm(command, env, limit) {
  const child = spawn(path.join(bin, "npm"), command, {
    cwd: clone,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const run = { output: "", child, signal: (name) => process.kill(-child.pid, name) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      run.output += data;
      process.stdout.write(data);
    });
  }
  const watchdog = setTimeout(() => {
    run.output += `\nit did not end in ${limit / MINUTE} minutes`;
    run.signal("SIGKILL");
  }, limit);
  run.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
  void run.ended.then(() => clearTimeout(watchdog));
  return run;
}

const CHECKS = {
  /** Until it prints its address and the page answers; then Ctrl-C, and nothing answers any more. */
  async start(env) {
    const run = npm(["start"], env, 10 * MINUTE);
    const address = await new Promise((resolve) => {
      const look = () => {
        const found = /^ {2}(http:\/\/localhost:\S+)\s/m.exec(run.output);
        if (found) resolve(found[1]);
      };
      for (const stream of [run.child.stdout, run.child.stderr]) stream.on("data", look);
      void run.ended.then(() => resolve(undefined));
    });
    if (!address) return "it ended without an address";
    const answer = await statusOf(address);
    run.signal("SIGINT");
    await run.ended;
    if (answer !== 200) return `${address} answered ${answer}`;
    const afterwards = await statusOf(address);
    return afterwards === "ECONNREFUSED" ? undefined : `after Ctrl-C ${address} still answers (${afterwards})`;
  },

  async test(env) {
    const run = npm(["test"], { ...env, CI: "true" }, 25 * MINUTE);
    const code = await run.ended;
    const last = run.output.trimEnd().split("\n").at(-1);
    const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last);
    if (!counts) return `its last line is ${JSON.stringify(last)}`;
    if (code !== 0 || counts[1] === "0" || counts[2] !== "0") return `it ended with ${code}: ${last}`;
    return undefined;
  },
};

const commit = git("-C", root, "rev-parse", "HEAD");
git("clone", "--quiet", "--no-hardlinks", root, clone);
git("-C", clone, "checkout", "--quiet", "--detach", commit);
const env = environment();
const verdicts = [];
for (const name of asked.length > 0 ? asked : Object.keys(CHECKS)) {
  console.log(`\n--- npm ${name}, in ${clone}\n`);
  const started = Date.now();
  const problem = await CHECKS[name](env);
  verdicts.push({ name, problem, seconds: Math.round((Date.now() - started) / 1000) });
}
if (args.includes("--keep")) console.log(`\nkept: ${place}`);
else rmSync(place, { recursive: true, force: true, maxRetries: 5 });
console.log(`\nA fresh machine, commit ${commit.slice(0, 9)}, Node ${process.version}:`);
for (const { name, problem, seconds } of verdicts) {
  console.log(
    `${problem === undefined ? "ok  " : "FAIL"} npm ${name} (${seconds} s)${problem === undefined ? "" : `: ${problem}`}`,
  );
}
process.exit(verdicts.some(({ problem }) => problem !== undefined) ? 1 : 0);
