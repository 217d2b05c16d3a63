import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const cli = path.resolve("dist/sallyport.js");
const folder = mkdtempSync(path.join(tmpdir(), "sallyport-call sites-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, "callsites", ...args],
      { cwd: folder, env, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

const SOURCE = [
  "import Anthropic from '@anthropic-ai/sdk';",
  "const claude = new Anthropic();",
  "export const ask = (text: string) =>",
  "  claude.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 9, messages: [{ role: 'user', content: text }] });",
].join("\n");

interface Document {
  version: number;
  summary: Record<string, number>;
  sites: {
    file: string;
    line: number;
    endLine: number;
    provider: string;
    api: string;
    verdict: string;
    evidence: unknown[];
    fields: { missing: string[] };
  }[];
  problems: { code: string; file: string; message: string }[];
}

test("every site is listed, as text and as JSON, and the exit code is 0", async () => {
  writeFileSync(path.join(folder, "ask.ts"), SOURCE);
  const text = await run();
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^ask\.ts$/m);
  assert.match(text.stdout, / 4 {2}unlogged +anthropic messages\.create · claude-sonnet-4-5/);
  assert.match(text.stdout, /1 call site: 1 unlogged \(1 file searched, 1 parsed\)/);
  const { stdout } = await run("ask.ts", "--format", "json");
  const document = JSON.parse(stdout) as Document;
  const [site] = document.sites;
  assert.equal(document.version, 1);
  assert.equal(document.summary["unlogged"], 1);
  assert.deepEqual(
    [site?.line, site?.endLine, site?.provider, site?.api, site?.verdict],
    [4, 4, "anthropic", "chat", "unlogged"],
  );
  assert.equal(site?.fields.missing.length, 6);
  assert.ok(site && path.isAbsolute(site.file));
});

test("hostile files are named or passed over, and the rest is still analysed", async () => {
  writeFileSync(path.join(folder, "binary.py"), Buffer.from([0, 1, 2, ...Buffer.from("openai")]));
  writeFileSync(
    path.join(folder, "latin.py"),
    Buffer.from("import openai\nx = '\xff'\nopenai.OpenAI().responses.create(model='m', input=x)\n", "latin1"),
  );
  writeFileSync(path.join(folder, "bundle.min.js"), `"openai";${"x();".repeat(100_000)}`);
  writeFileSync(path.join(folder, "huge.js"), `// openai\n${"// filler filler filler\n".repeat(200_000)}`);
  writeFileSync(path.join(folder, "deep.js"), `import x from "openai";\n${"[".repeat(100_000)}`);
  if (process.platform !== "win32") symlinkSync(folder, path.join(folder, "loop"));
  const { code, stdout } = await run("--format", "json");
  const document = JSON.parse(stdout) as Document;
  assert.equal(code, 3);
  assert.deepEqual(
    document.sites.map((site) => `${path.basename(site.file)}:${site.line}`),
    ["ask.ts:4", "latin.py:3"],
  );
  const named = document.problems.map((one) => `${one.code} ${path.basename(one.file)}`);
  assert.ok(named.includes("TOO_LARGE huge.js"), named.join());
  assert.ok(!named.some((one) => one.includes("binary")), named.join());
});

test("a path that is not there, and an option that is not, say so", async () => {
  const gone = await run("gone");
  assert.equal(gone.code, 3);
  assert.match(gone.stdout, /gone: there is no such file or folder/);
  const option = await run("--format", "xml");
  assert.equal(option.code, 2);
  assert.match(option.stderr, /xml/);
  assert.match((await run("--help")).stdout, /Usage: sallyport callsites/);
});

test("the inventory is written as CSV, Markdown and CycloneDX, and to a file", async () => {
  writeFileSync(path.join(folder, "ask.ts"), SOURCE);
  const csv = await run("ask.ts", "--format", "csv");
  assert.match(
    csv.stdout,
    /^ask\.ts,4,4,typescript,anthropic,'@anthropic-ai\/sdk,messages\.create,chat,claude-sonnet-4-5,/m,
  );
  const markdown = await run("ask.ts", "--format", "markdown");
  assert.match(markdown.stdout, /^\*\*0 of 1 model call leaves a record\.\*\*$/m);
  const bom = await run("ask.ts", "--format", "cyclonedx", "--output", "bom.json");
  assert.deepEqual([bom.code, bom.stdout], [0, ""]);
  const { components } = JSON.parse(readFileSync(path.join(folder, "bom.json"), "utf8")) as {
    components: { type: string; name: string; evidence: { occurrences: { location: string; line: number }[] } }[];
  };
  assert.deepEqual(
    components.map(({ type, name, evidence: { occurrences } }) => [
      type,
      name,
      occurrences[0]?.location,
      occurrences[0]?.line,
    ]),
    [
      ["library", "@anthropic-ai/sdk", "ask.ts", 4],
      ["machine-learning-model", "claude-sonnet-4-5", "ask.ts", 4],
    ],
  );
  const nowhere = await run("ask.ts", "--format", "csv", "--output", path.join("no", "such", "folder.csv"));
  assert.equal(nowhere.code, 3);
  assert.match(nowhere.stderr, /could not be written/);
});
