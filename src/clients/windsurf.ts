import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { editorFolders } from "./editors.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { hooksAgent } from "./permissions/hooks.ts";
import { allowListAgent } from "./permissions/allowList.ts";
import { vscodeAgent } from "./permissions/vscode.ts";

export const WINDSURF_MCP: FileKind = serverFile({
  id: "windsurf-mcp",
  client: "windsurf",
  title: "Windsurf's mcp_config.json",
  variables: "windsurf",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** `.devin/config.json` of Devin Local, which Windsurf became: permissions, and servers. */
export const DEVIN_CONFIG: FileKind = serverFile({
  id: "devin-config",
  agent: allowListAgent,
  client: "windsurf",
  title: "Devin's configuration",
  variables: "windsurf",
  holds: ["servers", "settings"],
  maps: [["mcpServers"]],
});

export const WINDSURF_HOOKS: FileKind = settingsFile({
  id: "windsurf-hooks",
  agent: hooksAgent,
  client: "windsurf",
  title: "Windsurf's hooks",
  holds: ["hooks"],
});

export const WINDSURF_SETTINGS: FileKind = settingsFile({
  id: "windsurf-settings",
  agent: vscodeAgent,
  client: "windsurf",
  title: "Windsurf's settings.json",
  holds: ["settings"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, xdg, join } = foldersOf(environment);
  return [
    ...at(
      "user",
      WINDSURF_MCP,
      home(".codeium/windsurf/mcp_config.json"),
      home(".codeium/windsurf-next/mcp_config.json"),
      // The plugin for JetBrains.
      home(".codeium/mcp_config.json"),
      xdg("devin/mcp_config.json"),
    ),
    ...at("user", WINDSURF_HOOKS, home(".codeium/windsurf/hooks.json")),
    ...editorFolders(environment)
      .filter(({ editor }) => editor === "windsurf")
      .flatMap(({ folder, scope }) => at(scope, WINDSURF_SETTINGS, join(folder, "settings.json"))),
  ];
}

export const WINDSURF: Client = {
  id: "windsurf",
  title: "Windsurf, Devin Local",
  workspace: [
    { path: ".windsurf/mcp_config.json", kind: WINDSURF_MCP },
    { path: ".devin/mcp_config.json", kind: WINDSURF_MCP },
    { path: ".devin/config.json", kind: DEVIN_CONFIG },
    { path: ".windsurf/hooks.json", kind: WINDSURF_HOOKS },
    { path: ".devin/hooks.v1.json", kind: WINDSURF_HOOKS },
  ],
  user,
};
