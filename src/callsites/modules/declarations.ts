import path from "node:path";
import type { Family } from "../program.ts";
import { CSHARP_MODULES } from "./csharp.ts";
import { GO_MODULES } from "./go.ts";
import { JVM_MODULES } from "./jvm.ts";
import type { FamilyModules, FileNames } from "./names.ts";
import { PHP_MODULES } from "./php.ts";
import { RUBY_MODULES } from "./ruby.ts";
import { RUST_MODULES } from "./rust.ts";

const MODULES: Readonly<Record<Exclude<Family, "python" | "javascript">, FamilyModules>> = {
  go: GO_MODULES,
  java: JVM_MODULES,
  kotlin: JVM_MODULES,
  csharp: CSHARP_MODULES,
  ruby: RUBY_MODULES,
  rust: RUST_MODULES,
  php: PHP_MODULES,
};

/** Whether files of a family find each other by the names they declare, not by paths. */
export function byNames(family: Family): family is keyof typeof MODULES {
  return family !== "python" && family !== "javascript";
}

interface Noted extends FileNames {
  readonly modules: FamilyModules;
  /** A hash of each of its identifiers, sorted. */
  readonly identifiers: Uint32Array;
  readonly declaredHashes: readonly number[];
}

/** Identifiers of one file that are kept: beyond that, it names everything. */
const MAX_IDENTIFIERS = 20_000;

/** Files that make what others are given: how many are looked at for one file. */
const MAX_WIRING = 8;

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code > 127;

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, start = 0, end = text.length): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function identifiersOf(text: string): Uint32Array {
  const found = new Set<number>();
  for (let i = 0; i < text.length && found.size < MAX_IDENTIFIERS; i++) {
    if (!isWord(text.charCodeAt(i))) continue;
    const start = i;
    while (i < text.length && isWord(text.charCodeAt(i))) i++;
    found.add(hashOf(text, start, i));
  }
  return Uint32Array.from(found).toSorted();
}

function holds(sorted: Uint32Array, hash: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === hash;
}

/**
 * Who declares what in the files of a project, for the languages that name each other's classes and functions instead
 * of files. A few bytes an identifier are kept of each file, so that those who use a name are found without reading
 * them again.
 */
export class Declarations {
  readonly #files = new Map<string, Noted>();
  readonly #bySpace = new Map<string, Set<string>>();
  /** Files that open a module, as they write it. */
  readonly #openers = new Map<string, Set<string>>();
  readonly #forAll = new Map<string, Set<string>>();
  /** Files by what their types extend or implement. */
  readonly #heirs = new Map<string, Set<string>>();
  readonly #wiring = new Set<string>();
  readonly #ends = new Map<string, string[]>();

