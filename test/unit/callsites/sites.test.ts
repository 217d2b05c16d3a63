import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { analyseSource } from "../../../src/callsites/run.ts";
import { grammars } from "./grammars.ts";
import { score, scoreProject, sourcesIn } from "./labelled.ts";

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures");

/** Every folder is a language, or, below `projects`, a project. */
const foldersIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name !== "projects")
    .toSorted();

for (const language of foldersIn(fixtures)) {
  test(`${language}: each labelled line has its site and verdict, and no other line has a site`, async () => {
    const result = await score(sourcesIn(path.join(fixtures, language)), grammars, fixtures);
    const mistakes = result.mistakes.map(({ at, expected, found }) => `${at}: expected ${expected}, found ${found}`);
    assert.deepEqual(mistakes, []);
    assert.ok(result.hits >= 15, `only ${result.hits} sites`);
  });
}

for (const project of foldersIn(path.join(fixtures, "projects"))) {
  test(`project ${project}: clients, helpers, callers and instrumentation in other files count`, async () => {
    const result = await scoreProject(path.join(fixtures, "projects", project), grammars);
    const mistakes = result.mistakes.map(({ at, expected, found }) => `${at}: expected ${expected}, found ${found}`);
    assert.deepEqual(mistakes, []);
    assert.ok(result.hits > 0);
  });
}

test("a site says where it is, what is asked, and what speaks for its record", async () => {
  const text = [
    "import logging",
    "from openai import AzureOpenAI",
    "client = AzureOpenAI()",
    "def ask(q, user_id):",
    "    r = client.chat.completions.create(",
    "        model='gpt-4o', messages=q, stream=True",
    "    )",
    "    logging.info('%s %s', user_id, r.usage)",
    "    logging.info('%s', r.model)",
  ].join("\n");
  const file = path.resolve("/a.py");
  const { sites } = await analyseSource({ file, text, grammars });
  const [site] = sites;
  assert.equal(text.slice(site?.span.start, site?.span.end), "create");
  assert.deepEqual(
    [site?.line, site?.endLine, site?.provider, site?.sdk, site?.method, site?.model, site?.streaming],
    [5, 7, "azure-openai", "openai", "chat.completions.create", "gpt-4o", true],
  );
  assert.equal(site?.verdict, "logged");
  assert.deepEqual(site.client?.line, 3);
  assert.deepEqual(
    site.evidence.map((one) => one.line),
    [8, 9],
  );
  assert.deepEqual(site.fields.present, ["who", "when", "model", "tokens"]);
  assert.deepEqual(site.fields.missing, ["content", "outcome"]);
});

test("unlogged and partly logged sites are findings, which ignore comments accept with a reason", async () => {
  const head = 'import OpenAI from "openai";\nconst c = new OpenAI();\n';
  const call = "await c.responses.create({ model: 'm', input: 'x' });";
  const findings = async (text: string) => {
    const result = await analyseSource({ file: path.resolve("/a.ts"), text: head + text, grammars });
    return result.findings.map((one) => [one.rule.id, one.severity, one.ignored?.reason]);
  };
  assert.deepEqual(await findings(call), [["unlogged-llm-call", "medium", undefined]]);
  assert.deepEqual(await findings(`const r = ${call} console.log(r);`), [["partly-logged-llm-call", "low", undefined]]);
  assert.deepEqual(await findings(`// sallyport-ignore: unlogged-llm-call -- a spike\n${call}`), [
    ["unlogged-llm-call", "medium", "a spike"],
  ]);
  assert.deepEqual(await findings(`${call} // sallyport-ignore: unlogged-llm-call`), [
    ["unlogged-llm-call", "medium", undefined],
    ["ignore-without-reason", "low", undefined],
  ]);
  assert.deepEqual(await findings("// sallyport-ignore: unlogged-llm-call -- gone"), [
    ["unused-ignore", "info", undefined],
  ]);
  assert.deepEqual(await findings('const s = "// sallyport-ignore: unlogged-llm-call";'), []);
});

test("a record that only the SDK's vendor has is told as one, and is a finding still", async () => {
  const text = 'from agents import Agent, Runner\na = Agent(name="x")\nRunner.run_sync(a, "q")\n';
  const analyse = (source: string) => analyseSource({ file: path.resolve("/a.py"), text: source, grammars });
  const { sites, findings } = await analyse(text);
  assert.deepEqual([sites[0]?.verdict, sites[0]?.vendorOnly, sites[0]?.notes.length], ["instrumented", true, 1]);
  assert.deepEqual(
    findings.map((one) => one.rule.id),
    ["unlogged-llm-call"],
  );
  const own = await analyse(`from agents import add_trace_processor\nadd_trace_processor(mine)\n${text}`);
  assert.deepEqual([own.sites[0]?.verdict, own.sites[0]?.vendorOnly], ["instrumented", undefined]);
  assert.deepEqual(own.findings, []);
});

test("half-typed code still gives the sites that stand in it", async () => {
  const text =
    'from openai import OpenAI\nc = OpenAI()\ndef f(:\n  x = c.responses.create(model="m", input="x")\n  y = (';
  const { sites } = await analyseSource({ file: path.resolve("/a.py"), text, grammars });
  assert.equal(sites.length, 1);
});

