import { braceExpand, Minimatch } from "minimatch";

/** Alternatives of one glob after its braces are written out. */
const MAX_ALTERNATIVES = 64;
/** The same on every system: a backslash escapes, and is no separator. */
const OPTIONS = {
  dot: true,
  nocomment: true,
  nonegate: true,
  noext: true,
  preserveMultipleSlashes: true,
  platform: "linux",
} as const;

/** What is wrong with a glob as a predicate; undefined where it is fine. */
export function globProblem(glob: string): string | undefined {
  try {
    if (braceExpand(glob, { braceExpandMax: MAX_ALTERNATIVES + 1 }).length > MAX_ALTERNATIVES) {
      return `stands for more than ${MAX_ALTERNATIVES} alternatives`;
    }
    const { set, empty } = new Minimatch(glob, OPTIONS);
    return empty || set.length === 0 ? "matches nothing" : undefined;
  } catch (error) {
    return `is none: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A test whether any of the globs fits a name. Names are compared as they are: case counts. */
export function compileGlobs(globs: string | readonly string[]): (name: string) => boolean {
  const all = [globs].flat();
  const plain = new Set(all.filter((glob) => !/[*?[\]{}\\]/.test(glob)));
  const patterns = all.filter((glob) => !plain.has(glob)).map((glob) => new Minimatch(glob, OPTIONS));
  // A name that ends in a slash or is empty is compared as such; minimatch would read it as a folder.
  return (name) => plain.has(name) || (name !== "" && patterns.some((pattern) => pattern.match(name)));
}
