import path from "node:path";
import { CLAUDE_HOOKS, CLAUDE_MARKETPLACE, CLAUDE_PLUGIN, PLUGIN_MCP } from "../clients/claudeCode.ts";
import { MCPB_ARCHIVE } from "../clients/claudeDesktop.ts";
import { CODEX_PLUGIN } from "../clients/codex.ts";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import { commandsOf } from "../clients/permissions/permissions.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Entry, Files } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";
import { type DataString, type DataValue, property, valueAt } from "../documents/data.ts";
import type { Place } from "./discover.ts";

/** A path, or an address, by which the manifest of a plugin names a part of it. */
export interface PluginPath {
  readonly node: DataString;
  /** The key under which it stands. */
  readonly key: string;
  /** The folder below which it has to lie. */
  readonly folder: string;
  /** What is read there; undefined for what is only looked at for where it leads. */
  readonly kind?: FileKind;
}

/** What is wrong with one. */
export type PathTrouble = "outside" | "remote" | "link" | "missing" | "circular" | "deep";

/** Keys under which a plugin names files and folders of its own. */
const OTHERS = ["commands", "agents", "skills", "outputStyles", "lspServers", "apps"];
/** What a plugin writes for its own folder. */
const ROOT = /^\$\{(?:CLAUDE|CODEX|CURSOR)_PLUGIN_ROOT\}[\\/]?/;
const REMOTE = /^[a-z][a-z0-9+.-]+:\/\//i;

const isManifest = ({ kind }: ConfigFile): boolean => kind === CLAUDE_PLUGIN || kind === CODEX_PLUGIN;

function stringsOf(value: DataValue | undefined): DataString[] {
  if (value?.kind === "array") return value.elements.filter((one) => one.kind === "string");
  return value?.kind === "string" ? [value] : [];
}

const serversKind = (node: DataString): FileKind => (/\.(?:mcpb|dxt)$/i.test(node.value) ? MCPB_ARCHIVE : PLUGIN_MCP);

/** The paths of an object that stands for a plugin: its manifest, or its entry in a marketplace. */
function* inPlugin(value: DataValue | undefined, folder: string): Iterable<PluginPath> {
  const at = (key: string): DataString[] => stringsOf(property(value, key)?.value);
  for (const node of at("mcpServers")) yield { node, key: "mcpServers", folder, kind: serversKind(node) };
  for (const node of at("hooks")) yield { node, key: "hooks", folder, kind: CLAUDE_HOOKS };
  for (const key of OTHERS) for (const node of at(key)) yield { node, key, folder };
}

/**
 * What a manifest of a plugin, or a marketplace, names by a path. `folder`: of the plugin that a file belongs to which is
 * no manifest itself and was reached from one.
 */
export function* pathsIn(file: ConfigFile, folder?: string): Iterable<PluginPath> {
  const { root } = file.document;
  // The manifest lies in a folder of its own inside the plugin's.
  const own = path.dirname(path.dirname(file.path));
  if (isManifest(file)) yield* inPlugin(root, own);
  else if (file.kind === CLAUDE_MARKETPLACE) {
    const plugins = valueAt(root, "plugins");
    const below = valueAt(root, "metadata", "pluginRoot");
    for (const one of plugins?.kind === "array" ? plugins.elements : []) {
      const source = property(one, "source")?.value;
      if (source?.kind !== "string") continue;
      const isBare = below?.kind === "string" && !/^[./\\]/.test(source.value);
      const base = isBare ? (inFolder(own, below.value) ?? own) : own;
      yield { node: source, key: "source", folder: base };
      // Its own paths are below the folder that the source names.
      const plugin = REMOTE.test(source.value) ? undefined : inFolder(base, source.value);
      if (plugin !== undefined) yield* inPlugin(one, plugin);
    }
  } else if (folder !== undefined) yield* inPlugin(root, folder);
}

/** Where a path leads; undefined where that is outside of the folder. */
export function inFolder(folder: string, written: string): string | undefined {
  const inside = written.replace(ROOT, "");
  // What is absolute on any system is none of a plugin's own.
  if (path.isAbsolute(inside) || /^[\\/~]|^[a-z]:/i.test(inside) || inside.includes("\0")) return undefined;
  const at = path.resolve(folder, inside.replaceAll("\\", "/"));
  const relative = path.relative(folder, at);
  return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? undefined : at;
}

/** What is wrong with a path by its words alone. */
export function troubleIn({ node, folder, key }: PluginPath): PathTrouble | undefined {
  // A marketplace may name its plugins by the addresses of their repositories: another rule asks for their commits.
  if (REMOTE.test(node.value)) return key === "source" ? undefined : "remote";
  return inFolder(folder, node.value) === undefined ? "outside" : undefined;
}

