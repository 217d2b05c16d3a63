import type { Environment } from "../core/environment.ts";
import { valueAt } from "../documents/data.ts";
import { MCP_JSON } from "./claudeCode.ts";
import { type Candidate, type Client, at, foldersOf, pathsOf, windowsAround } from "./client.ts";
import type { FileKind, Scope, ServerMap } from "./config.ts";
import { COPILOT_HOOKS } from "./copilotCli.ts";
import { editorFolders, serverFolders } from "./editors.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { mapAt } from "./maps.ts";
import { vscodeAgent } from "./permissions/vscode.ts";
import { devcontainerAgent, tasksAgent, workspaceFileAgent } from "./permissions/folder.ts";

/** `.vscode/mcp.json` and the user's `mcp.json` (VS Code 1.102 and later). */
export const VSCODE_MCP: FileKind = serverFile({
  id: "vscode-mcp",
  client: "vscode",
  title: "VS Code's mcp.json",
  variables: "vscode-input",
  maps: [["servers"]],
  wrong: ["mcpServers"],
});

/** Amp reads its servers out of VS Code's settings too. */
const ofAmp = (root: Parameters<typeof mapAt>[0], ...path: string[]): ServerMap[] =>
  mapAt(root, ...path, "amp.mcpServers").map((map) => ({ ...map, client: "amp" }));

/** `settings.json`, of the workspace or the user. Before 1.102 servers stood under `mcp.servers`. */
export const VSCODE_SETTINGS: FileKind = serverFile({
  id: "vscode-settings",
  client: "vscode",
  title: "VS Code's settings.json",
  variables: "vscode-env",
  settings: "vscode",
  agent: vscodeAgent,
  holds: ["servers", "settings"],
  maps: [["mcp", "servers"], ["mcp.servers"]],
  more: (root) => ofAmp(root),
});

/** A `.code-workspace`: the same settings under `settings`. */
export const VSCODE_WORKSPACE: FileKind = serverFile({
  id: "vscode-workspace",
  agent: workspaceFileAgent,
  client: "vscode",
  title: "VS Code's workspace file",
  variables: "vscode-env",
  holds: ["servers", "settings", "commands"],
  maps: [
    ["settings", "mcp", "servers"],
    ["settings", "mcp.servers"],
    ["mcp", "servers"],
  ],
  more: (root) => ofAmp(root, "settings"),
});

/** `devcontainer.json`: servers and settings of the editor in the container, and commands of which one runs outside of it. */
export const DEVCONTAINER: FileKind = serverFile({
  id: "devcontainer",
  agent: devcontainerAgent,
  client: "vscode",
  title: "the dev container's configuration",
  variables: "vscode-env",
  holds: ["servers", "settings", "commands"],
  maps: [["customizations", "vscode", "mcp", "servers"]],
  more: (root) => {
    const settings = valueAt(root, "customizations", "vscode", "settings");
    return [...mapAt(settings, "mcp", "servers"), ...mapAt(settings, "mcp.servers"), ...ofAmp(settings)];
  },
});

/** `.vscode/tasks.json`: commands, some of which run when the folder is opened. */
export const VSCODE_TASKS: FileKind = settingsFile({
  id: "vscode-tasks",
  agent: tasksAgent,
  client: "vscode",
  title: "VS Code's tasks",
  variables: "vscode-env",
  holds: ["commands"],
});

/** The files of VS Code in one folder `User`. */
function inUser(folder: string, scope: Scope, environment: Environment): Candidate[] {
  const { join } = pathsOf(environment);
  return [
    ...at(scope, VSCODE_MCP, join(folder, "mcp.json")),
    ...at(scope, VSCODE_SETTINGS, join(folder, "settings.json")),
    ...at("profile", VSCODE_MCP, join(folder, "profiles", "*", "mcp.json")),
    ...at("profile", VSCODE_SETTINGS, join(folder, "profiles", "*", "settings.json")),
  ];
}

/** The files of one user-data folder: `--user-data-dir`, or where a product keeps its own. */
export function vscodeUserData(folder: string, environment: Environment): readonly Candidate[] {
  return inUser(pathsOf(environment).join(folder, "User"), "user", environment);
}

function user(environment: Environment): readonly Candidate[] {
  const { home, join } = foldersOf(environment);
  const isOwn = ({ editor }: { readonly editor: string }): boolean => editor === "vscode";
  const around = windowsAround(environment);
  return [
    ...editorFolders(environment)
      .filter(isOwn)
      .flatMap(({ folder, scope }) => inUser(folder, scope, environment)),
    ...serverFolders(environment)
      .filter(isOwn)
      .flatMap(({ folder }) => [
        ...at("remote", VSCODE_MCP, join(folder, "Machine", "mcp.json")),
        ...at("remote", VSCODE_SETTINGS, join(folder, "Machine", "settings.json")),
      ]),
    // Written by hand: VS Code does not say that it reads it, other programs do.
    ...at("user", VSCODE_MCP, home(".vscode", "mcp.json")),
    ...(around ? editorFolders(around) : [])
      .filter((one) => isOwn(one) && one.scope === "user" && !one.folder.includes("VSCodium"))
      .flatMap(({ folder, scope }) => inUser(folder, scope, environment)),
  ];
}

export const VSCODE: Client = {
  id: "vscode",
  title: "VS Code, Insiders, VSCodium, code-server",
  workspace: [
    { path: ".vscode/mcp.json", kind: VSCODE_MCP },
    // With `chat.mcp.workspaceRootConfig.enabled`.
    { path: ".mcp.json", kind: MCP_JSON },
    { path: ".vscode/settings.json", kind: VSCODE_SETTINGS },
    { path: ".vscode/tasks.json", kind: VSCODE_TASKS },
    { path: "*.code-workspace", kind: VSCODE_WORKSPACE },
    { path: ".devcontainer/devcontainer.json", kind: DEVCONTAINER },
    { path: ".devcontainer.json", kind: DEVCONTAINER },
    { path: ".devcontainer/*/devcontainer.json", kind: DEVCONTAINER },
    { path: ".github/hooks/*.json", kind: COPILOT_HOOKS },
  ],
  user,
};
