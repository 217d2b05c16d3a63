import type { Environment } from "../core/environment.ts";
import { type DataValue, property, valueAt } from "../documents/data.ts";
import { at, type Candidate, type Client, foldersOf, windowsAround, type WorkspaceFile } from "./client.ts";
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

/** The server of a manifest, and what it is on single systems: `server.mcp_config` and its `platform_overrides`. */
function bundledServer(root: DataValue | undefined): ServerMap[] {
  const server = valueAt(root, "server");
  if (server?.kind !== "object" || !property(server, "mcp_config")) return [];
  const others = server.properties.map((one) => one.key).filter((key) => key !== "mcp_config");
  const named = valueAt(root, "name");
  const overrides = valueAt(server, "mcp_config", "platform_overrides");
  return [
    { object: server, except: others, ...(named?.kind === "string" && { named }) },
    ...(overrides?.kind === "object" ? [{ object: overrides }] : []),
  ];
}

/** An installed extension's `manifest.json`: one server, under `server.mcp_config`. */
export const MCPB_MANIFEST: FileKind = serverFile({
  id: "mcpb-manifest",
  client: "claude-desktop",
  title: "an extension of Claude Desktop",
  strict: true,
  holds: ["servers", "plugin"],
  maps: [],
  more: bundledServer,
});

/** The same inside an archive that is to be installed. */
export const MCPB_BUNDLED: FileKind = {
  ...MCPB_MANIFEST,
  id: "mcpb-bundled",
  title: "the manifest of an MCP bundle",
  published: true,
};

/** The same in the sources of a bundle. Other programs have files of this name too. */
export const MCPB_SOURCE: FileKind = {
  ...MCPB_BUNDLED,
  id: "mcpb-source",
  belongs: (root) => {
    const version = valueAt(root, "manifest_version") ?? valueAt(root, "dxt_version");
    return version?.kind === "string" && valueAt(root, "server")?.kind === "object";
  },
};

/** A `.mcpb` (`.dxt` before): a ZIP archive, of which only the manifest is read. Its own bytes are no document. */
export const MCPB_ARCHIVE: FileKind = {
  id: "mcpb-archive",
  client: "claude-desktop",
  title: "an MCP bundle",
  variables: "none",
  format: "text",
  holds: ["servers", "plugin"],
  published: true,
  serverMaps: () => [],
};

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

const workspace: readonly WorkspaceFile[] = [
  { path: "*.mcpb", kind: MCPB_ARCHIVE },
  { path: "*.dxt", kind: MCPB_ARCHIVE },
  { path: "manifest.json", kind: MCPB_SOURCE },
];

export const CLAUDE_DESKTOP: Client = { id: "claude-desktop", title: "Claude Desktop", workspace, user };
