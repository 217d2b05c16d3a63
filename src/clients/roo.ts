import type { Client } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const ROO_MCP: FileKind = serverFile({
  id: "roo-mcp",
  client: "roo",
  title: "Roo Code's servers",
  variables: "cursor-env",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** Roo Code, and Zoo Code, which goes on with it. */
export const ROO: Client = {
  id: "roo",
  title: "Roo Code, Zoo Code",
  workspace: [{ path: ".roo/mcp.json", kind: ROO_MCP }],
  user: () => [],
  inEditors: [
    { path: "globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", kind: ROO_MCP },
    // Some programs write the name that Cline has.
    { path: "globalStorage/rooveterinaryinc.roo-cline/settings/cline_mcp_settings.json", kind: ROO_MCP },
    { path: "globalStorage/zoo-code.*/settings/mcp_settings.json", kind: ROO_MCP },
  ],
};
