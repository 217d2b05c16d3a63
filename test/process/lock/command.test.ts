import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { CLI, git, json, project, put, type Run, runProgram, WATCHDOG } from "../audit/cli.ts";

const MCP = ".mcp.json";
const CONFIG = `{
  "mcpServers": {
    "tracker": {
      "command": "npx",
      "args": ["-y", "@acme/tracker@1.2.3", "--token", "hunter2-hunter2"],
      "env": { "TRACKER_TOKEN": "\${TRACKER_TOKEN}" }
    }
  }
}
`;
const lock = (folder: string, ...args: string[]): Promise<Run> =>
  runProgram(process.execPath, [CLI, "lock", ...args], { cwd: folder });
const audit = (folder: string, ...args: string[]): Promise<Run> =>
  runProgram(process.execPath, [CLI, "audit", "--no-home", "--only", "configs", ...args], { cwd: folder });
const read = (folder: string, name = "sallyport.lock"): string => readFileSync(path.join(folder, name), "utf8");

async function locked(): Promise<string> {
  const folder = project({ [MCP]: CONFIG });
  const { code, stdout } = await lock(folder);
  assert.equal(code, 0, stdout);
  return folder;
}

/** The findings of the lock's rule: exit code, and message with place. */
async function drift(folder: string, ...args: string[]): Promise<{ code: number | null; found: string[] }> {
  const run = await audit(folder, "--locked", "--format", "json", ...args);
  const found = json(run)
    .findings.filter(({ rule }) => rule === "lock-drift")
    .map((one) => one as typeof one & { readonly startColumn: number })
    .map((one) => `${path.basename(one.file)}:${one.startLine}:${one.startColumn} ${one.message}`);
  return { code: run.code, found };
}

