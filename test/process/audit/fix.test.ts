import assert from "node:assert/strict";
import { cpSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, json, plainHttp, project, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";

describe("audit --fix", WATCHDOG, () => {
  it("makes unsafe fixes only when asked, changes nothing else, and reports what is left", async () => {
    const text = `\ufeff// kept\r\n${plainHttp("a.example").replaceAll("\n", "\r\n")}`;
    const folder = project({ [CONFIG]: text, ".cursor/mcp.json": "{}\n" });
    const file = path.join(folder, CONFIG);
    const careful = await audit(["--fix", folder]);
    assert.equal(careful.code, 1);
    assert.equal(careful.stderr, "Fixed 0 findings in 0 files.\n");
    assert.equal(readFileSync(file, "utf8"), text);
    const bold = await audit(["--fix", "--unsafe", "--format", "json", folder]);
    assert.equal(bold.code, 0);
    assert.equal(bold.stderr, "Fixed 1 finding in 1 file.\n");
    assert.deepEqual(json(bold).findings, []);
    assert.equal(readFileSync(file, "utf8"), text.replace("http://", "https://"));
    assert.equal(readFileSync(path.join(folder, ".cursor/mcp.json"), "utf8"), "{}\n");
  });

  it("mends the demo in one go: what is left has no fix", async () => {
    const folder = project();
    cpSync("demo", folder, { recursive: true });
    const { code, stderr, stdout } = await audit([
      "--fix",
      "--unsafe",
      "--only",
      "configs",
      "--format",
      "json",
      folder,
    ]);
    assert.equal(code, 0, "only findings below high are left");
    const { findings, problems, summary } = json({ code, stdout, stderr });
    assert.deepEqual(problems, []);
    assert.equal(summary["high"], 0);
    assert.ok(findings.every((found) => found.fixes.length === 0));
    assert.match(stderr, /^Fixed [89] findings in 5 files\.\n$/u);
    assert.doesNotMatch(readFileSync(path.join(folder, ".cursor/mcp.json"), "utf8"), /[\u{e0000}-\u{e007f}]/u);
    const again = await audit(["--fix", "--unsafe", folder]);
    assert.equal(again.stderr, "Fixed 0 findings in 0 files.\n");
  });

  it("fixes what the paths name and nothing beside it", async () => {
    const folder = project({ [CONFIG]: plainHttp("a.example"), "inner/.vscode/mcp.json": plainHttp("b.example") });
    const run = await audit(["--fix", "--unsafe", path.join(folder, "inner")]);
    assert.equal(run.stderr, "Fixed 1 finding in 1 file.\n");
    assert.match(readFileSync(path.join(folder, CONFIG), "utf8"), /http:/u);
    assert.match(readFileSync(path.join(folder, "inner", CONFIG), "utf8"), /https:/u);
  });

  const posix = process.platform === "win32" ? { skip: "Windows has no modes, and links need a right" } : {};

  it("keeps the file's mode, and does not write through a link", posix, async () => {
    const outside = project({ "real.json": plainHttp("a.example") });
    const folder = project({ [CONFIG]: plainHttp("b.example") });
    symlinkSync(path.join(outside, "real.json"), path.join(folder, ".mcp.json"));
    const { mode } = statSync(path.join(folder, CONFIG));
    await audit(["--fix", "--unsafe", folder]);
    assert.equal(statSync(path.join(folder, CONFIG)).mode, mode);
    assert.match(readFileSync(path.join(folder, CONFIG), "utf8"), /https:/u);
    assert.ok(lstatSync(path.join(folder, ".mcp.json")).isSymbolicLink());
    assert.match(readFileSync(path.join(outside, "real.json"), "utf8"), /"http:/u);
  });
});
