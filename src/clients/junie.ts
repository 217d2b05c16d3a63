import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { junieAgent } from "./permissions/junie.ts";

export const JUNIE_MCP: FileKind = serverFile({
  id: "junie-mcp",
  client: "junie",
  title: "Junie's servers",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** Which actions run without asking. */
export const JUNIE_ALLOWLIST: FileKind = settingsFile({
  id: "junie-allowlist",
  agent: junieAgent,
  client: "junie",
  title: "Junie's list of allowed actions",
  holds: ["settings"],
});

export const JUNIE: Client = {
  id: "junie",
  title: "JetBrains Junie",
  workspace: [{ path: ".junie/mcp/mcp.json", kind: JUNIE_MCP }],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", JUNIE_MCP, home(".junie/mcp/mcp.json")),
      ...at("user", JUNIE_ALLOWLIST, home(".junie/allowlist.json")),
    ];
  },
};
