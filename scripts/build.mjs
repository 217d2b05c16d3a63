// Builds everything that ships into dist/: one bundle for the extension, one for the CLI, one for each of its commands,
// one for the panel's page, and the grammars' WASM. --watch keeps it up to date.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const watch = process.argv.includes("--watch");
const at = (...parts) => path.join(root, ...parts);

/** web-tree-sitter asks for import.meta.url, which a CJS bundle has not. */
const importMetaUrl = {
  define: { "import.meta.url": "__importMetaUrl" },
  banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** In the CLI's own bundle the commands stay what they are: files beside it, loaded when asked for. */
const commandsStayApart = {
  name: "commands-stay-apart",
  setup(build) {
    build.onResolve({ filter: /^\.\/commands\/[\w-]+\.ts$/ }, (args) =>
      args.kind === "dynamic-import" ? { path: args.path.replace(/\.ts$/, ".js"), external: true } : undefined,
    );
  },
};

/**
 * What a command asks for only when it is needed, and what is heavy: a file of its own beside the commands, so that a start
 * without it does not compile it. Each takes and gives plain data, for classes of two bundles are not the same.
 */
const PARTS = ["audit/detections", "cli/callSitesPart", "documents/toml", "documents/yaml", "policy/auditPart"];
const partFile = (name) => `${name.replaceAll("/", "-")}.js`;
const partsStayApart = {
  name: "parts-stay-apart",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, (args) => {
      if (args.kind !== "dynamic-import") return undefined;
      const file = path.relative(at("src"), path.resolve(args.resolveDir, args.path));
      const name = file.split(path.sep).join("/").replace(/\.ts$/, "");
      return PARTS.includes(name) ? { path: `./parts/${partFile(name)}`, external: true } : undefined;
    });
  },
};

const node = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  minify: !watch,
  keepNames: true,
  sourcemap: watch ? "inline" : false,
  legalComments: "none",
  logLevel: "warning",
  mainFields: ["module", "main"],
  ...importMetaUrl,
};

/** These hold web-tree-sitter, whose own import() must stay one. */
const PARSING = ["callsites.ts", "lsp.ts"];
const commands = readdirSync(at("src/cli/commands"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/cli/commands/${name}`);

const command = {
  ...node,
  target: "node20",
  outdir: "dist/commands",
  outbase: "src/cli/commands",
  // Names stay as they are written: keepNames defines the name of every closure anew whenever one is made, which took a
  // quarter of the proxy's time.
  keepNames: false,
  minify: false,
  minifySyntax: !watch,
  minifyWhitespace: !watch,
};

const builds = [
  {
    ...node,
    target: "node20",
    entryPoints: { sallyport: "src/cli/main.ts" },
    outdir: "dist",
    banner: { js: `#!/usr/bin/env node\n${importMetaUrl.banner.js}` },
    plugins: [commandsStayApart],
    // As require(): import() of a CommonJS file makes Node lex all of it for export names first, 80 ms for a large command.
    supported: { "dynamic-import": false },
  },
  {
    ...command,
    entryPoints: commands.filter((name) => !PARSING.includes(path.basename(name))),
    plugins: [partsStayApart],
    supported: { "dynamic-import": false },
  },
  { ...command, entryPoints: commands.filter((name) => PARSING.includes(path.basename(name))) },
  {
    ...command,
    entryPoints: PARTS.map((name) => ({ in: `src/${name}.ts`, out: partFile(name).replace(/\.js$/, "") })),
    outdir: "dist/commands/parts",
  },
];
if (existsSync(at("src/extension/main.ts"))) {
  builds.push({
    ...node,
    target: "node22",
    entryPoints: { extension: "src/extension/main.ts" },
    outdir: "dist",
    external: ["vscode"],
  });
}
if (existsSync(at("src/panel/main.ts"))) {
  builds.push({
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "chrome128",
    minify: !watch,
    legalComments: "none",
    logLevel: "warning",
    entryPoints: { panel: "src/panel/main.ts" },
    outdir: "dist/panel",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
    tsconfig: at("src/panel/tsconfig.json"),
  });
}

/** Grammars ship as the official packages' own WASM. */
const WASM = [
  "web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-python/tree-sitter-python.wasm",
  "tree-sitter-javascript/tree-sitter-javascript.wasm",
  "tree-sitter-typescript/tree-sitter-typescript.wasm",
  "tree-sitter-typescript/tree-sitter-tsx.wasm",
  "tree-sitter-go/tree-sitter-go.wasm",
  "tree-sitter-java/tree-sitter-java.wasm",
  "@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm",
  "tree-sitter-c-sharp/tree-sitter-c_sharp.wasm",
  "tree-sitter-ruby/tree-sitter-ruby.wasm",
  "tree-sitter-rust/tree-sitter-rust.wasm",
  "tree-sitter-php/tree-sitter-php.wasm",
];

rmSync(at("dist"), { recursive: true, force: true });
mkdirSync(at("dist/wasm"), { recursive: true });
for (const file of WASM) copyFileSync(at("node_modules", file), at("dist/wasm", path.basename(file)));

const contexts = await Promise.all(builds.map((options) => context(options)));
await Promise.all(contexts.map((one) => one.rebuild()));
// `npx sallyport` in the checkout runs the file itself.
chmodSync(at("dist/sallyport.js"), 0o755);
if (watch) await Promise.all(contexts.map((one) => one.watch()));
else await Promise.all(contexts.map((one) => one.dispose()));
