// A real VS Code on this machine's loopback: code-server, with everything of its own (home, settings, extensions), and
// the address that opens it in a browser.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { editor } from "./install.mjs";

/** Settings without which a first start shows pages, asks a person, or asks the network. */
export const QUIET = {
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "json.schemaDownload.enable": false,
  "remote.autoForwardPorts": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.confirmBeforeClose": "never",
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};

/** Neither Copilot nor the agent host; VS Code's MCP client and `vscode.lm` are there all the same. */
export const WITHOUT_AI = { "chat.disableAIFeatures": true };

/**
 * VS Code's own chat agent with the model of the test bridge: no sign-in (anonymous access), titles and summaries by the
 * same model (the utility models), and nothing asked of any host elsewhere (a proxy where nobody listens).
 */
export const FAKE_AI = {
  "chat.allowAnonymousAccess": true,
  "chat.utilityModel": "sallyport-fake/fake",
  "chat.utilitySmallModel": "sallyport-fake/fake",
  "http.noProxy": ["localhost", "127.0.0.1"],
  "http.proxy": "http://127.0.0.1:9",
  "http.proxySupport": "override",
};

/** How long a server may take to answer: a cold disk and a busy machine included. */
const START_LIMIT = 60_000;
/** How long it may take to go after being asked. */
const STOP_LIMIT = 5_000;
/** What is kept of its output, for the error when it fails. */
const KEPT = 50_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path: "/healthz", timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(false));
    call.end();
  });
}

/**
 * The environment of a server: a home of its own, since an extension under test reads agents' settings in the home
 * folder and must not meet the developer's; no gallery; and nothing of the shell that would change how it starts.
 */
function environment(place, extra) {
  const home = path.join(place, "home");
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local", "share"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    PATH: `${path.dirname(editor.node)}${path.delimiter}${process.env.PATH}`,
    // Where the broker, the proxies and the window meet.
    SALLYPORT_HOME: path.join(home, ".sallyport"),
    TMPDIR: path.join(place, "tmp"),
    EXTENSIONS_GALLERY: '{"serviceUrl":"http://127.0.0.1:9/none"}',
    ...extra,
  };
  for (const name of Object.keys(env)) {
    if (/^(PORT|PASSWORD|HASHED_PASSWORD|NODE_OPTIONS|VSCODE_.*|ELECTRON_.*|npm_.*|NODE_TEST_CONTEXT)$/.test(name)) {
      delete env[name];
    }
  }
  return env;
}

/** A broker outlives whoever started it; one of a home that goes away goes too. */
function endBroker(home) {
  const folder = path.join(home, ".sallyport", "run");
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((file) => /^broker\.\d+\.pid$/.test(file))) {
    try {
      process.kill(JSON.parse(readFileSync(path.join(folder, name), "utf8")).pid, "SIGTERM");
    } catch (error) {
      if (error.code !== "ESRCH" && !(error instanceof SyntaxError)) throw error;
    }
  }
}

function installExtension(vsix, base, env) {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(editor.node, [...base, "--install-extension", vsix], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: START_LIMIT,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`--install-extension ${vsix} ended with ${code}\n${output}`)),
    );
  });
}

/**
 * Starts a server on a free port of the loopback. It ends with `stop()`, or with this process; either takes its whole
 * process group, so extension hosts, language servers and MCP servers go with it.
 * @param {object} [options]
 * @param {Record<string, unknown>} [options.settings] user settings, over QUIET
 * @param {Record<string, string | undefined>} [options.env] for the server and all that it starts
 * @param {string[]} [options.vsix] extensions to install first
 * @param {boolean} [options.trust] false: Workspace Trust is on, so a folder opens in Restricted Mode
 * @param {string} [options.userData] an existing folder in place of a new one; its settings are left as they are
 * @param {string} [options.extensions] the same for installed extensions
 * @param {number} [options.port]
 * @param {boolean} [options.verbose] passes on what the server prints
 */
export async function startServer(options = {}) {
  if (!existsSync(editor.entry)) throw new Error(`no VS Code in ${editor.folder}: node scripts/editor/install.mjs`);
  const place = mkdtempSync(path.join(tmpdir(), "sallyport-editor-"));
  const userData = path.resolve(options.userData ?? path.join(place, "data"));
  const extensions = path.resolve(options.extensions ?? path.join(place, "extensions"));
  const env = environment(place, options.env);
  for (const folder of [path.join(userData, "User"), extensions, env.HOME, env.TMPDIR])
    mkdirSync(folder, { recursive: true });
  const settings = path.join(userData, "User", "settings.json");
  if (!existsSync(settings)) writeFileSync(settings, JSON.stringify({ ...QUIET, ...options.settings }, null, 2));
  const config = path.join(place, "config.yaml");
  writeFileSync(config, "auth: none\ncert: false\n");
  const base = [editor.entry, "--config", config, "--user-data-dir", userData, "--extensions-dir", extensions];
  for (const vsix of options.vsix ?? []) await installExtension(path.resolve(vsix), base, env);

  const port = options.port ?? (await freePort());
  const child = spawn(
    editor.node,
    [
      ...base,
      "--bind-addr",
      `127.0.0.1:${port}`,
      "--auth",
      "none",
      "--disable-telemetry",
      "--disable-update-check",
      "--disable-getting-started-override",
      "--ignore-last-opened",
      // Without this a built workbench ignores the paths of extensions under development and of their tests.
      "--vscode-option",
      "enable-smoke-test-driver",
      ...(options.trust === false ? [] : ["--disable-workspace-trust"]),
    ],
    { env, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output = (output + data).slice(-KEPT);
      if (options.verbose) process.stderr.write(data);
    });
  }
  let ended = false;
  const gone = new Promise((resolve) => child.once("exit", resolve)).then(() => (ended = true));
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const withUs = () => signal("SIGKILL");
  process.once("exit", withUs);
  const stop = async () => {
    if (!ended) signal("SIGTERM");
    await Promise.race([gone, pause(STOP_LIMIT, undefined, { ref: false })]);
    signal("SIGKILL");
    endBroker(path.join(place, "home"));
    process.removeListener("exit", withUs);
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const end = Date.now() + START_LIMIT; Date.now() < end; await pause(100)) {
    if (await answers(port)) {
      return {
        port,
        place,
        home: env.HOME,
        userData,
        extensions,
        url: `http://localhost:${port}`,
        output: () => output,
        stop,
      };
    }
    if (ended) break;
  }
  await stop();
  throw new Error(`code-server ${ended ? "ended" : "did not answer"}\n${output}`);
}

/**
 * The address of a workbench.
 * @param {{port: number, url: string}} server
 * @param {object} what
 * @param {string} [what.folder] the folder to open
 * @param {string} [what.development] the folder of one extension under development, or (without a package.json of its
 *   own) of several right below it: the workbench takes one value only
 * @param {string} [what.tests] a module with run(), which the extension host loads and whose end ends the page
 */
export function workbenchUrl(server, { folder, development, tests }) {
  const remote = (file) =>
    `vscode-remote://localhost:${server.port}${path.resolve(file).split(path.sep).map(encodeURIComponent).join("/")}`;
  const payload = [["skipWelcome", "true"]];
  if (development) payload.push(["extensionDevelopmentPath", remote(development)]);
  if (tests) payload.push(["extensionTestsPath", remote(tests)]);
  const query = new URLSearchParams();
  if (folder) query.set("folder", path.resolve(folder));
  query.set("payload", JSON.stringify(payload));
  return `${server.url}/?${query}`;
}
