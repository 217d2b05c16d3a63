import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const SEMA4AI_MCP: FileKind = serverFile({
  id: "sema4ai-mcp",
  client: "sema4ai",
  title: "the servers of Sema4.ai Studio",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const SEMA4AI: Client = {
  id: "sema4ai",
  title: "Sema4.ai Studio",
  workspace: [],
  user: (environment) => {
    const { home, local } = foldersOf(environment);
    const file = "sema4ai-studio/mcp_servers.json";
    return at("user", SEMA4AI_MCP, environment.os === "windows" ? local("sema4ai", file) : home(".sema4ai", file));
  },
};
