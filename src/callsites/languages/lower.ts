import type { SyntaxNode } from "../../parsing/syntax.ts";
import type { Family, Program } from "../program.ts";
import { lowerJava } from "./java.ts";
import { lowerCSharp } from "./csharp.ts";
import { lowerGo } from "./go.ts";
import { lowerJavaScript } from "./javascript.ts";
import { lowerKotlin } from "./kotlin.ts";
import { lowerPhp } from "./php.ts";
import { lowerPython } from "./python.ts";
import { lowerRuby } from "./ruby.ts";
import { lowerRust } from "./rust.ts";

type Lower = (text: string, root: SyntaxNode) => Program;

/** How each family's syntax is lowered. A family without an entry has no file extension in `languages.ts` either. */
const LOWER: Readonly<Partial<Record<Family, Lower>>> = {
  python: lowerPython,
  javascript: lowerJavaScript,
  ruby: lowerRuby,
  php: lowerPhp,
  rust: lowerRust,
  java: lowerJava,
  kotlin: lowerKotlin,
  go: lowerGo,
  csharp: lowerCSharp,
};

/** Lowers a parsed source to what all languages have in common. */
export function lower(family: Family, text: string, root: SyntaxNode): Program {
  const own = LOWER[family];
  if (!own) throw new Error(`no lowering for ${family}`);
  return own(text, root);
}
