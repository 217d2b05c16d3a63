import { withoutSlashes } from "./hosts.ts";
import { type ClientId, type ConfigFile, isShared, type ServerEntry } from "../clients/config.ts";
import type { Found, RuleContext } from "./rule.ts";

/** One server where it stands. */
export interface Placed {
  readonly file: ConfigFile;
  readonly entry: ServerEntry;
}

/** What one client starts together: the person's servers, and those of one workspace folder. */
export interface Loaded {
  readonly client: ClientId;
  /** The workspace folder; undefined for the person's servers by themselves. */
  readonly root?: string;
  /** Of the workspace folder, in reading order. */
  readonly shared: readonly Placed[];
  /** Of the person, their plugins and their administrator. */
  readonly own: readonly Placed[];
}

/** Every file of a run seen at once. */
export interface Together {
  /** Enabled servers, the workspace's first, then by path: the same whatever order the files came in. */
  readonly servers: readonly Placed[];
  readonly loaded: readonly Loaded[];
}

/** The workspace folder that a file counts to; a file that was named by itself is one of its own. */
const rootOf = (file: ConfigFile): string => file.root ?? file.path;

/** True for a file that a client reads in that workspace folder, or, without one, for the person alone. */
export const countsTo = (file: ConfigFile, root: string | undefined): boolean =>
  !isShared(file.scope) || rootOf(file) === root;

const slashed = (path: string): string => withoutSlashes(path.replaceAll("\\", "/"));

function inOrder(a: ConfigFile, b: ConfigFile): number {
  const rank = Number(isShared(b.scope)) - Number(isShared(a.scope));
  return rank !== 0 ? rank : a.path < b.path ? -1 : Number(a.path > b.path);
}

/** True for a server that its client starts in that workspace folder: one of its own, or of the person for every folder. */
function startsIn(one: Placed, root: string | undefined): boolean {
  const { project } = one.entry.map;
  if (project !== undefined) return root !== undefined && slashed(project) === slashed(root);
  return !isShared(one.file.scope) || rootOf(one.file) === root;
}

/** Things by a key, in their order. */
export function groupBy<K, V>(all: Iterable<V>, keyOf: (one: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

function build(all: readonly ConfigFile[]): Together {
  const servers = all
    .toSorted(inOrder)
    .flatMap((file) => file.entries.filter((entry) => entry.enabled).map((entry): Placed => ({ file, entry })));
  const byClient = groupBy(servers, ({ file, entry }) => entry.map.client ?? file.kind.client);
  const loaded: Loaded[] = [];
  for (const [client, placed] of byClient) {
    // What a person names on the command line may be anybody's.
    if (client === "unknown") continue;
    const own = placed.filter((one) => !isShared(one.file.scope));
    const shared = groupBy(
      placed.filter((one) => isShared(one.file.scope)),
      ({ file }) => rootOf(file),
    );
    const everywhere = own.filter((one) => one.entry.map.project === undefined);
    if (everywhere.length > 0) loaded.push({ client, shared: [], own: everywhere });
    for (const [root, ofRoot] of shared) {
      loaded.push({ client, root, shared: ofRoot, own: own.filter((one) => startsIn(one, root)) });
    }
  }
  return { servers, loaded };
}

const built = new WeakMap<readonly ConfigFile[], Together>();

/** The index of a run's files, made once however many rules and files ask for it. */
export function together(all: readonly ConfigFile[]): Together {
  const before = built.get(all);
  if (before) return before;
  const made = build(all);
  built.set(all, made);
  return made;
}

/** A finding of a rule over several files, in the file that it belongs to. */
export interface FoundIn {
  readonly file: ConfigFile;
  readonly found: Found;
}

/**
 * The `check` of a rule that looks at all files at once: it runs once a run, and hands out what belongs to each file.
 * What it finds must not hang on the order of the files, which is another one for an open document.
 */
export function overAll(
  find: (seen: Together, context: RuleContext) => Iterable<FoundIn>,
): (context: RuleContext) => Iterable<Found> {
  const results = new WeakMap<readonly ConfigFile[], ReadonlyMap<ConfigFile, readonly FoundIn[]>>();
  return (context) => {
    let result = results.get(context.all);
    if (!result) {
      result = groupBy(find(together(context.all), context), ({ file }) => file);
      results.set(context.all, result);
    }
    return (result.get(context.file) ?? []).map(({ found }) => found);
  };
}

/** A related place: an entry's name. */
export function placeOf(
  one: Placed,
  message: string,
): { file: string; span: Placed["entry"]["nameSpan"]; message: string } {
  return { file: one.file.path, span: one.entry.nameSpan, message };
}
