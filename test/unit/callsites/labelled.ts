import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { analyseSource } from "../../../src/callsites/run.ts";
import type { Grammars } from "../../../src/parsing/grammars.ts";

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
    .filter((entry) => entry.isFile() && /\.(?:py|[cm]?[jt]sx?)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

/** Compares what is found with what the labels say. A site on a line without a label is a false one. */
export async function score(files: readonly string[], grammars: Grammars, root: string): Promise<Score> {
  const mistakes: Mistake[] = [];
  let [labelled, found, hits, rightVerdicts] = [0, 0, 0, 0];
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const { sites, problems } = await analyseSource({ file, text, grammars });
    for (const { message } of problems) mistakes.push({ at: file, expected: "no problem", found: message });
    const labels = new Map<number, string>();
    for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
      const label = LABEL.exec(line)?.[1];
      if (label !== undefined) labels.set(i + 1, label);
    }
    labelled += labels.size;
    found += sites.length;
    const at = (line: number): string => `${path.relative(root, file)}:${line}`;
    for (const site of sites) {
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
  return { files: files.length, labelled, found, hits, rightVerdicts, mistakes };
}

const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);

/** One line that sums a score up. */
export function summary(result: Score): string {
  const { files, labelled, found, hits, rightVerdicts } = result;
  return `${labelled} sites in ${files} files: precision ${percent(hits, found)}, recall ${percent(hits, labelled)}, verdicts ${percent(rightVerdicts, hits)}`;
}
