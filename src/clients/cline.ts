import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { clineAgent } from "./permissions/others.ts";

/** `cline_mcp_settings.json`. A copy in a repository is read by nobody. */
export const CLINE_MCP: FileKind = serverFile({
  id: "cline-mcp",
  client: "cline",
  title: "Cline's servers",
  variables: "none",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** What it remembers, whether it asks among it. */
export const CLINE_STATE: FileKind = settingsFile({
  id: "cline-state",
  agent: clineAgent,
  client: "cline",
  title: "Cline's state",
  holds: ["settings"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join, variable } = foldersOf(environment);
  const moved = variable("CLINE_DATA_DIR");
  const file = variable("CLINE_MCP_SETTINGS_PATH");
  return [
    ...[home(".cline", "data"), ...(moved === undefined ? [] : [moved])].flatMap((folder) => [
      ...at("user", CLINE_MCP, join(folder, "settings", "cline_mcp_settings.json")),
      ...at("user", CLINE_STATE, join(folder, "globalState.json")),
    ]),
    ...(file === undefined ? [] : at("user", CLINE_MCP, file)),
  ];
}

export const CLINE: Client = {
  id: "cline",
  title: "Cline",
  workspace: [],
  user,
  inEditors: [{ path: "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", kind: CLINE_MCP }],
};
