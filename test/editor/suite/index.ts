// The in-host suite's entry: the extension host calls run(). Whoever runs the editor reads the report and the counts.
import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import Mocha from "mocha";

/** Runs the suites bundled beside this; throws where a test failed, which gives the editor its exit code. */
export async function run(): Promise<void> {
  const { SALLYPORT_REPORT: report, SALLYPORT_COUNTS: counts, SALLYPORT_ONLY: only } = process.env;
  if (report) {
    // What goes to the console comes mixed with the workbench's own log.
    const print = (...parts: unknown[]) => appendFileSync(report, `${format(...parts)}\n`);
    Object.assign(Mocha.reporters.Base, { consoleLog: print });
  }
  const mocha = new Mocha({
    ui: "bdd",
    color: false,
    timeout: 60_000,
    reporter: "spec",
    ...(only ? { grep: only } : {}),
  });
  const suites = readdirSync(__dirname).filter((name) => name.endsWith(".test.js"));
  for (const suite of suites.toSorted()) mocha.addFile(path.join(__dirname, suite));
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const { passes = 0, failures = 1, pending = 0 } = stats ?? {};
  if (counts) writeFileSync(counts, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
