import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, git, GOOD, json, type JsonReport, plainHttp, project, put, type Run, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const OTHER = "apps/web/.cursor/mcp.json";
const other = (host: string): string => plainHttp(host).replace("servers", "mcpServers");

async function staged(cwd: string, ...args: string[]): Promise<{ run: Run; report: JsonReport }> {
  const run = await audit(["--staged", "--format", "json", ...args], { cwd });
  assert.notEqual(run.stdout, "", run.stderr);
  return { run, report: json(run) };
}

const hosts = (report: JsonReport): string[] =>
  report.findings
    .map(({ message }) => /([a-z]+)\.example/u.exec(message)?.[1] ?? "")
    .toSorted((a, b) => (a < b ? -1 : 1));

function repository(files: Readonly<Record<string, string>> = { "README.md": "x\n" }): string {
  const folder = project(files);
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "first");
  return folder;
}

describe("audit --staged", WATCHDOG, () => {
  it("reads the index, not the work tree", async () => {
    const folder = repository();
    put(folder, { [CONFIG]: plainHttp("staged.example") });
    git(folder, "add", CONFIG);
    put(folder, { [CONFIG]: GOOD });
    const bad = await staged(folder);
    assert.deepEqual([bad.run.code, hosts(bad.report)], [1, ["staged"]]);
    git(folder, "add", CONFIG);
    put(folder, { [CONFIG]: plainHttp("worktree.example") });
    const good = await staged(folder);
    assert.deepEqual([good.run.code, good.report.findings], [0, []]);
    rmSync(path.join(folder, CONFIG));
    assert.equal((await staged(folder)).run.code, 0);
  });

  it("reads only what differs from the last commit", async () => {
    const folder = repository({ [CONFIG]: plainHttp("old.example"), [OTHER]: other("kept.example") });
    assert.deepEqual((await staged(folder)).report.summary["filesRead"], 0);
    put(folder, { [CONFIG]: plainHttp("new.example"), "untracked/.vscode/mcp.json": plainHttp("untracked.example") });
    assert.deepEqual(hosts((await staged(folder)).report), []);
    git(folder, "add", CONFIG);
    assert.deepEqual(hosts((await staged(folder)).report), ["new"]);
    git(folder, "rm", "-q", "--cached", CONFIG);
    const { run } = await staged(folder);
    assert.equal(run.code, 0, "a removal leaves nothing to audit");
  });

  it("covers the whole commit from a subfolder, and a part of it where a path says so", async () => {
    const folder = repository();
    put(folder, { [CONFIG]: plainHttp("top.example"), [OTHER]: other("inner.example"), "apps/api/x.txt": "x" });
    git(folder, "add", "-A");
    assert.deepEqual(hosts((await staged(path.join(folder, "apps", "api"))).report), ["inner", "top"]);
    assert.deepEqual(hosts((await staged(folder, "apps")).report), ["inner"]);
    assert.deepEqual(hosts((await staged(path.join(folder, "apps"), "web/.cursor/mcp.json")).report), ["inner"]);
    const nothing = await staged(folder, "docs");
    assert.deepEqual([nothing.run.code, nothing.report.problems], [0, []]);
  });

  it("works in a repository without commits", async () => {
    for (const format of ["sha1", "sha256"]) {
      const folder = project({ [CONFIG]: plainHttp("first.example") });
      git(folder, "init", "-q", `--object-format=${format}`);
      assert.deepEqual(hosts((await staged(folder)).report), []);
      git(folder, "add", "-A");
      assert.deepEqual(hosts((await staged(folder)).report), ["first"], format);
    }
  });

  it("works in a linked work tree, which has its own index", async () => {
    const folder = repository();
    const linked = path.join(project(), "linked");
    git(folder, "worktree", "add", "-q", "--detach", linked);
    put(linked, { [CONFIG]: plainHttp("linked.example") });
    git(linked, "add", "-A");
    assert.deepEqual(hosts((await staged(linked)).report), ["linked"]);
    assert.deepEqual(hosts((await staged(folder)).report), []);
  });

  it("looks at code, too, and at names of any kind", async () => {
    const folder = repository();
    const source =
      'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="m", messages=[])\n';
    put(folder, { "src/größe 港 app.py": source, "line\nbreak/.vscode/mcp.json": plainHttp("odd.example") });
    git(folder, "add", "-A");
    const { report } = await staged(folder);
    assert.ok(report.summary["filesRead"] === 2, JSON.stringify(report.summary));
    assert.ok(report.findings.some(({ file }) => file === path.join(folder, "line\nbreak", CONFIG)));
    assert.ok(report.findings.some(({ file }) => file === path.join(folder, "src", "größe 港 app.py")));
  });

  it("leaves links, submodules and announced paths alone, and says what is too large", async () => {
    const folder = repository();
    const inner = repository({ [CONFIG]: plainHttp("submodule.example") });
    const announced = "announced/.vscode/mcp.json";
    put(folder, { [announced]: plainHttp("announced.example"), ".mcp.json": `"${"x".repeat(9 * 1024 * 1024)}"` });
    if (process.platform !== "win32") {
      mkdirSync(path.join(folder, ".vscode"));
      symlinkSync(path.join(inner, CONFIG), path.join(folder, CONFIG));
      git(folder, "add", CONFIG);
    }
    // As `git submodule add` leaves it in the index; that is a shell script, which wants more than git on the PATH.
    git(folder, "clone", "--quiet", inner, "module");
    git(folder, "-c", "advice.addEmbeddedRepo=false", "add", "module");
    git(folder, "add", ".mcp.json");
    git(folder, "add", "-N", announced);
    const { run, report } = await staged(folder);
    assert.deepEqual(hosts(report), []);
    assert.equal(run.code, 3);
    const codes = report.problems.map(({ code, file }) => `${code} ${path.relative(folder, file)}`);
    assert.ok(codes.includes("TOO_LARGE .mcp.json"), codes.join(", "));
    assert.ok(
      codes.every((code) => !code.includes("module") && !code.includes("announced")),
      codes.join(", "),
    );
  });

  it("says that there is no repository", async () => {
    const { code, stdout, stderr } = await audit(["--staged"], { cwd: project() });
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /^sallyport: git rev-parse in .*: fatal: not a git repository/u);
  });

  it("takes the folder's repository, whatever the environment says", async () => {
    const folder = repository();
    put(folder, { [CONFIG]: plainHttp("mine.example") });
    git(folder, "add", "-A");
    const decoy = repository();
    const env = { GIT_DIR: path.join(decoy, ".git"), GIT_WORK_TREE: decoy, GIT_CONFIG_COUNT: "1" };
    const run = await audit(["--staged", "--format", "json"], { cwd: folder, env });
    assert.deepEqual(hosts(json(run)), ["mine"]);
  });

  it("takes evidence, and what a sallyport.yaml accepts, from the rest of the index", async () => {
    const client = "from openai import OpenAI\n\nclient = OpenAI()\n";
    const call = 'from lib.client import client\n\n# openai\nclient.chat.completions.create(model="m", messages=[])\n';
    const accepting = "version: 1\naudit: { ignore: [{ rule: plaintext-http, reason: a test }] }\n";
    const folder = repository({ "lib/__init__.py": "", "lib/client.py": client, "apps/sallyport.yaml": accepting });
    put(folder, { "app.py": call, [OTHER]: other("accepted.example"), "lib/client.py": "client = None\n" });
    git(folder, "add", "app.py", OTHER);
    rmSync(path.join(folder, "apps/sallyport.yaml"));
    const { report } = await staged(folder, "--trusted");
    assert.deepEqual(
      report.findings.map(({ rule, file }) => [rule, path.basename(file)]),
      [["unlogged-llm-call", "app.py"]],
      "the client is known from the index, not from the disk, and lib/client.py itself is not reported on",
    );
    assert.equal(report.summary["ignored"], 1);
    git(folder, "rm", "-q", "--cached", "lib/client.py");
    assert.deepEqual((await staged(folder, "--trusted")).report.findings, []);
  });
});

