import { type Client, configFolder, pathsOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { mapAt } from "./maps.ts";

/** `claude_desktop_config.json`. The application expands no variables in it. */
export const CLAUDE_DESKTOP_CONFIG: FileKind = {
  id: "claude-desktop",
  client: "claude-desktop",
  title: "Claude Desktop's configuration",
  variables: "none",
  format: "json",
  strict: true,
  serverMaps: (root) => mapAt(root, "mcpServers"),
};

export const CLAUDE_DESKTOP: Client = {
  workspace: [],
  user: (environment) => [
    {
      path: pathsOf(environment).join(configFolder(environment), "Claude", "claude_desktop_config.json"),
      kind: CLAUDE_DESKTOP_CONFIG,
    },
  ],
};
