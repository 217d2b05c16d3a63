// npm start: installs and builds what is missing, prints the audit of the bundled demo, and opens a copy of it in a real
// VS Code with this extension: the desktop's, else one in the browser, until Ctrl-C.
//   node scripts/start.mjs [--browser] [--built]
// --browser: the one in the browser even where `code` is on PATH. --built: dist/ is up to date.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { installDependencies, onPath, root, runScript } from "./npm.mjs";

const CACHE = path.join(root, ".cache", "start");

/**
 * The desktop's VS Code as a program that can be started without a shell, or undefined. On Windows `code` is a script
 * beside the program; in a terminal of a remote VS Code it is another thing, which knows no folders of its own.
 */
export function desktopCode(environment = process.env, platform = process.platform) {
  const names = platform === "win32" ? ["code.cmd"] : ["code"];
  const found = onPath(names, environment);
  if (!found || /remote-cli/.test(found)) return undefined;
  if (platform === "win32") {
    const program = path.join(path.dirname(found), "..", "Code.exe");
    return existsSync(program) ? program : undefined;
  }
  if (platform === "linux" && !environment.DISPLAY && !environment.WAYLAND_DISPLAY) return undefined;
  return found;
}

/** Settings of the first start in a folder; a person's changes to them stay. */
async function settingsIn(userData) {
  const { QUIET } = await import("./editor/server.mjs");
  const file = path.join(userData, "User", "settings.json");
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const { "window.confirmBeforeClose": _, "workbench.colorTheme": __, ...settings } = QUIET;
  writeFileSync(file, JSON.stringify({ ...settings, "git.enabled": true }, null, 2));
}

/**
 * The demo for this start, so that fixes, protection and what its servers write change no file of the checkout. Outside of
 * the checkout, where git ignores nothing of it; gone when this ends.
 */
function copyOfDemo() {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-demo-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const demo = path.join(folder, "demo");
  cpSync(path.join(root, "demo"), demo, { recursive: true });
  return demo;
}

/** Opens the window and ends with it. Its user data and extensions are its own, so nothing of the person's is touched. */
async function openDesktop(program, demo) {
  const userData = path.join(CACHE, "desktop");
  await settingsIn(userData);
  console.log(`\nOpening a copy of demo/ in ${program}; this ends when its window is closed, or with Ctrl-C.`);
  const args = ["--new-window", "--wait", "--user-data-dir", userData];
  args.push("--extensions-dir", path.join(CACHE, "extensions"), `--extensionDevelopmentPath=${root}`);
  // VS Code refuses to run as root without this.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  args.push(demo);
  const child = spawn(program, args, { stdio: "inherit" });
  process.on("SIGINT", () => child.kill("SIGINT"));
  const [code] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (...ended) => resolve(ended));
  });
  return code ?? 0;
}

/** Serves VS Code to the person's own browser until Ctrl-C. */
async function openInBrowser(demo) {
  const { installEditor } = await import("./editor/install.mjs");
  const { startServer, workbenchUrl } = await import("./editor/server.mjs");
  console.log("\nThere is no desktop VS Code here: serving one to your browser.");
  await installEditor();
  const userData = path.join(CACHE, "browser");
  await settingsIn(userData);
  const server = await startServer({
    userData,
    extensions: path.join(CACHE, "extensions"),
    // A person's own home: this is no test, and what is protected here starts through the launcher there.
    env: { HOME: process.env.HOME, SALLYPORT_HOME: process.env.SALLYPORT_HOME },
  });
  console.log("\nOpen this address in a browser on this machine (it listens on the loopback only; Ctrl-C ends it):\n");
  console.log(`  ${workbenchUrl(server, { folder: demo, development: root })}\n`);
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, resolve);
    // A promise alone does not keep a process up.
    setInterval(() => undefined, 1 << 30);
  });
  await server.stop();
  return 0;
}

async function start(args) {
  installDependencies();
  if (!args.includes("--built")) {
    console.log("Building ...");
    if (!runScript("scripts/build.mjs")) return 1;
  }
  console.log("\n$ sallyport audit demo --no-home\n");
  // The demo is wrong on purpose: what is found there does not stop this.
  const cli = path.join(root, "dist", "sallyport.js");
  const audit = spawnSync(process.execPath, [cli, "audit", "demo", "--no-home"], { cwd: root, stdio: "inherit" });
  if (audit.status !== 0 && audit.status !== 1)
    throw new Error(`the audit itself failed: it ended with ${audit.status}`);
  const program = args.includes("--browser") ? undefined : desktopCode();
  if (program) return await openDesktop(program, copyOfDemo());
  const { editorImpossible } = await import("./editor/install.mjs");
  const impossible = editorImpossible();
  if (impossible === undefined) return await openInBrowser(copyOfDemo());
  console.error(`\nThe demo needs VS Code: \`code\` is not on PATH, and ${impossible}.`);
  console.error(
    "Install VS Code from https://code.visualstudio.com (on macOS then run \"Shell Command: Install 'code'\").",
  );
  return 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  start(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error) => {
      console.error(error.message);
      process.exit(1);
    },
  );
}
