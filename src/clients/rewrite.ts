import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataObject, DataProperty } from "../documents/data.ts";
import { doubleQuoted } from "../documents/literal.ts";
import type { ConfigFile, ServerEntry } from "./config.ts";
import { readLauncher } from "./launcher.ts";
import { protectUrl, unprotectUrl } from "./rewriteUrl.ts";
import { prepend, type Stdio, unmovable, withdraw } from "./rewriteArgs.ts";

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
  // Goose's word for it is `cmd`.
  const [key, other] = object.properties.some((one) => one.key === "cmd") ? ["cmd", "command"] : ["command", "cmd"];
  const command = onlyOne(object, key ?? "command");
  const args = onlyOne(object, "args");
  const url = object.properties.find((one) => URL_KEYS.includes(one.key));
  if (command === "twice" || args === "twice" || object.properties.some((one) => one.key === other)) {
    return no(`it has \`${key}\` or \`args\` twice`, nameSpan);
  }
  if (url && command)
    return no("it has both a command and a URL; which of the two counts is up to the client", url.span);
  if (!command) return no("it has no `command`", nameSpan);
  if (command.value.kind !== "string") return no(`its \`${key}\` is no string`, command.value.span);
  if (command.value.value.trim() === "") return no(`its \`${key}\` is empty`, command.value.span);
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

const URL_KEYS: readonly string[] = ["url", "serverUrl", "httpUrl", "uri"];

const isByUrl = ({ object: { properties } }: ServerEntry): boolean =>
  properties.some(({ key }) => URL_KEYS.includes(key)) &&
  !properties.some(({ key }) => key === "command" || key === "cmd");

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
  const env = object.properties.find((one) => ["env", "envs", "environment"].includes(one.key))?.value;
  if (env?.kind === "object" && !windows) {
    const odd = env.properties.find((one) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one.key));
    if (odd) return no("its `env` has a name that a shell drops, and the launcher is a shell script", odd.keySpan);
  }
  return undefined;
}

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
  const { file } = document;
  const broken = document.problems[0];
  if (broken) return refused(`the file ${broken.message}`, broken.span ?? entry.nameSpan);
  if (entry.protected) return { status: "unchanged" };
  const byUrl = isByUrl(entry);
  const stdio = byUrl ? undefined : stdioOf(entry);
  if (stdio && "status" in stdio) return stdio;
  const why = clash(entry, windows);
  if (why) return why;
  if (!stdio) return protectUrl(config, entry, launcher);
  const stuck = unmovable(document, entry.object, stdio);
  if (stuck) return refused(stuck.reason, stuck.span);
  const { command, args } = stdio;
  const client = `--client=${config.kind.client}`;
  const server = `--server=${entry.name}`;
  const flags = args ? [server, client] : [client, server];
  const words = prepend(document, entry.object, stdio, [...launcher.before, "proxy", ...flags, "--"]);
  if (!words) return refused("its layout has no place for more arguments", command.span);
  const start: Edit = { file, span: command.value.span, newText: doubleQuoted(document, launcher.command) };
  return { status: "rewritten", edits: [start, ...words] };
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
  if (entry.url && !entry.command) return unprotectUrl(config, entry);
  const stdio = stdioOf(entry);
  if ("status" in stdio) return stdio;
  const stuck = unmovable(document, entry.object, stdio);
  if (stuck) return refused(stuck.reason, stuck.span);
  const { command, args } = stdio;
  const elements = args?.value.elements ?? [];
  const words = elements.map((one) => (one.kind === "string" ? one.value : ""));
  const at = readLauncher(command.value.value, words)?.command;
  const original = at === undefined ? undefined : elements[at];
  const unreadable = refused("its original command cannot be read", entry.nameSpan);
  if (!args || at === undefined || original?.kind !== "string") return unreadable;
  const isMoved = original.style !== "opaque" && original.style !== "block";
  const taken = isMoved ? withdraw(document, entry.object, { command, args }, at, hadNoArgs(words.slice(0, at))) : [];
  if (taken.length === 0) return unreadable;
  const literal = text.slice(original.span.start, original.span.end);
  return { status: "rewritten", edits: [{ file, span: command.value.span, newText: literal }, ...taken] };
}
