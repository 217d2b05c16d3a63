import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const SERVERS = 4;

interface Server {
  readonly name: string;
  readonly url?: string;
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Servers as projects have them: some in order, some not. */
function servers(seed: number): Server[] {
  return Array.from({ length: SERVERS }, (_, i): Server => {
    const n = seed + i;
    const name = `server-${seed}-${i}`;
    if (n % 2 === 0) return { name, url: `${n % 4 === 0 ? "https" : "http"}://server${n}.example/mcp` };
    const version = n % 3 === 0 ? "" : `@1.${n}.0`;
    const args = ["-y", `@example/server-${n}${version}`, "--root", "."];
    return { name, command: "npx", args, env: { LEVEL: "info" } };
  });
}

type Write = (seed: number) => string;

/** JSON with the map under a key. */
const json =
  (key: string, more: object = {}): Write =>
  (seed) => {
    const map = Object.fromEntries(servers(seed).map(({ name, ...server }) => [name, server]));
    return `${JSON.stringify({ ...more, [key]: map }, undefined, 2)}\n`;
  };

const jsonc: Write = (seed) => `// Servers of this project.\n${json("servers")(seed)}`;

const toml: Write = (seed) => {
  const lines = servers(seed).flatMap(({ name, url, command, args = [], env = {} }) => [
    `[mcp_servers.${name}]`,
    ...(url === undefined ? [`command = "${command}"`, `args = ${JSON.stringify(args)}`] : [`url = "${url}"`]),
    ...Object.entries(env).map(([key, value]) => `env.${key} = "${value}"`),
    "",
  ]);
  return `model = "m"\n\n${lines.join("\n")}`;
};

/** YAML with a list of servers. */
const yaml: Write = (seed) => {
  const items = servers(seed).flatMap(({ name, url, command, args = [] }) => [
    `  - name: ${name}`,
    ...(url === undefined
      ? [`    command: ${command}`, "    args:", ...args.map((arg) => `      - "${arg}"`)]
      : ["    type: streamable-http", `    url: ${url}`]),
  ]);
  return `name: project\nversion: 1.0.0\nschema: v1\nmcpServers:\n${items.join("\n")}\n`;
};

const goose: Write = (seed) => {
  const items = servers(seed).flatMap(({ name, url, command, args = [] }) => [
    `  ${name}:`,
    "    enabled: true",
    ...(url === undefined
      ? ["    type: stdio", `    cmd: ${command}`, `    args: ${JSON.stringify(args)}`]
      : ["    type: streamable_http", `    uri: ${url}`]),
  ]);
  return `extensions:\n${items.join("\n")}\n`;
};

const claudeSettings: Write = (seed) =>
  `${JSON.stringify(
    {
      permissions: { allow: [`Bash(npm run task-${seed}:*)`, "Read(./src/**)"], deny: ["Read(./.env)"] },
      hooks: {
        PostToolUse: [{ matcher: "Edit", hooks: [{ type: "command", command: "npx prettier --check ." }] }],
      },
    },
    undefined,
    2,
  )}\n`;

const vscodeSettings: Write = () =>
  '{\n  // Mine.\n  "editor.fontSize": 13,\n  "chat.tools.terminal.autoApprove": { "git status": true, },\n  "files.eol": "\\n"\n}\n';

const IN_PROJECT: Readonly<Record<string, Write>> = {
  ".vscode/mcp.json": jsonc,
  ".cursor/mcp.json": json("mcpServers"),
  ".mcp.json": json("mcpServers"),
  ".claude/settings.json": claudeSettings,
  ".codex/config.toml": toml,
  ".continue/config.yaml": yaml,
};
const IN_HOME: Readonly<Record<string, Write>> = {
  ".config/Code/User/mcp.json": jsonc,
  ".config/Code/User/settings.json": vscodeSettings,
  ".config/Claude/claude_desktop_config.json": json("mcpServers"),
  ".config/zed/settings.json": json("context_servers"),
  ".config/opencode/opencode.json": json("mcp"),
  ".config/goose/config.yaml": goose,
  ".claude/.claude.json": json("mcpServers", { numStartups: 3 }),
  ".claude/settings.json": claudeSettings,
};
const PROJECTS = 7;

/** How many files `plantConfigs` writes. */
export const CONFIGS = PROJECTS * Object.keys(IN_PROJECT).length + Object.keys(IN_HOME).length;

function put(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A workspace of several projects, and a home, of six clients and more in JSON, JSONC, TOML and YAML. */
export function plantConfigs(workspace: string, home: string): void {
  let seed = 0;
  for (let i = 0; i < PROJECTS; i++) {
    for (const [name, write] of Object.entries(IN_PROJECT)) put(workspace, `project-${i}/${name}`, write(seed++));
  }
  for (const [name, write] of Object.entries(IN_HOME)) put(home, name, write(seed++));
}

/** A tree of sources, as a project of that size has them, without a configuration. */
export function plantTree(folder: string, files: number): void {
  put(folder, ".gitignore", "dist\n*.log\n/build/\n");
  for (let i = 0; i < files - 1; i++) {
    put(folder, `packages/p${i % 20}/src/m${Math.floor(i / 20) % 25}/file${i}.ts`, `export const value${i} = ${i};\n`);
  }
}
