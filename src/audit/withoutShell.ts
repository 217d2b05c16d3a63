import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Edit, Fix } from "../core/finding.ts";
import { property } from "../documents/data.ts";
import { insertProperty, setValue } from "../documents/edits.ts";
import { programName } from "./words.ts";

/** What only a shell knows to run. */
const BUILTIN = new Set(
  ". : [ [[ alias bg bind break builtin case cd command continue coproc declare dirs disown do done elif else enable esac eval exit export fc fg fi for function getopts hash help history if in jobs let local logout popd pushd read readonly return select set shift shopt source suspend then time times trap type typeset ulimit umask unalias unset until wait while".split(
    " ",
  ),
);

/** Longer scripts are no one command. */
const MAX_SCRIPT = 2000;

/**
 * The words of a script that is one plain command, as a POSIX shell takes them; undefined where anything in it is for a
 * shell to do: a variable, a pattern, an operator, an assignment, a word of its own.
 */
export function plainWords(script: string): readonly string[] | undefined {
  if (script.length > MAX_SCRIPT) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < script.length; at++) {
    const c = script[at] ?? "";
    if (c === " " || c === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === "'" || c === '"') {
      const end = script.indexOf(c, at + 1);
      const inside = script.slice(at + 1, end);
      if (end < 0 || (c === '"' && /[$`\\!]/.test(inside))) return undefined;
      word = (word ?? "") + inside;
      at = end;
    } else if (/[\w@%+=:,./-]/.test(c)) word = (word ?? "") + c;
    else return undefined;
  }
  if (word !== undefined) words.push(word);
  const own = words[0] === "exec" ? words.slice(1) : words;
  const [program] = own;
  if (program === undefined || program === "" || program.startsWith("-")) return undefined;
  return /^[A-Za-z_]\w*\+?=/.test(program) || BUILTIN.has(program) ? undefined : own;
}

/** Puts a command and its arguments in the place of those of an entry; none where its layout or comments do not let it. */
function withWords(file: ConfigFile, entry: ServerEntry, words: readonly string[]): Edit[] {
  const { document } = file;
  const [program, ...rest] = words;
  const command = property(entry.object, "command") ?? property(entry.object, "cmd");
  const args = property(entry.object, "args");
  const touched = [command?.value.span, args?.value.span].filter((span) => span !== undefined);
  if (touched.some((span) => document.comments.some((one) => one.start < span.end && span.start < one.end))) return [];
  if (command?.value.kind === "array" && !args) return setValue(document, command.value, words);
  if (command?.value.kind !== "string" || program === undefined) return [];
  const first = setValue(document, command.value, program);
  if (!args) {
    const more = rest.length === 0 ? [] : insertProperty(document, entry.object, "args", rest);
    return first.length === 0 || (rest.length > 0 && more.length === 0) ? [] : [...first, ...more];
  }
  const second = args.value.kind === "array" ? setValue(document, args.value, rest) : [];
  return first.length === 0 || second.length === 0 ? [] : [...first, ...second];
}

/**
 * The fix that starts a program itself where a shell is given one plain command (`sh -c "prog a b"`), or where the command
 * holds its arguments too. Unsafe: what a shell's start files set is no longer there.
 */
export function withoutShell(file: ConfigFile, entry: ServerEntry): Fix[] {
  const { command, args } = entry;
  // Our launcher's words stand before those of the server.
  if (!command || entry.protected) return [];
  const isShell = /^(?:sh|bash|zsh|dash|ash|ksh)$/.test(programName(command.value));
  const [option, script, ...others] = args.map((arg) => arg.value);
  const isScript = isShell && option === "-c" && script !== undefined && others.length === 0;
  const isJoined = !isShell && /\s/.test(command.value.trim());
  if (!isScript && !isJoined) return [];
  const words = plainWords(isScript ? script : command.value.trim());
  if (!words) return [];
  const all = isScript ? words : [...words, ...args.map((arg) => arg.value)];
  const edits = withWords(file, entry, all);
  const title = `Start ${JSON.stringify((all[0] ?? "").slice(0, 60))} itself`;
  return edits.length === 0 ? [] : [{ title, safety: "unsafe", edits }];
}
