import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const KIMI_MCP: FileKind = serverFile({
  id: "kimi-mcp",
  client: "kimi",
  title: "Kimi's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** A project's servers start where its folder is trusted. */
export const KIMI: Client = {
  id: "kimi",
  title: "Kimi Code",
  workspace: [{ path: ".kimi-code/mcp.json", kind: KIMI_MCP }],
  user: inHome(KIMI_MCP, ".kimi/mcp.json", ".kimi-code/mcp.json"),
};
