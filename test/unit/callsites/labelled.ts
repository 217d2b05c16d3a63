import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CallSite } from "../../../src/callsites/callSite.ts";
import { analyseSource, findCallSites } from "../../../src/callsites/run.ts";
import type { Problem } from "../../../src/core/finding.ts";
import type { Grammars } from "../../../src/parsing/grammars.ts";
import { diskFiles } from "../../../src/system/disk.ts";

/** A source whose lines say what is to be found: `site: verdict` in a comment at the end of the method name's line. */
const LABEL = /(?:#|\/\/)\s*site:\s*([a-z]+)/;

export interface Mistake {
  readonly at: string;
  readonly expected: string;
  readonly found: string;
}

export interface Score {
  readonly files: number;
  readonly labelled: number;
  readonly found: number;
  readonly hits: number;
  readonly rightVerdicts: number;
  readonly mistakes: readonly Mistake[];
}

/** Every labelled source below a folder. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:py|[cm]?[jt]sx?|go|java|kts?|cs|rb|rs|php|vue|svelte)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

/** Compares what is found in each file by itself with what the labels say. A site on a line without a label is false. */
export async function score(files: readonly string[], grammars: Grammars, root: string): Promise<Score> {
  const found = await Promise.all(
    files.map((file) => analyseSource({ file, text: withoutLabels(readFileSync(file, "utf8")), grammars })),
  );
  return compare(
    files,
    found.flatMap((one) => one.sites),
    found.flatMap((one) => one.problems),
    root,
  );
}

/** A text without the words of its labels, so that none of them is evidence. Lines keep their numbers. */
function withoutLabels(text: string): string {
  return text.replace(/(?:#|\/\/) *(?:site: *[a-z]+|trap)\b/g, "");
}

/** The same for a folder that is searched as one project: evidence in other files counts. */
export async function scoreProject(root: string, grammars: Grammars): Promise<Score> {
  const { sites, problems } = await findCallSites({ files: diskFiles, roots: [root], grammars });
  return compare(sourcesIn(root), sites, problems, root);
}

function compare(
  files: readonly string[],
  sites: readonly CallSite[],
  problems: readonly Problem[],
  root: string,
): Score {
  const mistakes: Mistake[] = problems.map(({ file, message }) => ({
    at: file,
    expected: "no problem",
    found: message,
  }));
  let [labelled, hits, rightVerdicts] = [0, 0, 0];
  for (const file of files) {
    const labels = new Map<number, string>();
    for (const [i, line] of readFileSync(file, "utf8")
      .split(/\r\n|\n|\r/)
      .entries()) {
      const label = LABEL.exec(line)?.[1];
      if (label !== undefined) labels.set(i + 1, label);
    }
    labelled += labels.size;
    const at = (line: number): string => `${path.relative(root, file)}:${line}`;
    for (const site of sites.filter((one) => one.file === file)) {
      const label = labels.get(site.line);
      if (label === undefined)
        mistakes.push({ at: at(site.line), expected: "no site", found: `${site.method} ${site.verdict}` });
      else {
        hits++;
        if (label === site.verdict) rightVerdicts++;
        else mistakes.push({ at: at(site.line), expected: label, found: `${site.verdict}: ${site.reason}` });
        labels.delete(site.line);
      }
    }
    for (const [line, label] of labels) mistakes.push({ at: at(line), expected: label, found: "nothing" });
  }
  return { files: files.length, labelled, found: sites.length, hits, rightVerdicts, mistakes };
}

const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);

/** One line that sums a score up. */
export function summary(result: Score): string {
  const { files, labelled, found, hits, rightVerdicts } = result;
  return `${labelled} sites in ${files} files: precision ${percent(hits, found)}, recall ${percent(hits, labelled)}, verdicts ${percent(rightVerdicts, hits)}`;
}