/** Words of commands and entries that lead from the plugin's folder to outside of it. */
export function* wordsOutside(file: ConfigFile): Iterable<DataString> {
  const entries = file.entries.flatMap(({ command, args }) => [...(command ? [command] : []), ...args]);
  const words = [...entries.map((one) => one.node), ...commandsOf(file).flatMap((one) => one.words)];
  for (const word of words) {
    const found = /\$\{(?:CLAUDE|CODEX|CURSOR)_PLUGIN_ROOT\}([\\/][^\s"'`;|&<>()]{0,1000})/.exec(word.value);
    if (found?.[1] !== undefined && inFolder("/plugin", `.${found[1]}`) === undefined) yield word;
  }
}

/** More steps from a manifest, or more files in all, are no plugin's. */
const MAX_DEPTH = 5;
const MAX_FOLLOWED = 1000;

/** What the run knows of the paths of each file, by the words in it. */
export type PluginPaths = ReadonlyMap<string, ReadonlyMap<string, PathTrouble>>;

export interface Followed {
  readonly configs: readonly ConfigFile[];
  readonly problems: readonly Problem[];
  readonly troubles: PluginPaths;
}

export interface Following {
  /** What is at a path: nothing, a file or folder that can be reached without a link, or one behind a link. */
  readonly look: (folder: string, file: string) => Promise<"missing" | "there" | "link">;
  readonly read: (place: Place) => Promise<{ readonly config?: ConfigFile; readonly problem?: Problem }>;
  /** `files` is not the whole workspace: what is not there may be elsewhere. */
  readonly partial: boolean;
}

/** Looks at paths below folders; each folder is listed once. */
export function lookingBelow(files: Files): Following["look"] {
  const lists = new Map<string, Promise<readonly Entry[]>>();
  const list = (folder: string): Promise<readonly Entry[]> => {
    const known = lists.get(folder) ?? files.list(folder);
    lists.set(folder, known);
    return known;
  };
  return async (folder, file) => {
    let at = folder;
    for (const name of path.relative(folder, file).split(path.sep).filter(Boolean)) {
      try {
        const own = (await list(at)).find((entry) => entry.name === name);
        if (!own) return "missing";
        if (own.link) return "link";
      } catch (error) {
        // A folder that is not there, or cannot be looked into: what is in it is nowhere.
        if (isSallyportError(error)) return "missing";
        throw error;
      }
      at = path.join(at, name);
    }
    return "there";
  };
}

interface Step {
  readonly file: ConfigFile;
  readonly folder?: string;
  /** The files that led to it, itself the last. */
  readonly chain: readonly string[];
}

/**
 * Reads the files that manifests of plugins name by their paths, and what those name in turn: inside the plugin only, each
 * once, in at most five steps.
 */
export async function followPlugins(known: readonly ConfigFile[], following: Following): Promise<Followed> {
  const configs: ConfigFile[] = [];
  const problems: Problem[] = [];
  const troubles = new Map<string, Map<string, PathTrouble>>();
  const byPath = new Map(known.map((file) => [file.archive?.path ?? file.path, file]));
  const tried = new Set<string>();
  const steps: Step[] = known.map((file) => ({ file, chain: [file.path] }));
  const follow = async (one: PluginPath, { file, chain }: Step): Promise<PathTrouble | undefined> => {
    const wrong = troubleIn(one);
    const target = wrong === undefined ? inFolder(one.folder, one.node.value) : undefined;
    if (wrong !== undefined || target === undefined || REMOTE.test(one.node.value)) return wrong;
    if (one.kind && chain.includes(target)) return "circular";
    const there = await following.look(one.folder, target);
    if (there === "link") return "link";
    if (!one.kind) return undefined;
    if (there === "missing") return following.partial ? undefined : "missing";
    if (chain.length > MAX_DEPTH || tried.size >= MAX_FOLLOWED) return "deep";
    let next = byPath.get(target);
    if (!next && !tried.has(target)) {
      tried.add(target);
      const { scope, root } = file;
      const place = { path: target, kind: one.kind, scope, ...(root !== undefined && { root }) };
      const { config, problem } = await following.read(place);
      if (problem) problems.push(problem);
      if (config) configs.push(config);
      next = config;
    }
    if (next) {
      byPath.set(target, next);
      steps.push({ file: next, folder: one.folder, chain: [...chain, target] });
    }
    return undefined;
  };
  // The list grows while it is gone through; a chain has no file twice and few steps, but there may be many chains.
  for (let i = 0; i < steps.length && i <= known.length + MAX_FOLLOWED; i++) {
    const step = steps[i];
    if (!step) break;
    const isLast = i === known.length + MAX_FOLLOWED;
    for (const one of pathsIn(step.file, step.folder)) {
      const trouble = isLast ? "deep" : await follow(one, step);
      if (trouble === undefined) continue;
      const own = troubles.get(step.file.path) ?? new Map<string, PathTrouble>();
      troubles.set(step.file.path, own.set(one.node.value, trouble));
    }
  }
  return { configs, problems, troubles };
}
