// npm run bench -- NAME [options]: builds, then runs bench/NAME.ts. Without a name it lists them.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const [name, ...rest] = process.argv.slice(2);
const file = path.join(here, `${name}.ts`);
if (!name || !/^[\w-]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(here).filter((one) => one.endsWith(".ts"));
  console.error(
    `Usage: npm run bench -- NAME [options]\n  ${names.map((one) => one.replace(/\.ts$/, "")).join("\n  ")}`,
  );
  process.exit(2);
}
const root = path.join(here, "..");
const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
if (built.status !== 0) process.exit(built.status ?? 1);
const { status } = spawnSync(process.execPath, ["--import", "tsx", file, ...rest], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
