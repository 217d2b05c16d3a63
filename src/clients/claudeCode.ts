import type { Environment } from "../core/environment.ts";
import { type DataValue, valueAt } from "../documents/data.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind, ServerMap } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { bareMap, mapAt, wordsAt } from "./maps.ts";
import { claudeAgent, claudeJsonAgent, claudeMarketplaceAgent, claudePluginAgent } from "./permissions/claudeCode.ts";
import { hooksAgent } from "./permissions/hooks.ts";

/** `.mcp.json` at the root: Claude Code's project file, which several others read too. */
export const MCP_JSON: FileKind = serverFile({
  id: "mcp-json",
  client: "claude-code",
  title: "the project's .mcp.json",
  variables: "braces",
  strict: true,
  maps: [["mcpServers"]],
  wrong: ["servers"],
  more: (root, found) => (found.length > 0 || valueAt(root, "servers") ? [] : bareMap(root)),
});

/** A plugin's `.mcp.json`, of Claude Code and of those that read the same plugins: often the bare map. */
export const PLUGIN_MCP: FileKind = { ...MCP_JSON, id: "plugin-mcp", title: "a plugin's .mcp.json" };

/** `~/.claude.json`: servers of the user, and of each project that was opened (its "local" scope). */
export const CLAUDE_JSON: FileKind = serverFile({
  id: "claude-json",
  client: "claude-code",
  title: "Claude Code's .claude.json",
  variables: "braces",
  strict: true,
  agent: claudeJsonAgent,
  holds: ["servers", "trust"],
  maps: [["mcpServers"]],
  more: (root) => {
    const projects = valueAt(root, "projects");
    return (projects?.kind === "object" ? projects.properties : []).flatMap((one): ServerMap[] => {
      const off = wordsAt(one.value, "disabledMcpServers");
      return mapAt(one.value, "mcpServers").map((map) => ({
        ...map,
        project: one.key,
        ...(off && { off: (name: string) => off.has(name) }),
      }));
    });
  },
});

const SETTINGS = {
  client: "claude-code",
  strict: true,
  settings: "claude",
  agent: claudeAgent,
  holds: ["settings", "hooks", "trust"],
} as const;

/** `.claude/settings.json` and `.claude/settings.local.json`: permissions, hooks, environment; no servers. */
export const CLAUDE_SETTINGS: FileKind = settingsFile({
  ...SETTINGS,
  id: "claude-settings",
  title: "Claude Code's settings",
});

/** What an administrator sets for everybody on the machine. */
export const CLAUDE_MANAGED_SETTINGS: FileKind = settingsFile({
  ...SETTINGS,
  id: "claude-managed-settings",
  title: "Claude Code's managed settings",
});

export const CLAUDE_MANAGED_MCP: FileKind = serverFile({
  id: "claude-managed-mcp",
  client: "claude-code",
  title: "Claude Code's managed servers",
  variables: "braces",
  strict: true,
  maps: [["mcpServers"]],
});

/** The servers of a plugin: a map, or a list of maps and of the paths of files with one, which are followed. */
function pluginServers(plugin: DataValue | undefined): ServerMap[] {
  const own = valueAt(plugin, "mcpServers");
  const maps = own?.kind === "array" ? own.elements : [own];
  return maps.flatMap((map): ServerMap[] => {
    if (map?.kind !== "object") return [];
    const inner = mapAt(map, "mcpServers");
    return inner.length > 0 ? inner : [{ object: map }];
  });
}

/** `.claude-plugin/plugin.json`. */
export const CLAUDE_PLUGIN: FileKind = serverFile({
  id: "claude-plugin",
  agent: claudePluginAgent,
  client: "claude-code",
  title: "a plugin of Claude Code",
  variables: "braces",
  strict: true,
  holds: ["servers", "hooks", "plugin"],
  serverKeys: [["mcpServers"]],
  maps: [],
  more: pluginServers,
});

/** `.claude-plugin/marketplace.json`: an entry may have the servers and hooks of its plugin itself (`strict: false`). */
export const CLAUDE_MARKETPLACE: FileKind = serverFile({
  id: "claude-marketplace",
  agent: claudeMarketplaceAgent,
  client: "claude-code",
  title: "a marketplace of Claude Code",
  variables: "braces",
  strict: true,
  holds: ["servers", "hooks", "plugin"],
  maps: [],
  more: (root) => {
    const plugins = valueAt(root, "plugins");
    return plugins?.kind === "array" ? plugins.elements.flatMap(pluginServers) : [];
  },
});

/** A plugin's `hooks/hooks.json`. */
export const CLAUDE_HOOKS: FileKind = settingsFile({
  id: "claude-hooks",
  agent: hooksAgent,
  client: "claude-code",
  title: "a plugin's hooks",
  strict: true,
  holds: ["hooks"],
});

function managed(environment: Environment): Candidate[] {
  const { join, variable } = foldersOf(environment);
  const folder = {
    linux: "/etc/claude-code",
    macos: "/Library/Application Support/ClaudeCode",
    windows: join(variable("ProgramFiles") ?? "C:\\Program Files", "ClaudeCode"),
  }[environment.os];
  return [
    ...at("managed", CLAUDE_MANAGED_MCP, join(folder, "managed-mcp.json")),
    ...at("managed", CLAUDE_MANAGED_SETTINGS, join(folder, "managed-settings.json")),
  ];
}

function user(environment: Environment): readonly Candidate[] {
  const { home, join, variable } = foldersOf(environment);
  const moved = variable("CLAUDE_CONFIG_DIR");
  const own = (file: string, folder: string): Candidate[] => [
    ...at("user", CLAUDE_JSON, file),
    ...at("user", CLAUDE_SETTINGS, join(folder, "settings.json")),
  ];
  const plugins = [
    variable("CLAUDE_CODE_PLUGIN_CACHE_DIR"),
    ...[home(".claude"), ...(moved === undefined ? [] : [moved])].map((folder) => join(folder, "plugins")),
  ].filter((folder) => folder !== undefined);
  return [
    ...own(home(".claude.json"), home(".claude")),
    ...(moved === undefined ? [] : own(join(moved, ".claude.json"), moved)),
    ...managed(environment),
    ...plugins.flatMap((folder) =>
      ["cache", "repos"].flatMap((below) => [
        ...at("plugin", PLUGIN_MCP, join(folder, below, "**", ".mcp.json")),
        ...at("plugin", CLAUDE_PLUGIN, join(folder, below, "**", ".claude-plugin", "plugin.json")),
        ...at("plugin", CLAUDE_HOOKS, join(folder, below, "**", "hooks", "hooks.json")),
      ]),
    ),
  ];
}

export const CLAUDE_CODE: Client = {
  id: "claude-code",
  title: "Claude Code",
  workspace: [
    { path: ".mcp.json", kind: MCP_JSON },
    { path: ".claude/settings.json", kind: CLAUDE_SETTINGS },
    { path: ".claude/settings.local.json", kind: CLAUDE_SETTINGS },
    { path: ".claude-plugin/plugin.json", kind: CLAUDE_PLUGIN },
    { path: ".claude-plugin/marketplace.json", kind: CLAUDE_MARKETPLACE },
    { path: "hooks/hooks.json", kind: CLAUDE_HOOKS },
  ],
  user,
};
