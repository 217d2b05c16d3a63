import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../../../src/clients/clients.ts";
import { WORKSPACE_FILES } from "../../../src/clients/clients.ts";
import { launchesOf } from "../../../src/audit/launch.ts";
import { launchVariables, packagesOf } from "../../../src/audit/packages.ts";

/** What is fetched by a command, as `source name version|~range`. */
async function fetched(command: string, ...args: string[]): Promise<string[]> {
  const kind = WORKSPACE_FILES.find((one) => one.path === ".mcp.json")?.kind;
  assert.ok(kind);
  const text = JSON.stringify({ mcpServers: { a: { command, args } } });
  const file = await readConfig({ path: "/p/.mcp.json", text, kind, scope: "workspace" });
  const [entry] = file.entries;
  assert.ok(entry);
  const launches = launchesOf(file, entry);
  return [
    ...launches.flatMap(launchVariables).map((one) => `${one.name}=${one.value}`),
    ...launches.flatMap(packagesOf).map((ref) => {
      const range = ref.range === undefined ? "" : `~${ref.range}`;
      return [ref.source, ref.name, ref.version ?? range].filter(Boolean).join(" ");
    }),
  ];
}

const X = ["npm @x/y 1.2.3"];
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["npx", ["-y", "@x/y@1.2.3", "z@2"], X],
  ["C:\\Program Files\\nodejs\\npx.cmd", ["-y", "@x/y@1.2.3"], X],
  ["/opt/homebrew/bin/npx", ["--yes", "--package", "@x/y@1.2.3", "y"], X],
  ["npx @x/y@1.2.3 --flag", [], X],
  ["npx", ["-y", "@x/y@^1"], ["npm @x/y ~^1"]],
  ["npx", ["-y", "@x/y"], ["npm @x/y"]],
  ["cmd", ["/c", "npx", "-y", "@x/y@1.2.3"], X],
  ["cmd.exe", ["/d", "/s", "/c", "npx -y @x/y@1.2.3"], X],
  ["cmd", ["/c", "cd", "C:\\a", "&&", "npx", "-y", "@x/y@1.2.3"], X],
  ["bash", ["-lc", "cd /a && A=1 npx -y '@x/y@1.2.3'"], ["A=1", ...X]],
  ["wsl", ["-d", "Ubuntu", "--", "npx", "-y", "@x/y@1.2.3"], X],
  ["wsl.exe", ["-e", "bash", "-c", "npx -y @x/y@1.2.3"], X],
  ["env", ["A=1", "B=2", "npx", "-y", "@x/y@1.2.3"], ["A=1", "B=2", ...X]],
  ["env", ["-S", "npx -y @x/y@1.2.3"], X],
  ["cross-env", ["A=1", "npx", "@x/y@1.2.3"], ["A=1", ...X]],
  ["timeout", ["-k", "5", "30", "npx", "@x/y@1.2.3"], X],
  ["doppler", ["run", "--", "npx", "-y", "@x/y@1.2.3"], X],
  ["op", ["run", "--env-file", ".env", "--", "npx", "-y", "@x/y@1.2.3"], X],
  ["volta", ["run", "--node", "20", "npx", "@x/y@1.2.3"], X],
  ["npx", ["-y", "dotenv-cli@7.0.0", "-e", ".env", "--", "npx", "@x/y@1.2.3"], ["npm dotenv-cli 7.0.0", ...X]],
  ["npx", ["-y", "supergateway@3.4.3", "--stdio", "npx -y @x/y@1.2.3"], ["npm supergateway 3.4.3", ...X]],
  ["node", ["/usr/lib/node_modules/npm/bin/npx-cli.js", "-y", "@x/y@1.2.3"], X],
  ["docker", ["exec", "-i", "box", "npx", "-y", "@x/y@1.2.3"], X],
  ["docker", ["compose", "-f", "a.yml", "exec", "-T", "box", "npx", "-y", "@x/y@1.2.3"], X],
  ["pnpm", ["--package=@x/y@1.2.3", "dlx", "y"], X],
  ["pnpm", ["-s", "dlx", "@x/y@1.2.3"], X],
  ["yarn", ["dlx", "-q", "@x/y@1.2.3"], X],
  ["bun", ["x", "@x/y@1.2.3"], X],
  ["npm", ["exec", "--yes", "--", "@x/y@1.2.3"], X],
  ["npm", ["--prefix", "/a", "exec", "@x/y@1.2.3"], X],
  ["bash", ["-c", "npm i -g @x/y@1.2.3 && y"], X],
  ["deno", ["run", "-A", "npm:@x/y@1.2.3/bin"], X],
  ["deno", ["-A", "npm:@x/y@1.2.3"], X],
  ["uvx", ["a-b==1.2"], ["pypi a-b 1.2"]],
  ["uvx", ["a-b[c]@1.2"], ["pypi a-b 1.2"]],
  ["/home/a/.local/bin/uvx", ["--python", "3.12", "a-b"], ["pypi a-b"]],
  ["uv", ["tool", "run", "--from", "a-b@latest", "b.exe"], ["pypi a-b ~latest"]],
  ["uv", ["--directory", "/a", "run", "--with", "a-b", "main.py"], ["pypi a-b"]],
  ["uv", ["--directory", "/a", "run", "entry"], []],
  ["python", ["-m", "uv", "tool", "run", "a-b==1"], ["pypi a-b 1"]],
  ["pipx", ["run", "--spec", "a-b==1", "b"], ["pypi a-b 1"]],
  ["sh", ["-c", "pip install -q a-b && a-b"], ["pypi a-b"]],
  ["python", ["-m", "server"], []],
  ["docker", ["run", "-i", "--rm", "-e", "A=1", "-p", "1:1", "-m", "1g", "o/i:1"], ["A=1", "image o/i ~1"]],
  ["docker", ["--context", "far", "container", "run", "--env=A=1", "o/i"], ["A=1", "image o/i"]],
  ["docker", ["mcp", "gateway", "run"], []],
  ["sudo", ["-u", "x", "docker", "run", "o/i:1"], ["image o/i ~1"]],
  ["nix", ["run", "github:o/r"], ["remote github:o/r"]],
  ["cargo", ["install", "--git", "https://example.com/r"], ["remote https://example.com/r"]],
  ["go", ["run", "example.com/m@latest"], ["remote example.com/m@latest ~latest"]],
  ["npm", ["run", "start"], []],
  ["server", ["npx", "-y", "@x/y"], []],
];

test("what is fetched is found behind shells, package managers, containers and one-string commands", async () => {
  for (const [command, args, expected] of CASES) {
    assert.deepEqual(await fetched(command, ...args), expected, JSON.stringify([command, ...args]));
  }
});
