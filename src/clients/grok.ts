import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { codexAgent } from "./permissions/codex.ts";
import { hooksAgent } from "./permissions/hooks.ts";

export const GROK_CONFIG: FileKind = serverFile({
  id: "grok-config",
  agent: codexAgent,
  client: "grok",
  title: "Grok's config.toml",
  variables: "braces",
  format: "toml",
  holds: ["servers", "settings"],
  maps: [["mcp_servers"]],
});

/** What an administrator demands. */
export const GROK_REQUIREMENTS: FileKind = settingsFile({
  id: "grok-requirements",
  client: "grok",
  title: "Grok's requirements",
  format: "toml",
  holds: ["settings"],
});

export const GROK_SETTINGS: FileKind = serverFile({
  id: "grok-settings",
  client: "grok",
  title: "Grok's settings.json",
  variables: "braces",
  holds: ["servers", "settings"],
  maps: [["mcpServers"], ["mcp_servers"]],
});

export const GROK_HOOKS: FileKind = settingsFile({
  id: "grok-hooks",
  agent: hooksAgent,
  client: "grok",
  title: "Grok's hooks",
  holds: ["hooks"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join, variable } = foldersOf(environment);
  const moved = variable("GROK_HOME");
  const overlay = variable("GROK_CONFIG");
  const system = environment.os === "windows" ? [] : ["/etc/grok"];
  return [
    ...[home(".grok"), ...(moved === undefined ? [] : [moved])].flatMap((folder) => [
      ...at("user", GROK_CONFIG, join(folder, "config.toml")),
      ...at("user", GROK_SETTINGS, join(folder, "settings.json")),
      ...at("user", GROK_HOOKS, join(folder, "hooks", "*.json")),
      ...at("managed", GROK_CONFIG, join(folder, "managed_config.toml")),
    ]),
    ...(overlay === undefined ? [] : at("user", GROK_CONFIG, overlay)),
    ...system.flatMap((folder) => [
      ...at("managed", GROK_CONFIG, join(folder, "managed_config.toml")),
      ...at("managed", GROK_REQUIREMENTS, join(folder, "requirements.toml")),
    ]),
  ];
}

export const GROK: Client = {
  id: "grok",
  title: "Grok Build",
  workspace: [
    { path: ".grok/config.toml", kind: GROK_CONFIG },
    { path: ".grok/settings.json", kind: GROK_SETTINGS },
    { path: ".grok/hooks/*.json", kind: GROK_HOOKS },
  ],
  user,
};
