import type { PathFunctions } from "../clients/client.ts";
import { matchesName } from "../clients/patterns.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Entry, EntryKind, Files } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";

/** `**` goes this deep, and a run looks into so many folders for stars: a plugin cache is smaller. */
const MAX_DEPTH = 8;
const MAX_FOLDERS = 4000;

/** Folders in which no plugin keeps its configuration. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", ".venv", "__pycache__"]);

const NOTHING: readonly string[] = [];

/** From so many files asked for in one folder, listing it is cheaper than asking for each. */
const WORTH_LISTING = 4;

interface Wanted {
  readonly path: string;
  readonly inside: Map<string, Wanted>;
}

/**
 * Looks for files that may not be there. Each folder is asked for once: of a client that is not installed, nothing but its
 * folder is. What cannot be looked at is a problem, told once for its folder.
 */
export class Lookup {
  readonly problems: Problem[] = [];
  readonly #files: Files;
  readonly #paths: PathFunctions;
  readonly #kinds = new Map<string, Promise<EntryKind>>();
  /** What `prepare` saw. */
  readonly #seen = new Map<string, EntryKind>();
  readonly #lists = new Map<string, Promise<readonly Entry[]>>();
  readonly #unreadable = new Set<string>();
  #listed = 0;

  constructor(files: Files, paths: PathFunctions) {
    this.#files = files;
    this.#paths = paths;
  }

  #problem(file: string, code: Problem["code"], message: string): void {
    if (this.#unreadable.has(file)) return;
    this.#unreadable.add(file);
    this.problems.push({ code, file, message });
  }

  async #look(file: string): Promise<EntryKind> {
    const parent = this.#paths.dirname(file);
    if (parent !== file && (await this.#isMissing(parent))) return "missing";
    try {
      return await this.#files.kind(file);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      // It is the folder that may not be looked into.
      this.#problem(parent, "UNREADABLE", "could not be looked at");
      return "missing";
    }
  }

  async #isMissing(folder: string): Promise<boolean> {
    const parent = this.#paths.dirname(folder);
    return parent !== folder && (await this.kind(folder)) !== "directory";
  }

