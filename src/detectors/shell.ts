import { forEachChild, parse, type SyntaxNode } from "unbash";

/** One simple command of a script: a program, what it is given, where its output goes. */
export interface ShellCommand {
  /** Without its folder, in lower case; empty where an expansion stands for it. */
  readonly program: string;
  readonly args: readonly string[];
  /** Files that its output goes to. */
  readonly writes: readonly string[];
  /** Files that are read into it, here-strings left out. */
  readonly reads: readonly string[];
  /** The commands before it in its pipe, nearest last. */
  readonly fed: readonly ShellCommand[];
  /** Stands in `$(…)`, backticks or `<(…)` inside a word of another command. */
  readonly nested: boolean;
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** False where the grammar did not take all of it. */
  readonly complete: boolean;
}

/** A script longer than this is not parsed. */
export const MAX_SCRIPT = 32 * 1024;
const MAX_COMMANDS = 2000;
/** `sh -c "sh -c '…'"`, so many times. */
const MAX_NESTED_SCRIPTS = 4;

/** Reads a script with a grammar of bash. Undefined where it is too long. */
export function readShell(script: string, depth = 0): ShellScript | undefined {
  if (script.length > MAX_SCRIPT) return undefined;
  const tree = parse(script);
  const commands: ShellCommand[] = [];
  const pending: { node: SyntaxNode; fed: ShellCommand[]; nested: boolean }[] = [
    { node: tree, fed: [], nested: false },
  ];
  let complete = (tree.errors?.length ?? 0) === 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, fed, nested } = next;
    if (commands.length >= MAX_COMMANDS) return { commands, complete: false };
    if (node.type === "Pipeline") {
      // Each member is fed by those before it; the list is filled while they are read, first member first.
      const shared: ShellCommand[] = [];
      for (const member of node.commands.toReversed()) pending.push({ node: member, fed: shared, nested });
      continue;
    }
    if (node.type === "Command") {
      const writes: string[] = [];
      const reads: string[] = [];
      for (const redirect of node.redirects) {
        const file = redirect.type === "Redirect" ? redirect.target?.value : undefined;
        if (file !== undefined) (redirect.operator.includes(">") ? writes : reads).push(file);
      }
      const [first, ...args] = unwrapped([node.name?.value ?? "", ...node.args.map((arg) => argumentOf(arg))]);
      const command: ShellCommand = { program: nameOf(first ?? ""), args, writes, reads, fed: [...fed], nested };
      commands.push(command);
      const inner = scriptOf(command);
      if (inner !== undefined) {
        const read = depth < MAX_NESTED_SCRIPTS ? readShell(inner, depth + 1) : undefined;
        if (read) commands.push(...read.commands.map((one) => (one.fed.length > 0 ? one : { ...one, fed: [...fed] })));
        else complete = false;
      }
      fed.push(command);
    }
    const isExpansion = node.type === "CommandExpansion" || node.type === "ProcessSubstitution";
    const children: SyntaxNode[] = [];
    forEachChild(node, (child) => children.push(child));
    // A group inside a pipe passes its feed on; what an expansion holds is fed by nothing.
    for (const child of children.toReversed()) {
      pending.push({
        node: child,
        fed: node.type === "Command" || isExpansion ? [] : fed,
        nested: nested || isExpansion,
      });
    }
  }
  return { commands, complete };
}

function argumentOf(argument: object): string {
  return "value" in argument && typeof argument.value === "string"
    ? argument.value
    : "text" in argument && typeof argument.text === "string"
      ? argument.text
      : "";
}

function nameOf(word: string): string {
  return word
    .replace(/^.*[\\/]/, "")
    .replace(/\.(?:exe|cmd|bat|ps1|com)$/i, "")
    .toLowerCase();
}

/** Programs that run the one that follows, and their options that take a value. */
const WRAPPERS = new Set(
  "sudo doas env nohup nice time timeout stdbuf xargs exec command setsid ionice chroot busybox watch unbuffer".split(
    " ",
  ),
);

/** The words without programs that only run the rest. */
function unwrapped(words: readonly string[]): string[] {
  let at = 0;
  while (at < words.length - 1 && WRAPPERS.has(nameOf(words[at] ?? ""))) {
    at++;
    while (at < words.length - 1 && /^-|^\w+=|^\d+[smhd]?$/.test(words[at] ?? "")) {
      at += /^-[uUgnIP]$/.test(words[at] ?? "") ? 2 : 1;
    }
  }
  return words.slice(Math.min(at, words.length - 1));
}

const SHELL = /^(?:(?:ba|z|da|k|a|fi)?sh|pwsh|powershell|cmd)$/;

/** The script that a shell is given as an argument. */
function scriptOf({ program, args }: ShellCommand): string | undefined {
  if (program === "eval") return args.join(" ");
  if (!SHELL.test(program)) return undefined;
  const flag = args.findIndex((arg) => /^(?:-[a-z]{0,4}c|-command|\/c)$/i.test(arg));
  return flag >= 0 ? args[flag + 1] : undefined;
}