describe("sallyport lock", WATCHDOG, () => {
  it("writes a lock that has no secret in it, and says what it wrote", async () => {
    const folder = project({ [MCP]: CONFIG });
    assert.equal((await lock(folder, "--check")).code, 1);
    assert.ok(!existsSync(path.join(folder, "sallyport.lock")));
    const { code, stdout } = await lock(folder);
    assert.equal(code, 0);
    assert.match(stdout, /^\+ \.mcp\.json "tracker" {2}npx -y @acme\/tracker@1\.2\.3 --token \[secret:[0-9a-f]{4}\]$/m);
    assert.match(stdout, /^sallyport\.lock is written: 1 server\.$/m);
    const text = read(folder);
    assert.ok(!text.includes("hunter2"));
    assert.match(text, /"npm:@acme\/tracker": "1\.2\.3"/);
    assert.deepEqual(readdirSync(folder).toSorted(), [MCP, "sallyport.lock"]);
    const again = await lock(folder, "--check");
    assert.deepEqual([again.code, again.stdout], [0, "sallyport.lock is up to date: 1 server.\n"]);
    await lock(folder);
    assert.equal(read(folder), text);
    assert.deepEqual(await drift(folder), { code: 0, found: [] });
  });

  it("each sort of drift fails audit --locked at its place, whatever --fail-on says", async () => {
    const changed = await locked();
    put(changed, { [MCP]: CONFIG.replace('"npx"', '"bash"') });
    const one = await drift(changed, "--fail-on", "never");
    assert.equal(one.code, 1);
    assert.deepEqual(one.found, [
      '.mcp.json:4:18 The server "tracker" is not the one in sallyport.lock: the command was "npx", is "bash"',
    ]);

    const removed = await locked();
    put(removed, { [MCP]: '{"mcpServers": {}}' });
    const two = await drift(removed);
    assert.equal(two.code, 1);
    assert.match(two.found.join("\n"), /^sallyport\.lock:4:7 The server "tracker" of \.mcp\.json is in/);

    const added = await locked();
    put(added, { ".cursor/mcp.json": '{"mcpServers": {"new": {"command": "x"}}}' });
    const three = await drift(added);
    assert.equal(three.code, 1);
    assert.match(three.found.join("\n"), /^mcp\.json:1:17 The server "new" is not in sallyport\.lock/);

    const missing = await drift(project({ [MCP]: CONFIG }));
    assert.equal(missing.code, 1);
    assert.match(missing.found.join("\n"), /^\.mcp\.json:3:5 There is no sallyport\.lock/);
  });

  it("another installed version is drift", async () => {
    const unpinned = CONFIG.replace("@1.2.3", "");
    const folder = project({ [MCP]: unpinned });
    const manifest = "node_modules/@acme/tracker/package.json";
    put(folder, { [manifest]: '{"version": "1.2.3"}' });
    await lock(folder);
    assert.match(read(folder), /"npm:@acme\/tracker": "1\.2\.3"/);
    assert.equal((await drift(folder)).code, 0);
    put(folder, { [manifest]: '{"version": "1.3.0"}' });
    const { code, found } = await drift(folder);
    assert.equal(code, 1);
    assert.match(found.join("\n"), /starts npm:@acme\/tracker 1\.3\.0 on this machine; sallyport\.lock has 1\.2\.3/);
  });

  it("a repository's comment does not hide drift", async () => {
    const folder = await locked();
    const comment = "// sallyport-ignore: lock-drift -- fine\n";
    put(folder, {
      [MCP]: CONFIG.replace('"npx"', '"bash"').replace('      "command"', `      ${comment}      "command"`),
    });
    assert.equal((await drift(folder)).code, 1);
  });

  it("a damaged lock is one error with its place, from both commands, and is never written over", async () => {
    for (const [text, expected] of [
      ['{"servers": {\n<<<<<<< HEAD\n}, "version": 1}', "2:1"],
      ['{"servers": {}, "version": 1, "__proto__": {}}', "1:31"],
      ['{"servers": {}, "version": 99}', "1:28"],
      ["x".repeat(9 * 1024 * 1024), "bytes"],
    ] as const) {
      const folder = project({ [MCP]: CONFIG, "sallyport.lock": text });
      const { code, stderr } = await lock(folder);
      assert.equal(code, 3, stderr);
      assert.ok(stderr.includes(expected), stderr);
      assert.equal(read(folder), text);
      const run = await audit(folder, "--locked", "--format", "json");
      assert.equal(run.code, 3);
      assert.deepEqual(
        json(run).problems.map(({ file }) => path.basename(file)),
        ["sallyport.lock"],
      );
    }
  });

  it("a configuration that cannot be read leaves the lock as it is", async () => {
    const folder = await locked();
    const before = read(folder);
    put(folder, { ".vscode/mcp.json": '{"servers": {' });
    const { code, stderr } = await lock(folder);
    assert.equal(code, 3);
    assert.match(stderr, /mcp\.json lacks .*; the lock is left as it is/);
    assert.equal(read(folder), before);
  });

  it("a link in the lock's place is not followed", { skip: process.platform === "win32" }, async () => {
    const folder = project({ [MCP]: CONFIG, "other.lock": '{"servers": {}, "version": 1}' });
    symlinkSync(path.join(folder, "other.lock"), path.join(folder, "sallyport.lock"));
    const { code, stderr } = await lock(folder);
    assert.equal(code, 3);
    assert.match(stderr, /not a plain file/);
    assert.equal(read(folder, "other.lock"), '{"servers": {}, "version": 1}');
  });

  it("--staged sees a part of the workspace, and says nothing of the lock", async () => {
    const folder = await locked();
    git(folder, "init", "-q");
    git(folder, "add", "sallyport.lock");
    const run = await runProgram(process.execPath, [CLI, "audit", "--staged", "--format", "json"], { cwd: folder });
    assert.deepEqual([run.code, json(run).findings], [0, []]);
    const both = await runProgram(process.execPath, [CLI, "audit", "--staged", "--locked"], { cwd: folder });
    assert.equal(both.code, 2);
  });

  it("what git ignores is of this machine alone, unless the repository has it all the same", async () => {
    const folder = project({ [MCP]: CONFIG, ".cursor/mcp.json": '{"mcpServers": {"mine": {"command": "x"}}}' });
    git(folder, "init", "-q");
    put(folder, { ".gitignore": ".cursor/\n" });
    git(folder, "add", "-A");
    await lock(folder);
    assert.ok(!read(folder).includes("mine"));
    assert.deepEqual(await drift(folder), { code: 0, found: [] });
    git(folder, "add", "-f", ".cursor/mcp.json");
    const { code, found } = await drift(folder);
    assert.equal(code, 1);
    assert.match(found.join("\n"), /The server "mine" is not in sallyport\.lock/);
  });

  it("what is no folder is a usage error", async () => {
    const folder = project({ [MCP]: CONFIG });
    writeFileSync(path.join(folder, "file"), "");
    for (const args of [["file"], ["nowhere"], [".", "."], ["--nonsense"]]) {
      assert.equal((await lock(folder, ...args)).code, 2, args.join(" "));
    }
  });
});
