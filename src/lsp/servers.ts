import path from "node:path";
import { type Identity, inventoryOf } from "../audit/inventory.ts";
import { reachInWords, reachOf } from "../audit/reach.ts";
import { recognise } from "../audit/serverCatalogue.ts";
import { programName } from "../audit/words.ts";
import type { ClientId, ConfigFile, ServerEntry } from "../clients/config.ts";
import { isHeld } from "../clients/held.ts";
import type { Permission } from "../clients/permissions/model.ts";
import { permissionsOf } from "../clients/permissions/permissions.ts";
import type { Environment } from "../core/environment.ts";
import type { Finding, Problem } from "../core/finding.ts";
import { clientTitle } from "./clientTitle.ts";
import { rangeOf, type Places } from "./convert.ts";
import { type LaunchIds, launchIdsOf } from "./launchIds.ts";
import { reachLine } from "./reachLine.ts";
import type { ClientItem, ConfigChanged, ConfigFileItem, FindingItem, IdentityItem, ServerItem } from "./protocol.ts";

/** Rows of one file: what lies beyond is counted. */
const MAX_SERVERS = 500;
const MAX_FINDINGS = 200;
const MAX_PERMISSIONS = 20;
const MAX_IDENTITIES = 20;
const MAX_TEXT = 300;

export interface Known {
  readonly configs: readonly ConfigFile[];
  /** By file; those that are ignored left out. */
  readonly findings: (file: string) => readonly Finding[];
  readonly problems: readonly Problem[];
  readonly roots: readonly string[];
  readonly environment: Environment;
  readonly places: Places;
  readonly change: (config: ConfigFile) => ConfigChanged | undefined;
  readonly mayProtect: (config: ConfigFile, entry: ServerEntry) => boolean;
}

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);

/** What an entry starts or connects to. Its arguments may hold secrets, and are left out. */
export function whatStarts(file: ConfigFile, entry: ServerEntry): string {
  const { evidence, version, url, launches } = recognise(file, entry);
  if (evidence !== undefined) return short(version === undefined ? evidence : `${evidence} ${version}`);
  if (url) return short(url.host);
  // A script of several commands is what its shell starts.
  const program = launches.length === 1 ? launches[0]?.program.text : entry.command?.value;
  return program === undefined ? "nothing" : short(programName(program));
}

/** A file as a person says it: in the workspace by its path there, elsewhere by its name and its folder. */
export function labelOf(file: string, roots: readonly string[], home: string): { label: string; folder?: string } {
  const below = (folder: string): string | undefined => {
    const relative = path.relative(folder, file);
    return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative) ? relative : undefined;
  };
  for (const root of roots) {
    const inside = below(root);
    if (inside !== undefined) return { label: roots.length > 1 ? path.join(path.basename(root), inside) : inside };
  }
  const inHome = below(home);
  const shown = inHome === undefined ? file : path.join("~", inHome);
  return { label: path.basename(file), folder: path.dirname(shown) };
}

function findingItem(found: Finding, places: Places): FindingItem {
  const fix = found.fixes.some((one) => one.safety === "safe") ? "safe" : found.fixes.length > 0 ? "unsafe" : undefined;
  return {
    rule: found.rule.id,
    title: found.rule.title,
    severity: found.severity,
    message: short(found.message),
    range: rangeOf(places, found.primary.file, found.primary.span),
    ...(fix && { fix }),
    ...(found.pendingIgnore && { pending: true }),
  };
}

