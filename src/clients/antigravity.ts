import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { editorFolders } from "./editors.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { allowListAgent } from "./permissions/allowList.ts";

export const ANTIGRAVITY_MCP: FileKind = serverFile({
  id: "antigravity-mcp",
  client: "antigravity",
  title: "Antigravity's mcp_config.json",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const ANTIGRAVITY_SETTINGS: FileKind = settingsFile({
  id: "antigravity-settings",
  agent: allowListAgent,
  client: "antigravity",
  title: "Antigravity's settings",
  holds: ["settings"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join } = foldersOf(environment);
  return [
    ...at("user", ANTIGRAVITY_MCP, home(".gemini/antigravity/mcp_config.json"), home(".gemini/config/mcp_config.json")),
    ...at("user", ANTIGRAVITY_SETTINGS, home(".antigravity/settings.json")),
    ...editorFolders(environment)
      .filter(({ editor }) => editor === "antigravity")
      .flatMap(({ folder, scope }) => at(scope, ANTIGRAVITY_SETTINGS, join(folder, "settings.json"))),
  ];
}

export const ANTIGRAVITY: Client = {
  id: "antigravity",
  title: "Google Antigravity",
  workspace: [
    { path: ".agents/mcp_config.json", kind: ANTIGRAVITY_MCP },
    { path: ".gemini/antigravity/mcp_config.json", kind: ANTIGRAVITY_MCP },
    { path: ".antigravity/settings.json", kind: ANTIGRAVITY_SETTINGS },
  ],
  user,
};
