// What the search for call sites costs: files that mention no SDK against reading the same files, files that do against
// parsing them alone, and one changed file. Ratios first; the times are those of this machine.
// Run: npm run bench -- callsites, or node --import tsx bench/callsites.ts
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { analyseSource, findCallSites } from "../src/callsites/run.ts";
import { Grammars } from "../src/parsing/grammars.ts";
import { diskFiles } from "../src/system/disk.ts";
import { readWasm } from "../src/system/wasm.ts";

const FILES = 6000;
/** One file in this many mentions an SDK. */
const MENTIONS = 20;
const FOLDERS = 60;

const PLAIN = Array.from(
  { length: 120 },
  (_, i) => `def step_${i}(value, other=${i}):\n    return value * other + ${i}\n`,
).join("\n");
const CALLING = [
  "import logging",
  "from openai import OpenAI",
  "logger = logging.getLogger(__name__)",
  "client = OpenAI()",
  ...Array.from(
    { length: 10 },
    (_, i) =>
      `def ask_${i}(question):\n    answer = client.responses.create(model="gpt-5-mini", input=question)\n    logger.info("%s", answer.${i % 2 ? "usage" : "id"})\n    return answer\n`,
  ),
  PLAIN,
].join("\n");

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export async function run(_argv: readonly string[] = []): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  try {
    for (let i = 0; i < FILES; i++) {
      const at = path.join(folder, `package${i % FOLDERS}`);
      if (i < FOLDERS) mkdirSync(at);
      writeFileSync(path.join(at, `module${i}.py`), i % MENTIONS === 0 ? CALLING : PLAIN);
    }
    const grammars = new Grammars(readWasm);
    await grammars.parse("python", "x = 1\n", () => 1);
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    const plain = all.filter((file) => !readFileSync(file).includes("openai"));
    const reading = await time(async () => {
      for (const file of plain) await readFile(file);
    });
    const searching = await time(() => findCallSites({ files: diskFiles, roots: plain, grammars }));
    const readingAll = await time(async () => {
      for (const file of all) await readFile(file);
    });
    const whole = await time(() => findCallSites({ files: diskFiles, roots: [folder], grammars }));
    const parsing: number[] = [];
    const analysing: number[] = [];
    for (let i = 0; i < 40; i++) {
      parsing.push(await time(() => grammars.parse("python", CALLING, () => 1)));
      analysing.push(await time(() => analyseSource({ file: path.join(folder, "a.py"), text: CALLING, grammars })));
    }
    const perSecond = (count: number, milliseconds: number): string =>
      Math.round((count / milliseconds) * 1000).toLocaleString("en");
    console.log(`files without a token: ${(searching / reading).toFixed(2)} x reading them one by one`);
    console.log(
      `a file with 10 sites (${(CALLING.length / 1024).toFixed(0)} KiB): ${(median(analysing) / median(parsing)).toFixed(2)} x parsing it`,
    );
    console.log(
      `tree, 1 file in ${MENTIONS} with 10 sites: ${(whole / readingAll).toFixed(2)} x reading it one by one`,
    );
    console.log(`files without a token: ${perSecond(plain.length, searching)} files/s`);
    console.log(
      `tree of ${FILES} files, 1 in ${MENTIONS} with sites: ${perSecond(FILES, whole)} files/s, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident`,
    );
    console.log(`one file again: ${median(analysing).toFixed(1)} ms p50`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
