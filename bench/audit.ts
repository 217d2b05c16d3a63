// What the audit of configurations costs as a person feels it: the real command, its start included, over a workspace
// with 50 configuration files, against starting Node for nothing. The ratio first; the times are those of this machine.
// Run: npm run bench -- audit [runs]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const FILES = 50;
const SERVERS = 4;

/** A file as projects have them: some servers in order, some not. */
function config(key: string, seed: number): string {
  const server = (n: number): object =>
    n % 2 === 0
      ? { type: "http", url: `${n % 4 === 0 ? "https" : "http"}://server${n}.example/mcp` }
      : { command: "npx", args: ["-y", `@example/server-${n}@1.${n}.0`, "--root", "."], env: { LEVEL: "info" } };
  const servers = Array.from({ length: SERVERS }, (_, i) => [`server-${seed}-${i}`, server(seed + i)] as const);
  return `${JSON.stringify({ [key]: Object.fromEntries(servers) }, undefined, 2)}\n`;
}

const PLACES = [
  [".vscode/mcp.json", "servers"],
  [".cursor/mcp.json", "mcpServers"],
  [".mcp.json", "mcpServers"],
] as const;

function time(args: readonly string[], expected: readonly (number | null)[]): { ms: number; output: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (!expected.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return { ms: performance.now() - start, output: stdout };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export async function run(argv: readonly string[] = []): Promise<void> {
  const runs = Number(argv[0] ?? 15);
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  try {
    for (let i = 0; i < FILES; i++) {
      const [name, key] = PLACES[i % PLACES.length] ?? PLACES[0];
      const file = path.join(folder, `project-${Math.floor(i / PLACES.length)}`, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, config(key, i));
    }
    const cli = path.resolve("dist/sallyport.js");
    const audit = [cli, "audit", "--only", "configs", "--format", "json", folder];
    const bare: number[] = [];
    const version: number[] = [];
    const audited: number[] = [];
    let summary: { readonly filesRead?: number; readonly findings?: number } = {};
    for (let i = 0; i < runs; i++) {
      bare.push(time(["-e", "0"], [0]).ms);
      version.push(time([cli, "--version"], [0]).ms);
      const { ms, output } = time(audit, [0, 1]);
      audited.push(ms);
      ({ summary } = JSON.parse(output) as { summary: typeof summary });
    }
    if ((summary.filesRead ?? 0) < FILES) throw new Error(`only ${summary.filesRead} files were read`);
    const [floor, start, whole] = [median(bare), median(version), median(audited)];
    console.log(`audit over a bare Node start: ${(whole / floor).toFixed(1)} times`);
    console.log(`  node -e 0             ${floor.toFixed(0)} ms`);
    console.log(`  sallyport --version   ${start.toFixed(0)} ms`);
    console.log(
      `  audit --only configs  ${whole.toFixed(0)} ms: ${summary.filesRead} files, ${summary.findings} findings`,
    );
    console.log(`p50 of ${runs} interleaved runs, workspace and home; the budget is 300 ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
