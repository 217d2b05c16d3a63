import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, CLI, GOOD, json, type JsonReport, plainHttp, project, put, runProgram, WATCHDOG } from "./cli.ts";

const CURSOR = ".cursor/mcp.json";
const VSCODE = ".vscode/mcp.json";

/** Audits a folder that has a second file with one finding: it must be found whatever the first is like. */
async function beside(
  prepare: (folder: string) => void,
): Promise<{ code: number | null; report: JsonReport; text: string }> {
  const folder = project({ [CURSOR]: plainHttp().replace("servers", "mcpServers") });
  prepare(folder);
  const run = await audit([folder, "--format", "json"]);
  const report = json(run);
  assert.ok(report.findings.some(({ file, rule }) => file === path.join(folder, CURSOR) && rule === "plaintext-http"));
  const text = await audit([folder]);
  assert.equal(text.code, run.code);
  return { code: run.code, report, text: text.stdout };
}

/** What is said of the first file: one error, with its place where there is one. */
async function oneProblem(
  prepare: (folder: string) => void,
): Promise<JsonReport["problems"][number] & { text: string }> {
  const { code, report, text } = await beside(prepare);
  assert.equal(code, 3);
  assert.equal(report.problems.length, 1, JSON.stringify(report.problems));
  const [problem] = report.problems;
  assert.ok(problem);
  assert.match(text, /^1 problem: the audit is not complete\.$/mu);
  return { ...problem, text };
}

describe("bad input", WATCHDOG, () => {
  it("not JSON: one error at its place", async () => {
    const problem = await oneProblem((folder) =>
      put(folder, { [VSCODE]: '{\n  "servers": {\n    "a": oops\n  }\n}\n' }),
    );
    assert.deepEqual([problem.code, problem.startLine, problem.startColumn], ["MALFORMED", 3, 10]);
    assert.match(problem.text, /mcp\.json:3:10\n/u);
  });

  it("prose and half a file: one error each", async () => {
    for (const text of ["This is a README.\n", '{"servers": {"a": {"url": "http', "[1, 2"]) {
      const problem = await oneProblem((folder) => put(folder, { [VSCODE]: text }));
      assert.equal(problem.code, "MALFORMED", text);
    }
  });

  it("a blank file, which clients make before they write to it: no error", async () => {
    for (const text of ["", " \n"]) {
      const { code, report } = await beside((folder) => put(folder, { [VSCODE]: text }));
      assert.deepEqual([code, report.problems], [1, []]);
    }
  });

  it("what is legible of a broken file is audited", async () => {
    const broken = plainHttp("legible.example").replace(/\}\s*\}\s*\}\s*$/u, "}");
    const { code, report } = await beside((folder) => put(folder, { [VSCODE]: broken }));
    assert.equal(code, 3);
    assert.ok(report.findings.some(({ message }) => message.includes("legible.example")));
  });

  it("comments and trailing commas: no error", async () => {
    const text = `// a comment\n${plainHttp("commented.example")
      .replaceAll("\n  }", "\n  },")
      .replace(/,\s*\}\s*$/u, "\n}\n")}`;
    const { code, report } = await beside((folder) => put(folder, { [VSCODE]: text }));
    assert.equal(code, 1);
    assert.deepEqual(report.problems, []);
    assert.equal(report.findings.length, 2);
  });

  it("a directory in the file's place: one error", async () => {
    const problem = await oneProblem((folder) => mkdirSync(path.join(folder, VSCODE), { recursive: true }));
    assert.equal(problem.code, "UNREADABLE");
    assert.match(problem.message, /directory/u);
  });

  it("50 MB: one error, without reading it", async () => {
    const problem = await oneProblem((folder) => {
      put(folder, { [VSCODE]: "{" });
      truncateSync(path.join(folder, VSCODE), 50 * 1024 * 1024);
    });
    assert.equal(problem.code, "TOO_LARGE");
    assert.match(problem.message, /52428800 bytes/u);
  });

  it("duplicate keys: no error, and both are audited", async () => {
    const one = (host: string) => `"tracker": { "url": "http://${host}.example/mcp" }`;
    const text = `{ "servers": { ${one("first")}, ${one("second")} } }\n`;
    const { code, report } = await beside((folder) => put(folder, { [VSCODE]: text }));
    assert.equal(code, 1);
    assert.deepEqual(report.problems, []);
    assert.ok(report.findings.some(({ message }) => message.includes("second.example")));
  });

  it("a byte order mark: places count without it", async () => {
    const { code, report } = await beside((folder) =>
      put(folder, { [VSCODE]: `\ufeff${plainHttp("marked.example")}` }),
    );
    assert.equal(code, 1);
    const found = report.findings.find(({ message }) => message.includes("marked.example"));
    assert.equal(plainHttp("marked.example").slice(found?.offset, found?.endOffset), '"http://marked.example/mcp"');
  });

  it("bytes that are no UTF-8, UTF-16, endless nesting: one error each", async () => {
    for (const bytes of [
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from(`\ufeff${GOOD}`, "utf16le"),
      Buffer.from(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    ]) {
      const problem = await oneProblem((folder) => {
        put(folder, { [VSCODE]: "" });
        writeFileSync(path.join(folder, VSCODE), bytes);
      });
      assert.equal(problem.code, "MALFORMED");
    }
  });

  const posix = process.platform === "win32" ? { skip: "Windows has other kinds of files" } : {};

  it("a pipe, a link that leads nowhere, a loop of links: one error each, no waiting", posix, async () => {
    for (const make of [
      // By its place: a PATH may hold little more than git and node.
      (file: string) => execFileSync("/usr/bin/mkfifo", [file]),
      (file: string) => symlinkSync(path.join(path.dirname(file), "nowhere.json"), file),
      (file: string) => symlinkSync(file, file),
      (file: string) => symlinkSync("/dev/zero", file),
    ]) {
      const problem = await oneProblem((folder) => {
        mkdirSync(path.join(folder, ".vscode"));
        make(path.join(folder, VSCODE));
      });
      assert.equal(problem.code, "UNREADABLE");
    }
  });

  it("a file without permission: one error", posix, async (context) => {
    const folder = project({ [VSCODE]: plainHttp(), [CURSOR]: plainHttp().replace("servers", "mcpServers") });
    chmodSync(path.join(folder, VSCODE), 0);
    const root = process.getuid?.() === 0;
    const args = [CLI, "audit", "--no-home", "--format", "json", folder];
    if (root) {
      // Root reads everything, so somebody else asks; they must be able to reach both ends.
      for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
        if (path.basename(at).startsWith("sallyport audit ")) chmodSync(at, 0o755);
      }
    }
    const nobody = 65_534;
    const run = await runProgram(process.execPath, args, root ? { uid: nobody, cwd: "/" } : {});
    if (root && run.stdout === "") {
      context.skip("the build is not readable for another user here");
      return;
    }
    assert.equal(run.code, 3);
    const { problems, findings } = json(run);
    assert.deepEqual(
      problems.map(({ code, message }) => [code, message]),
      [["UNREADABLE", "may not be read: permission denied"]],
    );
    assert.equal(findings.length, 1);
  });
});
