import type { Environment } from "../core/environment.ts";
import { MCP_JSON } from "./claudeCode.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { copilotAgent } from "./permissions/copilot.ts";
import { hooksAgent } from "./permissions/hooks.ts";

/** `mcp-config.json` of the user, `.github/mcp.json` of the project. */
export const COPILOT_MCP: FileKind = serverFile({
  id: "copilot-mcp",
  client: "copilot-cli",
  title: "Copilot CLI's servers",
  variables: "shell",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const COPILOT_SETTINGS: FileKind = settingsFile({
  id: "copilot-settings",
  agent: copilotAgent,
  client: "copilot-cli",
  title: "Copilot CLI's settings",
  holds: ["settings", "trust"],
});

/** `.github/hooks/*.json`, which VS Code runs too. */
export const COPILOT_HOOKS: FileKind = settingsFile({
  id: "copilot-hooks",
  agent: hooksAgent,
  client: "copilot-cli",
  title: "Copilot's hooks",
  holds: ["hooks"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join, variable } = foldersOf(environment);
  const moved = variable("COPILOT_HOME");
  return [home(".copilot"), ...(moved === undefined ? [] : [moved])].flatMap((folder) => [
    ...at("user", COPILOT_MCP, join(folder, "mcp-config.json")),
    ...at("user", COPILOT_SETTINGS, join(folder, "settings.json"), join(folder, "config.json")),
    ...at("user", COPILOT_HOOKS, join(folder, "hooks", "*.json")),
  ]);
}

export const COPILOT_CLI: Client = {
  id: "copilot-cli",
  title: "GitHub Copilot CLI, coding agent",
  workspace: [
    { path: ".github/mcp.json", kind: COPILOT_MCP },
    { path: ".mcp.json", kind: MCP_JSON },
    { path: ".github/copilot/settings.json", kind: COPILOT_SETTINGS },
    { path: ".github/copilot/settings.local.json", kind: COPILOT_SETTINGS },
    { path: ".github/hooks/*.json", kind: COPILOT_HOOKS },
  ],
  user,
};
