import type { Environment } from "../core/environment.ts";
import { property, valueAt } from "../documents/data.ts";
import { at, type Candidate, type Client, foldersOf, windowsAround } from "./client.ts";
import type { FileKind, ServerMap } from "./config.ts";
import { serverFile } from "./kinds.ts";

/** `claude_desktop_config.json`. The application expands no variables in it. */
export const CLAUDE_DESKTOP_CONFIG: FileKind = serverFile({
  id: "claude-desktop",
  client: "claude-desktop",
  title: "Claude Desktop's configuration",
  variables: "none",
  strict: true,
  maps: [["mcpServers"]],
});

/** An installed extension's `manifest.json`: one server, under `server.mcp_config`. */
export const MCPB_MANIFEST: FileKind = serverFile({
  id: "mcpb-manifest",
  client: "claude-desktop",
  title: "an extension of Claude Desktop",
  strict: true,
  holds: ["servers", "plugin"],
  maps: [],
  more: (root): ServerMap[] => {
    const server = valueAt(root, "server");
    if (server?.kind !== "object" || !property(server, "mcp_config")) return [];
    const others = server.properties.map((one) => one.key).filter((key) => key !== "mcp_config");
    const named = valueAt(root, "name");
    return [{ object: server, except: others, ...(named?.kind === "string" && { named }) }];
  },
});

function user(environment: Environment): readonly Candidate[] {
  const around = windowsAround(environment);
  return [environment, ...(around ? [around] : [])].flatMap((machine) => {
    // On Linux the program is not the vendor's own.
    const { config } = foldersOf(machine);
    return [
      ...at("user", CLAUDE_DESKTOP_CONFIG, config("Claude", "claude_desktop_config.json")),
      ...at("plugin", MCPB_MANIFEST, config("Claude", "Claude Extensions", "*", "manifest.json")),
    ];
  });
}

export const CLAUDE_DESKTOP: Client = { id: "claude-desktop", title: "Claude Desktop", workspace: [], user };
