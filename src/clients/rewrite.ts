import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { deleteProperty } from "../documents/edits.ts";
import { lineEnding } from "../documents/layout.ts";
import type { DataArray, DataObject, DataProperty, DataString } from "../documents/data.ts";
import type { ConfigFile, ServerEntry } from "./config.ts";
import { readLauncher } from "./launcher.ts";

/** How an entry starts our launcher: the command, and what comes before our own arguments (a script for a runtime). */
export interface LauncherWords {
  readonly command: string;
  readonly before: readonly string[];
}

export type Rewrite =
  | { readonly status: "rewritten"; readonly edits: readonly Edit[] }
  /** It is as it should be. */
  | { readonly status: "unchanged" }
  /** `reason` completes "NAME: "; `span` is where it stands. */
  | { readonly status: "refused"; readonly reason: string; readonly span: Span };

const refused = (reason: string, span: Span): Rewrite => ({ status: "refused", reason, span });

interface Stdio {
  readonly command: DataProperty & { readonly value: DataString };
  readonly args?: DataProperty & { readonly value: DataArray };
}

/** Types of transport that clients call stdio. */
const STDIO = new Set(["stdio", "local"]);

const onlyOne = (object: DataObject, key: string): DataProperty | undefined | "twice" => {
  const found = object.properties.filter((one) => one.key === key);
  return found.length > 1 ? "twice" : found[0];
};

const isTrue = (object: DataObject, key: string): boolean =>
  object.properties.some((one) => one.key === key && one.value.kind === "boolean" && one.value.value);

/** The parts that a rewrite touches, or why this shape is not one that we know. */
function stdioOf({ object, nameSpan }: ServerEntry): Stdio | (Rewrite & { status: "refused" }) {
  const no = (reason: string, span: Span) => ({ status: "refused" as const, reason, span });
  const command = onlyOne(object, "command");
  const args = onlyOne(object, "args");
  const url = object.properties.find((one) => ["url", "serverUrl", "httpUrl", "uri"].includes(one.key));
  if (command === "twice" || args === "twice") return no("it has `command` or `args` twice", nameSpan);
  if (url && command)
    return no("it has both a command and a URL; which of the two counts is up to the client", url.span);
  if (url)
    return no("it is reached by URL, and so far only servers that are started by a command can be protected", url.span);
  if (!command) return no("it has no `command`", nameSpan);
  if (command.value.kind !== "string") return no("its `command` is no string", command.value.span);
  if (command.value.value.trim() === "") return no("its `command` is empty", command.value.span);
  if (args && args.value.kind !== "array") return no("its `args` is no list", args.value.span);
  if (args?.value.kind === "array") {
    const odd = args.value.elements.find((one) => one.kind !== "string");
    if (odd) return no("its `args` has an element that is no string", odd.span);
  }
  const type = object.properties.find((one) => one.key === "type" || one.key === "transport");
  if (type && !(type.value.kind === "string" && STDIO.has(type.value.value))) {
    return no("its type is not stdio", type.value.span);
  }
  return { command, ...(args && { args }) } as Stdio;
}

/** What the client does with an entry that would keep our launcher from working. */
function clash(
  { name, nameSpan, object, map }: ServerEntry,
  windows: boolean,
): (Rewrite & { status: "refused" }) | undefined {
  const no = (reason: string, span: Span) => ({ status: "refused" as const, reason, span });
  if (map.inactive) return no("it stands where its client does not look", nameSpan);
  if (/[\u0000-\u001f\u007f]/.test(name)) return no("its name holds control characters", nameSpan);
  // The name goes into an argument, where a client would put a value in its place.
  if (name.includes("${")) return no("its name holds a variable", nameSpan);
  if (isTrue(object, "sandboxEnabled")) {
    return no("its client's own sandbox would keep Sallyport from its broker", nameSpan);
  }
  const dev = object.properties.find((one) => one.key === "dev")?.value;
  if (dev?.kind === "object" && dev.properties.some((one) => one.key === "debug")) {
    return no(
      "its client starts it under a debugger, which rewrites the command; take `dev.debug` out first",
      dev.span,
    );
  }
  const env = object.properties.find((one) => one.key === "env")?.value;
  if (env?.kind === "object" && !windows) {
    const odd = env.properties.find((one) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one.key));
    if (odd) return no("its `env` has a name that a shell drops, and the launcher is a shell script", odd.keySpan);
  }
  return undefined;
}

const quoted = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(", ");

