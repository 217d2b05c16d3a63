import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { analyseSource, type CallSitesResult, findCallSites } from "../../../src/callsites/run.ts";
import { diskFiles } from "../../../src/system/disk.ts";
import { grammars } from "./grammars.ts";
import { memoryFiles } from "./memoryFiles.ts";

const root = path.resolve("/app");
const at = (name: string): string => path.join(root, ...name.split("/"));

async function search(content: Readonly<Record<string, string>>): Promise<CallSitesResult> {
  const absolute = Object.fromEntries(Object.entries(content).map(([name, text]) => [at(name), text]));
  return findCallSites({ files: memoryFiles(absolute), roots: [root], grammars });
}

const LLM = [
  "from openai import OpenAI",
  "client = OpenAI()",
  "def ask(q):",
  '    return client.responses.create(model="m", input=q)',
].join("\n");
const MAIN = [
  "import logging",
  "from llm import ask",
  "def main(q):",
  "    r = ask(q)",
  '    logging.info("%s %s", r.id, r.model)',
].join("\n");

/** The verdicts of one file of a project whose text is that. */
const verdicts = async (project: CallSitesResult["project"], name: string, text: string): Promise<string[]> => {
  const { sites } = await analyseSource({ file: at(name), text, grammars, project });
  return sites.map((site) => site.verdict);
};

test("a file that is edited keeps the verdicts that other files give it", async () => {
  const { sites, project } = await search({ "llm.py": LLM, "main.py": MAIN });
  assert.deepEqual(
    sites.map((site) => site.verdict),
    ["logged"],
  );
  // The callers' own view of the function must be the edited one, not the one that was searched.
  assert.deepEqual(await verdicts(project, "llm.py", `"""Edited."""\n\n${LLM}\n`), ["logged"]);
  assert.deepEqual(await verdicts(project, "llm.py", `${LLM}\ndef b(q):\n    client.responses.create(input=q)\n`), [
    "logged",
    "unlogged",
  ]);
  assert.deepEqual(await verdicts(project, "llm.py", LLM.replace("def ask", "def asked")), ["unlogged"]);
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["logged"]);
});

test("what is edited in a file counts for the others at once, and back again", async () => {
  const { project } = await search({ "llm.py": LLM, "main.py": MAIN });
  const silent = MAIN.replace(/ {4}logging.*/, "    return r");
  assert.deepEqual(await verdicts(project, "main.py", silent), []);
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["unlogged"]);
  assert.deepEqual(await verdicts(project, "main.py", MAIN.replace("from llm", "from elsewhere")), []);
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["unlogged"]);
  assert.deepEqual(await verdicts(project, "main.py", MAIN), []);
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["logged"]);
});

test("a client that is wrapped, or no longer, in an edited file", async () => {
  const wrapped = [
    'import OpenAI from "openai";',
    'import { wrapOpenAI } from "langsmith/wrappers";',
    "export const llm = wrapOpenAI(new OpenAI());",
  ].join("\n");
  const route =
    'import { llm } from "./lib/llm";\nexport const ask = (q) => llm.responses.create({ model: "m", input: q });';
  const { project } = await search({ "lib/llm.ts": wrapped, "route.ts": route });
  assert.deepEqual(await verdicts(project, "route.ts", `${route}\n`), ["instrumented"]);
  assert.deepEqual(
    await verdicts(project, "lib/llm.ts", wrapped.replace("wrapOpenAI(new OpenAI())", "new OpenAI()")),
    [],
  );
  assert.deepEqual(await verdicts(project, "route.ts", `${route}\n`), ["unlogged"]);
  assert.deepEqual(await verdicts(project, "route.ts", `${route}\n\n`), ["unlogged"]);
});

test("a file that is analysed again and again is judged as it was the first time", async () => {
  const { project } = await search({ "llm.py": LLM, "main.py": MAIN });
  assert.deepEqual(await verdicts(project, "main.py", MAIN), []);
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["logged"]);
  for (const [name, text] of [
    ["llm.py", LLM],
    ["main.py", MAIN],
  ] as const) {
    // As if it had used up all of the work that it may make.
    const { resolver } = project.loaded(at(name), text) ?? assert.fail(`${name} is not loaded`);
    while (resolver.spend());
  }
  assert.deepEqual(await verdicts(project, "llm.py", LLM), ["logged"]);
});

for (const name of ["python", "python_traced", "next", "node", "go", "csharp"]) {
  test(`project ${name}: each file by itself, edited or not, is judged as in the search`, async () => {
    const folder = path.join(import.meta.dirname, "fixtures", "projects", name);
    const { sites, project } = await findCallSites({ files: diskFiles, roots: [folder], grammars });
    for (const file of new Set(sites.map((site) => site.file))) {
      const expected = sites.filter((site) => site.file === file).map(({ line, verdict }) => [line, verdict]);
      const text = (await project.read(file)) ?? assert.fail(file);
      for (const edited of [text, `${text}\n`, text]) {
        const again = await analyseSource({ file, text: edited, grammars, project });
        assert.deepEqual(
          again.sites.map(({ line, verdict }) => [line, verdict]),
          expected,
          path.basename(file),
        );
      }
    }
  });
}
