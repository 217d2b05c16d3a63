import { withoutSlashes } from "./hosts.ts";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { property } from "../documents/data.ts";
import { isRiskyTool } from "./approvals.ts";
import type { Ability, Capability, ReadOnlyMode } from "./data/capabilities.ts";
import { isElsewhere, recognise, type Recognised } from "./serverCatalogue.ts";

/** What one configured server lets an agent reach, as far as its launch and the catalogue say. */
export interface Reach {
  /** The catalogued server; undefined for one that is not known. */
  readonly server?: Capability;
  /** What says which server it is: `npm package x`. */
  readonly evidence?: string;
  /** Without what a read-only mode or a list of tools takes away. */
  readonly abilities: readonly Ability[];
  /** Of these only a little: the words of a query leave, documentation is read. */
  readonly weak: readonly Ability[];
  /** Not catalogued: the abilities are those that any server of its sort may have. */
  readonly assumed: boolean;
  /** Read-only mode: what switches it on here, or what would. */
  readonly readOnly?: { readonly on: boolean; readonly by: string };
  /** Tools that the entry switches off, or the only ones that it leaves on. */
  readonly excluded: readonly string[];
  readonly included?: readonly string[];
  /** The client starts it in a sandbox. */
  readonly sandboxed: boolean;
}

/** Where an entry says which tools it leaves on. `*` is all of them. */
function toolsOf(entry: ServerEntry): { excluded: string[]; included?: string[] } {
  const excluded = entry.toolsOff.map((one) => one.value);
  const included = entry.toolsOn.map((one) => one.value);
  return { excluded, ...(included.length > 0 && !included.includes("*") && { included }) };
}

/** The ways to switch a read-only mode on, as a person would write them. */
function ways(mode: ReadOnlyMode): string {
  const pairs = (values: Readonly<Record<string, string>> | undefined, between: string): string[] =>
    Object.entries(values ?? {}).map(([name, value]) => `${name}${between}${value.split("|")[0] ?? ""}`);
  const variables = pairs(mode.env, "=");
  return [
    ...(mode.flags ?? []),
    ...(mode.all ? [variables.join(" ")] : variables),
    ...pairs(mode.headers, ": "),
    ...pairs(mode.query, "=").map((one) => `?${one}`),
    ...(mode.paths ?? []).map((one) => `an address that ends in ${one}`),
  ]
    .filter(Boolean)
    .join(" or ");
}

/** What switches a read-only mode on in an entry: a flag, a variable of its environment or of its container, a header. */
function switchedOn(mode: ReadOnlyMode, entry: ServerEntry, { url, launches }: Recognised): string | undefined {
  const words = new Set([
    ...entry.args.map((arg) => arg.value),
    ...launches.flatMap((one) => one.args.map((word) => word.text)),
  ]);
  for (const flag of mode.flags ?? []) {
    const [name, value] = flag.split("=");
    const next = [...words];
    if (words.has(flag) || words.has(`${flag}=true`)) return flag;
    if (name !== undefined && value !== undefined && next[next.indexOf(name) + 1] === value && words.has(name))
      return flag;
  }
  const is = (wanted: string, value: string | undefined): boolean =>
    value !== undefined && wanted.split("|").includes(value.trim().toLowerCase());
  const variable = (name: string): string | undefined =>
    entry.env.findLast((one) => one.name === name)?.value ??
    [...words].find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const variables = Object.entries(mode.env ?? {});
  const set = variables.filter(([name, wanted]) => is(wanted, variable(name)));
  if (set.length > 0 && (!mode.all || set.length === variables.length)) return set.map(([name]) => name).join(", ");
  for (const [name, wanted] of Object.entries(mode.headers ?? {})) {
    const header = entry.headers.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (is(wanted, header?.value)) return name;
  }
  for (const [name, wanted] of Object.entries(mode.query ?? {})) {
    if (is(wanted, url?.searchParams.get(name) ?? undefined)) return `?${name}=${wanted}`;
  }
  return (mode.paths ?? []).find((end) => url && withoutSlashes(url.pathname).endsWith(end));
}

/** What reading only leaves. Each server with such a mode reaches its own service alone, so its way out goes too. */
const READING: readonly Ability[] = ["reads-private", "reads-untrusted", "gives-credentials"];

/** True when a list of tools leaves nothing on that makes the ability. */
function switchedOff(
  ability: Ability,
  server: Capability,
  excluded: readonly string[],
  included: readonly string[] | undefined,
): boolean {
  const makers = server.tools?.[ability];
  if (makers) {
    const on = makers.filter((tool) => !excluded.includes(tool) && (included?.includes(tool) ?? true));
    return on.length === 0;
  }
  return included !== undefined && !READING.includes(ability) && !included.some(isRiskyTool);
}

