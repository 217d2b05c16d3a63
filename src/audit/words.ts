import type { TextField } from "../clients/config.ts";
import type { Span } from "../core/text.ts";
import { partOfString } from "../documents/data.ts";

/** One word of a command, with its place in the file. */
export interface Word {
  readonly text: string;
  readonly span: Span;
  /** Span of a part of the word, by offsets into its text. */
  readonly part: (from: number, to: number) => Span;
}

/** The word that a string of the file is. */
export function wordOf(source: string, field: TextField): Word {
  const part = (from: number, to: number): Span => partOfString(source, field.node, from, to);
  return { text: field.value, span: part(0, field.value.length), part };
}

/** A simple command of a script, and whether a pipe leads into it. */
export interface ScriptCommand {
  readonly words: readonly Word[];
  readonly piped: boolean;
}

/** A script longer than this is not taken apart. */
const MAX_SCRIPT = 20_000;

/**
 * Takes a shell script apart into its simple commands, roughly: quotes and escapes are understood, expansions stay text,
 * `&&`, `||`, `;`, `|`, `&` and line breaks separate. Words keep their place in the file.
 */
export function splitScript(script: Word): ScriptCommand[] {
  const { text } = script;
  if (text.length > MAX_SCRIPT) return [];
  const commands: ScriptCommand[] = [];
  let words: Word[] = [];
  let piped = false;
  let at = 0;
  const endCommand = (pipe: boolean): void => {
    if (words.length > 0) commands.push({ words, piped });
    words = [];
    piped = pipe;
  };
  while (at < text.length) {
    const c = text[at];
    if (c === " " || c === "\t") at++;
    else if (c === "|" && text[at + 1] !== "|") {
      endCommand(true);
      at++;
    } else if (c === "&" || c === "|" || c === ";" || c === "\n" || c === "\r" || c === "(" || c === ")") {
      endCommand(false);
      at++;
    } else {
      const start = at;
      let value = "";
      let quote: string | undefined;
      for (; at < text.length; at++) {
        const d = text[at] ?? "";
        if (quote !== undefined) {
          if (d === quote) quote = undefined;
          else value += d;
        } else if (d === '"' || d === "'") quote = d;
        else if (d === "\\" && /[\s"'\\$]/.test(text[at + 1] ?? "")) value += text[++at] ?? "";
        else if (/[ \t\r\n|&;()]/.test(d)) break;
        else value += d;
      }
      const end = at;
      const plain = value === text.slice(start, end);
      // In a word with quotes an offset into its value is no offset into the script: the whole word is then the part.
      const part = (from: number, to: number): Span =>
        plain ? script.part(start + from, start + to) : script.part(start, end);
      words.push({ text: value, span: script.part(start, end), part });
    }
  }
  endCommand(false);
  return commands;
}

/** A program's name without its folder and Windows' extension, in lower case: `C:\x\NPX.CMD` is `npx`. */
export function programName(command: string): string {
  const base = command.replace(/^.*[\\/]/, "");
  return base.replace(/\.(?:exe|cmd|bat|ps1|com)$/i, "").toLowerCase();
}