  note(file: string, family: Family, text: string): void {
    if (!byNames(family)) return;
    this.#forget(file);
    const modules = MODULES[family];
    const names = modules.names(file, text);
    const declaredHashes = names.declares.map((name) => hashOf(name));
    this.#files.set(file, { ...names, modules, identifiers: identifiersOf(text), declaredHashes });
    add(this.#bySpace, names.space, file);
    for (const module of names.opens) add(this.#openers, module, file);
    for (const module of names.opensForAll ?? []) add(this.#forAll, module, file);
    for (const name of names.bases ?? []) add(this.#heirs, name, file);
    if (names.wires) this.#wiring.add(file);
    this.#ends.clear();
  }

  #forget(file: string): void {
    const old = this.#files.get(file);
    if (!old) return;
    this.#bySpace.get(old.space)?.delete(file);
    for (const module of old.opens) this.#openers.get(module)?.delete(file);
    for (const module of old.opensForAll ?? []) this.#forAll.get(module)?.delete(file);
    for (const name of old.bases ?? []) this.#heirs.get(name)?.delete(file);
    this.#wiring.delete(file);
    this.#files.delete(file);
  }

  has(file: string): boolean {
    return this.#files.has(file);
  }

  /** The spaces that a module means as a file writes it. */
  #spaces(noted: Noted, file: string, module: string): readonly string[] {
    const name = noted.modules.absolute?.(file, module) ?? module;
    if (!noted.modules.byEnd) return this.#bySpace.has(name) ? [name] : [];
    const known = this.#ends.get(name);
    if (known) return known;
    let found: string[] = [];
    const parts = name.split("/");
    // A path's own end says which folder it is; a bare last name is too little where the path had a host.
    for (let i = 0; i < parts.length && found.length === 0; i++) {
      const end = `/${parts.slice(i).join("/")}`;
      found = [...this.#bySpace.keys()].filter((space) => space.endsWith(end));
    }
    this.#ends.set(name, found);
    return found;
  }

  /** Spaces that a file sees without naming their names' spaces. */
  #visible(noted: Noted, file: string): Set<string> {
    const found = new Set<string>([noted.space]);
    // The nearest come first: of two classes of one name the nearer one is meant.
    if (noted.modules.inherits) {
      for (let at = noted.space.lastIndexOf("."); at > 0; at = noted.space.lastIndexOf(".", at - 1)) {
        found.add(noted.space.slice(0, at));
      }
    }
    for (const module of noted.opens) for (const space of this.#spaces(noted, file, module)) found.add(space);
    for (const [module, openers] of this.#forAll) {
      if (![...openers].some((opener) => opensFor(opener, file))) continue;
      for (const space of this.#spaces(noted, file, module)) found.add(space);
    }
    return found.add("");
  }

  /** Files that declare a name (`*`: any) in the space that a module means. */
  inModule(file: string, module: string, name: string): string[] {
    const noted = this.#files.get(file);
    if (!noted) return [];
    return this.#spaces(noted, file, module).flatMap((space) => this.#declaring(space, name, file));
  }

  /** Files that declare a name which a file sees without more: of its own package, of the namespaces it uses. */
  inSight(file: string, name: string): string[] {
    const noted = this.#files.get(file);
    if (!noted) return [];
    return [...this.#visible(noted, file)].flatMap((space) => this.#declaring(space, name, file));
  }

  #declaring(space: string, name: string, but: string): string[] {
    const found: string[] = [];
    for (const file of this.#bySpace.get(space) ?? []) {
      if (file === but) continue;
      if (name === "*" || this.#files.get(file)?.declares.includes(name)) found.push(file);
    }
    return found;
  }

  /** Files that declare something a file names. */
  used(file: string): string[] {
    const noted = this.#files.get(file);
    if (!noted) return [];
    const found: string[] = [];
    for (const space of this.#visible(noted, file)) {
      for (const other of this.#bySpace.get(space) ?? []) {
        if (other !== file && this.#names(noted, this.#files.get(other))) found.push(other);
      }
    }
    return found;
  }

  /** Files that name something a file declares. */
  users(file: string): string[] {
    const noted = this.#files.get(file);
    if (!noted || noted.declares.length === 0) return [];
    const found = new Set<string>();
    for (const [other, theirs] of this.#files) {
      if (other === file || theirs.modules !== noted.modules || !this.#names(theirs, noted)) continue;
      if (noted.space === "" || theirs.space === noted.space || this.#visible(theirs, other).has(noted.space)) {
        found.add(other);
      }
    }
    return [...found];
  }

  /** Files whose types extend or implement one that a file declares. */
  heirs(file: string): string[] {
    const noted = this.#files.get(file);
    const found = (noted?.declares ?? []).flatMap((name) => [...(this.#heirs.get(name) ?? [])]);
    return [...new Set(found)].filter((one) => one !== file && this.#files.get(one)?.modules === noted?.modules);
  }

  /** Files that declare what a file's types extend or implement. */
  bases(file: string): string[] {
    return (this.#files.get(file)?.bases ?? []).flatMap((name) => this.inSight(file, name));
  }

  /** Files that make what others are given without naming them, the nearest to a file first. */
  wiring(file: string): string[] {
    const modules = this.#files.get(file)?.modules;
    return [...this.#wiring]
      .filter((other) => other !== file && this.#files.get(other)?.modules === modules)
      .toSorted((a, b) => shared(b, file) - shared(a, file))
      .slice(0, MAX_WIRING);
  }

  #names(user: Noted, declaring: Noted | undefined): boolean {
    return declaring?.declaredHashes.some((hash) => holds(user.identifiers, hash)) ?? false;
  }
}

/** How many characters two paths have in common from the beginning. */
function shared(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** Whether a `global using` of one file counts in another: it is one of the project's whose folder it stands in. */
function opensFor(opener: string, file: string): boolean {
  const folder = path.dirname(opener);
  const root = /^(?:Properties|Usings?|GlobalUsings?|Common|Shared|Globals?)$/i.test(path.basename(folder))
    ? path.dirname(folder)
    : folder;
  return file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

function add(map: Map<string, Set<string>>, key: string, file: string): void {
  const set = map.get(key);
  if (set) set.add(file);
  else map.set(key, new Set([file]));
}
