// npm test: installs what is missing, builds, and runs every suite; ends with one line that sums them.
//   node scripts/test.mjs [gates] [unit] [process] [editor] [--desktop] [--only PATTERN]
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);
const SUITES = ["gates", "unit", "process", "editor"];
const args = process.argv.slice(2);
const asked = args.filter((name) => SUITES.includes(name));
const suites = asked.length > 0 ? asked : SUITES;
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;

/** npm's own script where npm started us, so that no shell and no `.cmd` is needed. */
export function npm(...command) {
  const script = process.env.npm_execpath;
  const [file, first] = script ? [process.execPath, [script]] : [process.platform === "win32" ? "npm.cmd" : "npm", []];
  return spawnSync(file, [...first, ...command], { stdio: "inherit", shell: !script && process.platform === "win32" });
}

function install() {
  // A linked folder belongs to another checkout: npm ci would empty it.
  if (lstatSync("node_modules", { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const have = path.join("node_modules", ".package-lock.json");
  if (existsSync(have) && statSync(have).mtimeMs >= statSync("package-lock.json").mtimeMs) return;
  if (existsSync(have) && existsSync(path.join("node_modules", "esbuild"))) {
    const same = (file) =>
      JSON.stringify(
        Object.keys(JSON.parse(readFileSync(file, "utf8")).packages)
          .filter(Boolean)
          .toSorted(),
      );
    if (same(have) === same("package-lock.json")) return;
  }
  console.log("Installing dependencies (npm ci) ...");
  const { status } = npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
  if (status !== 0) throw new Error(`npm ci ended with ${status}`);
}

function script(file, ...rest) {
  return spawnSync(process.execPath, [file, ...rest], { stdio: "inherit" }).status === 0;
}

/** Runs the entries of one kind, a process a room, and gives their counts. */
function nodeTests(kind) {
  const folder = path.join("test", kind);
  const entries = readdirSync(folder)
    .map((room) => path.join(folder, room, "index.ts"))
    .filter((entry) => existsSync(entry) && (!only || entry.includes(only)));
  const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-test-"));
  const counts = path.join(scratch, "counts.json");
  const { status } = spawnSync(
    process.execPath,
    [
      "--import",
      "tsx",
      "--test",
      "--test-reporter",
      "./scripts/reporter.mjs",
      ...(kind === "process" ? ["--test-concurrency=2"] : []),
      ...entries,
    ],
    { stdio: "inherit", env: { ...process.env, SALLYPORT_COUNTS: counts } },
  );
  const result = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
  rmSync(scratch, { recursive: true, force: true });
  if (entries.length > 0 && result.passed + result.failed + result.skipped === 0) {
    console.error(`  no test of ${kind} ran`);
    result.failed++;
  }
  if (status !== 0 && result.failed === 0) result.failed++;
  return result;
}

const RUN = {
  gates() {
    const gates = script("scripts/check.mjs");
    const proofs = script("scripts/check.mjs", "--prove");
    return { passed: Number(gates) + Number(proofs), failed: Number(!gates) + Number(!proofs), skipped: 0 };
  },
  unit: () => nodeTests("unit"),
  process: () => nodeTests("process"),
  /** The real editor: its runner prints as it goes and writes its counts like the reporter does. */
  editor() {
    if (!existsSync("test/editor/run.mjs")) return { passed: 0, failed: 0, skipped: 0 };
    const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-test-"));
    const counts = path.join(scratch, "counts.json");
    const { status } = spawnSync(process.execPath, ["test/editor/run.mjs", ...args.filter((a) => a === "--desktop")], {
      stdio: "inherit",
      env: { ...process.env, SALLYPORT_COUNTS: counts },
    });
    const result = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : { passed: 0, failed: 1, skipped: 0 };
    rmSync(scratch, { recursive: true, force: true });
    if (status !== 0 && result.failed === 0) result.failed++;
    return result;
  },
};

install();
if (!script("scripts/build.mjs")) {
  console.log("the build failed\n0 passed, 1 failed, 0 skipped");
  process.exit(1);
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  console.log(`\n${suite}`);
  const started = performance.now();
  const result = RUN[suite]();
  for (const key of Object.keys(total)) total[key] += result[key];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${suite}: ${result.passed} ok, ${result.failed} not ok, ${result.skipped} left out, in ${seconds} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
