import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { analyseSource } from "../../../src/callsites/run.ts";
import { grammars } from "./grammars.ts";

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

function cell(source: string | readonly string[], type = "code"): unknown {
  return { cell_type: type, metadata: {}, outputs: [], source };
}

function notebook(cells: readonly unknown[], language = "python"): string {
  return JSON.stringify(
    { cells, metadata: { kernelspec: { language } }, nbformat: 4, nbformat_minor: 5 },
    undefined,
    1,
  );
}

const analyse = (name: string, text: string) => analyseSource({ file: path.resolve(`/${name}`), text, grammars });

test("a notebook is one program; a site stands at its line of the file, by the characters of the name", async () => {
  const text = notebook([
    cell("# client.chat.completions.create(messages=[], model='m')", "markdown"),
    cell(["%pip install openai\n", "!ls\n", "from openai import OpenAI\n", 'client = OpenAI(api_key="\\u00e4")\n']),
    cell("%%bash\nclient.chat.completions.create"),
    cell([
      "import logging\n",
      '# \u00e9\t\u{1f600} "quoted"\n',
      "r = client.chat.completions.create(model='gpt-4o', messages=[])\n",
    ]),
    cell(
      "logging.info('%s %s', r.model, r.usage)\ndef again():\n    return client.responses.create(model='m', input='q')",
    ),
  ]);
  const { sites, findings, problems } = await analyse("a.ipynb", text);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    sites.map(({ span, verdict, model }) => [text.slice(span.start, span.end), verdict, model]),
    [
      ["create", "logged", "gpt-4o"],
      ["create", "unlogged", "m"],
    ],
  );
  for (const { line, span } of sites) assert.equal(line, lineAt(text, span.start));
  assert.equal(sites[0]?.evidence[0]?.line, lineAt(text, text.indexOf("logging.info")));
  assert.equal(sites[0]?.client?.line, lineAt(text, text.indexOf("client = OpenAI")));
  assert.deepEqual(
    findings.map((one) => text.slice(one.primary.span.start, one.primary.span.end)),
    ["create"],
  );
});

test("an ignore comment in a cell accepts a finding of that cell", async () => {
  const lines = [
    "import openai\n",
    "# sallyport-ignore: unlogged-llm-call -- a lesson\n",
    "openai.OpenAI().responses.create(model='m', input='q')",
  ];
  const { findings } = await analyse("a.ipynb", notebook([cell(lines)]));
  assert.deepEqual(
    findings.map((one) => [one.rule.id, one.ignored?.reason]),
    [["unlogged-llm-call", "a lesson"]],
  );
});

test("a notebook of another kernel is read as its language, or not at all", async () => {
  const script = 'import OpenAI from "npm:openai";\nawait new OpenAI().responses.create({ model: "m", input: "q" });';
  assert.equal((await analyse("a.ipynb", notebook([cell(script)], "typescript"))).sites.length, 1);
  assert.equal((await analyse("a.ipynb", notebook([cell(script)], "julia"))).sites.length, 0);
});

test("what is no notebook is a problem; an old one has its cells in worksheets", async () => {
  const { problems } = await analyse("a.ipynb", '{"cells": [');
  assert.equal(problems[0]?.code, "MALFORMED");
  assert.match(problems[0]?.message ?? "", /is no notebook/);
  const old = {
    nbformat: 3,
    worksheets: [
      {
        cells: [{ cell_type: "code", input: "import openai\nopenai.OpenAI().responses.create(model='m', input='q')" }],
      },
    ],
  };
  assert.equal((await analyse("a.ipynb", JSON.stringify(old))).sites.length, 1);
});

test("any text in a component or notebook gives sites or a problem, never an exception", async () => {
  const parts = fc.constantFrom(
    "<script",
    ">",
    "</script>",
    "<!--",
    "-->",
    " lang='ts'",
    "/>",
    "\n",
    "openai",
    "{",
    "x".repeat(1200),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(parts, fc.string()), { maxLength: 40 }), async (texts) => {
      for (const name of ["a.vue", "a.svelte", "a.ipynb"]) await analyse(name, texts.join(""));
      const text = notebook([cell(texts), cell(texts.join("\n"))]);
      for (const { span } of (await analyse("a.ipynb", text)).sites)
        assert.ok(span.start <= span.end && span.end <= text.length);
    }),
    { numRuns: 60 },
  );
});
