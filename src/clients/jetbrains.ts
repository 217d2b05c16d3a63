import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const JETBRAINS_MCP: FileKind = serverFile({
  id: "jetbrains-mcp",
  client: "jetbrains",
  title: "the servers of JetBrains' AI Assistant",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const JETBRAINS: Client = {
  id: "jetbrains",
  title: "JetBrains AI Assistant",
  workspace: [{ path: ".ai/mcp/mcp.json", kind: JETBRAINS_MCP }],
  user: inHome(JETBRAINS_MCP, ".ai/mcp/mcp.json"),
};
