import type { GrammarName } from "../parsing/grammars.ts";
import type { Family } from "./program.ts";

const BY_EXTENSION: Readonly<Record<string, GrammarName>> = {
  py: "python",
  pyw: "python",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  // Programs inside other files: `embedded.ts` takes them out, and says which language they are.
  vue: "typescript",
  svelte: "typescript",
  ipynb: "python",
  rb: "ruby",
  rake: "ruby",
  php: "php",
  rs: "rust",
  java: "java",
  kt: "kotlin",
  kts: "kotlin",
  go: "go",
  cs: "csharp",
};

/** The language that a file's name says, or undefined for one that is not analysed. */
export function languageOf(name: string): GrammarName | undefined {
  const dot = name.lastIndexOf(".");
  return dot < 0 || name.endsWith(".d.ts") ? undefined : BY_EXTENSION[name.slice(dot + 1).toLowerCase()];
}

/** The family of a grammar's language. */
export function familyOf(grammar: GrammarName): Family {
  return grammar === "typescript" || grammar === "tsx" ? "javascript" : grammar;
}

/** The family of a file in a language that is analysed, by its name. */
export function familyOfFile(name: string): Family {
  const grammar = languageOf(name);
  return grammar ? familyOf(grammar) : "javascript";
}
