import type { Environment } from "../core/environment.ts";
import type { DataValue } from "../documents/data.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { wordsAt } from "./maps.ts";
import { geminiAgent, geminiPolicyAgent, geminiTrustAgent } from "./permissions/gemini.ts";

/** `mcp.allowed` and `mcp.excluded` of the same file: Gemini CLI and those made of it. */
export function byMcpLists(root: DataValue | undefined): ((name: string) => boolean) | undefined {
  const allowed = wordsAt(root, "mcp", "allowed");
  const excluded = wordsAt(root, "mcp", "excluded");
  if (!allowed && !excluded) return undefined;
  return (name) => excluded?.has(name) === true || allowed?.has(name) === false;
}

/** `.gemini/settings.json`. */
export const GEMINI_SETTINGS: FileKind = serverFile({
  id: "gemini-settings",
  agent: geminiAgent,
  client: "gemini-cli",
  title: "Gemini CLI's settings",
  variables: "shell",
  holds: ["servers", "settings", "hooks"],
  maps: [["mcpServers"]],
  off: byMcpLists,
});

export const GEMINI_EXTENSION: FileKind = serverFile({
  id: "gemini-extension",
  client: "gemini-cli",
  title: "an extension of Gemini CLI",
  variables: "shell",
  holds: ["servers", "plugin"],
  maps: [["mcpServers"]],
});

export const GEMINI_TRUSTED_FOLDERS: FileKind = settingsFile({
  id: "gemini-trusted-folders",
  agent: geminiTrustAgent,
  client: "gemini-cli",
  title: "Gemini CLI's trusted folders",
  holds: ["trust"],
});

export const GEMINI_POLICY: FileKind = settingsFile({
  id: "gemini-policy",
  agent: geminiPolicyAgent,
  client: "gemini-cli",
  title: "a policy of Gemini CLI",
  format: "toml",
  holds: ["settings"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, machine, join, variable } = foldersOf(environment);
  const named = { linux: "gemini-cli", macos: "GeminiCli", windows: "gemini-cli" }[environment.os];
  const folder = machine(named);
  const managed = [
    variable("GEMINI_CLI_SYSTEM_SETTINGS_PATH") ?? join(folder, "settings.json"),
    variable("GEMINI_CLI_SYSTEM_DEFAULTS_PATH") ?? join(folder, "system-defaults.json"),
  ];
  return [
    ...at("user", GEMINI_SETTINGS, home(".gemini/settings.json")),
    ...at("user", GEMINI_TRUSTED_FOLDERS, home(".gemini/trustedFolders.json")),
    ...at("user", GEMINI_POLICY, home(".gemini/policies/*.toml")),
    ...at("plugin", GEMINI_EXTENSION, home(".gemini/extensions/*/gemini-extension.json")),
    ...at("managed", GEMINI_SETTINGS, ...managed),
  ];
}

export const GEMINI_CLI: Client = {
  id: "gemini-cli",
  title: "Gemini CLI, Code Assist",
  workspace: [
    { path: ".gemini/settings.json", kind: GEMINI_SETTINGS },
    { path: ".gemini/policies/*.toml", kind: GEMINI_POLICY },
    { path: "gemini-extension.json", kind: GEMINI_EXTENSION },
  ],
  user,
};
