import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { capabilities, type Capability } from "./data/capabilities.ts";
import { parseUrl, placeOf, withoutSlashes } from "./hosts.ts";
import { afterOptions, type Launch, launchesOf } from "./launch.ts";
import { type PackageRef, packagesOf } from "./packages.ts";
import { programName, splitScript, type Word } from "./words.ts";

/** What an entry starts or connects to, and which catalogued server that is. */
export interface Recognised {
  readonly server?: Capability;
  /** What says so: `npm package x`, `image x`, `host x`, `program x`. */
  readonly evidence?: string;
  /** The package, image or address without its version: equal for two entries that start the same server. */
  readonly identity?: string;
  /** The exact version, where the launch names one. */
  readonly version?: string;
  /** Where it leads, for an entry with an address, its own or a bridge's. */
  readonly url?: URL;
  readonly launches: readonly Launch[];
}

interface Lookup {
  readonly npm: ReadonlyMap<string, Capability>;
  readonly pypi: ReadonlyMap<string, Capability>;
  readonly image: ReadonlyMap<string, Capability>;
  readonly host: ReadonlyMap<string, Capability>;
  readonly program: ReadonlyMap<string, Capability>;
  readonly name: ReadonlyMap<string, Capability>;
}

/** PEP 503. */
const pypiName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");
const imageName = (name: string): string => name.toLowerCase().replace(/^(?:docker\.io|index\.docker\.io)\//, "");

/** What a package's program is called: the last part of its name; `mcp-server-x` for the protocol's own. */
function programsOf(npm: string): string[] {
  const last = npm.slice(npm.lastIndexOf("/") + 1);
  return npm.startsWith("@modelcontextprotocol/") ? [`mcp-${last}`] : last === npm || /mcp/.test(last) ? [last] : [];
}

let lookup: Lookup | undefined;

function tables(): Lookup {
  if (lookup) return lookup;
  const collect = (
    of: (one: Capability) => readonly string[] | undefined,
    normal = (name: string): string => name,
  ): Map<string, Capability> =>
    new Map(capabilities().flatMap((one) => (of(one) ?? []).map((name): [string, Capability] => [normal(name), one])));
  const program = new Map([
    ...collect((one) => one.npm?.flatMap(programsOf)),
    ...collect((one) => one.pypi, pypiName),
    ...collect((one) => one.program),
  ]);
  lookup = {
    npm: collect((one) => one.npm),
    pypi: collect((one) => one.pypi, pypiName),
    image: collect((one) => one.image, imageName),
    host: collect((one) => one.host),
    program,
    name: collect(
      (one) => one.names,
      (name) => name.toLowerCase(),
    ),
  };
  return lookup;
}

/** The catalogued server that people call by that name, whatever an entry of that name starts. */
export function serverNamed(name: string): Capability | undefined {
  return tables().name.get(name.toLowerCase());
}

type Found = Omit<Recognised, "launches">;

function byUrl(text: string): Found | undefined {
  const url = parseUrl(text);
  if (!url || !/^(?:https?|wss?):$/.test(url.protocol)) return undefined;
  const server = tables().host.get(url.hostname);
  return {
    url,
    identity: `${url.host}${withoutSlashes(url.pathname)}`.toLowerCase(),
    evidence: `host ${url.hostname}`,
    ...(server && { server }),
  };
}

function byPackage(ref: PackageRef): Found | undefined {
  const { npm, pypi, image } = tables();
  const version = ref.version === undefined ? {} : { version: ref.version };
  switch (ref.source) {
    case "npm": {
      const server = npm.get(ref.name);
      return {
        identity: `npm ${ref.name}`,
        evidence: `npm package ${ref.name}`,
        ...version,
        ...(server && { server }),
      };
    }
    case "pypi": {
      const server = pypi.get(pypiName(ref.name));
      const name = pypiName(ref.name);
      return { identity: `pypi ${name}`, evidence: `Python package ${name}`, ...version, ...(server && { server }) };
    }
    case "image": {
      const name = imageName(ref.name);
      const server = image.get(name);
      return { identity: `image ${name}`, evidence: `image ${name}`, ...version, ...(server && { server }) };
    }
    case "remote": {
      // A catalogued repository's own code, whatever its branch: `git+https://github.com/oraios/serena@main`.
      const named = /(?:github\.com[/:]|^github:)([\w.-]{1,100}\/[\w.-]{1,100})/i.exec(ref.name.slice(0, 2000))?.[1];
      const path = named?.replace(/\.git$/, "");
      const server =
        path === undefined
          ? undefined
          : capabilities().find((one) => one.source.toLowerCase() === `https://github.com/${path.toLowerCase()}`);
      // A repository that holds many servers says nothing about one.
      const one = server && !/\/servers(?:-archived)?$|\/awslabs\/mcp$/.test(server.source) ? { server } : {};
      return {
        identity: `code ${path?.toLowerCase() ?? ref.name}`,
        evidence: `code from ${ref.name}`,
        ...version,
        ...one,
      };
    }
  }
}

/** `…/node_modules/@scope/name/…`: a package that is started by its path. */
const INSTALLED = /[\\/]node_modules[\\/]((?:@[\w.-]+[\\/])?[\w.-]+)[\\/]/;

function byProgram(launch: Launch): Found | undefined {
  const { npm, pypi, program } = tables();
  const name = programName(launch.program.text);
  const words = launch.args.map((word) => word.text);
  const named = (server: Capability | undefined, evidence: string): Found | undefined =>
    server && { server, evidence, identity: evidence };
  for (const word of [launch.program.text, ...words.slice(0, 4)]) {
    const inside = INSTALLED.exec(word.slice(0, 4000))?.[1]?.replaceAll("\\", "/");
    if (inside !== undefined && npm.has(inside)) return named(npm.get(inside), `npm package ${inside}`);
  }
  const direct = program.get(name) ?? program.get(`${name} ${words[0] ?? ""}`);
  if (direct) return named(direct, `program ${program.has(name) ? name : `${name} ${words[0] ?? ""}`}`);
  if (/^python[\d.]*$/.test(name)) {
    const module = words[words.indexOf("-m") + 1];
    if (words.includes("-m") && module !== undefined) {
      const known = pypiName(module.split(".")[0] ?? "");
      return named(pypi.get(known), `Python module ${module.slice(0, 100)}`);
    }
  }
  if (name === "uv" && words[0] === "run") {
    const first = launch.args.slice(1).find((word) => program.has(word.text));
    return first && named(program.get(first.text), `program ${first.text}`);
  }
  return undefined;
}

/** A bridge in a bridge in a bridge: more is no launch that a person wrote. */
const MAX_BRIDGES = 3;

/** What a bridge leads to: an address among its arguments, a command in one of them, a name at a host of servers. */
function behind(launch: Launch, depth: number): Found | undefined {
  const { args } = launch;
  const address = args.map((word) => /(?:^|=)((?:https?|wss?):\/\/.*)$/s.exec(word.text)?.[1]).find(Boolean);
  if (address !== undefined) return byUrl(address);
  const stdio = args.findIndex((word) => word.text === "--stdio");
  const script = stdio < 0 ? undefined : args[stdio + 1];
  if (script) return fromWords(splitScript(script)[0]?.words ?? [], depth);
  const rest = args.findIndex((word) => word.text === "--");
  if (rest >= 0) return fromWords(args.slice(rest + 1), depth);
  const run = args.findIndex((word) => word.text === "run");
  const name = run < 0 ? undefined : afterOptions(args.slice(run + 1), new Set(["--key", "--profile", "--config"]))[0];
  if (!name) return undefined;
  const server = tables().npm.get(name.text) ?? serverNamed(name.text);
  return {
    identity: `hosted ${name.text}`,
    evidence: `hosted server ${name.text.slice(0, 100)}`,
    ...(server && { server }),
  };
}

function fromWords(words: readonly Word[], depth: number): Found | undefined {
  const [program, ...args] = words;
  return program && fromLaunch({ program, args, wrappers: [], piped: false, assigned: [] }, depth + 1);
}

function fromLaunch(launch: Launch, depth: number): Found | undefined {
  const found =
    packagesOf(launch)
      .map(byPackage)
      .find((one) => one !== undefined) ?? byProgram(launch);
  if (!found?.server?.bridge && found?.server?.id !== "smithery") return found;
  return (depth < MAX_BRIDGES ? behind(launch, depth) : undefined) ?? found;
}

const known = new WeakMap<ServerEntry, Recognised>();

/** Recognises an entry by what it starts or connects to, never by its name. */
export function recognise(file: ConfigFile, entry: ServerEntry): Recognised {
  const before = known.get(entry);
  if (before) return before;
  const launches = launchesOf(file, entry);
  const found = launches.map((launch) => fromLaunch(launch, 0)).filter((one) => one !== undefined);
  const best = found.find((one) => one.server) ?? found[0];
  const own = best ?? (entry.url ? byUrl(entry.url.value) : undefined);
  const result: Recognised = { ...own, launches };
  known.set(entry, result);
  return result;
}

/** True for an address on the internet, which is somebody else's. */
export function isElsewhere({ url }: Recognised): boolean {
  return url !== undefined && placeOf(url.hostname) === "public";
}
