import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SallyportError } from "../core/errors.ts";

/** Where each `.wasm` file stands when we run from the sources. In an installation they lie in one folder. */
const IN_PACKAGES: Readonly<Record<string, string>> = {
  "web-tree-sitter.wasm": "web-tree-sitter",
  "tree-sitter-python.wasm": "tree-sitter-python",
  "tree-sitter-javascript.wasm": "tree-sitter-javascript",
  "tree-sitter-typescript.wasm": "tree-sitter-typescript",
  "tree-sitter-tsx.wasm": "tree-sitter-typescript",
  "tree-sitter-go.wasm": "tree-sitter-go",
  "tree-sitter-java.wasm": "tree-sitter-java",
  "tree-sitter-kotlin.wasm": "@tree-sitter-grammars/tree-sitter-kotlin",
  "tree-sitter-c_sharp.wasm": "tree-sitter-c-sharp",
  "tree-sitter-ruby.wasm": "tree-sitter-ruby",
  "tree-sitter-rust.wasm": "tree-sitter-rust",
  "tree-sitter-php.wasm": "tree-sitter-php",
};

/**
 * Bytes of one of the grammars' files: from `wasm/` beside this bundle (`dist/`) or beside its folder
 * (`dist/commands/`), or, run from the sources, from the package. Throws UNAVAILABLE when the installation lacks it.
 */
export async function readWasm(name: string): Promise<Uint8Array> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const inPackage = IN_PACKAGES[name];
  const places = [
    path.join(here, "wasm", name),
    path.join(here, "..", "wasm", name),
    ...(inPackage === undefined ? [] : [path.join(here, "..", "..", "node_modules", inPackage, name)]),
  ];
  for (const place of places) {
    try {
      return await readFile(place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new SallyportError(
    "UNAVAILABLE",
    `this installation lacks ${name}; looked in ${path.dirname(places[0] ?? "")}`,
  );
}
