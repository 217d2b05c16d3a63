import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const WARP_MCP: FileKind = serverFile({
  id: "warp-mcp",
  client: "warp",
  title: "Warp's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const WARP: Client = {
  id: "warp",
  title: "Warp",
  workspace: [{ path: ".warp/.mcp.json", kind: WARP_MCP }],
  user: inHome(WARP_MCP, ".warp/.mcp.json"),
};
