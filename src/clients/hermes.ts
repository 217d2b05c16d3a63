import { type Client, at, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { bareMap } from "./maps.ts";

export const HERMES_CONFIG: FileKind = serverFile({
  id: "hermes-config",
  client: "hermes",
  title: "Hermes' config.yaml",
  format: "yaml",
  holds: ["servers", "settings"],
  maps: [["mcp_servers"]],
});

export const HERMES_MCP: FileKind = serverFile({
  id: "hermes-mcp",
  client: "hermes",
  title: "Hermes' servers",
  maps: [["mcp_servers"], ["mcpServers"]],
  more: (root, found) => (found.length > 0 ? [] : bareMap(root)),
});

export const HERMES: Client = {
  id: "hermes",
  title: "Hermes",
  workspace: [],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", HERMES_CONFIG, home(".hermes/config.yaml")),
      ...at("user", HERMES_MCP, home(".hermes/mcp_servers.json")),
    ];
  },
};
