import type { Edit, Finding, Fix } from "./finding.ts";

/** Two edits of one file that cannot both be made as they were meant. */
function clash(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false;
  const [first, second] = a.span.start <= b.span.start ? [a, b] : [b, a];
  return first.span.end > second.span.start || first.span.start === second.span.start;
}

const sameEdit = (a: Edit, b: Edit): boolean =>
  a.file === b.file && a.span.start === b.span.start && a.span.end === b.span.end && a.newText === b.newText;

/**
 * The first usable fix of each finding that can be made together with those before it, and of how many findings; the others
 * wait for a next round.
 */
export function togetherFixes(
  findings: readonly Finding[],
  usable: (fix: Fix) => boolean,
): { readonly edits: readonly Edit[]; readonly fixed: number } {
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
