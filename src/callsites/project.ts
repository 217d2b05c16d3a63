import path from "node:path";
import type { Grammars } from "../parsing/grammars.ts";
import { load, type Loaded } from "./analyse.ts";
import { embedded } from "./embedded.ts";
import { familyOfFile, languageOf } from "./languages.ts";
import { byNames, Declarations } from "./modules/declarations.ts";
import type { CallUse, Family, Scope } from "./program.ts";
import type { Project, Resolver } from "./resolve.ts";

/** How many steps of imports, and of importers, are followed from a file with call sites. */
const MAX_STEPS = 2;
/** Files that one file with call sites may pull in. */
const MAX_NEIGHBOURS = 30;
/** Files that import a file, themselves or through others, of which as many as fit are pulled in. */
const MAX_IMPORTERS = 60;
/** The part of its share of work that a file has for each other one that it may hold evidence for. */
const NEIGHBOUR_SHARE = 0.1;
/** Files that one which makes beans or services may pull in. */
const MAX_WIRED = 6;
/** Loaded files that are kept; the least recently used go first. */
const MAX_LOADED = 120;

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"];
/** Files that a framework or a launcher runs before all others, by name. */
const HOOK = /^(?:instrumentation(?:[.-](?:node|server))?|sentry\.server\.config|tracing|otel)\.(?:[cm]?[jt]s)$/;

/** And by their place: Rails' initializers that set up what is observed, Laravel's providers. */
function standsAsHook(file: string): boolean {
  const name = path.basename(file);
  const folder = path.dirname(file);
  if (name.endsWith(".rb")) return /[\\/]config[\\/]initializers$/.test(folder) && OBSERVES.test(name);
  return name.endsWith("ServiceProvider.php") && path.basename(folder) === "Providers";
}

const OBSERVES =
  /telemetry|otel|langfuse|langchain|llm|datadog|observ|instrument|notification|logging|openai|anthropic|^ai|_ai\b/i;

