import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const CORTEX_MCP: FileKind = serverFile({
  id: "cortex-mcp",
  client: "cortex",
  title: "Cortex Code's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const CORTEX: Client = {
  id: "cortex",
  title: "Snowflake Cortex Code",
  workspace: [],
  user: inHome(CORTEX_MCP, ".snowflake/cortex/mcp.json"),
};
