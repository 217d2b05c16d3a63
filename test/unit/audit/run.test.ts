import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { auditConfigs } from "../../../src/audit/run.ts";
import { SallyportError } from "../../../src/core/errors.ts";
import { HOME, ROOT, auditTexts, environment } from "./fixtures.ts";
import { type Content, memoryFiles } from "./memoryFiles.ts";

const at = (...parts: string[]): string => path.join(ROOT, ...parts);
const server = '{"servers":{"a":{"url":"http://tracker.example.com/mcp", "headers": { "X-Team": "docs" }}}}';
const portable = server.replace("servers", "mcpServers");

test("files are found where clients look, at the root whoever ignores them, and in projects inside", async () => {
  const { filesRead, findings } = await auditTexts(
    new Map([
      [at(".gitignore"), ".vscode\nbuild\n"],
      [at(".vscode", "mcp.json"), server],
      [at("packages", "one", ".mcp.json"), portable],
      [at("build", ".mcp.json"), portable],
      [at("node_modules", "x", ".mcp.json"), portable],
      [at("docs", "mcp.json"), server],
      [path.join(HOME, ".cursor", "mcp.json"), portable],
      [path.join(HOME, ".config", "Code", "User", "profiles", "work", "mcp.json"), server],
      [path.join(HOME, "data", "User", "mcp.json"), server],
    ]),
    { userDataFolders: [path.join(HOME, "data")] },
  );
  const expected = [
    at(".vscode", "mcp.json"),
    at("packages", "one", ".mcp.json"),
    path.join(HOME, ".config", "Code", "User", "profiles", "work", "mcp.json"),
    path.join(HOME, ".cursor", "mcp.json"),
    path.join(HOME, "data", "User", "mcp.json"),
  ];
  assert.deepEqual(filesRead, expected);
  assert.deepEqual(
    findings.filter((finding) => finding.rule.id === "plaintext-http").map((finding) => finding.primary.file),
    expected,
  );
});

test("without home nothing of the person is read; a file that is named is audited whatever its name", async () => {
  const texts = new Map([
    [path.join(HOME, ".cursor", "mcp.json"), portable],
    [at("any", "name.json"), portable],
  ]);
  const { filesRead, findings } = await auditTexts(texts, { home: false, roots: [at("any", "name.json")] });
  assert.deepEqual(filesRead, [at("any", "name.json")]);
  assert.equal(findings.length, 1);
});

test("each bad file is one problem with its place, and the others are audited", async () => {
  const cases: [string, Content, RegExp][] = [
    ["not-json", "hello", /is no|has|lacks/],
    ["broken", '{"servers": {"a": ', /lacks/],
    ["large", "x".repeat(9 * 1024 * 1024), /too large/],
    ["deep", "[".repeat(100_000), /nested/],
    ["denied", new SallyportError("UNREADABLE", "may not be read: permission denied"), /permission denied/],
    ["utf8", Buffer.concat([Buffer.from('{"servers": "'), Buffer.from([0xff]), Buffer.from('"}')]), /UTF-8/],
    ["utf16", Buffer.from("\ufeff{}", "utf16le"), /UTF-16/],
  ];
  const contents = new Map<string, Content>([[at("good", ".vscode", "mcp.json"), server]]);
  for (const [name, content] of cases) contents.set(at(name, ".vscode", "mcp.json"), content);
  contents.set(at("directory", ".vscode", "mcp.json", "inside"), "");
  const files = memoryFiles(contents);
  const { findings, problems } = await auditConfigs({ files, environment, roots: [ROOT], home: false });
  assert.equal(findings.length, 1);
  assert.equal(problems.length, cases.length);
  for (const [name, , message] of cases) {
    const own = problems.filter((problem) => problem.file === at(name, ".vscode", "mcp.json"));
    assert.equal(own.length, 1, name);
    assert.match(own[0]?.message ?? "", message);
    assert.ok(!own[0]?.message.includes(ROOT), name);
  }
  const directory = await auditConfigs({ files, environment, roots: [at("directory")], home: false });
  assert.deepEqual(
    directory.problems.map(({ file, message }) => [file, message]),
    [[at("directory", ".vscode", "mcp.json"), "is a directory"]],
  );
});

test("comments, trailing commas, a byte order mark, duplicate and __proto__ keys do not hide an entry", async () => {
  const entry = (name: string): string => `"${name}": {"url": "http://x.example.com/mcp"}`;
  const text = `\ufeff{ /* c */ "servers": { ${entry("a")}, ${entry("a")}, ${entry("__proto__")}, }, // end\n}`;
  const { findings, problems } = await auditTexts(new Map([[at(".vscode", "mcp.json"), text]]));
  assert.deepEqual(problems, []);
  assert.equal(findings.filter((finding) => finding.rule.id === "plaintext-http").length, 3);
});

test("a file of comments alone is as good as none where a client reads comments, and broken elsewhere", async () => {
  const blank = '// { "servers": {} }\n';
  const { problems } = await auditTexts(
    new Map([
      [at(".vscode", "mcp.json"), blank],
      [at(".vscode", "settings.json"), ""],
      [at(".mcp.json"), blank],
    ]),
  );
  assert.deepEqual(
    problems.map(({ file }) => file),
    [at(".mcp.json")],
  );
});

test("a missing root is a problem; a missing file of a client is not", async () => {
  const { problems, filesRead } = await auditTexts(new Map([[at("README.md"), ""]]), { roots: [ROOT, at("none")] });
  assert.deepEqual(
    problems.map(({ file }) => file),
    [at("none")],
  );
  assert.deepEqual(filesRead, []);
});

test("what is switched off and what lies among fixtures weighs one step less", async () => {
  const severities = async (file: string, text: string): Promise<string[]> =>
    (await auditTexts(new Map([[file, text]]))).findings.map((finding) => finding.severity);
  const off =
    '{"servers":{"a":{"url":"http://tracker.example.com/mcp", "headers": { "X-Team": "docs" },"disabled":true}}}';
  assert.deepEqual(await severities(at(".vscode", "mcp.json"), server), ["high"]);
  assert.deepEqual(await severities(at(".vscode", "mcp.json"), off), ["medium"]);
  assert.deepEqual(await severities(at("test", "fixtures", "a", ".vscode", "mcp.json"), server), ["medium"]);
});

test("an ignore comment is counted; in a folder that is not trusted it hides nothing that is high", async () => {
  const text = `{
  "servers": {
    // sallyport-ignore: plaintext-http -- behind the VPN
    "a": { "url": "http://tracker.example.com/mcp", "headers": { "X-Team": "docs" } },
    "b": { "url": "http://10.0.0.1/mcp" }, // sallyport-ignore: plaintext-http -- in the house
    "sallyport-ignore: plaintext-http -- no comment": { "url": "http://other.example.com/mcp", "headers": { "X-Team": "docs" } }
  }
}`;
  const audit = async (trusted: boolean): Promise<(string | undefined)[]> => {
    const { findings } = await auditTexts(new Map([[at(".vscode", "mcp.json"), text]]), { trusted });
    return findings.map((finding) => finding.ignored?.reason);
  };
  assert.deepEqual(await audit(true), ["behind the VPN", "in the house", undefined]);
  assert.deepEqual(await audit(false), [undefined, "in the house", undefined]);
});
