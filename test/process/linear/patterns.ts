import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";

export interface Pattern {
  readonly source: string;
  readonly flags: string;
  /** Below `src/`, with forward slashes. */
  readonly file: string;
}

/** A pattern that repeats nothing does work of a fixed size at each place. */
function repeats(source: string): boolean {
  const bare = source.replaceAll(/\\./gs, "").replaceAll(/\[[^\]]*\]/g, "");
  return /[*+{]/.test(bare);
}

function literalsOf(node: unknown, file: string, found: Pattern[]): void {
  if (Array.isArray(node)) for (const one of node) literalsOf(one, file, found);
  else if (node !== null && typeof node === "object") {
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (regex) found.push({ source: regex.pattern, flags: regex.flags, file });
    else for (const one of Object.values(node)) literalsOf(one, file, found);
  }
}

/** Every regular expression literal of the sources that repeats something, each once. */
export function literals(root: string): Pattern[] {
  const found: Pattern[] = [];
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const { program, errors } = parseSync(name, readFileSync(path.join(root, name), "utf8"));
    if (errors.length > 0) throw new Error(`${name} does not parse`);
    literalsOf(program, name.replaceAll("\\", "/"), found);
  }
  const distinct = new Map(found.map((one) => [`/${one.source}/${one.flags}`, one]));
  return [...distinct.values()].filter(({ source }) => repeats(source));
}

/** Alternatives in groups of their own are tried one after the other: a union that is too large is judged in pieces. */
function pieces(pattern: Pattern): Pattern[] {
  if (pattern.source.length < 1000) return [pattern];
  return pattern.source.split(/\)\|\((?!\?)/).map((source, i, all) => ({
    ...pattern,
    source:
      i === 0 ? source.replace(/^.*?\(\?:\(/, "") : i === all.length - 1 ? source.replace(/\)\)[^)]*\)$/, "") : source,
  }));
}

/** The patterns that modules put together from parts while they are loaded. */
export async function builtWhileLoading(modules: readonly string[]): Promise<Pattern[]> {
  const found: Pattern[] = [];
  const original = globalThis.RegExp;
  let file = "";
  globalThis.RegExp = new Proxy(original, {
    construct(target, args: [string | RegExp, string?], newTarget): object {
      const made = Reflect.construct(target, args, newTarget) as RegExp;
      found.push({ source: made.source, flags: made.flags, file });
      return made;
    },
  });
  try {
    for (file of modules) await import(new URL(`../../../src/${file}`, import.meta.url).href);
  } finally {
    globalThis.RegExp = original;
  }
  return found.flatMap(pieces).filter(({ source }) => repeats(source));
}

/** Where the sources call `RegExp` themselves: `file:count`. */
export function constructions(root: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const count = readFileSync(path.join(root, name), "utf8").split(/\bRegExp\(/).length - 1;
    if (count > 0) found.set(name.replaceAll("\\", "/"), count);
  }
  return found;
}
