import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const ZCODE_CONFIG: FileKind = serverFile({
  id: "zcode-config",
  client: "zcode",
  title: "ZCode's configuration",
  holds: ["servers", "settings"],
  maps: [["mcp", "servers"]],
  wrong: ["mcpServers"],
});

/** `.agents/mcp.json`, meant for every agent; ZCode is one that reads it. */
export const AGENTS_MCP: FileKind = serverFile({
  id: "agents-mcp",
  client: "zcode",
  title: "the agents' shared mcp.json",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const ZCODE: Client = {
  id: "zcode",
  title: "ZCode",
  workspace: [
    { path: ".zcode/config.json", kind: ZCODE_CONFIG },
    { path: "zcode.json", kind: ZCODE_CONFIG },
    { path: ".agents/mcp.json", kind: AGENTS_MCP },
  ],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", ZCODE_CONFIG, home(".zcode/cli/config.json")),
      ...at("user", AGENTS_MCP, home(".agents/mcp.json")),
    ];
  },
};
