import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { audit, GOOD, json, plainHttp, project, put, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const STRICT = "app/claude_desktop_config.json";
const SOURCE = "app.py";
const CALL = 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="m", messages=[])\n';

describe("audit --baseline", WATCHDOG, () => {
  it("accepts what --update-baseline wrote down, of both parts, and nothing that came since", async () => {
    const cwd = project({ [CONFIG]: plainHttp("old.example"), [SOURCE]: CALL });
    const made = await audit(["--baseline", "base.json", "--update-baseline"], { cwd });
    assert.deepEqual([made.code, made.stderr], [0, ""]);
    assert.match(made.stdout, /^2 findings accepted in .*base\.json: 2 new, 0 gone\.\n$/u);
    assert.equal((await audit(["--baseline", "base.json", "--fail-on", "info"], { cwd })).code, 0);
    assert.equal((await audit(["--fail-on", "info"], { cwd })).code, 1, "only where it is named");

    const two = JSON.parse(plainHttp("old.example")) as { servers: Record<string, object> };
    two.servers = { fresh: { url: "http://new.example/mcp" }, ...two.servers };
    put(cwd, { [CONFIG]: `// moved\n\n${JSON.stringify(two)}`, [SOURCE]: `import os\n\n${CALL}` });
    const run = await audit(["--baseline", "base.json", "--format", "json"], { cwd });
    assert.equal(run.code, 1);
    assert.deepEqual(
      json(run).findings.map(({ message }) => /\w+\.example/u.exec(message)?.[0]),
      ["new.example"],
    );
    const inner = path.join(cwd, ".vscode");
    const from = await audit(["--baseline", "../base.json", "--format", "json", ".."], { cwd: inner });
    assert.equal(json(from).findings.length, 1, "wherever one stands");
  });

  it("names what is gone, and drops it when it is written anew; reasons that were written in stay", async () => {
    const strict = plainHttp("old.example").replace("servers", "mcpServers");
    const cwd = project({ [CONFIG]: plainHttp("old.example"), [STRICT]: strict });
    const args = ["--baseline", "base.json", CONFIG, STRICT];
    await audit([...args, "--update-baseline"], { cwd });
    const file = path.join(cwd, "base.json");
    const written = JSON.parse(readFileSync(file, "utf8")) as { findings: { file: string; reason?: string }[] };
    assert.deepEqual(
      written.findings.map((one) => one.file),
      [CONFIG, STRICT],
    );
    for (const one of written.findings) one.reason = `because of ${one.file}`;
    writeFileSync(file, JSON.stringify(written));
    put(cwd, { [CONFIG]: GOOD });
    const stale = await audit(args, { cwd });
    assert.equal(stale.code, 0);
    assert.match(stale.stdout, /^1 entry of the baseline is no longer found: --update-baseline drops it\.$/mu);
    assert.match(stale.stdout, /^- plaintext-http in \.vscode\/mcp\.json$/mu);
    assert.doesNotMatch((await audit(["--baseline", "base.json", STRICT], { cwd })).stdout, /no longer found/u);
    assert.doesNotMatch((await audit([...args, "--only", "callsites"], { cwd })).stdout, /no longer found/u);

    const again = await audit([...args, "--update-baseline"], { cwd });
    assert.match(again.stdout, /^1 finding accepted in .*: 0 new, 1 gone\.\n$/u);
    assert.match(readFileSync(file, "utf8"), /"reason": "because of app\/claude_desktop_config\.json"/u);
    const ignored = JSON.parse((await audit([...args, "--format", "json"], { cwd })).stdout) as {
      ignored: { ignored: object }[];
    };
    assert.deepEqual(ignored.ignored[0]?.ignored, { by: "baseline", reason: `because of ${STRICT}` });
  });

  it("keeps what a run on a part of the project could not see", async () => {
    const cwd = project({ [CONFIG]: plainHttp(), [SOURCE]: CALL });
    await audit(["--baseline", "base.json", "--update-baseline"], { cwd });
    const part = await audit(["--baseline", "base.json", "--update-baseline", "--only", "configs", ".vscode"], { cwd });
    assert.match(part.stdout, /^2 findings accepted .* 0 new, 0 gone\.\n$/u);
  });

  it("is refused where it is missing or no baseline: nothing is accepted then", async () => {
    const cwd = project({ [CONFIG]: plainHttp(), "bad.json": "{}" });
    const missing = await audit(["--baseline", "none.json"], { cwd });
    assert.deepEqual([missing.code, missing.stdout], [3, ""]);
    assert.match(missing.stderr, /--update-baseline makes it/u);
    const bad = await audit(["--baseline", "bad.json"], { cwd });
    assert.deepEqual([bad.code, bad.stdout], [3, ""]);
    assert.equal((await audit(["--baseline", "bad.json", "--update-baseline"], { cwd })).code, 3);
    assert.equal(readFileSync(path.join(cwd, "bad.json"), "utf8"), "{}");
  });
});
