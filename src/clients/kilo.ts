import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { opencodeMaps } from "./opencode.ts";
import { opencodeAgent } from "./permissions/opencode.ts";

/** `kilo.json`, in the layout of opencode. */
export const KILO_CONFIG: FileKind = serverFile({
  id: "kilo-config",
  agent: opencodeAgent,
  client: "kilo",
  title: "Kilo Code's configuration",
  variables: "kilo",
  holds: ["servers", "settings"],
  maps: [],
  serverKeys: [["mcp"]],
  wrong: ["mcpServers", "servers"],
  more: opencodeMaps,
});

/** The files of its first years, in the layout of Roo Code. */
export const KILO_MCP: FileKind = serverFile({
  id: "kilo-mcp",
  client: "kilo",
  title: "Kilo Code's servers",
  variables: "kilo",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const KILO: Client = {
  id: "kilo",
  title: "Kilo Code",
  workspace: [
    ...["kilo.json", "kilo.jsonc", ".kilo/kilo.json", ".kilo/kilo.jsonc"].map((path) => ({ path, kind: KILO_CONFIG })),
    { path: ".kilocode/mcp.json", kind: KILO_MCP },
  ],
  user: (environment) => {
    const { home, xdg } = foldersOf(environment);
    return [
      ...at("user", KILO_CONFIG, xdg("kilo/kilo.json"), xdg("kilo/kilo.jsonc")),
      ...at("user", KILO_MCP, home(".kilocode/cli/global/settings/mcp_settings.json")),
    ];
  },
  inEditors: [{ path: "globalStorage/kilocode.kilo-code/settings/mcp_settings.json", kind: KILO_MCP }],
};
