// npm test: installs what is missing, builds, and runs every suite; ends with one line that sums them.
//   node scripts/test.mjs [gates] [unit] [process] [editor] [--desktop] [--only PATTERN]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installDependencies, root, runScript } from "./npm.mjs";

process.chdir(root);
const SUITES = ["gates", "unit", "process", "editor"];
const args = process.argv.slice(2);
const asked = args.filter((name) => SUITES.includes(name));
const suites = asked.length > 0 ? asked : SUITES;
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;

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
      // Node's own choice leaves a core idle, of two.
      "--test-concurrency=2",
      ...entries,
    ],
    // A test that fails may leave something of its own open; nothing waits for that for ever.
    { stdio: "inherit", timeout: 8 * 60_000, killSignal: "SIGKILL", env: { ...process.env, SALLYPORT_COUNTS: counts } },
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
    const gates = runScript("scripts/check.mjs");
    const proofs = runScript("scripts/check.mjs", "--prove");
    return { passed: Number(gates) + Number(proofs), failed: Number(!gates) + Number(!proofs), skipped: 0 };
  },
  unit: () => nodeTests("unit"),
  process: () => nodeTests("process"),
  /** The real editor: its runner prints as it goes and writes its counts like the reporter does. */
  editor() {
    const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-test-"));
    const counts = path.join(scratch, "counts.json");
    const passedOn = [
      "--built",
      ...(args.includes("--desktop") ? ["--desktop"] : []),
      ...(only ? ["--only", only] : []),
    ];
    const { status } = spawnSync(process.execPath, ["test/editor/run.mjs", ...passedOn], {
      stdio: "inherit",
      env: { ...process.env, SALLYPORT_COUNTS: counts },
    });
    const result = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : { passed: 0, failed: 1, skipped: 0 };
    rmSync(scratch, { recursive: true, force: true });
    if (status !== 0 && result.failed === 0) result.failed++;
    return result;
  },
};

installDependencies();
if (!runScript("scripts/build.mjs")) {
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