const known = new WeakMap<ServerEntry, Reach>();

/** What an entry may reach. Its name plays no part: a name is a label that anyone can give. */
export function reachOf(file: ConfigFile, entry: ServerEntry): Reach {
  const before = known.get(entry);
  if (before) return before;
  const recognised = recognise(file, entry);
  const { server, evidence } = recognised;
  const tools = toolsOf(entry);
  const sandbox = property(entry.object, "sandboxEnabled")?.value;
  const base = {
    ...tools,
    ...(evidence !== undefined && { evidence }),
    sandboxed: (sandbox?.kind === "boolean" && sandbox.value) || server?.where === "sandbox",
  };
  let reach: Reach;
  if (!server || server.bridge) {
    const abilities: Ability[] = isElsewhere(recognised) ? ["reads-untrusted", "leaves-the-machine"] : [];
    reach = { ...base, abilities, weak: [], assumed: true };
  } else {
    const by = server.readOnly && switchedOn(server.readOnly, entry, recognised);
    const abilities = server.can.filter(
      (ability) =>
        (by === undefined || READING.includes(ability)) &&
        !switchedOff(ability, server, tools.excluded, tools.included),
    );
    reach = {
      ...base,
      server,
      abilities,
      weak: (server.weak ?? []).filter((one) => abilities.includes(one)),
      assumed: false,
      ...(server.readOnly && { readOnly: { on: by !== undefined, by: by ?? ways(server.readOnly) } }),
    };
  }
  known.set(entry, reach);
  return reach;
}

const PREDICATES: Readonly<Record<Ability, string>> = {
  "reads-private": "reads private data",
  "reads-untrusted": "is fed text that strangers wrote",
  "leaves-the-machine": "can send data out",
  writes: "changes or deletes",
  executes: "executes code",
  "gives-credentials": "gives out credentials",
};
const PLACES = { browser: "in a browser", remote: "on another machine", sandbox: "in a sandbox elsewhere" } as const;
const WEAKLY: Readonly<Partial<Record<Ability, string>>> = {
  "reads-untrusted": "reads documentation, which strangers write too",
  "leaves-the-machine": "sends out the words of a query",
};
const MAX_SHOWN = 4;

function some(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => name.slice(0, 60));
  return `${shown.join(", ")}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ""}`;
}

/** One ability as a predicate: `executes code in a browser`. */
export function abilityInWords(ability: Ability, reach: Reach): string {
  if (reach.weak.includes(ability)) return WEAKLY[ability] ?? PREDICATES[ability];
  const where = ability === "executes" ? reach.server?.where : undefined;
  return where === undefined ? PREDICATES[ability] : `${PREDICATES[ability]} ${PLACES[where]}`;
}

/**
 * What a server may reach, for a person: plain text, one sentence or clause a line. The words are ours, but names of tools
 * are the file's own: whoever shows them escapes them.
 */
export function reachInWords(reach: Reach): string[] {
  const { server, evidence, abilities, readOnly, excluded, included, assumed } = reach;
  const lines: string[] = [];
  if (server) lines.push(`${server.title}${evidence === undefined ? "" : ` (${evidence.slice(0, 200)})`}`);
  else
    lines.push(
      `${evidence === undefined ? "A program of this machine" : evidence.slice(0, 200)}, which is not in the catalogue`,
    );
  for (const ability of abilities) {
    const tools = (server?.tools?.[ability] ?? []).filter(
      (tool) => !excluded.includes(tool) && (included?.includes(tool) ?? true),
    );
    const by = tools.length === 0 ? "" : `: ${some(tools)}`;
    lines.push(`${assumed ? "is assumed to be one that " : ""}${abilityInWords(ability, reach)}${by}`);
  }
  if (server && abilities.length === 0) lines.push("reaches nothing that matters here");
  if (!server && abilities.length === 0) lines.push("may do whatever its program may do");
  if (readOnly) lines.push(readOnly.on ? `reads only, by ${readOnly.by}` : `can be made to read only: ${readOnly.by}`);
  if (included) lines.push(`only these tools are on: ${some(included)}`);
  if (excluded.length > 0) lines.push(`these tools are off: ${some(excluded)}`);
  if (reach.sandboxed) lines.push("runs in a sandbox");
  if (server?.note !== undefined) lines.push(server.note);
  return lines;
}
