import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { auditDocument } from "../../../src/audit/run.ts";
import type { Finding } from "../../../src/core/finding.ts";
import { auditTexts, environment, HOME, ROOT } from "./fixtures.ts";

const CONFIG = path.join(ROOT, ".vscode", "mcp.json");
const POLICY = path.join(ROOT, "sallyport.yaml");

const entry = (name: string, value: object): string => `"${name}": ${JSON.stringify(value)}`;
const http = { url: "http://tracker.example.com/mcp", headers: { "X-Team": "docs" } };
const shell = { command: "sh", args: ["-c", "npx -y @example/server@1.0.0 && true"] };
const config = (...entries: string[]): string => `{\n  "servers": {\n    ${entries.join(",\n    ")}\n  }\n}\n`;

const of = (findings: readonly Finding[], rule: string): Finding => {
  const found = findings.find((one) => one.rule.id === rule);
  assert.ok(found, `a finding of ${rule}`);
  return found;
};

async function audit(text: string, policy?: string, options: Parameters<typeof auditTexts>[1] = {}) {
  const texts = new Map([[CONFIG, text], ...(policy === undefined ? [] : [[POLICY, policy] as const])]);
  return (await auditTexts(texts, options)).findings;
}

test("what a repository makes happen by itself stays reported until the person accepts that very ignore", async () => {
  const ignored = (server: object, reason = "we wrote it"): string =>
    config(`// sallyport-ignore: shell -- ${reason}\n    ${entry("a", server)}`);
  const pending = of(await audit(ignored(shell)), "shell");
  assert.equal(pending.ignored, undefined);
  assert.equal(pending.pendingIgnore?.reason, "we wrote it");
  const acceptedIgnores = new Set([pending.pendingIgnore.digest]);
  const again = (text: string): Promise<Finding[]> => audit(text, undefined, { acceptedIgnores });

  assert.equal(of(await again(ignored(shell)), "shell").ignored?.by, "comment");
  assert.equal(of(await again(`\n\n${ignored(shell)}`), "shell").ignored?.by, "comment", "moved lines are the same");
  const other = { command: "sh", args: ["-c", "npx -y @example/other@1.0.0 && true"] };
  assert.equal(of(await again(ignored(other)), "shell").ignored, undefined, "other arguments are not accepted");
  assert.equal(of(await again(ignored(shell, "another reason")), "shell").ignored, undefined);
  const distrusted = { acceptedIgnores, trusted: false };
  assert.equal(of(await audit(ignored(shell), undefined, distrusted), "shell").ignored?.by, "comment");

  const one = await auditDocument({ file: CONFIG, text: ignored(shell), environment, root: ROOT, acceptedIgnores });
  assert.equal(of(one.findings, "shell").ignored?.by, "comment", "an open document knows the same acceptances");
});

test("what a person writes into their own files counts at once", async () => {
  const file = path.join(HOME, ".cursor", "mcp.json");
  const text = config(`// sallyport-ignore: shell -- mine\n    ${entry("a", shell)}`).replace("servers", "mcpServers");
  const { findings } = await auditTexts(new Map([[file, text]]), { trusted: false });
  assert.equal(of(findings, "shell").ignored?.reason, "mine");
});

test("sallyport.yaml accepts findings of a rule by path, with a reason", async () => {
  const policy = (path: string): string =>
    `version: 1\naudit:\n  ignore:\n    - { rule: [plaintext-http, shell], path: ${JSON.stringify(path)}, reason: a demo }\n`;
  const text = config(entry("a", http), entry("b", shell));
  const findings = await audit(text, policy("**/mcp.json"));
  assert.deepEqual(of(findings, "plaintext-http").ignored, { by: "config", reason: "a demo" });
  assert.equal(of(findings, "shell").pendingIgnore?.by, "config", "and is held to the same consent");
  assert.equal(of(await audit(text, policy("examples/**")), "plaintext-http").ignored, undefined);
  const untrusted = of(await audit(text, policy("**/mcp.json"), { trusted: false }), "plaintext-http");
  assert.equal(untrusted.ignored, undefined);
  assert.equal(untrusted.pendingIgnore?.reason, "a demo");
});

test("a sallyport.yaml accepts nothing outside its folder, nothing where it is wrong, nothing without a reason", async () => {
  const inner = path.join(ROOT, "apps", "web", "sallyport.yaml");
  const wide = 'version: 1\naudit: { ignore: [{ rule: plaintext-http, path: "**", reason: all }] }\n';
  const texts = (file: string, policy: string): Map<string, string> =>
    new Map([
      [CONFIG, config(entry("a", http))],
      [file, policy],
    ]);
  for (const [file, policy] of [
    [inner, wide],
    [POLICY, wide.replace(", reason: all", "")],
    [POLICY, `${wide}rules: [{ id: a, effect: sometimes }]\n`],
    [POLICY, wide.replace('"**"', '"../**"')],
  ] as const) {
    const { findings } = await auditTexts(texts(file, policy));
    const found = of(findings, "plaintext-http");
    assert.deepEqual([found.ignored, found.pendingIgnore], [undefined, undefined], policy);
  }
  const { findings } = await auditTexts(texts(POLICY, wide));
  assert.equal(of(findings, "plaintext-http").ignored?.reason, "all");
});

