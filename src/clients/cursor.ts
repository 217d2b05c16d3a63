import { type Client, pathsOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { inactiveMapAt, mapAt } from "./maps.ts";

/** `.cursor/mcp.json`, of the project and of the user. */
export const CURSOR_MCP: FileKind = {
  id: "cursor-mcp",
  client: "cursor",
  title: "Cursor's mcp.json",
  variables: "cursor-env",
  format: "json",
  serverMaps: (root) => [...mapAt(root, "mcpServers"), ...inactiveMapAt(root, "servers")],
};

export const CURSOR: Client = {
  workspace: [{ path: ".cursor/mcp.json", kind: CURSOR_MCP }],
  user: (environment) => [
    { path: pathsOf(environment).join(environment.home, ".cursor", "mcp.json"), kind: CURSOR_MCP },
  ],
};