  /**
   * Looks at all of these paths, from the outside in, so that a folder which is not there is asked for once and one that
   * holds many of them is listed once. They, and whatever would lie below them, are then known without a question.
   */
  async prepare(files: readonly string[]): Promise<void> {
    const tops = new Map<string, Wanted>();
    for (const file of files) {
      const { root } = this.#paths.parse(file);
      let at = wanted(tops, root, root);
      for (const name of file.slice(root.length).split(this.#paths.sep)) {
        if (name !== "") at = wanted(at.inside, name, this.#paths.join(at.path, name));
      }
    }
    await Promise.all([...tops.values()].map((top) => this.#enter(top)));
  }

  async #enter(folder: Wanted): Promise<void> {
    const inside = [...folder.inside.values()];
    if (inside.length === 0 || (await this.kind(folder.path)) !== "directory") return;
    const names = inside.length < WORTH_LISTING ? undefined : await this.#names(folder.path);
    const [, present] = [...folder.inside].find(([name]) => names?.has(name)) ?? [];
    // A folder may show its names and let nobody in; then that is to be told.
    const listed = present && (await this.kind(present.path)) === "missing" ? undefined : names;
    await Promise.all(
      [...folder.inside].map(async ([name, { path }]) => {
        // By another case it may be the same file: the system is asked.
        const known = listed && (listed.get(name) ?? (listed.has(name.toLowerCase()) ? undefined : "missing"));
        this.#seen.set(path, known ?? (await this.kind(path)));
      }),
    );
    await Promise.all(inside.map((one) => this.#enter(one)));
  }

  /** What lies in a folder, by name and (`undefined`) by the name in small letters; nothing where it cannot be listed. */
  async #names(folder: string): Promise<ReadonlyMap<string, EntryKind | undefined> | undefined> {
    try {
      const entries = await this.#files.list(folder);
      return new Map<string, EntryKind | undefined>([
        ...entries.map(({ name }) => [name.toLowerCase(), undefined] as const),
        ...entries.map(({ name, kind }) => [name, kind] as const),
      ]);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      return undefined;
    }
  }

  /** What `prepare` says of a path: also of one below something that is no folder. */
  #known(file: string): EntryKind | undefined {
    const own = this.#seen.get(file);
    if (own !== undefined) return own;
    for (let at = file, parent; (parent = this.#paths.dirname(at)) !== at; at = parent) {
      const known = this.#seen.get(parent);
      if (known !== undefined) return known === "directory" ? undefined : "missing";
    }
    return undefined;
  }

  /** What is at a path; `missing` too where it cannot be told. */
  async kind(file: string): Promise<EntryKind> {
    return this.#known(file) ?? this.#ask(file);
  }

  #ask(file: string): Promise<EntryKind> {
    let known = this.#kinds.get(file);
    if (!known) this.#kinds.set(file, (known = this.#look(file)));
    return known;
  }

  async #readFolder(folder: string): Promise<readonly Entry[]> {
    if ((await this.kind(folder)) !== "directory") return [];
    this.#listed++;
    if (this.#listed > MAX_FOLDERS) {
      // Told once: of the others there may be any number.
      const first = this.#listed === MAX_FOLDERS + 1;
      if (first) this.#problem(folder, "TOO_LARGE", `is beyond the ${MAX_FOLDERS} folders that are looked into`);
      return [];
    }
    try {
      return await this.#files.list(folder);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      this.#problem(folder, "UNREADABLE", "could not be looked at");
      return [];
    }
  }

  #list(folder: string): Promise<readonly Entry[]> {
    let known = this.#lists.get(folder);
    if (!known) this.#lists.set(folder, (known = this.#readFolder(folder)));
    return known;
  }

  /** Everything at or below a folder, of which the rest of the pattern is then looked for. Links are not followed. */
  async #below(folder: string, rest: readonly string[], depth: number): Promise<string[]> {
    const here = await this.#expand(folder, rest);
    const folders = (await this.#list(folder)).filter(
      (entry) => entry.kind === "directory" && !entry.link && !SKIPPED.has(entry.name),
    );
    if (depth === MAX_DEPTH) {
      if (folders.length > 0) this.#problem(folder, "TOO_LARGE", `lies ${MAX_DEPTH} folders deep: not entered further`);
      return here;
    }
    const inside: string[] = [];
    // One after the other, so that a tree that is too large is left at its bound.
    for (const { name } of folders)
      inside.push(...(await this.#below(this.#paths.join(folder, name), rest, depth + 1)));
    return [...here, ...inside];
  }

  async #expand(folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> {
    if (segment === undefined) return (await this.kind(folder)) === "missing" ? [] : [folder];
    if (segment === "**") return this.#below(folder, rest, 0);
    if (!segment.includes("*")) return this.#expand(this.#paths.join(folder, segment), rest);
    const entries = (await this.#list(folder)).filter(
      ({ name, kind }) => matchesName(segment, name) && (kind === "directory") === rest.length > 0,
    );
    const found = await Promise.all(entries.map(({ name }) => this.#expand(this.#paths.join(folder, name), rest)));
    return found.flat();
  }

  /**
   * Whatever stands at an absolute path; for one with stars, everything that matches: `*` for part of a segment, `**` for
   * any number of folders, within bounds. A device where a file should be is found too, so that reading it says so. The
   * answer is there at once where `prepare` looked.
   */
  find(pattern: string): readonly string[] | Promise<readonly string[]> {
    if (!pattern.includes("*")) {
      const known = this.#known(pattern);
      return known === undefined ? this.#expand(pattern, []) : known === "missing" ? NOTHING : [pattern];
    }
    const { root } = this.#paths.parse(pattern);
    const segments = pattern.slice(root.length).split(this.#paths.sep);
    const star = segments.findIndex((one) => one.includes("*"));
    return this.#expand(this.#paths.join(root, ...segments.slice(0, star)), segments.slice(star));
  }

  /** The same of several, in their order. */
  async findAll(patterns: readonly string[]): Promise<(readonly string[])[]> {
    await this.prepare(patterns.filter((one) => !one.includes("*")));
    const found = patterns.map((one) => this.find(one));
    // Most are there at once, and a promise for each of some hundred would take longer than all the rest.
    const later = found.flatMap((one, i) => (one instanceof Promise ? [one.then((files) => (found[i] = files))] : []));
    await Promise.all(later);
    return found.map((one) => (one instanceof Promise ? NOTHING : one));
  }
}

/** The node of a name, made if there is none. */
function wanted(among: Map<string, Wanted>, name: string, path: string): Wanted {
  let own = among.get(name);
  if (!own) among.set(name, (own = { path, inside: new Map() }));
  return own;
}
