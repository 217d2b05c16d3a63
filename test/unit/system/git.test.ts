import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { git } from "../../../src/system/git.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport git-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const marker = path.join(folder, "marker");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** A repository whose own configuration names a program wherever git lets it. */
function hostileRepository(): string {
  const cwd = path.join(folder, "repository");
  mkdirSync(cwd);
  const script = path.join(folder, "evil.sh");
  writeFileSync(script, `#!/bin/sh\necho ran >> '${marker}'\n`);
  chmodSync(script, 0o755);
  const run = (...args: string[]): void => void execFileSync("git", args, { cwd, stdio: "ignore" });
  run("init", "-q");
  writeFileSync(path.join(cwd, "a.txt"), "one\n");
  run("add", "a.txt");
  run("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "one");
  writeFileSync(path.join(cwd, "a.txt"), "two\n");
  run("add", "a.txt");
  writeFileSync(path.join(cwd, ".gitattributes"), "* filter=evil diff=evil\n");
  for (const key of ["core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "filter.evil.clean"]) {
    run("config", key, `'${script}'`);
  }
  return cwd;
}

test("nothing that a repository's configuration names is run", { skip: process.platform === "win32" }, async () => {
  const cwd = hostileRepository();
  // The trap works: git itself runs the monitor.
  execFileSync("git", ["status"], { cwd, stdio: "ignore" });
  assert.ok(existsSync(marker));
  rmSync(marker);

  assert.equal(text(await git("ls-files", ["-z"], { cwd })), "a.txt\0");
  assert.equal(text(await git("diff-index", ["--cached", "--name-only", "-z", "HEAD"], { cwd })), "a.txt\0");
  assert.match(text(await git("diff-index", ["--cached", "-p", "HEAD"], { cwd })), /\+two/);
  assert.equal(text(await git("cat-file", ["blob", ":a.txt"], { cwd })), "two\n");
  const input = Buffer.from("a.txt\0");
  assert.equal(text(await git("check-ignore", ["-z", "--stdin"], { cwd, input, accept: [1] })), "");
  assert.ok(!existsSync(marker));
});

test("variables of the caller do not lead git elsewhere", async () => {
  const cwd = path.join(folder, "plain");
  mkdirSync(cwd);
  execFileSync("git", ["init", "-q"], { cwd });
  process.env["GIT_DIR"] = path.join(folder, "nowhere");
  try {
    assert.equal(text(await git("ls-files", [], { cwd })), "");
  } finally {
    delete process.env["GIT_DIR"];
  }
});

test("no repository is an error that says so; an unsafe command is a fault of ours", async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "sallyport-no-repository-"));
  await assert.rejects(
    () => git("ls-files", [], { cwd }),
    (e) => isSallyportError(e, "UNAVAILABLE") && /not a git repository/.test(e.message),
  );
  rmSync(cwd, { recursive: true });
  for (const args of [["--modified"], ["-m"]]) {
    assert.throws(
      () => git("ls-files", args, { cwd }),
      (e) => isSallyportError(e, "INTERNAL"),
    );
  }
  assert.throws(
    () => git("diff-index", ["HEAD"], { cwd }),
    (e) => isSallyportError(e, "INTERNAL"),
  );
});
