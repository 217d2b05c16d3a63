import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const COPILOT_JETBRAINS_MCP: FileKind = serverFile({
  id: "copilot-jetbrains-mcp",
  client: "copilot-jetbrains",
  title: "the servers of Copilot for JetBrains",
  maps: [["servers"]],
  wrong: ["mcpServers"],
});

/** Its folders are assumed. */
export const COPILOT_JETBRAINS: Client = {
  id: "copilot-jetbrains",
  title: "GitHub Copilot for JetBrains",
  workspace: [],
  user: (environment) => {
    const { local, xdg } = foldersOf(environment);
    const folder = environment.os === "windows" ? local : xdg;
    return at("user", COPILOT_JETBRAINS_MCP, folder("github-copilot", "intellij", "mcp.json"));
  },
};
