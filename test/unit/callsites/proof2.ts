// How the search does on the second proof set, by language. `node --import tsx test/unit/callsites/proof2.ts [language…]`
// prints the tables and every mistake; the test holds the labels to their hashes and the results to what was reached.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CallSite } from "../../../src/callsites/callSite.ts";
import { findCallSites } from "../../../src/callsites/run.ts";
import type { Files } from "../../../src/core/files.ts";
import { diskFiles } from "../../../src/system/disk.ts";
import { grammars } from "./grammars.ts";

const set = path.join(import.meta.dirname, "proof2");
const fixtures = path.join(set, "fixtures");

export const LANGUAGES: readonly string[] = readdirSync(fixtures).toSorted();

/** The search never sees a label: its comment goes, the line stays. */
const LABEL = /(?:#|\/\/) *(?:site: *[a-z]+|trap)\b|<!-- *trap *-->/g;
const unlabelled: Files = {
  ...diskFiles,
  async read(file, maxBytes) {
    const bytes = await diskFiles.read(file, maxBytes);
    return Buffer.from(Buffer.from(bytes).toString("utf8").replace(LABEL, ""));
  },
};

export interface Tally {
  labelled: number;
  found: number;
  hits: number;
  right: number;
  /** Wrong verdicts by what was said. */
  wrongRecorded: number;
  wrongUnlogged: number;
  unknown: number;
  /** Sites whose evidence is in another function or file. */
  elsewhere: number;
  elsewhereRight: number;
  readonly mistakes: string[];
}

const nothing = (): Tally => ({
  labelled: 0,
  found: 0,
  hits: 0,
  right: 0,
  wrongRecorded: 0,
  wrongUnlogged: 0,
  unknown: 0,
  elsewhere: 0,
  elsewhereRight: 0,
  mistakes: [],
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Verdicts by line of a file. */
function labelsOf(file: string): Map<number, string> {
  if (file.endsWith(".ipynb")) {
    const { sites } = JSON.parse(readFileSync(`${file}.labels.json`, "utf8")) as {
      sites: { fileLine: number; verdict: string }[];
    };
    return new Map(sites.map(({ fileLine, verdict }) => [fileLine, verdict]));
  }
  const labels = new Map<number, string>();
  const lines = readFileSync(file, "utf8").split(/\r\n|\n|\r/);
  for (const [i, line] of lines.entries()) {
    const verdict = /(?:#|\/\/)\s*site:\s*([a-z]+)/.exec(line)?.[1];
    if (verdict !== undefined) labels.set(i + 1, verdict);
  }
  return labels;
}

const posix = (file: string): string => path.relative(fixtures, file).split(path.sep).join("/");

const ELSEWHERE: ReadonlySet<string> = new Set(
  readFileSync(path.join(set, "elsewhere.txt"), "utf8")
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter(Boolean),
);

/** Each file, or each folder, of a language is a project of its own. */
export async function tallyOf(language: string): Promise<Tally> {
  const tally = nothing();
  const folder = path.join(fixtures, language);
  for (const name of readdirSync(folder).toSorted()) {
    if (name.endsWith(".labels.json")) continue;
    const root = path.join(folder, name);
    const { sites, problems } = await findCallSites({ files: unlabelled, roots: [root], grammars });
    for (const { file, message } of problems) tally.mistakes.push(`${posix(file)}: problem: ${message}`);
    const files = statSync(root).isDirectory() ? filesIn(root) : [root];
    for (const file of files)
      add(
        tally,
        file,
        sites.filter((site) => site.file === file),
      );
  }
  return tally;
}

function add(tally: Tally, file: string, sites: readonly CallSite[]): void {
  const labels = labelsOf(file);
  tally.labelled += labels.size;
  tally.found += sites.length;
  for (const site of sites) {
    const at = `${posix(file)}:${site.line}`;
    const label = labels.get(site.line);
    if (site.verdict === "unknown") tally.unknown++;
    if (label === undefined) {
      tally.mistakes.push(`${at}: no site, found ${site.provider} ${site.method} ${site.verdict}`);
      continue;
    }
    labels.delete(site.line);
    tally.hits++;
    const right = label === site.verdict;
    if (ELSEWHERE.has(at)) {
      tally.elsewhere++;
      tally.elsewhereRight += Number(right);
    }
    if (right) tally.right++;
    else {
      if (site.verdict === "logged" || site.verdict === "instrumented") tally.wrongRecorded++;
      if (site.verdict === "unlogged") tally.wrongUnlogged++;
      tally.mistakes.push(`${at}: ${label}, found ${site.verdict}: ${site.reason}`);
    }
  }
  for (const [line, label] of labels) {
    const at = `${posix(file)}:${line}`;
    if (ELSEWHERE.has(at)) tally.elsewhere++;
    tally.mistakes.push(`${at}: ${label}, found nothing`);
  }
}

/** The SHA-256 of a language's files, as `LABELS.sha256` has it. */
export function digestOf(language: string): string {
  const hash = createHash("sha256");
  const files = filesIn(path.join(fixtures, language)).toSorted((a, b) =>
    Buffer.compare(Buffer.from(`fixtures/${posix(a)}`), Buffer.from(`fixtures/${posix(b)}`)),
  );
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

export function committedDigests(): Map<string, string> {
  const lines = readFileSync(path.join(set, "LABELS.sha256"), "utf8").trim().split("\n");
  return new Map(lines.map((line) => [path.basename(line.slice(66)), line.slice(0, 64)]));
}

export const percent = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${((100 * part) / whole).toFixed(0)} %`;

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const languages = asked.length > 0 ? asked : LANGUAGES;
  const sum = nothing();
  console.log(
    "| language | sites | recall | precision | right verdicts | wrongly recorded | wrongly unlogged | unknown | evidence elsewhere |",
  );
  console.log("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
  const row = (name: string, t: Tally): void =>
    console.log(
      `| ${name} | ${t.labelled} | ${percent(t.hits, t.labelled)} | ${percent(t.hits, t.found)} | ${percent(t.right, t.hits)} | ${percent(t.wrongRecorded, t.hits)} | ${percent(t.wrongUnlogged, t.hits)} | ${percent(t.unknown, t.found)} | ${t.elsewhereRight} of ${t.elsewhere} |`,
    );
  for (const language of languages) {
    const tally = await tallyOf(language);
    row(language, tally);
    for (const key of [
      "labelled",
      "found",
      "hits",
      "right",
      "wrongRecorded",
      "wrongUnlogged",
      "unknown",
      "elsewhere",
      "elsewhereRight",
    ] as const)
      sum[key] += tally[key];
    sum.mistakes.push(...tally.mistakes);
  }
  row("all", sum);
  if (process.env["SALLYPORT_VERBOSE"]) console.log(sum.mistakes.join("\n"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
