import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { editorFolders } from "./editors.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { amazonqAgent, kiroHookAgent } from "./permissions/amazonq.ts";
import { vscodeAgent } from "./permissions/vscode.ts";

export const KIRO_MCP: FileKind = serverFile({
  id: "kiro-mcp",
  client: "kiro",
  title: "Kiro's mcp.json",
  variables: "braces",
  maps: [["mcpServers"], ["powers", "mcpServers"]],
  wrong: ["servers"],
});

export const KIRO_AGENT: FileKind = serverFile({
  id: "kiro-agent",
  agent: amazonqAgent,
  client: "kiro",
  title: "an agent of Kiro",
  variables: "braces",
  holds: ["servers", "settings", "hooks"],
  maps: [["mcpServers"]],
});

export const KIRO_HOOK: FileKind = settingsFile({
  id: "kiro-hook",
  agent: kiroHookAgent,
  client: "kiro",
  title: "a hook of Kiro",
  holds: ["hooks"],
});

export const KIRO_SETTINGS: FileKind = settingsFile({
  id: "kiro-settings",
  agent: vscodeAgent,
  client: "kiro",
  title: "Kiro's settings.json",
  holds: ["settings"],
});

function user(environment: Environment): readonly Candidate[] {
  const { home, join } = foldersOf(environment);
  return [
    ...at("user", KIRO_MCP, home(".kiro/settings/mcp.json")),
    ...at("user", KIRO_AGENT, home(".kiro/agents/*.json")),
    ...at("plugin", KIRO_MCP, home(".kiro/powers/installed/*/mcp.json")),
    ...editorFolders(environment)
      .filter(({ editor }) => editor === "kiro")
      .flatMap(({ folder, scope }) => at(scope, KIRO_SETTINGS, join(folder, "settings.json"))),
  ];
}

export const KIRO: Client = {
  id: "kiro",
  title: "Kiro",
  workspace: [
    { path: ".kiro/settings/mcp.json", kind: KIRO_MCP },
    { path: ".kiro/agents/*.json", kind: KIRO_AGENT },
    { path: ".kiro/hooks/*.kiro.hook", kind: KIRO_HOOK },
    { path: ".kiro/hooks/*.json", kind: KIRO_HOOK },
    { path: "kiro_power/mcp.json", kind: KIRO_MCP },
  ],
  user,
};
