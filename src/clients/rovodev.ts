import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { rovodevAgent } from "./permissions/others.ts";

export const ROVODEV_MCP: FileKind = serverFile({
  id: "rovodev-mcp",
  client: "rovodev",
  title: "Rovo Dev's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** Its `toolPermissions`. */
export const ROVODEV_CONFIG: FileKind = settingsFile({
  id: "rovodev-config",
  agent: rovodevAgent,
  client: "rovodev",
  title: "Rovo Dev's settings",
  format: "yaml",
  holds: ["settings"],
});

export const ROVODEV: Client = {
  id: "rovodev",
  title: "Rovo Dev",
  workspace: [{ path: ".rovodev/mcp.json", kind: ROVODEV_MCP }],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", ROVODEV_MCP, home(".rovodev/mcp.json")),
      ...at("user", ROVODEV_CONFIG, home(".rovodev/config.yml")),
    ];
  },
};
