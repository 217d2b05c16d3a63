import type { Environment } from "../core/environment.ts";
import { MCP_JSON } from "./claudeCode.ts";
import { at, type Candidate, type Client, foldersOf, pathsOf, windowsAround } from "./client.ts";
import type { FileKind } from "./config.ts";
import { editorFolders } from "./editors.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { bareMap } from "./maps.ts";
import {
  cursorCliAgent,
  cursorEnvironmentAgent,
  cursorPermissionsAgent,
  cursorSandboxAgent,
} from "./permissions/cursor.ts";
import { hooksAgent } from "./permissions/hooks.ts";
import { vscodeAgent } from "./permissions/vscode.ts";

/** `.cursor/mcp.json`, of the project and of the user. */
export const CURSOR_MCP: FileKind = serverFile({
  id: "cursor-mcp",
  client: "cursor",
  title: "Cursor's mcp.json",
  variables: "cursor-env",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const CURSOR_PLUGIN_MCP: FileKind = serverFile({
  id: "cursor-plugin-mcp",
  client: "cursor",
  title: "a plugin of Cursor",
  variables: "cursor-env",
  maps: [["mcpServers"]],
  more: (root, found) => (found.length > 0 ? [] : bareMap(root)),
});

const settings = (
  id: string,
  title: string,
  agent: FileKind["agent"],
  holds: FileKind["holds"] = ["settings"],
): FileKind => settingsFile({ id, client: "cursor", title, holds, ...(agent && { agent }) });

export const CURSOR_CLI: FileKind = settings("cursor-cli", "the settings of Cursor's command line", cursorCliAgent);
export const CURSOR_PERMISSIONS: FileKind = settings(
  "cursor-permissions",
  "Cursor's permissions",
  cursorPermissionsAgent,
);
export const CURSOR_SANDBOX: FileKind = settings("cursor-sandbox", "Cursor's sandbox", cursorSandboxAgent);
export const CURSOR_SETTINGS: FileKind = settings("cursor-settings", "Cursor's settings.json", vscodeAgent);
export const CURSOR_HOOKS: FileKind = settings("cursor-hooks", "Cursor's hooks", hooksAgent, ["hooks"]);
/** What a cloud agent runs when it starts. */
export const CURSOR_ENVIRONMENT: FileKind = settings(
  "cursor-environment",
  "the environment of Cursor's cloud agents",
  cursorEnvironmentAgent,
  ["commands"],
);

function user(environment: Environment): readonly Candidate[] {
  const { home, join, machine } = foldersOf(environment);
  const around = windowsAround(environment);
  const managed = environment.os === "linux" ? machine("cursor", "hooks.json") : machine("Cursor", "hooks.json");
  return [
    ...at("user", CURSOR_MCP, home(".cursor/mcp.json")),
    ...at("user", CURSOR_CLI, home(".cursor/cli-config.json")),
    ...at("user", CURSOR_PERMISSIONS, home(".cursor/permissions.json")),
    ...at("user", CURSOR_SANDBOX, home(".cursor/sandbox.json")),
    ...at("user", CURSOR_HOOKS, home(".cursor/hooks.json")),
    ...editorFolders(environment)
      .filter(({ editor }) => editor === "cursor")
      .flatMap(({ folder, scope }) => at(scope, CURSOR_SETTINGS, join(folder, "settings.json"))),
    ...at(
      "plugin",
      CURSOR_PLUGIN_MCP,
      home(".cursor/plugins/cache/**/mcp.json"),
      home(".cursor/plugins/local/**/mcp.json"),
      home(".cursor/plugins/**/.mcp.json"),
    ),
    ...at("managed", CURSOR_HOOKS, managed),
    ...(around ? at("user", CURSOR_MCP, pathsOf(around).join(around.home, ".cursor/mcp.json")) : []),
  ];
}

export const CURSOR: Client = {
  id: "cursor",
  title: "Cursor",
  workspace: [
    { path: ".cursor/mcp.json", kind: CURSOR_MCP },
    // Tried by others; Cursor does not say so.
    { path: ".mcp.json", kind: MCP_JSON },
    { path: ".cursor/cli.json", kind: CURSOR_CLI },
    { path: ".cursor/permissions.json", kind: CURSOR_PERMISSIONS },
    { path: ".cursor/sandbox.json", kind: CURSOR_SANDBOX },
    { path: ".cursor/hooks.json", kind: CURSOR_HOOKS },
    { path: ".cursor/environment.json", kind: CURSOR_ENVIRONMENT },
  ],
  user,
};
