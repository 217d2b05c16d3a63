import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { CLI, environment, git, GOOD, plainHttp, project, put, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const DOCS = readFileSync("docs/audit/pre-commit.md", "utf8");
const posix = process.platform === "win32" ? { skip: "the stand-in for an installed sallyport is a shell script" } : {};

/** A code block of the documentation, as a person copies it. */
function documented(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "mu").exec(DOCS)?.[1];
  assert.ok(block, `the documentation has no ${language} block`);
  return block;
}

/** A PATH on which `sallyport` is this build. */
function installed(): string {
  const bin = project();
  const file = path.join(bin, "sallyport");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(file, 0o755);
  return `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`;
}

function commit(folder: string, PATH: string, ...args: string[]): { code: number | null; output: string } {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, "commit", "-m", "x", ...args], {
    cwd: folder,
    env: environment({ PATH, GIT_CONFIG_NOSYSTEM: "1" }),
    encoding: "utf8",
  });
  return { code: status, output: `${stdout}${stderr}` };
}

const commits = (folder: string): number => git(folder, "log", "--oneline", "--all").split("\n").filter(Boolean).length;

describe("before a commit", { ...WATCHDOG, ...posix }, () => {
  it("the documented git hook stops a bad commit and lets a good one pass", () => {
    const PATH = installed();
    const folder = project({ [CONFIG]: plainHttp("hook.example"), "src/x.txt": "x" });
    git(folder, "init", "-q");
    writeFileSync(path.join(folder, ".git/hooks/pre-commit"), documented("sh"), { mode: 0o755 });
    git(folder, "add", "-A");
    const bad = commit(folder, PATH);
    assert.equal(bad.code, 1);
    assert.match(bad.output, /hook\.example/u);
    assert.equal(commits(folder), 0);
    put(folder, { [CONFIG]: GOOD });
    assert.equal(commit(folder, PATH).code, 1, "the index is what counts, not the file");
    git(folder, "add", "-A");
    const good = commit(folder, PATH);
    assert.equal(good.code, 0, good.output);
    assert.equal(commits(folder), 1);
    // `git commit -a` and `git commit FILE` have an index of their own.
    put(folder, { [CONFIG]: plainHttp("again.example") });
    assert.match(commit(path.join(folder, "src"), PATH, "-a").output, /again\.example/u);
    assert.match(commit(folder, PATH, CONFIG).output, /again\.example/u);
    assert.equal(commits(folder), 1);
    assert.equal(commit(folder, PATH, "-a", "--no-verify").code, 0);
  });

  const framework = spawnSync("pre-commit", ["--version"], { encoding: "utf8" }).status === 0;
  const skip = framework ? {} : { skip: "the pre-commit framework is not installed" };

  it("the pre-commit framework does, too, as documented and from our hook list", skip, () => {
    const PATH = installed();
    const hooks = project();
    cpSync(".pre-commit-hooks.yaml", path.join(hooks, ".pre-commit-hooks.yaml"));
    git(hooks, "init", "-q");
    git(hooks, "add", "-A");
    git(hooks, "commit", "-q", "-m", "hooks");
    const rev = git(hooks, "rev-parse", "HEAD").trim();
    const fromList = `repos:\n  - repo: "${hooks}"\n    rev: ${rev}\n    hooks:\n      - id: sallyport-audit\n`;
    for (const config of [documented("yaml"), fromList]) {
      const folder = project({ [CONFIG]: plainHttp("framework.example"), ".pre-commit-config.yaml": config });
      git(folder, "init", "-q");
      git(folder, "add", "-A");
      const env = environment({ PATH, PRE_COMMIT_HOME: project() });
      execFileSync("pre-commit", ["install"], { cwd: folder, env, stdio: "pipe" });
      const bad = spawnSync("pre-commit", ["run"], { cwd: folder, env, encoding: "utf8" });
      assert.equal(bad.status, 1, `${bad.stdout}${bad.stderr}`);
      assert.match(bad.stdout, /framework\.example/u);
      put(folder, { [CONFIG]: GOOD });
      git(folder, "add", "-A");
      assert.equal(commit(folder, PATH).code, 0);
    }
  });
});
