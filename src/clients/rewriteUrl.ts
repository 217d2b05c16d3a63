import type { Edit } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataArray, DataObject, DataProperty, DataString } from "../documents/data.ts";
import { lineEnding, lineStart } from "../documents/layout.ts";
import type { ClientId, ConfigFile, ServerEntry } from "./config.ts";
import { readLauncher } from "./launcher.ts";
import type { LauncherWords, Rewrite } from "./rewrite.ts";

/** Clients that start an entry with `command`, `args` and `env` where one with a URL stood, and put variables in alike. */
const CLIENTS: ReadonlySet<ClientId> = new Set(["vscode", "claude-code", "cursor", "windsurf", "gemini-cli"]);
const URL_KEYS: ReadonlySet<string> = new Set(["url", "serverUrl", "httpUrl"]);
const TYPES: ReadonlySet<string> = new Set(["http", "sse", "streamable-http", "streamableHttp", "streamable_http"]);
/** What would have no meaning any more, or that the proxy cannot do. */
const UNMOVABLE = [
  "command",
  "cmd",
  "args",
  "env",
  "envFile",
  "cwd",
  "oauth",
  "auth",
  "authProviderType",
  "headersHelper",
];
/** A run of letters and digits that is no word. */
const RANDOM = /^(?=[\w.~-]*\d)(?=[\w.~-]*[A-Za-z])[\w.~-]{20,}$/;
const SECRET_NAME = /key|token|secret|auth|sig|pass|code|session/i;

const refused = (reason: string, span: Span): Rewrite => ({ status: "refused", reason, span });
const isString = (property: DataProperty): property is DataProperty & { readonly value: DataString } =>
  property.value.kind === "string" && property.value.style !== "opaque" && property.value.style !== "block";

/** Why a URL cannot become an argument, which every process of the machine may read. */
function urlProblem(text: string): string | undefined {
  if (text.includes("${")) return "its URL has a variable in it, whose value would be an argument that others can read";
  if (!URL.canParse(text)) return "its URL is none";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "its URL is neither http nor https";
  if (url.username !== "" || url.password !== "") return "its URL has a name or a password in it";
  const query = [...url.searchParams].some(([name, value]) => SECRET_NAME.test(name) || RANDOM.test(value));
  if (query || url.pathname.split("/").some((part) => RANDOM.test(part)))
    return "its URL seems to hold a secret, and would be an argument that others can read";
  return undefined;
}

interface UrlEntry {
  readonly url: DataProperty & { readonly value: DataString };
  readonly type?: DataProperty & { readonly value: DataString };
  readonly headers?: DataProperty & { readonly value: DataObject };
}

/** The parts of an entry that a rewrite touches, or why this shape is not one that we know. */
function urlEntryOf(
  { document: { text, format }, kind }: ConfigFile,
  { object, nameSpan }: ServerEntry,
): UrlEntry | Rewrite {
  const of = (test: (key: string) => boolean): DataProperty[] => object.properties.filter((one) => test(one.key));
  const [url, second] = of((key) => URL_KEYS.has(key) || key === "uri");
  const stuck = of((key) => UNMOVABLE.includes(key))[0];
  if (!url) return refused("it has no URL", nameSpan);
  if (format !== "json" || !CLIENTS.has(kind.client) || !URL_KEYS.has(url.key))
    return refused("it is reached by URL, and its client's entries of that kind cannot be rewritten so far", url.span);
  if (second) return refused("it has two URLs; which of them counts is up to the client", second.span);
  if (stuck) return refused(`it has a URL and \`${stuck.key}\``, stuck.span);
  if (!isString(url)) return refused(`its \`${url.key}\` is no string`, url.span);
  const problem = urlProblem(url.value.value);
  if (problem !== undefined) return refused(problem, url.value.span);
  const [type, other] = of((key) => key === "type" || key === "transport");
  if (other) return refused("it has its type twice", other.span);
  if (
    type &&
    !(
      isString(type) &&
      type.key === "type" &&
      TYPES.has(type.value.value) &&
      isPlain(text, type.value.span, type.value.value)
    )
  )
    return refused("its type is none that is known", type.span);
  const [headers, again] = of((key) => key === "headers");
  if (again) return refused("it has `headers` twice", again.span);
  if (headers && headers.value.kind !== "object") return refused("its `headers` are no object", headers.span);
  if (headers?.value.kind === "object") {
    const names = new Set<string>();
    for (const one of headers.value.properties) {
      const name = one.key.toLowerCase();
      if (!isString(one)) return refused("a header's value is no string", one.span);
      if (names.has(name)) return refused("it has a header twice", one.span);
      if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(one.key) || one.key.includes("=") || !isPlain(text, one.keySpan, one.key))
        return refused("a header's name is none", one.keySpan);
      names.add(name);
    }
  }
  if (!isPlain(text, url.keySpan, url.key)) return refused("its keys are written in an unusual way", url.keySpan);
  return { url, ...(type && { type }), ...(headers && { headers }) } as UrlEntry;
}

