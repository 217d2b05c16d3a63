import type { Environment } from "../core/environment.ts";
import { type Candidate, type Client, configFolder, dataFolder, pathsOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { bareMap, inactiveMapAt, mapAt } from "./maps.ts";
import { vscodeAgent } from "./permissions/vscode.ts";

/** `.vscode/mcp.json` and the user's `mcp.json` (VS Code 1.102 and later). */
export const VSCODE_MCP: FileKind = {
  id: "vscode-mcp",
  client: "vscode",
  title: "VS Code's mcp.json",
  variables: "vscode-input",
  format: "json",
  serverMaps: (root) => [...mapAt(root, "servers"), ...inactiveMapAt(root, "mcpServers")],
};

/**
 * `.mcp.json` at the root: Claude Code's project file, which VS Code reads too with `chat.mcp.workspaceRootConfig.enabled`.
 * A plugin's is the bare map.
 */
export const MCP_JSON: FileKind = {
  id: "mcp-json",
  client: "claude-code",
  title: "the project's .mcp.json",
  variables: "braces",
  format: "json",
  strict: true,
  serverMaps: (root) => {
    const maps = [...mapAt(root, "mcpServers"), ...inactiveMapAt(root, "servers")];
    return maps.length > 0 ? maps : bareMap(root);
  },
};

/** `settings.json`, of the workspace or the user. Before 1.102 servers stood under `mcp.servers`. */
export const VSCODE_SETTINGS: FileKind = {
  id: "vscode-settings",
  client: "vscode",
  title: "VS Code's settings.json",
  variables: "vscode-env",
  format: "json",
  settings: "vscode",
  agent: vscodeAgent,
  serverMaps: (root) => [...mapAt(root, "mcp", "servers"), ...mapAt(root, "mcp.servers")],
};

const PRODUCTS = ["Code", "Code - Insiders", "VSCodium", "VSCodium - Insiders"];
const SERVERS = [".vscode-server", ".vscode-server-insiders", ".vscodium-server"];

/** The files of one user-data folder: `--user-data-dir`, or where a product keeps its own. */
export function vscodeUserData(folder: string, environment: Environment): readonly Candidate[] {
  const { join } = pathsOf(environment);
  return [[], ["profiles", "*"]].flatMap((below) => [
    { path: join(folder, "User", ...below, "mcp.json"), kind: VSCODE_MCP },
    { path: join(folder, "User", ...below, "settings.json"), kind: VSCODE_SETTINGS },
  ]);
}

function user(environment: Environment): readonly Candidate[] {
  const { join, isAbsolute } = pathsOf(environment);
  const base = configFolder(environment);
  const folders = PRODUCTS.map((product) => join(base, product));
  const portable = environment.variable("VSCODE_PORTABLE");
  if (portable !== undefined && isAbsolute(portable)) folders.push(join(portable, "user-data"));
  if (environment.os !== "windows") folders.push(join(dataFolder(environment), "code-server"));
  const remote = SERVERS.map((server) => join(environment.home, server, "data"));
  return [
    ...[...folders, ...remote].flatMap((folder) => vscodeUserData(folder, environment)),
    ...remote.flatMap((folder) => [
      { path: join(folder, "Machine", "mcp.json"), kind: VSCODE_MCP },
      { path: join(folder, "Machine", "settings.json"), kind: VSCODE_SETTINGS },
    ]),
    { path: join(environment.home, ".vscode", "mcp.json"), kind: VSCODE_MCP },
  ];
}

export const VSCODE: Client = {
  workspace: [
    { path: ".vscode/mcp.json", kind: VSCODE_MCP },
    { path: ".mcp.json", kind: MCP_JSON },
    { path: ".vscode/settings.json", kind: VSCODE_SETTINGS },
  ],
  user,
};
