import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { codeBlock, environment, git, GOOD, plainHttp, project, put, standIn, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const DOCS = readFileSync("docs/audit/pre-commit.md", "utf8");
const posix = process.platform === "win32" ? { skip: "the stand-in for an installed sallyport is a shell script" } : {};

const documented = (mark: string): string => codeBlock(DOCS, mark);

/** A PATH on which `sallyport` is this build. */
function installed(): string {
  const bin = project();
  standIn(path.join(bin, "sallyport"));
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

/** A commit of `<name>.example` is stopped, and one without it is made. */
function stops(folder: string, PATH: string, name: string): void {
  git(folder, "add", "-A");
  const bad = commit(folder, PATH);
  assert.equal(bad.code, 1, bad.output);
  assert.ok(bad.output.includes(`${name}.example`), bad.output);
  assert.equal(commits(folder), 0);
  put(folder, { [CONFIG]: GOOD });
  git(folder, "add", "-A");
  const good = commit(folder, PATH);
  assert.equal(good.code, 0, good.output);
  assert.equal(commits(folder), 1);
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

  it("the documented husky hook does, with a project's own Sallyport", () => {
    const PATH = process.env["PATH"] ?? "";
    const folder = project({
      [CONFIG]: plainHttp("husky.example"),
      "package.json": "{}",
      ".gitignore": "node_modules\n",
    });
    git(folder, "init", "-q");
    mkdirSync(path.join(folder, "node_modules/.bin"), { recursive: true });
    standIn(path.join(folder, "node_modules/.bin/sallyport"));
    // What `npx husky` runs.
    execFileSync(process.execPath, [path.resolve("node_modules/husky/bin.js")], { cwd: folder, env: environment() });
    put(folder, { ".husky/pre-commit": documented("sh husky") });
    stops(folder, PATH, "husky");
  });

  const lefthook = spawnSync("lefthook", ["version"], { encoding: "utf8" }).status === 0;

  it("the documented lefthook job does", lefthook ? {} : { skip: "lefthook is not installed" }, () => {
    const folder = project({
      [CONFIG]: plainHttp("lefthook.example"),
      "package.json": "{}",
      ".gitignore": "node_modules\n",
      "lefthook.yml": documented("yaml lefthook"),
    });
    git(folder, "init", "-q");
    mkdirSync(path.join(folder, "node_modules/.bin"), { recursive: true });
    standIn(path.join(folder, "node_modules/.bin/sallyport"));
    execFileSync("lefthook", ["install"], { cwd: folder, env: environment(), stdio: "pipe" });
    stops(folder, process.env["PATH"] ?? "", "lefthook");
  });

  it("the documented lefthook job is one that lefthook 2 reads, and its command stops a bad commit", () => {
    const config = parse(documented("yaml lefthook")) as { "pre-commit": { jobs: { name: string; run: string }[] } };
    const [job, ...others] = config["pre-commit"].jobs;
    assert.ok(job);
    assert.deepEqual([Object.keys(job), others], [["name", "run"], []]);
    const folder = project({ [CONFIG]: plainHttp("command.example"), "package.json": "{}" });
    git(folder, "init", "-q");
    mkdirSync(path.join(folder, "node_modules/.bin"), { recursive: true });
    standIn(path.join(folder, "node_modules/.bin/sallyport"));
    git(folder, "add", CONFIG);
    const bad = spawnSync("sh", ["-c", job.run], { cwd: folder, env: environment(), encoding: "utf8" });
    assert.equal(bad.status, 1, bad.stderr);
    assert.match(bad.stdout, /command\.example/u);
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
