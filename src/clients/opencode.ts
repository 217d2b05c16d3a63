import type { Environment } from "../core/environment.ts";
import { type DataValue, valueAt } from "../documents/data.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind, ServerMap } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { isServer, mapAt } from "./maps.ts";
import { opencodeAgent } from "./permissions/opencode.ts";

/** `mcp.NAME` of the first layout and `mcp.servers.NAME` of the second; a file may carry both. */
export function opencodeMaps(root: DataValue | undefined): ServerMap[] {
  const servers = valueAt(root, "mcp", "servers");
  const second = servers !== undefined && !isServer(servers);
  const first = mapAt(root, "mcp").map((map) => (second ? { ...map, except: ["servers"] } : map));
  return [...first, ...(second ? mapAt(root, "mcp", "servers") : [])];
}

export const OPENCODE_CONFIG: FileKind = serverFile({
  id: "opencode-config",
  agent: opencodeAgent,
  client: "opencode",
  title: "opencode's configuration",
  variables: "opencode",
  holds: ["servers", "settings", "commands", "plugin"],
  maps: [],
  serverKeys: [["mcp"], ["mcp", "servers"]],
  wrong: ["mcpServers", "servers"],
  more: opencodeMaps,
});

const both = (folder: string, join: (...parts: string[]) => string): string[] =>
  ["opencode.json", "opencode.jsonc"].map((name) => join(folder, name));

function user(environment: Environment): readonly Candidate[] {
  const { home, xdg, machine, join, variable } = foldersOf(environment);
  const file = variable("OPENCODE_CONFIG");
  const folder = variable("OPENCODE_CONFIG_DIR");
  return [
    // One list has `%LOCALAPPDATA%\opencode` for Windows; the program's own folder is that of XDG everywhere.
    ...at("user", OPENCODE_CONFIG, ...both(xdg("opencode"), join), ...both(home(".opencode"), join)),
    ...(file === undefined ? [] : at("user", OPENCODE_CONFIG, file)),
    ...(folder === undefined ? [] : at("user", OPENCODE_CONFIG, ...both(folder, join))),
    ...at("managed", OPENCODE_CONFIG, ...both(machine("opencode"), join)),
  ];
}

export const OPENCODE: Client = {
  id: "opencode",
  title: "opencode",
  workspace: ["opencode.json", "opencode.jsonc", ".opencode/opencode.json", ".opencode/opencode.jsonc"].map((path) => ({
    path,
    kind: OPENCODE_CONFIG,
  })),
  user,
};
