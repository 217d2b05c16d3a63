import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const QODER_MCP: FileKind = serverFile({
  id: "qoder-mcp",
  client: "qoder",
  title: "Qoder's mcp.json",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const QODER: Client = {
  id: "qoder",
  title: "Qoder",
  workspace: [],
  user: (environment) => {
    const { config, home } = foldersOf(environment);
    const windows = environment.os === "windows";
    return at("user", QODER_MCP, windows ? config("Qoder/SharedClientCache/mcp.json") : home(".qoder/mcp.json"));
  },
};
