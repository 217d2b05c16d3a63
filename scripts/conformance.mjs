// Runs the official MCP server suite against our fixture server, directly and through the proxy in each topology, and fails
// on any check that regresses. The suite is no dependency of the project: it needs a newer Node than we do, and brings a
// hundred packages; it is installed into node_modules/.cache, once.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = process.env.CONFORMANCE ?? path.join(root, "node_modules", ".cache", "conformance");
const windows = process.platform === "win32";
const newEnough = Number(process.versions.node.split(".")[0]) >= 22;
// A Node of its own, by the package that holds one for this system.
const runtime = `node-${windows ? "win" : process.platform}-${process.arch}`;
const node = path.join(folder, "node_modules", runtime, "bin", windows ? "node.exe" : "node");

if (!existsSync(path.join(folder, "node_modules", "@modelcontextprotocol", "conformance"))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), "{}\n");
  const wanted = [SUITE, ...(newEnough ? [] : [`${runtime}@22`])];
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted];
  const { status } = spawnSync("npm", args, { cwd: folder, stdio: "inherit", shell: windows });
  if (status !== 0) process.exit(status ?? 1);
}
const variables = { CONFORMANCE: folder, ...(!newEnough && { CONFORMANCE_NODE: node }) };
const { status } = spawnSync(
  process.execPath,
  [path.join(root, "scripts", "test.mjs"), "process", "--only", "conformance"],
  { cwd: root, stdio: "inherit", env: { ...process.env, ...variables } },
);
process.exit(status ?? 1);
