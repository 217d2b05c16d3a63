import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import { permissionsOf } from "../../clients/permissions/permissions.ts";
import { reachOf } from "../reach.ts";
import type { AuditRule, Found } from "../rule.ts";
import { recognise } from "../serverCatalogue.ts";
import { type FoundIn, groupBy, overAll, type Placed, placeOf, type Together } from "../together.ts";
import { compareVersions } from "../versionRange.ts";

/** More places than this are counted. */
const MAX_PLACES = 20;

const versionOf = ({ file, entry }: Placed): string | undefined => recognise(file, entry).version;

/** Digests, of images or commits, have no order; they are shown short. */
const shown = (version: string): string =>
  /^[0-9a-f]{40,64}$/i.test(version) ? version.slice(0, 12) : version.slice(0, 40);

/** One server at several exact versions: placed at the oldest, which is the one that fixes have not reached. */
function versions(all: readonly Placed[]): FoundIn | undefined {
  const pinned = all
    .flatMap((one) => {
      const version = versionOf(one);
      return version === undefined ? [] : [{ one, version }];
    })
    .toSorted((a, b) => compareVersions(a.version, b.version));
  const [oldest] = pinned;
  if (!oldest) return undefined;
  const others = pinned.filter(({ one, version }) => version !== oldest.version && one.file !== oldest.one.file);
  const newest = others.at(-1);
  if (!newest) return undefined;
  const { file, entry } = oldest.one;
  const what = recognise(file, entry).evidence ?? "server";
  return {
    file,
    found: {
      entry,
      span: entry.nameSpan,
      message: `The ${what.slice(0, 120)} is started at ${shown(oldest.version)} here and at ${shown(newest.version)} by ${newest.one.file.kind.title}`,
      related: others.slice(0, MAX_PLACES).map(({ one, version }) => placeOf(one, `at ${shown(version)}`)),
    },
  };
}

const trusted = new WeakMap<ConfigFile, ReadonlySet<ServerEntry | undefined>>();

/** Every tool of the server runs without asking, by what its own entry says. */
function isTrusted({ file, entry }: Placed): boolean {
  let known = trusted.get(file);
  if (!known) {
    const whole = permissionsOf(file).filter((one) => one.grant.kind === "server");
    known = new Set(whole.map((one) => one.entry));
    trusted.set(file, known);
  }
  return known.has(entry);
}

/** What one client allows and another one does not, for the same server. */
const LOOSER: readonly { readonly is: (one: Placed) => boolean; readonly here: string; readonly there: string }[] = [
  { is: isTrusted, here: "runs every tool without asking", there: "asks" },
  {
    is: ({ file, entry }) => reachOf(file, entry).readOnly?.on === false,
    here: "may write",
    there: "reads only",
  },
  { is: ({ file, entry }) => !reachOf(file, entry).sandboxed, here: "runs free", there: "runs in a sandbox" },
];

function* permissions(all: readonly Placed[]): Iterable<FoundIn> {
  for (const { is, here, there } of LOOSER) {
    const [loose] = all.filter(is);
    const strict = all.filter((one) => !is(one) && one.file !== loose?.file);
    const [first] = strict;
    if (!loose || !first) continue;
    const { file, entry } = loose;
    const found: Found = {
      entry,
      span: entry.nameSpan,
      message: `The server ${JSON.stringify(entry.name.slice(0, 100))} ${here} here and ${there} in ${first.file.kind.title}`,
      related: strict.slice(0, MAX_PLACES).map((one) => placeOf(one, there)),
    };
    yield { file, found };
  }
}

function* find({ servers }: Together): Iterable<FoundIn> {
  const byIdentity = groupBy(servers, ({ file, entry }) => recognise(file, entry).identity);
  for (const [identity, all] of byIdentity) {
    if (identity === undefined || new Set(all.map((one) => one.file)).size < 2) continue;
    const drift = versions(all);
    if (drift) yield drift;
    yield* permissions(all);
  }
}

export const versionDrift: AuditRule = {
  info: {
    id: "version-drift",
    title: "One server in two versions or with two sets of permissions",
    summary:
      "Reports a server that several files start at different exact versions, or that one of them trusts, lets write or runs free where another asks, reads only or has a sandbox.",
    why: "A fix or a restriction that was made in one place is missing in another, and the looser entry decides what an agent can do.",
    remedy: "Bring the entries to the same version and the same restrictions.",
    severity: "low",
    persona: "regular",
    references: ["MCP04:2025", "MCP09:2025", "CWE-1104"],
  },
  example: {
    before: `// .cursor/mcp.json
"tracker": { "command": "npx", "args": ["-y", "@example/tracker-mcp@1.2.0"] }
// .mcp.json
"tracker": { "command": "npx", "args": ["-y", "@example/tracker-mcp@1.4.1"] }`,
    after: `// both
"tracker": { "command": "npx", "args": ["-y", "@example/tracker-mcp@1.4.1"] }`,
  },
  check: overAll(find),
};
