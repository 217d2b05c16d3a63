import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const MASTRA_MCP: FileKind = serverFile({
  id: "mastra-mcp",
  client: "mastra",
  title: "Mastra Code's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const MASTRA: Client = {
  id: "mastra",
  title: "Mastra Code",
  workspace: [{ path: ".mastracode/mcp.json", kind: MASTRA_MCP }],
  user: inHome(MASTRA_MCP, ".mastracode/mcp.json"),
};
