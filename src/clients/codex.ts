import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import { PLUGIN_MCP } from "./claudeCode.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { codexAgent } from "./permissions/codex.ts";
import { hooksAgent } from "./permissions/hooks.ts";

/** `config.toml`: servers, approvals, sandbox, and which folders are trusted. A project's counts where it is trusted. */
export const CODEX_CONFIG: FileKind = serverFile({
  id: "codex-config",
  agent: codexAgent,
  client: "codex",
  title: "Codex's config.toml",
  variables: "none",
  format: "toml",
  holds: ["servers", "settings", "hooks", "trust"],
  maps: [["mcp_servers"]],
  wrong: ["mcpServers", "mcp-servers"],
});

/** What an administrator demands or sets before everything else. */
export const CODEX_REQUIREMENTS: FileKind = settingsFile({
  id: "codex-requirements",
  agent: codexAgent,
  client: "codex",
  title: "Codex's requirements",
  format: "toml",
  holds: ["settings"],
});

/** One agent's own configuration. */
export const CODEX_AGENT: FileKind = serverFile({
  id: "codex-agent",
  agent: codexAgent,
  client: "codex",
  title: "an agent of Codex",
  variables: "none",
  format: "toml",
  holds: ["servers", "settings"],
  maps: [["mcp_servers"]],
});

export const CODEX_HOOKS: FileKind = settingsFile({
  id: "codex-hooks",
  agent: hooksAgent,
  client: "codex",
  title: "Codex's hooks",
  holds: ["hooks"],
});

export const CODEX_PLUGIN: FileKind = serverFile({
  id: "codex-plugin",
  agent: hooksAgent,
  client: "codex",
  title: "a plugin of Codex",
  holds: ["servers", "hooks", "plugin"],
  maps: [["mcpServers"]],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join, machine, variable } = foldersOf(environment);
  const moved = variable("CODEX_HOME");
  const folders = [home(".codex"), ...(moved === undefined ? [] : [moved])];
  const system = environment.os === "windows" ? machine("OpenAI", "Codex") : "/etc/codex";
  return [
    ...folders.flatMap((folder) => [
      ...at("user", CODEX_CONFIG, join(folder, "config.toml")),
      ...at("profile", CODEX_CONFIG, join(folder, "*.config.toml")),
      ...at("user", CODEX_HOOKS, join(folder, "hooks.json")),
      ...at("user", CODEX_AGENT, join(folder, "agents", "*.toml")),
      ...at("plugin", PLUGIN_MCP, join(folder, "plugins", "**", ".mcp.json")),
      ...at("plugin", CODEX_PLUGIN, join(folder, "plugins", "**", ".codex-plugin", "plugin.json")),
    ]),
    ...at("managed", CODEX_CONFIG, join(system, "config.toml"), join(system, "managed_config.toml")),
    ...at("managed", CODEX_REQUIREMENTS, join(system, "requirements.toml")),
  ];
}

export const CODEX: Client = {
  id: "codex",
  title: "Codex",
  workspace: [
    { path: ".codex/config.toml", kind: CODEX_CONFIG },
    { path: ".codex/hooks.json", kind: CODEX_HOOKS },
    { path: ".codex/agents/*.toml", kind: CODEX_AGENT },
    { path: ".codex-plugin/plugin.json", kind: CODEX_PLUGIN },
  ],
  user,
};
