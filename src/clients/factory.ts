import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { factoryAgent } from "./permissions/others.ts";

export const FACTORY_MCP: FileKind = serverFile({
  id: "factory-mcp",
  client: "factory",
  title: "Factory's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const FACTORY_SETTINGS: FileKind = settingsFile({
  id: "factory-settings",
  agent: factoryAgent,
  client: "factory",
  title: "Factory's settings",
  holds: ["settings", "hooks"],
});

export const FACTORY: Client = {
  id: "factory",
  title: "Factory Droid",
  workspace: [
    { path: ".factory/mcp.json", kind: FACTORY_MCP },
    { path: ".factory/settings.json", kind: FACTORY_SETTINGS },
  ],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", FACTORY_MCP, home(".factory/mcp.json")),
      ...at("user", FACTORY_SETTINGS, home(".factory/settings.json")),
    ];
  },
};
