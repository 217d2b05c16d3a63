import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Log, Region, Result } from "sarif";
import { validateSarif } from "../../unit/report/sarifSchema.ts";
import { audit, CLI, type Run, runProgram, WATCHDOG } from "./cli.ts";

const TOKEN = /"OUTBOX_API_TOKEN": "([^"]+)"/u.exec(readFileSync("demo/.vscode/mcp.json", "utf8"))?.[1] ?? "";

/** What stands at a region of a file, read again as an editor would. */
function at(file: string, region: Region): string {
  const lines = readFileSync(file, "utf8").split(/\r\n|\n|\r/u);
  const { startLine = 1, startColumn = 1, endLine = startLine, endColumn = 1 } = region;
  if (endLine === startLine) return (lines[startLine - 1] ?? "").slice(startColumn - 1, endColumn - 1);
  const middle = lines.slice(startLine, endLine - 1);
  return [
    (lines[startLine - 1] ?? "").slice(startColumn - 1),
    ...middle,
    (lines[endLine - 1] ?? "").slice(0, endColumn - 1),
  ].join("\n");
}

/** What each rule must point at in the demo. */
const POINTS_AT: Readonly<Record<string, RegExp>> = {
  "plaintext-http": /^"http:\/\/tracker\.harbor\.example\/mcp"$/u,
  secret: new RegExp(`^"?${TOKEN}"?$`, "u"),
  unpinned: /server-memory|server-filesystem@latest/u,
  shell: /^"?sh"?$|cd servers && exec/u,
  duplicate: /^"(?:tracker|notes)"$/u,
  "hidden-unicode": /[\u{e0020}-\u{e007e}]/u,
  "auto-approve": /curl|Bash\(npx:\*\)|enableAllProjectMcpServers/u,
  "no-authentication": /^"http:\/\/tracker\.harbor\.example\/mcp"$/u,
  "toxic-flow": /^"memory"$/u,
  "untrusted-executable": /servers\/(?:notes|web)\.mjs|^web\.mjs$/u,
  "approval-without-effect": /chat\.tools\.global\.autoApprove/u,
  "unlogged-llm-call": /^(?:create|send|converse)$/u,
  "partly-logged-llm-call": /^(?:create|send|converse)$/u,
};

async function sarif(...args: string[]): Promise<{ run: Run; results: readonly Result[]; log: Log }> {
  const run = await audit(["demo", "--format", "sarif", "--persona", "auditor", ...args]);
  const log = JSON.parse(run.stdout) as Log;
  return { run, log, results: log.runs[0]?.results ?? [] };
}

describe("the audit of the demo", WATCHDOG, () => {
  it("is valid SARIF with the documented exit code", async () => {
    const { run, log } = await sarif();
    assert.equal(run.code, 1);
    assert.equal(validateSarif(log), true, JSON.stringify(validateSarif.errors));
  });

  it("points at what its messages are about", async () => {
    const { log, results } = await sarif();
    assert.ok(results.length > 0);
    const root = fileURLToPath(log.runs[0]?.originalUriBaseIds?.["%SRCROOT%"]?.uri ?? "");
    for (const result of results) {
      const { artifactLocation, region } = result.locations?.[0]?.physicalLocation ?? {};
      assert.ok(region && artifactLocation?.uri, JSON.stringify(result));
      const file = path.join(root, decodeURIComponent(artifactLocation.uri));
      const expected = POINTS_AT[result.ruleId ?? ""];
      assert.ok(expected, `what has ${result.ruleId} to point at? say it in this test`);
      assert.match(at(file, region), expected, `${result.ruleId} in ${artifactLocation.uri}: ${result.message.text}`);
    }
  });

  it("finds what the demo's README says, and nothing of its rules elsewhere", async () => {
    const { stdout } = await audit(["--list-rules"]);
    const rules = new Set(stdout.split("\n").map((line) => line.split(" ")[0] ?? ""));
    const readme = readFileSync("demo/README.md", "utf8");
    const rows = Array.from(readme.matchAll(/^\| `([^`]+)` \|[^|]*\| ((?:`[a-z-]+`(?:, )?)+) \|$/gmu));
    const promised = rows.flatMap(([, file = "", ids = ""]) =>
      Array.from(ids.matchAll(/`([a-z-]+)`/gu), ([, id = ""]) => `${file} ${id}`),
    );
    assert.ok(promised.length >= 9);
    const expected = new Set(promised.filter((one) => rules.has(one.split(" ")[1] ?? "")));
    const { results } = await sarif("--only", "configs");
    const found = new Set(
      results.map((result) => {
        const uri = result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "";
        return `${uri.replace(/^demo\//u, "")} ${result.ruleId}`;
      }),
    );
    assert.deepEqual([...found].toSorted(), [...expected].toSorted());
  });

  it("judges each call to a model as the demo's README does", async () => {
    const verdicts: Readonly<Record<string, string>> = { none: "unlogged", only: "partly" };
    const readme = readFileSync("demo/README.md", "utf8");
    const rows = Array.from(
      readme.matchAll(/^\| `([^`]+)` \| (OpenAI|Anthropic|Bedrock) \| (\w+)/gmu),
      ([, file = "", provider = "", record = ""]) => `${file} ${provider.toLowerCase()} ${verdicts[record] ?? record}`,
    );
    assert.equal(rows.length, 8);
    const run = await runProgram(process.execPath, [CLI, "callsites", "demo", "--format", "json"]);
    const { sites } = JSON.parse(run.stdout) as { sites: { file: string; provider: string; verdict: string }[] };
    const found = sites.map(({ file, provider, verdict }) => {
      const shown = path.relative("demo", file).split(path.sep).join("/");
      return `${shown} ${provider} ${verdict}`;
    });
    assert.deepEqual(found.toSorted(), rows.toSorted());
    const { results } = await sarif("--only", "callsites");
    const reported = results.map((result) => result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "");
    const open = rows.filter((row) => /unlogged$|partly$/u.test(row)).map((row) => `demo/${row.split(" ")[0]}`);
    assert.deepEqual(reported.toSorted(), open.toSorted());
  });

  it("never shows the token, in any format", async () => {
    assert.ok(TOKEN.length >= 12);
    for (const format of ["text", "json", "sarif"]) {
      const { stdout, stderr } = await audit(["demo", "--format", format, "--persona", "auditor"]);
      assert.ok(!stdout.includes(TOKEN) && !stderr.includes(TOKEN), format);
    }
  });
});