test("an entry of a sallyport.yaml that accepts nothing is a finding at its place", async () => {
  const policy = `version: 1
audit:
  ignore:
    - { rule: plaintext-http, reason: used }
    - { rule: secret, path: "x/**", reason: stale }
    - { rule: [secret, unlogged-llm-call], reason: of code }
`;
  const found = (await audit(config(entry("a", http)), policy)).filter((one) => one.rule.id === "unused-ignore");
  assert.deepEqual(
    found.map(({ primary: { file, span } }) => [file, policy.slice(span.start, span.end)]),
    [[POLICY, '{ rule: secret, path: "x/**", reason: stale }']],
  );
});

test("ignore comments of TOML and YAML count as those of JSON do, and only where they are comments", async () => {
  const files = new Map([
    [
      path.join(ROOT, ".codex", "config.toml"),
      '[mcp_servers.a]\n# sallyport-ignore: plaintext-http -- inside\nurl = "http://tracker.example.com/mcp"\n' +
        '[mcp_servers.b]\nurl = "http://other.example.com/?sallyport-ignore: plaintext-http -- no comment"\n',
    ],
    [
      path.join(ROOT, ".continue", "mcpServers", "a.yaml"),
      "mcpServers:\n  - name: a\n    url: http://tracker.example.com/mcp # sallyport-ignore: plaintext-http -- inside\n" +
        "  - name: b\n    # sallyport-ignore: plaintext-http\n    url: http://other.example.com/mcp\n",
    ],
  ]);
  const { findings } = await auditTexts(files);
  const shown = findings
    .filter(({ rule }) => ["plaintext-http", "ignore-without-reason"].includes(rule.id))
    .map(({ rule, primary, ignored }) => [path.extname(primary.file), rule.id, ignored?.reason]);
  assert.deepEqual(shown, [
    [".toml", "plaintext-http", "inside"],
    [".toml", "plaintext-http", undefined],
    [".yaml", "plaintext-http", "inside"],
    [".yaml", "plaintext-http", undefined],
    [".yaml", "ignore-without-reason", undefined],
  ]);
});

test("a file of many comments costs no more than its length", async () => {
  const many = "// sallyport-ignore: shell -- x\n".repeat(60_000);
  const { findings } = await auditTexts(new Map([[CONFIG, `${many}${config(entry("a", http))}`]]));
  assert.equal(findings.filter((one) => one.rule.id === "plaintext-http").length, 1);
});

test("a comment that is malformed, that accepts nothing, or that names no rule is a finding", async () => {
  const comment = (text: string): Promise<Finding[]> =>
    audit(config(`// sallyport-ignore: ${text}\n    ${entry("a", http)}`));
  const malformed = of(await comment("plaintext-http"), "ignore-without-reason");
  assert.equal(malformed.severity, "low");
  assert.equal(of(await comment("-- because"), "ignore-without-reason").rule.id, "ignore-without-reason");
  assert.match(of(await comment("secret -- none here"), "unused-ignore").message, /no finding of secret/u);
  assert.match(of(await comment("no-such -- typo"), "unused-ignore").message, /no rule no-such/u);
  const good = await comment("plaintext-http -- fine");
  assert.deepEqual(
    good.map((found) => found.rule.id),
    ["plaintext-http"],
  );
});

test("a fingerprint stays when lines move and other entries change, and goes with what it is about", async () => {
  const print = async (text: string, rule = "plaintext-http"): Promise<string> =>
    of(await audit(text), rule).fingerprint ?? "";
  const before = await print(config(entry("a", http)));
  assert.match(before, /^[0-9a-f]{32}:1$/u);
  assert.equal(await print(`// new\n\n${config(entry("first", { command: "x" }), entry("a", http))}`), before);
  assert.equal(await print(config(entry("a", http)).replaceAll(/\s+/gu, " ")), before, "on one line");
  assert.notEqual(await print(config(entry("b", http))), before);
  assert.notEqual(await print(config(entry("a", { url: "http://other.example.com/mcp" }))), before);

  const token = ["ghp", "Q7w9ZtR4mX2vB8nK1sLd5HfJ3cPa6YeU0iGo"].join("_");
  const rotated = ["ghp", "Zx8Kq2Lw5Vt9Bn3Mj7Hd1Fs6Gp4Ra0Ye2UiC"].join("_");
  const secret = (value: string): string => config(entry("a", { command: "x", env: { GITHUB_TOKEN: value } }));
  assert.equal(await print(secret(token), "secret"), await print(secret(rotated), "secret"));
});

test("equal findings of one file have fingerprints of their own", async () => {
  const findings = (
    await audit('{"servers":{"a":{"url":"http://x.example/"},"a":{"url":"http://x.example/"}}}')
  ).filter((found) => found.rule.id === "plaintext-http");
  const prints = findings.map((found) => found.fingerprint);
  assert.equal(new Set(prints).size, prints.length);
});
