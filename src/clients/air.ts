import { MCP_JSON } from "./claudeCode.ts";
import type { Client } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const AIR_MCP: FileKind = serverFile({
  id: "air-mcp",
  client: "air",
  title: "JetBrains Air's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const AIR: Client = {
  id: "air",
  title: "JetBrains Air",
  workspace: [
    { path: ".air/mcp.json", kind: AIR_MCP },
    { path: ".mcp.json", kind: MCP_JSON },
  ],
  user: () => [],
};
