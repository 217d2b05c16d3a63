import { type ConfigFile, isShared, type ServerEntry, type TextField } from "../clients/config.ts";
import { fingerprint } from "../mcp/definitions.ts";
import type { Span } from "../core/text.ts";
import { launchesOf } from "./launch.ts";
import { type LockedLaunch, type LockedServer, lockedPath } from "./lock.ts";
import { markArgument } from "./marks.ts";
import { packagesOf } from "./packages.ts";

/** True for a file whose servers a lock holds: a repository's, and not one of its fixtures. */
export function isLockable(file: ConfigFile): file is ConfigFile & { readonly root: string } {
  return isShared(file.scope) && file.root !== undefined && !file.fixture && file.kind.published !== true;
}

/**
 * The entries of a file that a lock holds: of several with one name the one that has effect, which is the last that is
 * switched on. `others`: those of the same name; a lock cannot tell which of them a client starts.
 */
export function lockable(file: ConfigFile): { readonly entry: ServerEntry; readonly others: readonly ServerEntry[] }[] {
  const byName = new Map<string, ServerEntry[]>();
  for (const entry of file.entries) byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  return [...byName.values()].flatMap((all) => {
    const entry = all.findLast((one) => one.enabled) ?? all.at(-1);
    return entry ? [{ entry, others: all.filter((one) => one !== entry && one.enabled) }] : [];
  });
}

const names = (fields: readonly Named[]): string[] => [...new Set(fields.map((field) => field.name))].toSorted();

const marked = (field: TextField | undefined): string | undefined => field && markArgument(field.value);

interface Named {
  readonly name: string;
  readonly nameSpan: Span;
}

/** The variables that a server gets by an entry: those that it sets, and those of the person that it passes on. */
function variablesOf({ env, passed }: ServerEntry): readonly Named[] {
  return [
    ...env,
    ...passed.flatMap((one) => (one.as === "variable" ? [{ name: one.value, nameSpan: one.node.span }] : [])),
  ];
}

function headersOf({ headers, passed }: ServerEntry): readonly Named[] {
  return [
    ...headers,
    ...passed.flatMap((one) =>
      one.as === "header" ? [{ name: one.header ?? one.value, nameSpan: one.node.span }] : [],
    ),
  ];
}

/** What an entry starts, with secrets replaced. */
function launchOf(entry: ServerEntry): LockedLaunch {
  // Some clients give a command to a shell.
  const command = entry.command && markArgument(entry.command.value, "-c");
  const cwd = marked(entry.cwd);
  const url = marked(entry.url);
  const envFile = marked(entry.envFile);
  const headersHelper = entry.headersHelper && markArgument(entry.headersHelper.value, "-c");
  return {
    ...(command !== undefined && { command }),
    args: entry.args.map((arg, i) => markArgument(arg.value, i === 0 ? undefined : entry.args[i - 1]?.value)),
    ...(cwd !== undefined && { cwd }),
    ...(url !== undefined && { url }),
    env: names(variablesOf(entry)),
    ...(envFile !== undefined && { envFile }),
    headers: names(headersOf(entry)),
    ...(headersHelper !== undefined && { headersHelper }),
    disabled: !entry.enabled,
  };
}

/** SHA-256 in hex over what starts, the same on every machine: no absolute paths, no secrets. Whether it is on is no part. */
export function identityOf({ command, args, cwd, url, env, envFile, headers, headersHelper }: LockedLaunch): string {
  return fingerprint({
    scope: "workspace",
    ...(command !== undefined && { command }),
    args,
    ...(cwd !== undefined && { cwd }),
    ...(url !== undefined && { url }),
    env,
    ...(envFile !== undefined && { envFile }),
    headers,
    ...(headersHelper !== undefined && { headersHelper }),
  });
}

/** The packages of an entry, and the version of each as far as the entry or this machine says. */
function packagesIn(
  file: ConfigFile,
  entry: ServerEntry,
  installed: (name: string) => string | undefined,
): Map<string, string | null> {
  const refs = launchesOf(file, entry).flatMap(packagesOf);
  return new Map(
    refs.map((ref) => [
      `${ref.source}:${markArgument(ref.name)}`,
      ref.version ?? (ref.source === "npm" ? installed(ref.name) : undefined) ?? null,
    ]),
  );
}

