// Holds the import boundaries of ARCHITECTURE.md. Reads every import of src/ (types too) with a real parser; a room that
// reaches for another room, a built-in or a package that it may not touch is an error with file and line.
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "oxc-parser";

const PURE = ["node:path", "node:crypto", "node:buffer", "node:util", "node:url"];
const ANY = null;

/**
 * The rooms. `rooms`: which others it may import; `builtins`: which parts of Node (null: any); `packages`: which packages.
 * Imports go only downward in this list.
 */
export const LAYERS = {
  core: { rooms: [], builtins: PURE, packages: [] },
  // Unpacking is computing: node:zlib is given bytes and gives bytes.
  documents: { rooms: ["core"], builtins: [...PURE, "node:zlib"], packages: ["jsonc-parser", "yaml", "ignore"] },
  parsing: { rooms: ["core"], builtins: PURE, packages: ["web-tree-sitter"] },
  mcp: { rooms: ["core"], builtins: PURE, packages: [] },
  clients: { rooms: ["core", "documents"], builtins: PURE, packages: [] },
  detectors: { rooms: ["core", "mcp"], builtins: PURE, packages: ["@secretlint/*", "unbash"] },
  policy: { rooms: ["core", "documents"], builtins: PURE, packages: ["zod", "minimatch", "yaml"] },
  audit: {
    rooms: ["core", "documents", "mcp", "clients", "detectors", "policy"],
    builtins: PURE,
    packages: [],
  },
  callsites: { rooms: ["core", "documents", "parsing"], builtins: PURE, packages: [] },
  ledger: { rooms: ["core"], builtins: [...PURE, "node:fs"], packages: [] },
  system: {
    rooms: ["core", "documents"],
    builtins: [...PURE, "node:fs", "node:fs/promises", "node:os", "node:child_process", "node:process"],
    packages: [],
  },
  link: { rooms: ["core", "policy", "ledger", "system"], builtins: ANY, packages: [] },
  broker: { rooms: ["core", "policy", "ledger", "system", "link"], builtins: ANY, packages: [] },
  proxy: { rooms: ["core", "mcp", "detectors", "policy", "system", "link"], builtins: ANY, packages: [] },
  inspect: { rooms: ["core", "mcp", "clients", "system", "link", "proxy"], builtins: ANY, packages: [] },
  protect: { rooms: ["core", "documents", "clients", "system", "link"], builtins: ANY, packages: [] },
  report: { rooms: ["core", "audit", "callsites"], builtins: PURE, packages: [] },
  lsp: {
    rooms: [
      "core",
      "documents",
      "parsing",
      "clients",
      "audit",
      "callsites",
      "policy",
      "system",
      "protect",
      "link",
      "proxy",
      "inspect",
      "report",
    ],
    builtins: ANY,
    packages: ["vscode-languageserver", "vscode-languageserver-textdocument"],
    /** A file of the person's and how a launch is named, and nothing that reaches the broker or starts anything. */
    filesOnly: {
      link: ["acceptedIgnores.ts", "identity.ts"],
      proxy: ["commandLine.ts", "identity.ts"],
      inspect: ["launch.ts"],
      report: ["places.ts", "secretSpans.ts"],
    },
  },
  cli: { rooms: "all but panel, extension", builtins: ANY, packages: [] },
  panel: { rooms: [], builtins: [], packages: ["lit", "@vscode/codicons"], typesOnly: ["link"] },
  extension: {
    rooms: ["core", "system", "link", "ledger", "lsp", "panel"],
    builtins: ANY,
    packages: ["vscode", "vscode-languageclient"],
    /** Of these rooms only the files that both sides share. */
    filesOnly: { lsp: ["protocol.ts"], panel: ["protocol.ts"] },
  },
};

const allows = (patterns, name) =>
  patterns.some((pattern) =>
    pattern.endsWith("/*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern || name.startsWith(`${pattern}/`),
  );

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Every import of a module: what it names, where, and whether only types are taken. */
function importsOf(file, text) {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found = [];
  for (const one of module.staticImports) {
    const types = one.entries.length > 0 && one.entries.every((entry) => entry.isType);
    found.push({ name: one.moduleRequest.value, start: one.start, types });
  }
  for (const one of module.staticExports) {
    for (const entry of one.entries) {
      if (entry.moduleRequest) found.push({ name: entry.moduleRequest.value, start: one.start, types: entry.isType });
    }
  }
  for (const one of module.dynamicImports) {
    const name = text.slice(one.moduleRequest.start, one.moduleRequest.end);
    found.push({ name: /^(["'])(.*)\1$/.exec(name)?.[2] ?? `(computed: ${name})`, start: one.start, types: false });
  }
  return found;
}

/** One sentence a violation, or undefined. */
function violation(root, room, file, found) {
  const rules = LAYERS[room];
  const { name, types } = found;
  if (name.startsWith(".")) {
    const target = path.relative(path.join(root, "src"), path.resolve(path.dirname(file), name));
    const other = target.split(path.sep)[0];
    if (other === "..")
      return name.endsWith("package.json") ? undefined : `${room}/ may not import ${name}, outside src/`;
    if (other === room) return undefined;
    const files = rules.filesOnly?.[other];
    if (files && !files.includes(target.slice(other.length + 1))) {
      return `${room}/ may import only ${files.map((one) => `${other}/${one}`).join(", ")}`;
    }
    if (rules.typesOnly?.includes(other)) return types ? undefined : `${room}/ may import only types of ${other}/`;
    if (typeof rules.rooms === "string") {
      return other === "panel" || other === "extension" ? `${room}/ may not import ${other}/` : undefined;
    }
    return rules.rooms.includes(other) ? undefined : `${room}/ may not import ${other}/`;
  }
  if (isBuiltin(name)) {
    if (!name.startsWith("node:")) return `write node:${name}`;
    return rules.builtins === ANY || rules.builtins.includes(name) ? undefined : `${room}/ may not use ${name}`;
  }
  return allows(rules.packages, name) ? undefined : `${room}/ may not use the package ${name}`;
}

export function check(root) {
  const problems = [];
  const source = path.join(root, "src");
  let count = 0;
  for (const file of filesOf(source)) {
    const room = path.relative(source, file).split(path.sep)[0];
    const text = readFileSync(file, "utf8");
    const shown = path.relative(root, file);
    if (!LAYERS[room]) {
      problems.push(`${shown}:1: src/${room} is no room of ARCHITECTURE.md`);
      continue;
    }
    for (const found of importsOf(file, text)) {
      count++;
      const why = violation(root, room, file, found);
      if (why) problems.push(`${shown}:${text.slice(0, found.start).split("\n").length}: ${why}`);
    }
  }
  const architecture = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
  for (const room of Object.keys(LAYERS)) {
    if (!architecture.includes(`\`${room}/\``)) problems.push(`ARCHITECTURE.md does not name the room ${room}/`);
  }
  if (count === 0) problems.push("no import was read: the check itself is broken");
  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = check(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), ".."));
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
