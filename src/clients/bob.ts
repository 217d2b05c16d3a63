import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const BOB_MCP: FileKind = serverFile({
  id: "bob-mcp",
  client: "bob",
  title: "Bob's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const BOB: Client = {
  id: "bob",
  title: "IBM Bob",
  workspace: [{ path: ".bob/mcp.json", kind: BOB_MCP }],
  user: inHome(BOB_MCP, ".bob/mcp.json"),
};
