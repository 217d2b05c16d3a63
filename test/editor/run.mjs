// The suites in the real editor: `host` runs inside the extension host, through @vscode/test-electron, against the
// checkout; `workbench` drives the window from outside, with the packaged extension installed.
//   node test/editor/run.mjs [host] [workbench] [--desktop] [--only PATTERN] [--built]
// --desktop: the host suite in a desktop VS Code, which @vscode/test-electron downloads. --built: dist/ is up to date.
// SALLYPORT_VERBOSE=1 prints all that the editor prints.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { installBrowser, installEditor } from "../../scripts/editor/install.mjs";
import { QUIET, WITHOUT_AI } from "../../scripts/editor/server.mjs";
import { root, runScript } from "../../scripts/npm.mjs";
import { packageExtension } from "../../scripts/package.mjs";

const args = process.argv.slice(2);
const desktop = args.includes("--desktop");
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
const asked = ["host", "workbench"].filter((name) => args.includes(name));
const suites = asked.length > 0 ? asked : desktop ? ["host"] : ["host", "workbench"];
/** Many times what a suite takes: it is only there so that nothing hangs for ever. */
const WATCHDOG = 10 * 60_000;
const tests = path.join(root, "test", "editor");
/** Inside the checkout, so that what the extension host loads finds mocha in node_modules. */
const built = path.join(root, ".cache", "editor-tests");
const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-run-"));
const readCounts = (file, otherwise) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : otherwise);

/** The bridge extension and the host suite, as the extension host can load them. */
async function bundle() {
  rmSync(built, { recursive: true, force: true });
  const common = { bundle: true, platform: "node", format: "cjs", target: "node22", logLevel: "warning" };
  const suite = readdirSync(path.join(tests, "suite")).filter(
    (name) => name === "index.ts" || name.endsWith(".test.ts"),
  );
  await Promise.all([
    build({
      ...common,
      entryPoints: [path.join(tests, "bridge", "main.ts")],
      outdir: path.join(built, "bridge"),
      external: ["vscode"],
    }),
    build({
      ...common,
      sourcemap: "inline",
      entryPoints: suite.map((name) => path.join(tests, "suite", name)),
      outdir: path.join(built, "suite"),
      external: ["vscode", "mocha"],
    }),
  ]);
  cpSync(path.join(tests, "bridge", "package.json"), path.join(built, "bridge", "package.json"));
}

const RUN = {
  async host() {
    const folder = path.join(scratch, "harbor");
    const data = path.join(scratch, "data");
    const report = path.join(scratch, "report.txt");
    const counts = path.join(scratch, "host.json");
    cpSync(path.join(root, "demo"), folder, { recursive: true });
    mkdirSync(path.join(data, "User"), { recursive: true });
    writeFileSync(path.join(data, "User", "settings.json"), JSON.stringify({ ...QUIET, ...WITHOUT_AI }));
    let problem;
    const end = runTests({
      ...(desktop ? {} : { vscodeExecutablePath: path.join(root, "scripts", "editor", "code.mjs") }),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(built, "suite", "index.js"),
      launchArgs: [folder, `--user-data-dir=${data}`, `--extensions-dir=${path.join(scratch, "extensions")}`],
      extensionTestsEnv: {
        SALLYPORT_REPORT: report,
        SALLYPORT_COUNTS: counts,
        SALLYPORT_ONLY: only ?? "",
        // code.mjs gives its server one of its own.
        ...(desktop ? { SALLYPORT_HOME: path.join(scratch, "home") } : {}),
        SALLYPORT_WATCHDOG: String(WATCHDOG),
      },
    }).catch((error) => (problem = error));
    await end;
    if (existsSync(report)) process.stdout.write(readFileSync(report, "utf8"));
    const result = readCounts(counts, { passed: 0, failed: 1, skipped: 0 });
    if (problem !== undefined && result.failed === 0) result.failed = 1;
    if (result.failed > 0) console.error(String(problem?.message ?? problem));
    return result;
  },

  workbench() {
    const counts = path.join(scratch, "workbench.json");
    mkdirSync(path.join(root, "test-results", "screenshots"), { recursive: true });
    const vsix = packageExtension(scratch);
    const { status, error } = spawnSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "--test",
        "--test-reporter",
        "./scripts/reporter.mjs",
        ...(only ? ["--test-name-pattern", only] : []),
        path.join("test", "editor", "workbench", "index.ts"),
      ],
      {
        cwd: root,
        stdio: "inherit",
        timeout: WATCHDOG,
        env: {
          ...process.env,
          SALLYPORT_COUNTS: counts,
          SALLYPORT_VSIX: vsix,
          SALLYPORT_BRIDGE_EXTENSION: path.join(built, "bridge"),
        },
      },
    );
    if (error) console.error(`  the workbench suite did not end: ${error.message}`);
    const result = readCounts(counts, { passed: 0, failed: 1, skipped: 0 });
    if (status !== 0 && result.failed === 0) result.failed = 1;
    return result;
  },
};

/** What stands in the way of any editor here, or undefined. */
async function prepare() {
  if (desktop) return undefined;
  try {
    await installEditor();
    await installBrowser();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  const missing = await prepare();
  if (missing !== undefined) {
    // Whoever runs CI wants the proof: without an editor there is none.
    if (process.env.CI) total.failed = suites.length;
    else total.skipped = suites.length;
    console.log(`  ${process.env.CI ? "FAILED" : "skipped"}: the real editor, because ${missing}`);
  } else {
    if (!args.includes("--built") && !runScript("scripts/build.mjs")) throw new Error("the build failed");
    await bundle();
    for (const suite of suites) {
      const started = performance.now();
      const result = await RUN[suite]();
      for (const key of Object.keys(total)) total[key] += result[key];
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(
        `  ${suite}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped, in ${seconds} s`,
      );
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
if (process.env.SALLYPORT_COUNTS) writeFileSync(process.env.SALLYPORT_COUNTS, JSON.stringify(total));
process.exit(total.failed > 0 ? 1 : 0);