test("any bytes give sites or a problem, never an exception", async () => {
  const pieces = fc.constantFrom(
    "import OpenAI from 'openai';\n",
    "from openai import OpenAI\n",
    "c = OpenAI()\n",
    "const c = new OpenAI();\n",
    "c.responses.create(",
    "c.responses.create({",
    ")",
    "}",
    "{",
    "[",
    "class A(B):\n  ",
    "async def f(*a, **k):\n",
    "  try:\n",
    "except E as e: raise\n",
    "`${",
    "=>",
    'f"{',
    "<?php use OpenAI\\Client;\n",
    "$c = OpenAI::client('k');\n",
    "$c->chat()->create(['model' => ",
    "->",
    "fn($x) => ",
    "use async_openai::Client;\n",
    "let c = Client::new();\n",
    "c.chat().create(",
    'info!("{x}", y = ?',
    "json!({",
    "match x { Ok(r) => ",
    "impl A for B { fn f(&self) -> C {",
    "c = OpenAI::Client.new\n",
    "c.chat(parameters: {",
    "def f(a, b: 1, *c, **d, &e)\n",
    "x.each do |a, (b, c)|\n",
    "rescue => e\n",
    "<<~T\n #{x}\nT\n",
    "end\n",
    "::",
    "@x\n",
    "await ",
    "self.x = self.x\n",
    "x = y; y = x\n",
    "lambda: ",
    "\r\n",
    "\u0000",
    "😀",
    "# sallyport-ignore: ",
    "import com.openai.client.OpenAIClient;\n",
    "class A extends B { final OpenAIClient c = X.builder().a(1).build(); A(OpenAIClient c) { this.c = c; } ",
    "c.chat().completions().create(p -> p.model(m))",
    "switch (x) { case 1 -> ",
    "log.atInfo().log(",
    "record R(int a) {",
    'package a\nimport "github.com/sashabaranov/go-openai"\n',
    "func (s *S) f(a, b int) (x *openai.Client, err error) {\n",
    "x, err := s.c.CreateImage(ctx, openai.ImageRequest{A: 1}",
    "if err != nil { return nil, err }\n",
    "type S struct { *openai.Client; c T }\n",
    "for i, x := range ",
    "using OpenAI.Chat;\n",
    'class A(IChatClient c, B b) : D(c), E { readonly ChatClient c = new("m"); ',
    'await c.GetResponseAsync(x, new() { A = 1, ["b"] = 2 })?.Y!',
    "x switch { { A: var b } => ",
    "new { a = 1, b.C }",
    "switch x := y.(type) { case ",
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((all) => all.join("")),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom(
        "/a.py",
        "/a.ts",
        "/a.tsx",
        "/a.mjs",
        "/A.java",
        "/A.kt",
        "/a.go",
        "/A.cs",
        "/a.rb",
        "/a.php",
        "/a.rs",
      ),
      async (source, file) => {
        const result = await analyseSource({ file: path.resolve(file), text: source, grammars });
        for (const site of result.sites) assert.ok(site.span.start >= 0 && site.span.end <= source.length);
      },
    ),
    { numRuns: 80 },
  );
});

test("code nested thirty thousand deep is a problem that is named, or is analysed", async () => {
  for (const [file, text] of [
    ["/a.py", `import openai\n${"(".repeat(30_000)}`],
    ["/a.go", `package a\nimport "github.com/openai/openai-go"\nvar x = ${"(".repeat(30_000)}`],
    ["/a.js", `import x from "openai";\n${"[".repeat(30_000)}`],
    ["/A.cs", `using OpenAI.Chat;class A { object F() { return ${"(".repeat(30_000)}`],
    ["/a.rb", `x = OpenAI::Client.new\ny = ${"(".repeat(30_000)}`],
    ["/b.rb", `x = OpenAI::Client${".a".repeat(3000)}\n`],
    ["/a.php", `<?php use OpenAI\\Client; $x = ${"[".repeat(30_000)}`],
    ["/b.php", `<?php $x = OpenAI::x()${"->a()".repeat(3000)};`],
    ["/a.rs", `use async_openai::Client; fn f() { let x = ${"(".repeat(30_000)}`],
    ["/b.rs", `use async_openai::Client; fn f() { info!(${"(".repeat(3000)} x ${")".repeat(3000)}); }`],
    ["/c.rs", `use async_openai::Client; fn f() { x${".a()".repeat(3000)}.build(); }`],
    ["/A.java", `import com.openai.X;class A { Object f() { return ${"(".repeat(30_000)}`],
    ["/B.java", `import com.openai.X;class A { Object f() { return x${".a()".repeat(3000)}.build(); } }`],
    ["/b.js", `import x from "openai";\nf(${"g(".repeat(3000)}1${")".repeat(3000)})`],
  ] as const) {
    const { sites, problems } = await analyseSource({ file: path.resolve(file), text, grammars });
    assert.ok(sites.length === 0 && problems.length <= 1, file);
  }
});

test("code made to be slow is analysed within its share of work", async () => {
  const twice = Array.from({ length: 120 }, (_, i) => `x${i + 1} = x${i} or x${i} or x${i}.y`).join("\n");
  const calls = Array.from(
    { length: 30 },
    (_, i) => `    r${i} = c.responses.create(model="m", input=q)\n    log.info(r${i})`,
  );
  const cases = [
    `import openai\nx0 = g()\n${twice}\nx120.chat.completions.create(model="m", messages=[])`,
    `from openai import OpenAI\nc = OpenAI()\ndef f(q):\n${calls.join("\n")}`,
    `import openai\nimport${" ".repeat(100_000)}x`,
    `import openai\n${"a_".repeat(50_000)}log.info(1)`,
    `# openai\n${"# sallyport-ignore: a -- b\n".repeat(1_000)}`,
  ];
  for (const text of cases) await analyseSource({ file: path.resolve("/a.py"), text, grammars });
  // An object that holds itself.
  const itself =
    'import OpenAI from "openai";\nlet x = {};\nx = { ...x, y: 1 };\nx.chat.completions.create({ model: "m", messages: [] });';
  await analyseSource({ file: path.resolve("/a.js"), text: itself, grammars });
});