/** An entry as a lock has it. `installed`: the version of an npm package on this machine. */
export function lockedServer(
  file: ConfigFile & { readonly root: string },
  entry: ServerEntry,
  installed: (name: string) => string | undefined,
): LockedServer {
  const launch = launchOf(entry);
  return {
    file: lockedPath(file.root, file.path),
    name: entry.name,
    client: file.kind.client,
    launch,
    packages: packagesIn(file, entry, installed),
    identity: identityOf(launch),
  };
}

/** One thing that is not as the lock has it. */
export interface Difference {
  /** `the command was "node", is "bash"`. */
  readonly what: string;
  readonly span: Span;
}

const MAX_SHOWN = 80;
const shown = (text: string): string => JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

function fieldDifference(
  title: string,
  before: string | undefined,
  now: string | undefined,
  span: Span,
): readonly Difference[] {
  if (before === now) return [];
  if (before === undefined) return [{ what: `${title} ${shown(now ?? "")} is new`, span }];
  if (now === undefined) return [{ what: `${title} ${shown(before)} is gone`, span }];
  return [{ what: `${title} was ${shown(before)}, is ${shown(now)}`, span }];
}

function argumentDifferences(before: readonly string[], now: readonly string[], entry: ServerEntry): Difference[] {
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < now.length - start &&
    before[before.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end++;
  }
  const found: Difference[] = [];
  const count = Math.max(before.length, now.length) - end;
  for (let i = start; i < count; i++) {
    const isNow = i < now.length - end;
    const span = (isNow ? entry.args[i]?.node.span : undefined) ?? entry.nameSpan;
    found.push(
      ...fieldDifference(
        "the argument",
        i < before.length - end ? before[i] : undefined,
        isNow ? now[i] : undefined,
        span,
      ),
    );
  }
  return found;
}

function nameDifferences(
  title: string,
  before: readonly string[],
  now: readonly Named[],
  entry: ServerEntry,
): Difference[] {
  const names = new Set(now.map((one) => one.name));
  const locked = new Set(before);
  return [
    ...now
      .filter((one) => !locked.has(one.name))
      .map((one) => ({ what: `${title} ${shown(one.name)} is new`, span: one.nameSpan })),
    ...before
      .filter((name) => !names.has(name))
      .map((name) => ({ what: `${title} ${shown(name)} is gone`, span: entry.nameSpan })),
  ];
}

/** What of an entry is not as it was locked, in the order of what matters most. */
export function differences(locked: LockedServer, now: LockedServer, entry: ServerEntry): Difference[] {
  const before = locked.launch;
  const { launch } = now;
  const at = (field: TextField | undefined): Span => field?.node.span ?? entry.nameSpan;
  const found = [
    ...fieldDifference("the command", before.command, launch.command, at(entry.command)),
    ...argumentDifferences(before.args, launch.args, entry),
    ...fieldDifference("the address", before.url, launch.url, at(entry.url)),
    ...fieldDifference("the folder", before.cwd, launch.cwd, at(entry.cwd)),
    ...nameDifferences("the variable", before.env, variablesOf(entry), entry),
    ...fieldDifference("the file of variables", before.envFile, launch.envFile, at(entry.envFile)),
    ...nameDifferences("the header", before.headers, headersOf(entry), entry),
    ...fieldDifference(
      "the helper that gives headers",
      before.headersHelper,
      launch.headersHelper,
      at(entry.headersHelper),
    ),
  ];
  if (before.disabled !== launch.disabled) {
    found.push({
      what: before.disabled ? "it was switched off, is on" : "it was on, is switched off",
      span: entry.nameSpan,
    });
  }
  return found;
}

/** Packages that would start in another version than the locked one, where both are known. */
export function versionDrift(
  locked: LockedServer,
  now: LockedServer,
): { readonly name: string; readonly before: string; readonly now: string }[] {
  return [...now.packages].flatMap(([name, version]) => {
    const before = locked.packages.get(name);
    return version !== null && typeof before === "string" && before !== version ? [{ name, before, now: version }] : [];
  });
}