/** The entry in which a place lies; entries are in order and do not overlap. */
function entryAt(entries: readonly ServerEntry[], offset: number): ServerEntry | undefined {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entries[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = entries[low];
  return found && found.span.start <= offset && offset < found.span.end ? found : undefined;
}

/** The findings of a file by the entry in which they stand; those of no entry under undefined. */
export function findingsByEntry(
  config: ConfigFile,
  findings: readonly Finding[],
): ReadonlyMap<ServerEntry | undefined, readonly Finding[]> {
  const entries = config.entries.toSorted((a, b) => a.span.start - b.span.start);
  const found = new Map<ServerEntry | undefined, Finding[]>();
  for (const one of findings) {
    const entry = entryAt(entries, one.primary.span.start);
    const list = found.get(entry);
    if (list) list.push(one);
    else found.set(entry, [one]);
  }
  return found;
}

/** What the files of each client allow without a question: wherever it stands, it may be about a server of another file. */
function permissionsByClient(configs: readonly ConfigFile[]): ReadonlyMap<ClientId, readonly Permission[]> {
  const found = new Map<ClientId, Permission[]>();
  for (const config of configs) {
    const own = permissionsOf(config).filter((one) => one.withoutEffect === undefined);
    const { client } = config.kind;
    const known = found.get(client);
    if (known) known.push(...own);
    else found.set(client, [...own]);
  }
  return found;
}

const inWords = (permissions: readonly Permission[]): string[] =>
  [...new Set(permissions.map((one) => short(one.title)))].slice(0, MAX_PERMISSIONS);

function isAbout({ grant, entry }: Permission, server: ServerEntry): boolean {
  if (entry) return entry === server;
  if (grant.kind === "server") return grant.server === server.name || grant.server === "*";
  return grant.kind === "tool" && grant.server === server.name;
}

/** `cursor: github` as a person says it: `Cursor: github`. */
function sharerInWords(label: string): string {
  const colon = label.indexOf(": ");
  return short(`${clientTitle(label.slice(0, colon) as ClientId)}${label.slice(colon)}`);
}

function identityItem({ from, name, how, kind, scopes, expires, sharedWith }: Identity): IdentityItem {
  return {
    from,
    name: short(name),
    how,
    ...(kind !== undefined && { kind: short(kind) }),
    scopes: (scopes ?? []).map(short),
    ...(expires !== undefined && { expires }),
    sharedWith: sharedWith.map(sharerInWords),
  };
}

const NO_LAUNCH: LaunchIds = { ids: [], known: false };

function launches(config: ConfigFile, entry: ServerEntry, { roots, environment }: Known): LaunchIds {
  if (!entry.protected) return NO_LAUNCH;
  const { home } = environment;
  const { project } = entry.map;
  const folders = [...(project === undefined ? [] : [project]), ...(config.root ? [config.root] : []), ...roots, home];
  // VS Code starts servers in the process that has started us.
  return launchIdsOf(config, entry, environment, folders, config.kind.client === "vscode");
}

/** What one file's rows are made of beside the file. */
interface Around {
  readonly known: Known;
  readonly permissions: readonly Permission[];
  readonly identities: ReadonlyMap<ServerEntry, readonly Identity[]>;
}

function fileItem(config: ConfigFile, { known, permissions, identities }: Around): ConfigFileItem {
  const { places, roots, environment } = known;
  const found = findingsByEntry(config, known.findings(config.path));
  const items = (list: readonly Finding[] | undefined): FindingItem[] =>
    (list ?? []).slice(0, MAX_FINDINGS).map((one) => findingItem(one, places));
  const serverItem = (entry: ServerEntry, { ids, known: launchKnown }: LaunchIds): ServerItem => ({
    name: short(entry.name),
    ...(entry.map.project !== undefined && { project: entry.map.project }),
    range: rangeOf(places, config.path, entry.nameSpan),
    enabled: entry.enabled,
    protected: entry.protected,
    held: isHeld(entry),
    launches: ids,
    launchKnown,
    // A name that is cut names no entry.
    protectable: entry.name.length <= MAX_TEXT && known.mayProtect(config, entry),
    what: whatStarts(config, entry),
    remote: !entry.command && entry.url !== undefined,
    reachBrief: short(reachLine(reachOf(config, entry))),
    reach: reachInWords(reachOf(config, entry)).map(short),
    permissions: inWords(permissions.filter((one) => isAbout(one, entry))),
    identities: (identities.get(entry) ?? []).slice(0, MAX_IDENTITIES).map(identityItem),
    findings: items(found.get(entry)),
  });
  const servers = config.entries
    .slice(0, MAX_SERVERS)
    .map((entry) => serverItem(entry, launches(config, entry, known)));
  const problem = known.problems.find((one) => one.file === config.path);
  const change = known.change(config);
  return {
    uri: places.uri(config.path),
    title: config.kind.title,
    ...labelOf(config.path, roots, environment.home),
    scope: config.scope,
    ...(change && { change }),
    ...(problem && { problem: short(problem.message) }),
    servers,
    more: config.entries.length - servers.length,
    permissions: inWords(permissionsOf(config).filter((one) => !one.entry && one.withoutEffect === undefined)),
    findings: items(found.get(undefined)),
  };
}

/** What was found, by client in the order of the files: each with its files, their servers and what is wrong with them. */
export function clientItems(known: Known): ClientItem[] {
  const clients = new Map<string, { title: string; files: ConfigFileItem[] }>();
  const permissions = permissionsByClient(known.configs);
  const inventory = inventoryOf(known.configs);
  // In the order of the entries.
  const identities = new Map(
    known.configs.flatMap((config) => config.entries).map((entry, i) => [entry, inventory[i]?.identities ?? []]),
  );
  for (const config of known.configs) {
    const item = fileItem(config, {
      known,
      permissions: permissions.get(config.kind.client) ?? [],
      identities,
    });
    // A settings file that says nothing about agents is not about them.
    if (item.servers.length + item.findings.length + item.permissions.length === 0 && item.problem === undefined)
      continue;
    const { client } = config.kind;
    const group = clients.get(client) ?? { title: clientTitle(client), files: [] };
    group.files.push(item);
    clients.set(client, group);
  }
  return [...clients].map(([id, group]) => ({ id, ...group }));
}
