import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { kindOf, readConfig } from "../../../src/clients/clients.ts";
import type { Environment } from "../../../src/core/environment.ts";
import { launchIdsOf } from "../../../src/lsp/launchIds.ts";
import { isProgram } from "../../../src/proxy/commandLine.ts";
import { identityOf } from "../../../src/proxy/identity.ts";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "sallyport-launch-")));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const program = path.join(folder, "program");
writeFileSync(program, "", { mode: 0o755 });
// A link on PATH, as package managers make them: the proxy names what it leads to.
symlinkSync(program, path.join(folder, "tool"));

const environment: Environment = {
  os: "linux",
  home: "/home/ada",
  cwd: "/",
  variable: (name) => ({ PATH: folder, WHERE: "harbor" })[name],
};

async function entryOf(words: object) {
  const file = "/w/.vscode/mcp.json";
  const text = JSON.stringify({ servers: { notes: words } });
  const config = await readConfig({ path: file, text, ...kindOf(file, environment) });
  return { config, entry: config.entries[0] ?? assert.fail() };
}

/** What the proxy says once the client has started it so. */
function hello(command: string, args: readonly string[], cwd: string): string {
  const machine = { windows: false, cwd, variable: (name: string) => environment.variable(name), isProgram };
  return identityOf(command, args, machine, () => assert.fail("no secret")).id;
}

const posix = process.platform === "win32" ? { skip: "a link on PATH" } : {};

test(
  "the ids are those that the proxy gives itself, in each folder in which the client may start it",
  posix,
  async () => {
    const { config, entry } = await entryOf({
      command: "${userHome}/.sallyport/bin/sallyport",
      args: ["proxy", "--server=notes", "--", "tool", "${workspaceFolder}/a.mjs", "${env:WHERE}"],
    });
    assert.ok(entry.protected);
    const { ids, known } = launchIdsOf(config, entry, environment, ["/w", "/home/ada", "/w"], true);
    assert.ok(known);
    assert.deepEqual(ids, [
      hello("tool", ["/w/a.mjs", "harbor"], "/w"),
      hello("tool", ["/home/ada/a.mjs", "harbor"], "/home/ada"),
    ]);
    assert.notEqual(ids[0], hello("tool", ["/w/b.mjs", "harbor"], "/w"));
    // A client with a PATH of its own may find another program.
    assert.equal(launchIdsOf(config, entry, environment, ["/w"], false).known, false);
  },
);

test("a package is part of it, and the entry's own folder goes before all", posix, async () => {
  const { config, entry } = await entryOf({ command: program, args: ["x"], cwd: "/srv" });
  assert.deepEqual(launchIdsOf(config, entry, environment, ["/w"], false), {
    ids: [hello(program, ["x"], "/srv")],
    known: true,
  });
  const npx = await entryOf({ command: "npx", args: ["-y", "notes@1.2.3"] });
  const { ids, known } = launchIdsOf(npx.config, npx.entry, environment, ["/w"], true);
  assert.deepEqual(ids, [hello("npx", ["-y", "notes@1.2.3"], "/w")]);
  // It is not on this PATH.
  assert.equal(known, false);
});

test("an input's value is not known here, so nothing is claimed", async () => {
  const { config, entry } = await entryOf({ command: "tool", args: ["${input:token}"] });
  assert.deepEqual(launchIdsOf(config, entry, environment, ["/w"], true), { ids: [], known: false });
});
