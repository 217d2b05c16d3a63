import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

/** Known from an issue in which its makers propose it, and not tried. */
export const COPILOT_ECLIPSE_MCP: FileKind = serverFile({
  id: "copilot-eclipse-mcp",
  client: "copilot-eclipse",
  title: "the servers of Copilot for Eclipse",
  maps: [["servers"]],
  wrong: ["mcpServers"],
});

export const COPILOT_ECLIPSE: Client = {
  id: "copilot-eclipse",
  title: "GitHub Copilot for Eclipse",
  workspace: [{ path: ".github/copilot/mcp.json", kind: COPILOT_ECLIPSE_MCP }],
  user: (environment) => {
    const { config, xdg } = foldersOf(environment);
    const folder = environment.os === "windows" ? config : xdg;
    return at("user", COPILOT_ECLIPSE_MCP, folder("github-copilot", "eclipse", "mcp.json"));
  },
};
