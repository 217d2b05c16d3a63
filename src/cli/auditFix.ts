import { lstat, readFile } from "node:fs/promises";
import { applyEdits, type Finding, type Fix } from "../core/finding.ts";
import { togetherFixes } from "../core/fixes.ts";
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
  const { edits, fixed } = togetherFixes(
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
