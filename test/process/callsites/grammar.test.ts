import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const folder = path.join(import.meta.dirname, "grammar");
const tester = path.resolve("node_modules/vscode-tmgrammar-test/dist/unit.js");
/** Stand-ins for the editor's own grammars: what makes a comment or a string in each, begun the same way. */
const hosts = readdirSync(path.join(folder, "hosts")).flatMap((name) => ["-g", path.join(folder, "hosts", name)]);
const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-grammar-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the cases against the grammar that the manifest contributes, in the languages that it is injected into. */
function check(cases: string, manifest = path.resolve("package.json")) {
  return spawnSync(process.execPath, [tester, "--config", manifest, ...hosts, cases], {
    encoding: "utf8",
    timeout: 120_000,
  });
}

test("the ignore comment is highlighted in every language that it is injected into", () => {
  const { status, stdout, stderr } = check(path.join(folder, "*.test").replaceAll("\\", "/"));
  assert.equal(status, 0, `${stdout}${stderr}`);
  const contributed = JSON.parse(readFileSync("package.json", "utf8")) as {
    contributes: { grammars: { injectTo: string[] }[] };
  };
  const tested = readdirSync(folder).filter((name) => name.endsWith(".test"));
  assert.equal(contributed.contributes.grammars[0]?.injectTo.length, tested.length);
});

test("without the injection the same cases fail", () => {
  cpSync("syntaxes", path.join(scratch, "syntaxes"), { recursive: true });
  const manifest = path.join(scratch, "package.json");
  writeFileSync(manifest, JSON.stringify({ contributes: { grammars: [] } }));
  assert.notEqual(check(path.join(folder, "python.py.test").replaceAll("\\", "/"), manifest).status, 0);
});
