import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, git, json, plainHttp, project } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const CODE = "import openai\nopenai.OpenAI().chat.completions.create(model='m', messages=[])\n";

/** The configuration of plainHttp with a comment that would accept its finding. */
const silenced = plainHttp().replace('"url"', '// sallyport-ignore: plaintext-http -- only a test\n      "url"');

describe("a hostile repository", () => {
  it("runs nothing by its git configuration while its files are searched", async () => {
    const folder = project({ [CONFIG]: plainHttp(), "app.py": CODE });
    const mark = path.join(folder, "..", "fsmonitor-ran");
    git(folder, "init", "-q");
    git(folder, "add", "-A");
    git(folder, "config", "core.fsmonitor", `: > '${mark}'; false`);
    const run = await audit([folder, "--format", "json"]);
    assert.equal(run.code, 1);
    assert.deepEqual(json(run).problems, []);
    assert.ok(!existsSync(mark), "the audit ran core.fsmonitor");
    git(folder, "status");
    assert.ok(existsSync(mark), "it was no trap: git itself did not run it");
  });

  it("does not hide its own severe findings by ignore comments", async () => {
    assert.notEqual(silenced, plainHttp());
    const open = await audit([project({ [CONFIG]: plainHttp() }), "--format", "json"]);
    const folder = project({ [CONFIG]: silenced });
    const run = await audit([folder, "--format", "json"]);
    const rules = (one: typeof run): unknown[] => json(one).findings.map(({ rule, severity }) => [rule, severity]);
    assert.ok(json(open).findings.some(({ rule, severity }) => rule === "plaintext-http" && severity === "high"));
    assert.deepEqual(rules(run), rules(open));
    assert.deepEqual([open.code, run.code], [1, 1]);
    // The same comment counts once a person says that they trust the folder.
    const trusted = await audit([folder, "--format", "json", "--trusted"]);
    assert.equal(trusted.code, 0);
    assert.equal(json(trusted).summary["ignored"], 1);
  });

  it("does not loosen anything by a policy of its own", async () => {
    const rules = ["auto-approve", "plaintext-http"].map((rule) => `{ id: ${rule}, effect: allow }`).join(", ");
    const policy = `version: 1\nrules: [${rules}]\nignore: [plaintext-http]\n`;
    const folder = project({ [CONFIG]: plainHttp(), "sallyport.yaml": `version: 1\nrules: [${rules}]\n` });
    const run = await audit([folder, "--format", "json", "--fail-on", "medium"]);
    const found = json(run).findings.map(({ rule }) => rule);
    assert.equal(run.code, 1);
    assert.ok(found.includes("plaintext-http"), "the policy hid a finding");
    assert.equal(found.filter((rule) => rule === "policy-loosens").length, 2);
    const broken = json(
      await audit([project({ [CONFIG]: plainHttp(), "sallyport.yaml": policy }), "--format", "json"]),
    );
    const names = broken.findings.map(({ rule }) => rule);
    assert.ok(names.includes("plaintext-http") && names.includes("policy-invalid"), names.join());
  });
});