/** What stands between `command` and an `args` that we add: on a line of its own where the command is. */
function separator(text: string, command: DataProperty): string {
  let start = command.span.start;
  while (text[start - 1] === " " || text[start - 1] === "\t") start--;
  const before = text[start - 1];
  if (before !== "\n" && before !== "\r") return ", ";
  return `,${lineEnding(text)}${text.slice(start, command.span.start)}`;
}

const startsLine = (text: string, at: number): boolean => /[\t\r\n]/.test(text.charAt(at));

/**
 * Makes an entry start through our launcher, insert-only: the launcher takes the place of the command, whose literal moves
 * as it is written to the front of `args`, behind ours. Every other byte stays. The order of `--client` and `--server` says
 * whether the entry had `args` at all, so that the way back needs nothing but the entry.
 */
export function protectEntry(
  config: ConfigFile,
  entry: ServerEntry,
  launcher: LauncherWords,
  windows: boolean,
): Rewrite {
  const { document } = config;
  const { file, text } = document;
  const broken = document.problems[0];
  if (broken) return refused(`the file ${broken.message}`, broken.span ?? entry.nameSpan);
  if (entry.protected) return { status: "unchanged" };
  const stdio = stdioOf(entry);
  if ("status" in stdio) return stdio;
  const why = clash(entry, windows);
  if (why) return why;
  const { command, args } = stdio;
  const client = `--client=${config.kind.client}`;
  const server = `--server=${entry.name}`;
  const flags = args ? [server, client] : [client, server];
  const original = text.slice(command.value.span.start, command.value.span.end);
  const words = `${quoted([...launcher.before, "proxy", ...flags, "--"])}, ${original}`;
  const edits: Edit[] = [{ file, span: command.value.span, newText: JSON.stringify(launcher.command) }];
  if (args) {
    const at = args.value.span.start + 1;
    const comma = args.value.elements.length === 0 ? "" : startsLine(text, at) ? "," : ", ";
    edits.push({ file, span: { start: at, end: at }, newText: `${words}${comma}` });
  } else {
    const at = command.span.end;
    edits.push({ file, span: { start: at, end: at }, newText: `${separator(text, command)}"args": [${words}]` });
  }
  return { status: "rewritten", edits };
}

/** True where Protect says that the entry had no `args`: ours name the client before the server. */
function hadNoArgs(words: readonly string[]): boolean {
  const client = words.findIndex((word) => word.startsWith("--client="));
  const server = words.findIndex((word) => word.startsWith("--server="));
  return client >= 0 && client < server;
}

/**
 * The way back, from the entry itself: byte for byte where nobody touched it since, else the original command and arguments
 * in the form that they have now.
 */
export function unprotectEntry(config: ConfigFile, entry: ServerEntry): Rewrite {
  const { document } = config;
  const { file, text } = document;
  const broken = document.problems[0];
  if (broken) return refused(`the file ${broken.message}`, broken.span ?? entry.nameSpan);
  if (!entry.protected) return { status: "unchanged" };
  const stdio = stdioOf(entry);
  if ("status" in stdio) return stdio;
  const { command, args } = stdio;
  const elements = args?.value.elements ?? [];
  const words = elements.map((one) => (one.kind === "string" ? one.value : ""));
  const at = readLauncher(command.value.value, words)?.command;
  const original = at === undefined ? undefined : elements[at];
  if (!args || at === undefined || !original) return refused("its original command cannot be read", entry.nameSpan);

  const cut = (start: number, end: number): Edit => ({ file, span: { start, end }, newText: "" });
  const literal = text.slice(original.span.start, original.span.end);
  const edits: Edit[] = [{ file, span: command.value.span, newText: literal }];
  const last = at === elements.length - 1;
  if (last && hadNoArgs(words.slice(0, at))) {
    const between = text.slice(command.span.end, args.span.start);
    if (between === separator(text, command)) edits.push(cut(command.span.end, args.span.end));
    else edits.push(...deleteProperty(document, entry.object, args));
    return { status: "rewritten", edits };
  }
  const open = args.value.span.start + 1;
  if (last) {
    edits.push(cut(open, original.span.end));
    return { status: "rewritten", edits };
  }
  let comma = original.span.end;
  while (text[comma] !== ",") {
    const comment = document.comments.find((one) => one.start === comma);
    comma = comment ? comment.end : comma + 1;
  }
  const end = comma + 1 + (text[comma + 1] === " " ? 1 : 0);
  if (comma === original.span.end) edits.push(cut(open, end));
  else edits.push(cut(open, original.span.end), cut(comma, end));
  return { status: "rewritten", edits };
}
