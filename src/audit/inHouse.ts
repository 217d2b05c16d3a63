import path from "node:path";
import type { ConfigFile } from "../clients/config.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { decodeText } from "../documents/decode.ts";
import { parseUrl, placeOf } from "./hosts.ts";

/** Where a folder's code and packages come from, by what its own files and the person's say. */
export interface InHouse {
  /** Registries that `.npmrc` names, by scope (`@acme`); "" for every package without one. The person's own come first. */
  readonly registries: ReadonlyMap<string, Registry>;
  /** The remotes of the folder's git repository: `host/owner`, in lower case. */
  readonly remotes: ReadonlySet<string>;
}

export interface Registry {
  /** Undefined where it is written by a variable. */
  readonly host?: string;
  /** The repository names it, not the person. */
  readonly shared: boolean;
}

export const NOTHING_IN_HOUSE: InHouse = { registries: new Map(), remotes: new Set() };

/** Registries that everybody publishes to. */
const PUBLIC_REGISTRY =
  /^(?:registry\.npmjs\.(?:org|com)|registry\.yarnpkg\.com|registry\.npmmirror\.com|npm\.jsr\.io)$/;
/** Hosts where everybody has repositories: there the owner is the house. */
const FORGE =
  /^(?:(?:www\.|gist\.|raw\.|codeload\.)?github(?:usercontent)?\.com|gist\.githubusercontent\.com|raw\.githubusercontent\.com|gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|dev\.azure\.com|ssh\.dev\.azure\.com|gitee\.com|huggingface\.co|sourceforge\.net)$/;
const MAX_BYTES = 64 * 1024;
const MAX_LINES = 2000;

async function linesOf(files: Files, file: string): Promise<readonly string[]> {
  try {
    if ((await files.kind(file)) !== "file") return [];
    return decodeText(file, await files.read(file, MAX_BYTES)).text.split(/\r?\n/, MAX_LINES);
  } catch (error) {
    // What cannot be read names nothing of the house.
    if (isSallyportError(error)) return [];
    throw error;
  }
}

function registriesIn(lines: readonly string[], shared: boolean): [string, Registry][] {
  return lines.flatMap((line): [string, Registry][] => {
    const parts = /^\s{0,20}(?:(@[\w.~-]{1,100}):)?registry\s{0,20}=\s{0,20}"?([^\s"]{1,500})/.exec(line);
    if (parts?.[2] === undefined) return [];
    const host = parseUrl(parts[2])?.hostname.toLowerCase();
    if (host !== undefined && PUBLIC_REGISTRY.test(host)) return [];
    const known = host === undefined || placeOf(host) === "placeholder" ? {} : { host };
    return [[parts[1]?.toLowerCase() ?? "", { shared, ...known }]];
  });
}

/** The host and owner of a repository's address, however git writes it; undefined for a path. */
export function repositoryOf(address: string): { readonly host: string; readonly owner: string } | undefined {
  const text = address.slice(0, 1000).replace(/^git\+/i, "");
  const short = /^(github|gitlab|bitbucket|gist):(?:\/\/)?([\w.-]{1,100})\//i.exec(text);
  if (short) {
    const host = { github: "github.com", gitlab: "gitlab.com", bitbucket: "bitbucket.org", gist: "gist.github.com" };
    const [, name = "", owner = ""] = short;
    return { host: host[name.toLowerCase() as keyof typeof host], owner: owner.toLowerCase() };
  }
  const url = /^[a-z]{2,8}:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (url) return { host: url.hostname.toLowerCase(), owner: (url.pathname.split("/")[1] ?? "").toLowerCase() };
  // `git@host:owner/name`, and a Go module's `host/owner/name`.
  const plain = /^(?:[\w.-]{1,60}@)?([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})[:/]\/?([\w.~-]{1,100})(?=\/|$)/.exec(text);
  return plain?.[1] === undefined ? undefined : { host: plain[1].toLowerCase(), owner: (plain[2] ?? "").toLowerCase() };
}

function remotesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const address = /^\s{0,20}url\s{0,20}=\s{0,20}(\S{1,1000})/.exec(line)?.[1];
    const found = address === undefined ? undefined : repositoryOf(address);
    return found ? [`${found.host}/${found.owner}`] : [];
  });
}

/** The key of what the person has, whatever the folder. */
const ANYWHERE = "";

/**
 * Reads what `.npmrc` and git's own configuration say of the folders that some files belong to, and, where `home` is given,
 * the person's `.npmrc`. Git itself is not asked: nothing of a repository is run.
 */
export async function readInHouse(
  files: Files,
  configs: readonly ConfigFile[],
  home: string | undefined,
): Promise<ReadonlyMap<string, InHouse>> {
  const own = home === undefined ? [] : registriesIn(await linesOf(files, path.join(home, ".npmrc")), false);
  const found = new Map<string, InHouse>([[ANYWHERE, { registries: new Map(own), remotes: new Set() }]]);
  const roots = new Set(
    configs.flatMap(({ root, entries }) => (root !== undefined && entries.length > 0 ? [root] : [])),
  );
  for (const root of roots) {
    const [npmrc, git] = await Promise.all([
      linesOf(files, path.join(root, ".npmrc")),
      linesOf(files, path.join(root, ".git", "config")),
    ]);
    found.set(root, {
      registries: new Map([...registriesIn(npmrc, true), ...own]),
      remotes: new Set(remotesIn(git)),
    });
  }
  return found;
}

/** What is known of the house that a file is in. */
export function inHouseOf(all: ReadonlyMap<string, InHouse>, { root }: Pick<ConfigFile, "root">): InHouse {
  return all.get(root ?? ANYWHERE) ?? all.get(ANYWHERE) ?? NOTHING_IN_HOUSE;
}

/** The registry that a package of npm is taken from, where that is not the public one. */
export function registryOf({ registries }: InHouse, name: string): Registry | undefined {
  const scope = /^@[^/]{1,100}(?=\/)/.exec(name)?.[0].toLowerCase();
  return (scope === undefined ? undefined : registries.get(scope)) ?? registries.get("");
}

/**
 * True for an address in one's own house: a private one, a registry's that is set up, the host of the repository's own
 * remote; on a host where everybody has repositories, of the same owner.
 */
export function isOwnAddress({ registries, remotes }: InHouse, address: string): boolean {
  const found = repositoryOf(address);
  if (!found || found.host === "") return false;
  const { host, owner } = found;
  const place = placeOf(host);
  if (place === "private" || place === "loopback") return true;
  if ([...registries.values()].some((one) => one.host === host)) return true;
  if (FORGE.test(host)) return owner !== "" && remotes.has(`${host}/${owner}`);
  return [...remotes].some((one) => one.startsWith(`${host}/`));
}