const JAVASCRIPT_IMPORT =
  /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?|\brequire\s*\(\s*)["']((?:\.{1,2}\/|\.{1,2}["']|@\/|~\/|#)[^"'\n]{0,200})["']/g;
const PYTHON_IMPORT =
  /^[ \t]*(?:from[ \t]+([.\w]{1,200})[ \t]+import[ \t]+([^\n#]{1,300})|import[ \t]+([\w.]{1,200}))/gm;

/** What a source imports, as written, found without parsing. For Python the imported names may be modules too. */
export function importsOf(language: Family, text: string): string[] {
  const found: string[] = [];
  if (language === "javascript") {
    for (const match of text.matchAll(JAVASCRIPT_IMPORT)) if (match[1] !== undefined) found.push(match[1]);
    return found;
  }
  if (language !== "python") return found;
  for (const [, from, names, module] of text.matchAll(PYTHON_IMPORT)) {
    if (module !== undefined) found.push(module);
    if (from === undefined) continue;
    found.push(from);
    for (const name of (names ?? "").match(/\b[A-Za-z_]\w*/g) ?? []) {
      if (name !== "as") found.push(from.endsWith(".") ? `${from}${name}` : `${from}.${name}`);
    }
  }
  return found;
}

/**
 * The files of a project as far as finding evidence needs them: which file an import names, who imports a file, and the
 * loaded programs of those that stand around a call site.
 */
export class ProjectFiles implements Project {
  readonly #files: ReadonlySet<string>;
  readonly #imports = new Map<string, readonly string[]>();
  readonly #importers = new Map<string, Set<string>>();
  readonly #declarations = new Declarations();
  readonly #loaded = new Map<string, Loaded>();
  readonly #hooks: readonly string[];
  /** Names of folders and modules: what is not among them is a package. */
  readonly #names = new Set<string>();
  readonly #resolved = new Map<string, string | undefined>();

  constructor(
    files: readonly string[],
    readonly grammars: Grammars,
    /** A file's text, or undefined when it cannot be read. */
    readonly read: (file: string) => Promise<string | undefined>,
  ) {
    this.#files = new Set(files);
    for (const file of files) {
      if (!file.endsWith(".py")) continue;
      this.#names.add(path.basename(file, ".py"));
    }
    for (const name of this.#folders(files)) this.#names.add(name);
    this.#hooks = files.filter((file) => HOOK.test(path.basename(file)) || standsAsHook(file));
  }

  /** The names of all folders around Python modules. */
  #folders(files: readonly string[]): Set<string> {
    const seen = new Set<string>();
    const names = new Set<string>();
    for (const file of files) {
      let folder = path.dirname(file);
      while (!seen.has(folder)) {
        seen.add(folder);
        names.add(path.basename(folder));
        folder = path.dirname(folder);
      }
    }
    return names;
  }

  /** Takes note of what a file imports, or declares and names. */
  note(file: string, text: string): void {
    const name = path.basename(file);
    const family = familyOfFile(name);
    // Of a notebook the imports stand in strings; a component's are as they are in its text.
    const inner = name.endsWith(".ipynb") ? embedded(name, text) : undefined;
    if (inner && "text" in inner) return this.#noteImports(file, importsOf(family, inner.text));
    if (byNames(family)) this.#declarations.note(file, family, text);
    else this.#noteImports(file, importsOf(family, text));
  }

  #noteImports(file: string, imports: readonly string[]): void {
    for (const old of this.#imports.get(file) ?? []) this.#importers.get(old)?.delete(file);
    const targets = new Set<string>();
    for (const module of imports) {
      const target = this.resolve(file, module);
      if (target !== undefined && target !== file) targets.add(target);
    }
    this.#imports.set(file, [...targets]);
    for (const target of targets) {
      const importers = this.#importers.get(target);
      if (importers) importers.add(file);
      else this.#importers.set(target, new Set([file]));
    }
  }

  /** The file that an import in a file names, if it is one of the project's. */
  resolve(from: string, module: string): string | undefined {
    const key = `${path.dirname(from)}\0${languageOf(path.basename(from)) === "python" ? "py" : "js"}\0${module}`;
    if (this.#resolved.has(key)) return this.#resolved.get(key);
    const python = languageOf(path.basename(from)) === "python";
    const found = python ? this.#python(from, module) : this.#javascript(from, module);
    this.#resolved.set(key, found);
    return found;
  }

  #javascript(from: string, module: string): string | undefined {
    if (module.startsWith(".")) return this.#script(path.join(path.dirname(from), module));
    const alias = /^(?:@\/|~\/|#)(.*)$/.exec(module)?.[1];
    if (alias === undefined) return undefined;
    for (const folder of above(from)) {
      const found = this.#script(path.join(folder, alias)) ?? this.#script(path.join(folder, "src", alias));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #script(base: string): string | undefined {
    if (this.#files.has(base)) return base;
    const bare = base.replace(/\.[cm]?jsx?$/, "");
    for (const stem of bare === base ? [base] : [base, bare]) {
      for (const extension of EXTENSIONS) {
        if (this.#files.has(stem + extension)) return stem + extension;
        const index = path.join(stem, `index${extension}`);
        if (this.#files.has(index)) return index;
      }
    }
    return undefined;
  }

  #python(from: string, module: string): string | undefined {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0;
    const parts = module.slice(dots).split(".").filter(Boolean);
    const at = (folder: string): string | undefined => {
      const file = `${path.join(folder, ...parts)}.py`;
      if (parts.length > 0 && this.#files.has(file)) return file;
      const init = path.join(folder, ...parts, "__init__.py");
      return this.#files.has(init) ? init : undefined;
    };
    if (dots > 0) {
      let folder = path.dirname(from);
      for (let i = 1; i < dots; i++) folder = path.dirname(folder);
      return at(folder);
    }
    if (!this.#names.has(parts[0] ?? "")) return undefined;
    for (const folder of above(from)) {
      const found = at(folder) ?? at(path.join(folder, "src"));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The files that may hold evidence for a file's sites: what it imports, who imports it, and what these import. */
  #around(file: string): string[] {
    const found = new Set<string>([file]);
    const grow = (from: string, next: (file: string) => Iterable<string>, steps: number): void => {
      let edge = [from];
      for (let step = 0; step < steps && found.size < MAX_NEIGHBOURS; step++) {
        edge = edge.flatMap((one) => [...next(one)]).filter((one) => !found.has(one));
        for (const one of edge.slice(0, MAX_NEIGHBOURS - found.size)) found.add(one);
      }
    };
    const imports = (one: string): Iterable<string> => this.#importsOf(one);
    grow(file, imports, MAX_STEPS);
    const importers = new Set<string>();
    let edge = [file];
    for (let step = 0; step < MAX_STEPS; step++) {
      const next = new Set<string>();
      for (const one of edge) {
        for (const other of this.#importersOf(one)) if (!importers.has(other)) next.add(other);
        // A name that half the project uses leads nowhere; asking all of them whom they serve would take for ever.
        if (importers.size + next.size >= MAX_IMPORTERS) break;
      }
      edge = [...next].slice(0, Math.max(0, MAX_IMPORTERS - importers.size));
      for (const one of edge) importers.add(one);
    }
    for (const one of importers) {
      if (found.size >= MAX_NEIGHBOURS) break;
      found.add(one);
      for (const other of imports(one)) if (found.size < MAX_NEIGHBOURS) found.add(other);
    }
    for (const one of this.#declarations.wiring(file)) {
      found.add(one);
      for (const other of this.#declarations.used(one).slice(0, MAX_WIRED)) found.add(other);
    }
    const family = familyOfFile(path.basename(file));
    for (const hook of this.#hooks) {
      if (shares(hook, file) && familyOfFile(path.basename(hook)) === family) found.add(hook);
    }
    found.delete(file);
    return [...found];
  }

  #importsOf(file: string): readonly string[] {
    if (!this.#declarations.has(file)) return this.#imports.get(file) ?? [];
    // Behind an interface stands who implements it.
    return this.#declarations.used(file).flatMap((one) => [one, ...this.#declarations.heirs(one)]);
  }

  #importersOf(file: string): Iterable<string> {
    if (!this.#declarations.has(file)) return this.#importers.get(file) ?? [];
    return [file, ...this.#declarations.bases(file)].flatMap((one) => this.#declarations.users(one));
  }

  /** Loads what stands around a file. Gives the neighbours' resolvers: they run in the same process. */
  async prepare(file: string): Promise<Resolver[]> {
    const neighbours: Resolver[] = [];
    for (const one of this.#around(file)) {
      const loaded = this.#loaded.get(one) ?? (await this.#load(one));
      if (loaded) neighbours.push(loaded.resolver);
    }
    // What they took for granted while some of the others were missing is asked again.
    for (const neighbour of neighbours) neighbour.forget(NEIGHBOUR_SHARE);
    return neighbours;
  }

  async #load(file: string): Promise<Loaded | undefined> {
    const language = languageOf(path.basename(file));
    const text = language && (await this.read(file));
    if (language === undefined || text === undefined) return undefined;
    const outcome = await load({ file, text, language }, this.grammars, this);
    return outcome.ok ? this.keep(outcome.loaded) : undefined;
  }

  /** Remembers a loaded file, and forgets the oldest ones. */
  keep(loaded: Loaded): Loaded {
    const { file } = loaded.resolver;
    this.#loaded.delete(file);
    this.#loaded.set(file, loaded);
    for (const old of this.#loaded.keys()) {
      if (this.#loaded.size <= MAX_LOADED) break;
      this.#loaded.delete(old);
    }
    return loaded;
  }

  /** Whether another file may be asked for evidence about a file, or it about another. */
  isLinked(file: string): boolean {
    if (this.#declarations.has(file)) return true;
    const imports = this.#imports.get(file)?.length ?? 0;
    const importers = this.#importers.get(file)?.size ?? 0;
    return imports + importers + this.#hooks.length > 0;
  }

  /** Forgets every loaded file: they take much memory, and are loaded again when they are needed. */
  release(): void {
    this.#loaded.clear();
  }

  /** The loaded file, when its text is still that. */
  loaded(file: string, text: string): Loaded | undefined {
    const known = this.#loaded.get(file);
    return known?.resolver.source === text ? known : undefined;
  }

  find(from: Resolver, module: string, name: string): Resolver | undefined {
    if (this.#declarations.has(from.file)) return this.#first(this.#declarations.inModule(from.file, module, name));
    const file = this.resolve(from.file, module);
    return file === undefined || file === from.file ? undefined : this.#loaded.get(file)?.resolver;
  }

  inSight(from: Resolver, name: string): Resolver | undefined {
    return this.#declarations.has(from.file) ? this.#first(this.#declarations.inSight(from.file, name)) : undefined;
  }

  heirs(of: Resolver): Resolver[] {
    return this.#declarations.heirs(of.file).flatMap((file) => this.#loaded.get(file)?.resolver ?? []);
  }

  /** The first of them that is loaded. */
  #first(files: readonly string[]): Resolver | undefined {
    for (const file of files) {
      const loaded = this.#loaded.get(file);
      if (loaded) return loaded.resolver;
    }
    return undefined;
  }

  callers(of: Resolver, scope: Scope): { use: CallUse; resolver: Resolver }[] {
    const found: { use: CallUse; resolver: Resolver }[] = [];
    const files = [of.file, ...this.#importersOf(of.file), ...this.#secondHand(of.file)];
    for (const file of new Set(files)) {
      const resolver = file === of.file ? of : this.#loaded.get(file)?.resolver;
      if (!resolver) continue;
      for (const { call, scope: where } of resolver.callsNamed(scope.name ?? "")) {
        const value = resolver.evaluate(call.callee, where);
        if (value.kind !== "scope" || value.scope !== scope) continue;
        const use = where.calls.find((one) => one.call === call);
        if (use) found.push({ use, resolver });
      }
    }
    return found;
  }

  /** Files that import a file through another: a package's `__init__.py`, an `index.ts`. */
  #secondHand(file: string): string[] {
    return [...(this.#importers.get(file) ?? [])]
      .filter((one) => /^(?:__init__\.py|index\.[cm]?[jt]sx?)$/.test(path.basename(one)))
      .flatMap((one) => [...(this.#importers.get(one) ?? [])]);
  }
}

/** The folders around a file, from the inside. */
function above(file: string): string[] {
  const found: string[] = [];
  for (let folder = path.dirname(file); found.length < 30; folder = path.dirname(folder)) {
    found.push(folder);
    if (path.dirname(folder) === folder) break;
  }
  return found;
}

/** Whether a hook file lies at the top, or in `src/`, of the tree that a file is in. */
function shares(hook: string, file: string): boolean {
  const folder = path.dirname(hook);
  const place = standsAsHook(hook) ? path.dirname(path.dirname(folder)) : folder;
  const root = path.basename(place) === "src" ? path.dirname(place) : place;
  return file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}
