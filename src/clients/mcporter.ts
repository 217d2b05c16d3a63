import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const MCPORTER_MCP: FileKind = serverFile({
  id: "mcporter-mcp",
  client: "mcporter",
  title: "mcporter's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const MCPORTER: Client = {
  id: "mcporter",
  title: "mcporter",
  workspace: [{ path: "config/mcporter.json", kind: MCPORTER_MCP }],
  user: inHome(MCPORTER_MCP, ".mcporter/mcporter.json"),
};
