import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, git, GOOD, json, plainHttp, project, put, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const OTHER = "apps/a b/.cursor/mcp.json";
const cursor = (host: string): string => plainHttp(host).replace("servers", "mcpServers");

async function hosts(cwd: string, ...args: string[]): Promise<string[]> {
  const run = await audit(["--format", "json", ...args], { cwd });
  assert.notEqual(run.stdout, "", run.stderr);
  return json(run).findings.map(({ message }) => /([a-z]+)\.example/u.exec(message)?.[1] ?? "");
}

function repository(): string {
  const folder = project({ [CONFIG]: plainHttp("first.example"), [OTHER]: cursor("second.example") });
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "first");
  return folder;
}

describe("audit --since", WATCHDOG, () => {
  it("reports on files whose contents on disk differ from the commit, committed, staged or not", async () => {
    const folder = repository();
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), []);
    put(folder, { [CONFIG]: plainHttp("edited.example") });
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), ["edited"]);
    git(folder, "add", "-A");
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), ["edited"]);
    git(folder, "commit", "-q", "-m", "second");
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), []);
    assert.deepEqual(await hosts(folder, "--since", "HEAD~1"), ["edited"]);
    put(folder, { ".mcp.json": cursor("untracked.example") });
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), ["untracked"]);
    const inner = path.join(folder, "apps");
    assert.deepEqual(await hosts(inner, "--since", "HEAD"), [], "below a subfolder only that");
    put(folder, { [CONFIG]: plainHttp("first.example") });
    assert.deepEqual(await hosts(folder, "--since", "HEAD~1"), ["untracked"], "what is as it was has not changed");
  });

  it("does not take other line ends for a change", async () => {
    const folder = repository();
    put(folder, { [CONFIG]: plainHttp("first.example").replaceAll("\n", "\r\n") });
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), []);
  });

  it("refuses what is no commit, and a folder that is in no repository", async () => {
    const folder = repository();
    for (const revision of ["nowhere", "--upload-pack=x", "HEAD:.vscode", ""]) {
      const { code, stdout, stderr } = await audit([`--since=${revision}`], { cwd: folder });
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, /--since/u);
    }
    const outside = await audit(["--since", "HEAD"], { cwd: project({ [CONFIG]: GOOD }) });
    assert.equal(outside.code, 3);
  });

  it("runs nothing that the repository's configuration names", async () => {
    const folder = repository();
    const trace = path.join(folder, "ran");
    const trap = `touch '${trace}'`;
    put(folder, { ".gitattributes": "* filter=trap diff=trap\n" });
    git(folder, "add", "-A");
    git(folder, "commit", "-q", "-m", "attributes");
    for (const [key, value] of [
      ["core.fsmonitor", trap],
      ["filter.trap.clean", trap],
      ["filter.trap.smudge", trap],
      ["diff.trap.textconv", trap],
      ["diff.external", trap],
      ["core.pager", trap],
    ] as const) {
      git(folder, "config", key, value);
    }
    writeFileSync(path.join(folder, CONFIG), plainHttp("edited.example"));
    assert.deepEqual(await hosts(folder, "--since", "HEAD"), ["edited"]);
    assert.equal(existsSync(trace), false);
  });
});
