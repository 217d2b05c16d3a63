import path from "node:path";
import { allOf, before, type FamilyModules } from "./names.ts";

const DECLARED =
  /^pub(?:\([^()\n]{0,60}\))?[ \t]+(?:async[ \t]+|unsafe[ \t]+|const[ \t]+)*(?:fn|struct|enum|trait|static|type|mod|const)[ \t]+(?:mut[ \t]+)?([A-Za-z_]\w*)/gm;
const USED = /\b(?:crate|super|self)(?:::[a-z_]\w*)+/g;
/** `mod client;`: a file of its own, which this one then names by that alone. */
const CHILD = /^[ \t]*(?:pub(?:\([^()\n]{0,60}\))?[ \t]+)?mod[ \t]+([A-Za-z_]\w*)[ \t]*;/gm;

/** A file's module path from its place: `…/src/llm/client.rs` is `crate.llm.client`. */
function moduleOf(file: string): string {
  const parts = file.replace(/\.rs$/, "").split(path.sep);
  const at = parts.lastIndexOf("src");
  const own = (at < 0 ? parts.slice(-1) : parts.slice(at + 1)).filter(
    (part, i, all) => !(i === all.length - 1 && /^(?:mod|lib|main)$/.test(part)),
  );
  return ["crate", ...own].join(".");
}

function absolute(file: string, module: string): string {
  const parts = module.replaceAll("::", ".").split(".");
  const own = moduleOf(file).split(".");
  let [first] = parts;
  if (first === "self") return [...own, ...parts.slice(1)].join(".");
  let at = own;
  while (first === "super") {
    at = at.slice(0, -1);
    parts.shift();
    [first] = parts;
  }
  return at === own ? parts.join(".") : [...at, ...parts].join(".");
}

/** Rust: a module is a file by its path in the crate; another crate of the workspace is one by its name. */
export const RUST_MODULES: FamilyModules = {
  absolute,
  names: (file, text) => ({
    space: moduleOf(file),
    declares: allOf(DECLARED, text),
    opens: [
      // The last part may be a module or a function in one.
      ...allOf(USED, text, 0).flatMap((used) => [absolute(file, used), before(absolute(file, used))]),
      ...allOf(CHILD, text).map((child) => `${moduleOf(file)}.${child}`),
    ],
  }),
};
