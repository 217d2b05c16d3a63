import { Language, Parser, type Tree } from "web-tree-sitter";

/** The languages that have a grammar here, and the file that each is loaded from. */
const WASM = {
  python: "tree-sitter-python.wasm",
  typescript: "tree-sitter-typescript.wasm",
  tsx: "tree-sitter-tsx.wasm",
  javascript: "tree-sitter-javascript.wasm",
  go: "tree-sitter-go.wasm",
  java: "tree-sitter-java.wasm",
  kotlin: "tree-sitter-kotlin.wasm",
  csharp: "tree-sitter-c_sharp.wasm",
  ruby: "tree-sitter-ruby.wasm",
  rust: "tree-sitter-rust.wasm",
  php: "tree-sitter-php.wasm",
} as const;

export type GrammarName = keyof typeof WASM;

export interface ParseLimits {
  /** Milliseconds that one file may take: 2,000 unless told. */
  readonly milliseconds?: number;
  /** UTF-16 units that a text may have: 2 Mi unless told. */
  readonly length?: number;
}

/** What became of a text: a tree that is valid inside `use` only, or why there is none. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: "too-large" | "too-slow"; readonly message: string };

const MAX_LENGTH = 2 * 1024 * 1024;
const MAX_MILLISECONDS = 2000;

/**
 * The grammars, each loaded when it is first asked for. `readWasm` gives the bytes of one of the `.wasm` files that
 * ship beside the bundle (`web-tree-sitter.wasm` and one a language); this room reads no files itself.
 */
export class Grammars {
  readonly #readWasm: (name: string) => Promise<Uint8Array>;
  readonly #now: () => number;
  readonly #languages = new Map<GrammarName, Promise<Language>>();
  #runtime: Promise<void> | undefined;

  constructor(readWasm: (name: string) => Promise<Uint8Array>, now: () => number = () => performance.now()) {
    this.#readWasm = readWasm;
    this.#now = now;
  }

  async #start(): Promise<void> {
    const wasmBinary = await this.#readWasm("web-tree-sitter.wasm");
    // locateFile keeps the loader from looking for the file itself: the bytes are given.
    await Parser.init({ wasmBinary, locateFile: (name: string) => name });
  }

  #language(name: GrammarName): Promise<Language> {
    let language = this.#languages.get(name);
    if (!language) {
      this.#runtime ??= this.#start();
      language = this.#runtime.then(async () => Language.load(await this.#readWasm(WASM[name])));
      this.#languages.set(name, language);
    }
    return language;
  }

  /**
   * Parses a text and hands its tree to `use`, synchronously; the tree's memory is freed before this returns, so nothing
   * of it may be kept. Too long or too slow a text gives the reason instead of a tree. Syntax errors are no failure:
   * the grammar recovers, and `use` sees ERROR nodes.
   */
  async parse<T>(
    name: GrammarName,
    text: string,
    use: (tree: Tree) => T,
    limits: ParseLimits = {},
  ): Promise<Parsed<T>> {
    const length = limits.length ?? MAX_LENGTH;
    if (text.length > length) {
      return { ok: false, why: "too-large", message: `longer than ${length} characters: not parsed` };
    }
    const language = await this.#language(name);
    const parser = new Parser();
    let tree: Tree | null = null;
    try {
      parser.setLanguage(language);
      const milliseconds = limits.milliseconds ?? MAX_MILLISECONDS;
      const end = this.#now() + milliseconds;
      const progressCallback = (): boolean => this.#now() > end;
      tree = parser.parse(text, null, { progressCallback });
      if (!tree) return { ok: false, why: "too-slow", message: `parsing took more than ${milliseconds} ms: stopped` };
      return { ok: true, value: use(tree) };
    } finally {
      tree?.delete();
      parser.delete();
    }
  }
}
