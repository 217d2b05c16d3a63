import { lstat, readFile } from "node:fs/promises";
import { applyEdits, type Edit, type Finding, type Fix } from "../core/finding.ts";
import { decodeText } from "../documents/decode.ts";
import { writeWhole } from "./wholeFile.ts";

export interface FixOptions {
  readonly unsafe: boolean;
  /** Whether a file may be changed. */
  readonly allowed: (file: string) => boolean;
  /** Texts as they were audited: a file that has changed since is left alone. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface FixOutcome {
  /** Findings whose fix was written. */
  readonly fixed: number;
  /** Absolute paths of the files that were changed. */
  readonly files: readonly string[];
}

/** Two edits of one file that cannot both be made as they were meant. */
function clash(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false;
  const [first, second] = a.span.start <= b.span.start ? [a, b] : [b, a];
  return first.span.end > second.span.start || first.span.start === second.span.start;
}

const sameEdit = (a: Edit, b: Edit): boolean =>
  a.file === b.file && a.span.start === b.span.start && a.span.end === b.span.end && a.newText === b.newText;

/** The fixes that can be made together, in the findings' order; the others wait for the next round. */
function choose(findings: readonly Finding[], usable: (fix: Fix) => boolean): { edits: Edit[]; fixed: number } {
  const edits: Edit[] = [];
  let fixed = 0;
  for (const found of findings) {
    const fix = found.fixes.find(usable);
    if (!fix) continue;
    // Two findings with the very same cure are both cured by it.
    const fresh = fix.edits.filter((edit) => !edits.some((other) => sameEdit(edit, other)));
    if (fresh.some((edit) => edits.some((other) => clash(edit, other)))) continue;
    edits.push(...fresh);
    fixed++;
  }
  return { edits, fixed };
}

/** The file's text and mark, when it is still what was audited and can be written back without loss. */
async function unchanged(file: string, audited: string | undefined): Promise<{ bom: boolean } | undefined> {
  if (audited === undefined || !(await lstat(file)).isFile()) return undefined;
  const { text, bom, problem } = decodeText(file, await readFile(file));
  return problem === undefined && text === audited ? { bom } : undefined;
}

/**
 * Applies one fix a finding: a safe one, else, if asked, an unsafe one. A fix that touches a file which may not be
 * changed, is a link, or is no longer what was audited, is left out as a whole; so is one that would clash with another.
 */
export async function applyFixes(findings: readonly Finding[], options: FixOptions): Promise<FixOutcome> {
  const writable = new Map<string, { bom: boolean }>();
  const wanted = new Set(findings.flatMap((found) => found.fixes.flatMap((fix) => fix.edits.map((edit) => edit.file))));
  for (const file of wanted) {
    const state = options.allowed(file) ? await unchanged(file, options.texts.get(file)) : undefined;
    if (state) writable.set(file, state);
  }
  const usable = (fix: Fix): boolean =>
    (fix.safety === "safe" || options.unsafe) && fix.edits.every((edit) => writable.has(edit.file));
  const { edits, fixed } = choose(
    findings.map((found) => ({
      ...found,
      fixes: found.fixes.toSorted((a, b) => Number(a.safety === "unsafe") - Number(b.safety === "unsafe")),
    })),
    usable,
  );
  const files = [...new Set(edits.map((edit) => edit.file))];
  for (const file of files) {
    const changed = applyEdits(
      options.texts.get(file) ?? "",
      edits.filter((edit) => edit.file === file),
    );
    await writeWhole(file, `${writable.get(file)?.bom ? "\ufeff" : ""}${changed}`);
  }
  return { fixed, files };
}
