/** What a file gives to others of its project, and which of theirs it may name: found without parsing it. */
export interface FileNames {
  /** The package, namespace, module or folder in which its names stand; "" for one that everybody sees. */
  readonly space: string;
  /** Names that it declares for others, each without its space. */
  readonly declares: readonly string[];
  /** Spaces whose names it sees: `using A.B`, `import a.b.C` (that is `a.b`), a Go package's path. */
  readonly opens: readonly string[];
  /** Spaces whose names every file of the project sees since this one is there: C#'s `global using`. */
  readonly opensForAll?: readonly string[];
  /** Types that its own types extend or implement, without their spaces. */
  readonly bases?: readonly string[];
  /** It makes something that others are given without naming this file: a framework's beans, a container's services. */
  readonly wires?: boolean;
}

/** How the files of a family find each other by names instead of paths. */
export interface FamilyModules {
  names(file: string, text: string): FileNames;
  /** The space that a module means when a file names it; the name itself unless told: `super.llm`. */
  absolute?(file: string, module: string): string;
  /** A module names a space by the end of its path: Go's `x.org/team/app/llm` is the folder `app/llm`. */
  readonly byEnd?: true;
  /** A space's names are seen from the spaces below it: C#. */
  readonly inherits?: true;
}

/** Every match's group, without repetition. */
export function allOf(pattern: RegExp, text: string, group = 1): string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(pattern)) {
    const name = match[group];
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

/** The part of a dotted name before its last dot. */
export function before(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}
