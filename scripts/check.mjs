// The static gates: types, lint, format, dead code, import boundaries. `--prove` shows that each one fails on the broken
// example that test/gates/ keeps for it, in a copy of the tree.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** A package's program as a script, so that no shell and no `.cmd` shim is needed. */
function program(name, bin = name) {
  const manifest = JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8"));
  const file = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin];
  return path.join(root, "node_modules", name, file);
}

const GATES = {
  types: [[program("typescript", "tsc"), "-p", "."]],
  "panel-types": [[program("typescript", "tsc"), "-p", "src/panel"]],
  lint: [[program("oxlint"), "--type-aware", "--deny-warnings", "src", "test", "bench", "scripts"]],
  format: [[program("oxfmt"), "--check", "src", "test", "bench", "scripts"]],
  "dead-code": [[program("knip"), "--no-progress"]],
  layers: [["scripts/layers.mjs", "."]],
};

function run(gate, cwd) {
  let output = "";
  for (const command of GATES[gate]) {
    const result = spawnSync(process.execPath, command, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
    output += `${result.stdout ?? ""}${result.stderr ?? ""}`;
    if (result.error) throw result.error;
    if (result.status !== 0) return { ok: false, output };
  }
  return { ok: true, output };
}

/** Each broken example names, in its first line, where in the tree it would stand: `// file: src/core/broken.ts`. */
function prove() {
  let failed = 0;
  for (const example of readdirSync(path.join(root, "test/gates"))) {
    const gate = example.replace(/\..*$/, "");
    const text = readFileSync(path.join(root, "test/gates", example), "utf8");
    const place = /^\/\/ file: (\S+)/.exec(text)?.[1];
    const expected = /^\/\/ expect: (.+)$/m.exec(text)?.[1];
    if (!place || !expected || !GATES[gate])
      throw new Error(`test/gates/${example} names no gate, file or expectation`);
    const copy = mkdtempSync(path.join(tmpdir(), "sallyport-gate-"));
    for (const name of readdirSync(root)) {
      if (["node_modules", ".git", "dist", ".cache", "test-results"].includes(name)) continue;
      cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    }
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
    mkdirSync(path.dirname(path.join(copy, place)), { recursive: true });
    writeFileSync(path.join(copy, place), text.replace(/^\/\/ (file|expect): .*\n/gm, ""));
    const { ok, output } = run(gate, copy);
    const good = !ok && output.includes(expected);
    console.log(`${good ? "ok  " : "FAIL"} ${gate} refuses its broken example ${place}`);
    if (!good) {
      failed++;
      console.log(output);
    }
    rmSync(copy, { recursive: true, force: true });
  }
  return failed;
}

let failed = 0;
if (process.argv.includes("--prove")) {
  failed = prove();
} else {
  const asked = process.argv.slice(2).filter((name) => name in GATES);
  for (const gate of asked.length > 0 ? asked : Object.keys(GATES)) {
    const { ok, output } = run(gate, root);
    console.log(`${ok ? "ok  " : "FAIL"} ${gate}`);
    if (!ok) {
      failed++;
      console.log(output);
    }
  }
}
process.exit(failed > 0 ? 1 : 0);
