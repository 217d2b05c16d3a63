#!/usr/bin/env node
// Stands in for the desktop's `code` where there is none: takes the arguments that extension tests start it with, opens
// them in code-server and a headless browser, and ends as the suite ended. @vscode/test-electron's vscodeExecutablePath.
// SALLYPORT_VERBOSE=1 prints all that the workbench and the server print; after SALLYPORT_WATCHDOG ms it gives up.
import path from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./browser.mjs";
import { startServer, workbenchUrl } from "./server.mjs";

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: "string" },
    extensionTestsPath: { type: "string" },
    "user-data-dir": { type: "string" },
    "extensions-dir": { type: "string" },
    "disable-workspace-trust": { type: "boolean" },
  },
});
const verbose = process.env.SALLYPORT_VERBOSE === "1";
const tests = values.extensionTestsPath;
if (!tests) throw new Error("this runs a test suite: --extensionTestsPath is missing");

const server = await startServer({
  userData: values["user-data-dir"],
  extensions: values["extensions-dir"],
  trust: values["disable-workspace-trust"] === true,
  verbose,
});
const browser = await openBrowser();
let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  await browser.close();
  await server.stop();
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(130));

const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
const complaints = [];
// The workbench calls these two: with every line that it or the suite logs, and with the suite's exit code.
await page.exposeFunction("codeAutomationLog", (type, parts) => {
  const line = `${type}: ${parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ")}`;
  if (verbose) console.error(line);
  else if (/^(warn|error)/.test(line)) complaints.push(line);
});
await page.exposeFunction("codeAutomationExit", (code) => {
  if (code !== 0) console.error(complaints.slice(-40).join("\n"));
  void end(code);
});
page.on("crash", () => {
  console.error("the browser's page crashed");
  void end(1);
});
setTimeout(
  () => {
    console.error("the suite did not end");
    void end(124);
  },
  Number(process.env.SALLYPORT_WATCHDOG ?? 600_000),
).unref();
await page.goto(
  workbenchUrl(server, {
    folder: positionals[0],
    development: values.extensionDevelopmentPath,
    tests: path.extname(tests) === "" ? `${tests}.js` : tests,
  }),
);
