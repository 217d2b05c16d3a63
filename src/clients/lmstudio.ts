import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const LMSTUDIO_MCP: FileKind = serverFile({
  id: "lmstudio-mcp",
  client: "lmstudio",
  title: "LM Studio's mcp.json",
  variables: "none",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const LMSTUDIO: Client = {
  id: "lmstudio",
  title: "LM Studio",
  workspace: [],
  user: inHome(LMSTUDIO_MCP, ".lmstudio/mcp.json", ".cache/lm-studio/mcp.json"),
};
