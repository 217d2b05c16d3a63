import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { npmScript } from "../../../scripts/npm.mjs";
import { kindOf, readConfig } from "../../../src/clients/clients.ts";
import type { ServerEntry } from "../../../src/clients/config.ts";
import type { Environment } from "../../../src/core/environment.ts";

/** A hang, not a time that a step may take. */
const WATCHDOG = 5 * 60_000;
/** The largest is some 100 MB. Where that takes longer than this, both downloads would outlast the whole suite. */
const DOWNLOAD = 90_000;

interface Program {
  readonly name: string;
  readonly version: string;
  /** Of the package that npm names; its own packages are held by it. */
  readonly integrity: string;
  readonly entry: string;
}

const CODEX: Program = {
  name: "@openai/codex",
  version: "0.169.0",
  integrity: "sha512-KhzYlkKPxoNssR8CEm45IjqnFWn7UtlF4CiD3tOJPea51xBs7MaHy0UQG9GSbCqk6Lrjn5QdJDV0QD1/FgWlGw==",
  entry: "bin/codex.js",
};
const GEMINI: Program = {
  name: "@google/gemini-cli",
  version: "0.61.0",
  integrity: "sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==",
  entry: "bundle/gemini.js",
};

/** Runs a program of Node to its end and returns what it wrote to its output. */
function run(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { streams = "out", timeout = WATCHDOG }: { streams?: "out" | "both"; timeout?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout });
    const output = { out: "", all: "" };
    child.stdout.on("data", (data: Buffer) => {
      output.out += data.toString();
      output.all += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => (output.all += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(streams === "both" ? output.all : output.out);
      else reject(new Error(`${args.join(" ")} ended with ${String(code)}\n${output.all.slice(-2000)}`));
    });
  });
}

/**
 * Installs a program once for each version, outside the checkout; scripts of packages are not run. npm checks the integrity
 * that the registry states, and this the one that is written here. Skips the test, with the reason, where the program cannot
 * be fetched: that says nothing about our reader.
 */
async function installed(t: TestContext, { name, version, integrity, entry }: Program): Promise<string | undefined> {
  const { SALLYPORT_CLIENTS_CACHE, XDG_CACHE_HOME } = process.env;
  const cache =
    SALLYPORT_CLIENTS_CACHE ?? path.join(XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "sallyport-clients");
  const folder = path.join(
    cache,
    `${name.replaceAll(/[@/]/g, "-").slice(1)}-${version}-${process.platform}-${process.arch}`,
  );
  const program = path.join(folder, "node_modules", ...name.split("/"), entry);
  const done = path.join(folder, "done");
  if (existsSync(done)) return program;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  writeFileSync(path.join(folder, "package.json"), '{"private":true}');
  try {
    await run([npmScript(), "install", ...flags, `${name}@${version}`], folder, process.env, {
      timeout: DOWNLOAD,
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    t.skip(`${name} could not be fetched: ${String(error).slice(0, 300)}`);
    return undefined;
  }
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, { integrity?: string }>;
  };
  assert.equal(lock.packages[`node_modules/${name}`]?.integrity, integrity, name);
  writeFileSync(done, "");
  return program;
}

interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What our reader says of the file. */
  readonly entries: readonly ServerEntry[];
}

/** A home of its own with one file of the client in it, read by us. */
async function homeWith(file: string, text: string): Promise<Home> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-clients-"));
  const at = path.join(folder, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
  const environment: Environment = {
    os: process.platform === "darwin" ? "macos" : "linux",
    home: folder,
    cwd: folder,
    variable: () => undefined,
  };
  const { entries } = await readConfig({ path: at, text, ...kindOf(at, environment) });
  // A proxy that nobody answers at: what these programs list is in the file, and nothing of it leaves the machine.
  const nowhere = "http://127.0.0.1:9";
  return {
    folder,
    entries,
    env: { HOME: folder, PATH: process.env["PATH"], HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
  };
}

const words = (entry: ServerEntry): string =>
  entry.command ? [entry.command.value, ...entry.args.map((arg) => arg.value)].join(" ") : (entry.url?.value ?? "");

const posix = process.platform === "win32" ? { skip: "their homes are set by HOME" } : {};

describe("real clients agree with our reader", posix, () => {
  it("Codex lists the servers that we read, and which are switched off", { timeout: WATCHDOG }, async (t) => {
    const program = await installed(t, CODEX);
    if (program === undefined) return;
    const text = `[mcp_servers.notes]
command = "npx"
args = ["-y", "notes-server@1.2.3"]
env = { NOTES_DIR = "/srv/notes" }

[mcp_servers."off one"]
command = "node"
args = ["x.mjs"]
enabled = false

[mcp_servers.remote]
url = "https://mcp.example.com/mcp"
bearer_token_env_var = "REMOTE_TOKEN"
`;
    const home = await homeWith(".codex/config.toml", text);
    const output = await run([program, "mcp", "list", "--json"], home.folder, home.env);
    interface Listed {
      readonly name: string;
      readonly enabled: boolean;
      readonly transport: {
        readonly command?: string;
        readonly args?: string[];
        readonly url?: string;
        readonly bearer_token_env_var?: string;
      };
    }
    const theirs = (JSON.parse(output) as Listed[]).map(({ name, enabled, transport }) => [
      name,
      enabled,
      transport.url ?? [transport.command, ...(transport.args ?? [])].join(" "),
      transport.bearer_token_env_var,
    ]);
    const ours = home.entries.map((entry) => [entry.name, entry.enabled, words(entry), entry.passed[0]?.value]);
    assert.deepEqual(theirs, ours);
    assert.equal(ours.length, 3);
    rmSync(home.folder, { recursive: true, force: true });
  });

  it(
    "Gemini CLI lists the servers that we read, and blocks those that are excluded",
    { timeout: WATCHDOG },
    async (t) => {
      const program = await installed(t, GEMINI);
      if (program === undefined) return;
      const text = `{
  // the person's own
  "mcp": { "excluded": ["off"] },
  "mcpServers": {
    "notes": { "command": "npx", "args": ["-y", "notes-server@1.2.3"] },
    "off": { "command": "node", "args": ["x.mjs"] },
    "remote": { "httpUrl": "https://127.0.0.1:9/mcp" }
  }
}
`;
      const home = await homeWith(".gemini/settings.json", text);
      const work = path.join(home.folder, "work");
      mkdirSync(work);
      // In a folder that is not trusted it starts none of them, and so the list is out of the file alone.
      const output = await run([program, "mcp", "list"], work, home.env, { streams: "both" });
      const theirs = [...output.matchAll(/^\S+ (\S+): (.+) \((?:stdio|http)\) - (\w+)$/gm)].map(
        ([, name, what, state]) => [name, what, state !== "Blocked"],
      );
      assert.deepEqual(
        theirs,
        home.entries.map((entry) => [entry.name, words(entry), entry.enabled]),
      );
      assert.equal(theirs.length, 3);
      rmSync(home.folder, { recursive: true, force: true });
    },
  );
});
