// What the audit of configurations costs as a person feels it: the real command, its start included, over a workspace and a
// home with 50 configuration files of several clients and formats, and over a tree of 10,000 files; beside a bare start of
// Node and beside ecc-agentshield on the same files. All in turns in one run. The ratios first; times are this machine's.
// Run: npm run bench -- audit [--runs N] [--json FILE] [--no-peers]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { CONFIGS, plantConfigs, plantTree } from "./audit/input.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    json: { type: "string" },
    "no-peers": { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const TREE_FILES = 10_000;

const folder = mkdtempSync(path.join(os.tmpdir(), "sallyport-bench-"));
const workspace = path.join(folder, "workspace");
const home = path.join(folder, "home");
const tree = path.join(folder, "tree");
const cli = path.resolve("dist/sallyport.js");
const agentshield = path.resolve("bench/peers/node_modules/ecc-agentshield/dist/index.js");

/** Written into the measured process: its highest memory, which only it can tell everywhere. */
const probe = path.join(folder, "probe.cjs");
const probed = path.join(folder, "probed");
const PROBE = `process.on("exit", () => {
  require("node:fs").appendFileSync(${JSON.stringify(probed)}, process.resourceUsage().maxRSS + "\\n");
});`;

interface Run {
  readonly ms: number;
  readonly mb: number;
  readonly output: string;
}

function run(args: readonly string[], expected: readonly (number | null)[], cwd: string): Run {
  // The home folder is the user record's; what variables can move is moved to the planted one.
  const moved = { XDG_CONFIG_HOME: path.join(home, ".config"), CLAUDE_CONFIG_DIR: path.join(home, ".claude") };
  writeFileSync(probed, "");
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", probe, ...args], {
    cwd,
    env: { ...process.env, ...moved },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const ms = performance.now() - start;
  if (!expected.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return { ms, mb: Number(readFileSync(probed, "utf8").split("\n")[0]) / 1024, output: stdout };
}

function installPeer(): boolean {
  if (values["no-peers"]) return false;
  if (existsSync(agentshield)) return true;
  const npm = process.env["npm_execpath"];
  const [file, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "ci", "--prefix", "bench/peers", "--no-audit", "--no-fund", "--ignore-scripts"];
  const { status } = spawnSync(file, args, { stdio: "inherit" });
  if (status !== 0) console.error("the peer could not be installed; it is left out");
  return status === 0;
}

interface Measured {
  readonly name: string;
  readonly measure: () => Run;
  readonly runs: Run[];
}

const quantile = (numbers: readonly number[], q: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))] ?? 0;
const ms = (one: Measured): number =>
  quantile(
    one.runs.map((each) => each.ms),
    0.5,
  );

function count(output: string): { filesRead: number; findings: number } {
  const { summary } = JSON.parse(output) as { summary: { filesRead: number; findings: number } };
  return summary;
}

function main(): void {
  writeFileSync(probe, PROBE);
  mkdirSync(tree, { recursive: true });
  plantConfigs(workspace, home);
  plantTree(tree, TREE_FILES);
  const audit = [cli, "audit", "--only", "configs", "--format", "json"];
  const of = (name: string, measure: () => Run): Measured => ({ name, measure, runs: [] });
  const node = of("node -e 0", () => run(["-e", "0"], [0], folder));
  const version = of("sallyport --version", () => run([cli, "--version"], [0], folder));
  const configs = of(`audit, ${CONFIGS} files`, () => run([...audit, workspace], [0, 1], folder));
  const walk = of(`audit, ${TREE_FILES} files to walk`, () => run([...audit, "--no-home", tree], [0], folder));
  const scan = (at: string): string[] => [agentshield, "scan", "--path", at, "--format", "json"];
  const peers = installPeer()
    ? [
        of("ecc-agentshield, the workspace", () => run(scan(workspace), [0, 1, 2], folder)),
        of(`ecc-agentshield, ${TREE_FILES} files`, () => run(scan(tree), [0, 1, 2], folder)),
      ]
    : [];
  const all = [node, version, configs, walk, ...peers];
  for (let i = 0; i < runs; i++) for (const one of all) one.runs.push(one.measure());

  const read = count(configs.runs[0]?.output ?? "");
  if (read.filesRead < CONFIGS) throw new Error(`only ${read.filesRead} of ${CONFIGS} files were read`);
  const floor = ms(node);
  console.log(`${read.filesRead} configuration files, ${read.findings} findings\n`);
  console.log("| | times a bare Node start | p50 ms | p90 ms | highest memory, MB |");
  console.log("|---|---:|---:|---:|---:|");
  for (const one of all) {
    const p90 = quantile(
      one.runs.map((each) => each.ms),
      0.9,
    );
    const mb = Math.max(...one.runs.map((each) => each.mb));
    console.log(
      `| ${one.name} | ${(ms(one) / floor).toFixed(1)} | ${ms(one).toFixed(0)} | ${p90.toFixed(0)} | ${mb.toFixed(0)} |`,
    );
  }
  const [peer] = peers;
  if (peer?.runs[0]) {
    const { findings } = JSON.parse(peer.runs[0].output) as { findings: { file: string }[] };
    const files = new Set(findings.map((one) => one.file)).size;
    console.log(
      `\necc-agentshield: ${findings.length} findings in ${files} files of the workspace; it does not look at the home`,
    );
  }
  console.log(
    `\np50 of ${runs} interleaved runs, Node ${process.version}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  console.log("budgets: 300 ms and 120 MB for 50 files, 400 ms for 10,000 files to walk");
  if (values.json !== undefined) {
    const rows = all.map((one) => ({
      name: one.name,
      ms: one.runs.map((each) => each.ms),
      mb: one.runs.map((each) => each.mb),
    }));
    writeFileSync(values.json, JSON.stringify(rows));
  }
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