/** Whether a literal is what JSON.stringify would write, and so needs no remembering. */
const isPlain = (text: string, { start, end }: Span, value: string): boolean =>
  text.slice(start, end) === JSON.stringify(value);

/** A variable's name for a header, that every shell keeps. */
const variableOf = (header: string, index: number): string =>
  `HEADER_${index + 1}_${header.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

/**
 * Makes an entry with a URL start through our launcher. The URL's literal moves into `args` where it stands, `headers` become
 * `env` where they stand, each under a variable's name, and `--entry` and `--header-env` say what was there before.
 */
export function protectUrl(config: ConfigFile, entry: ServerEntry, launcher: LauncherWords): Rewrite {
  const { document, kind } = config;
  const { file, text } = document;
  const parts = urlEntryOf(config, entry);
  if ("status" in parts) return parts;
  const { url, type, headers } = parts;
  const names = headers?.value.properties ?? [];
  const words = [
    ...launcher.before,
    "proxy",
    `--server=${entry.name}`,
    `--client=${kind.client}`,
    `--entry=${url.key}${type ? `:${type.value.value}` : ""}`,
    ...names.map(({ key }, i) => `--header-env=${key}=${variableOf(key, i)}`),
    "--url",
  ];
  const start = lineStart(text, url.keySpan.start);
  const indent = text.slice(start, url.keySpan.start);
  const between = /^[ \t]+$/.test(indent) ? `,${lineEnding(text)}${indent}` : ", ";
  const { span } = url.value;
  const edits: Edit[] = [
    { file, span: url.keySpan, newText: `"command": ${JSON.stringify(launcher.command)}${between}"args"` },
    {
      file,
      span: { start: span.start, end: span.start },
      newText: `[${words.map((word) => JSON.stringify(word)).join(", ")}, `,
    },
    { file, span: { start: span.end, end: span.end }, newText: "]" },
    ...(type ? [{ file, span: type.value.span, newText: '"stdio"' }] : []),
    ...(headers ? [{ file, span: headers.keySpan, newText: '"env"' }] : []),
    ...names.map(({ key, keySpan }, i): Edit => ({ file, span: keySpan, newText: JSON.stringify(variableOf(key, i)) })),
  ];
  return { status: "rewritten", edits: edits.toSorted((a, b) => a.span.start - b.span.start) };
}

/** The way back, from what the entry says itself. */
export function unprotectUrl({ document }: ConfigFile, { object, nameSpan }: ServerEntry): Rewrite {
  const { file, text } = document;
  const unreadable = refused("what it was before cannot be read from it", nameSpan);
  const one = (key: string): DataProperty | undefined => {
    const found = object.properties.filter((property) => property.key === key);
    return found.length === 1 ? found[0] : undefined;
  };
  const [command, args, type, env] = [one("command"), one("args"), one("type"), one("env")];
  if (!command || command.value.kind !== "string" || args?.value.kind !== "array") return unreadable;
  const strings = stringsOf(args.value);
  const words = strings?.map(({ value }) => value) ?? [];
  const at = readLauncher(command.value.value, words)?.url;
  const url = at === undefined ? undefined : strings?.[at];
  const [key, was] = (words.find((word) => word.startsWith("--entry="))?.slice("--entry=".length) ?? "").split(":");
  if (!url || key === undefined || !URL_KEYS.has(key) || at !== words.length - 1) return unreadable;
  // Where something was put in between, it is not ours to take away.
  if (!/^\s*,\s*$/.test(text.slice(command.span.end, args.keySpan.start))) return unreadable;
  const headers = new Map<string, string>();
  for (const word of words.slice(0, at)) {
    const found = /^--header-env=([^=]+)=(.+)$/.exec(word);
    if (found?.[1] !== undefined && found[2] !== undefined) headers.set(found[2], found[1]);
  }
  const edits: Edit[] = [
    { file, span: { start: command.keySpan.start, end: args.keySpan.end }, newText: JSON.stringify(key) },
    { file, span: { start: args.value.span.start, end: url.span.start }, newText: "" },
    { file, span: { start: url.span.end, end: args.value.span.end }, newText: "" },
  ];
  if (was !== undefined) {
    if (!type || !TYPES.has(was)) return unreadable;
    edits.push({ file, span: type.value.span, newText: JSON.stringify(was) });
  }
  if (env) {
    if (env.value.kind !== "object") return unreadable;
    edits.push({ file, span: env.keySpan, newText: '"headers"' });
    for (const { key: variable, keySpan } of env.value.properties) {
      const header = headers.get(variable);
      if (header === undefined)
        return refused("its `env` has a variable that was no header; take it out first", keySpan);
      edits.push({ file, span: keySpan, newText: JSON.stringify(header) });
    }
  }
  return { status: "rewritten", edits: edits.toSorted((a, b) => a.span.start - b.span.start) };
}

function stringsOf({ elements }: DataArray): readonly DataString[] | undefined {
  const strings = elements.filter((element) => element.kind === "string");
  return strings.length === elements.length ? strings : undefined;
}
