import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { vscodeAgent } from "./permissions/vscode.ts";

export const TRAE_MCP: FileKind = serverFile({
  id: "trae-mcp",
  client: "trae",
  title: "Trae's mcp.json",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const TRAE_SETTINGS: FileKind = settingsFile({
  id: "trae-settings",
  agent: vscodeAgent,
  client: "trae",
  title: "Trae's settings.json",
  holds: ["settings"],
});

export const TRAE: Client = {
  id: "trae",
  title: "Trae",
  workspace: [],
  user: (environment) => {
    const { config } = foldersOf(environment);
    return [
      ...at("user", TRAE_MCP, config("Trae", "User", "mcp.json")),
      ...at("user", TRAE_SETTINGS, config("Trae", "User", "settings.json")),
    ];
  },
};
