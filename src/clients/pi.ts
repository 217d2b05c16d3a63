import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const PI_MCP: FileKind = serverFile({
  id: "pi-mcp",
  client: "pi",
  title: "Pi's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const PI: Client = {
  id: "pi",
  title: "Pi",
  workspace: [{ path: ".pi/mcp.json", kind: PI_MCP }],
  user: inHome(PI_MCP, ".pi/agent/mcp.json"),
};
