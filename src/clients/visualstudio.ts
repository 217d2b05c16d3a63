import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

/** Its `.mcp.json` of a solution is Claude Code's name with VS Code's layout, so that one is read as Claude Code does. */
export const VISUALSTUDIO_MCP: FileKind = serverFile({
  id: "visualstudio-mcp",
  client: "visualstudio",
  title: "Visual Studio's servers",
  variables: "vscode-input",
  maps: [["servers"]],
  wrong: ["mcpServers"],
});

export const VISUALSTUDIO: Client = {
  id: "visualstudio",
  title: "Visual Studio",
  workspace: [{ path: ".vs/mcp.json", kind: VISUALSTUDIO_MCP }],
  user: (environment) =>
    environment.os === "windows" ? at("user", VISUALSTUDIO_MCP, foldersOf(environment).home(".mcp.json")) : [],
};