const posix = process.platform === "win32" ? { skip: "the traps are shell scripts" } : {};

describe("a hostile repository", { ...WATCHDOG, ...posix }, () => {
  it("runs nothing: fsmonitor, hooks, filters, textconv, external diff, pager, ssh", async () => {
    const folder = repository({ "README.md": "x\n", ".gitattributes": "* diff=evil filter=evil merge=evil\n" });
    const traps = project();
    const trap = (name: string): string => {
      const file = path.join(traps, name);
      writeFileSync(file, `#!/bin/sh\n: >"${path.join(traps, "ran-")}${name}"\ncat >/dev/null 2>&1\nexit 0\n`);
      chmodSync(file, 0o755);
      return file;
    };
    const ran = (name: string): boolean => existsSync(path.join(traps, `ran-${name}`));
    put(folder, { [CONFIG]: plainHttp("evil.example") });
    git(folder, "add", "-A");
    const config: Record<string, string> = {
      "core.fsmonitor": trap("fsmonitor"),
      "core.hooksPath": path.join(traps, "hooks"),
      "core.pager": trap("pager"),
      "core.sshCommand": trap("ssh"),
      "core.editor": trap("editor"),
      "core.askPass": trap("askpass"),
      "credential.helper": trap("credential"),
      "diff.external": trap("external"),
      "diff.evil.textconv": trap("textconv"),
      "diff.evil.command": trap("command"),
      "filter.evil.clean": trap("clean"),
      "filter.evil.smudge": trap("smudge"),
      "filter.evil.process": trap("process"),
      "alias.diff-index": `!${trap("alias")}`,
      "pager.cat-file": trap("pagercommand"),
      "gpg.program": trap("gpg"),
    };
    for (const [key, value] of Object.entries(config)) {
      git(folder, "config", key, value.includes(" ") && !value.startsWith("!") ? `'${value}'` : value);
    }
    git(folder, "config", "core.hooksPath", path.join(traps, "hooks"));
    for (const hook of ["post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"]) {
      mkdirSync(path.join(traps, "hooks"), { recursive: true });
      const file = path.join(traps, "hooks", hook);
      writeFileSync(file, `#!/bin/sh\n: >"${path.join(traps, "ran-hook")}"\n`);
      chmodSync(file, 0o755);
    }
    const run = await audit(["--staged", "--format", "json"], { cwd: folder });
    assert.deepEqual(hosts(json(run)), ["evil"]);
    const names = [
      "fsmonitor",
      "pager",
      "ssh",
      "external",
      "textconv",
      "command",
      "clean",
      "smudge",
      "process",
      "alias",
    ];
    assert.deepEqual(
      [...names, "editor", "askpass", "credential", "pagercommand", "gpg", "hook"].filter((name) => ran(name)),
      [],
    );
    // The traps do work: git itself walks into them.
    git(folder, "config", "--unset", "filter.evil.process");
    put(folder, { "README.md": "changed\n" });
    try {
      git(folder, "diff", "HEAD");
      git(folder, "add", "-A");
    } catch {
      // What git makes of its broken helpers is not the question.
    }
    for (const name of ["fsmonitor", "clean"]) assert.ok(ran(name), `${name} was no trap`);
  });
});
