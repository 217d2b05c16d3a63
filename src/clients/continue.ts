import type { Environment } from "../core/environment.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { continueAgent, continuePermissionsAgent } from "./permissions/continue.ts";

const SHARED = { client: "continue", variables: "continue" } as const;

/** `config.yaml`: a list of servers, each with its name. */
export const CONTINUE_YAML: FileKind = serverFile({
  ...SHARED,
  id: "continue-yaml",
  agent: continueAgent,
  title: "Continue's config.yaml",
  format: "yaml",
  holds: ["servers", "settings"],
  maps: [["mcpServers"]],
});

/** `config.json`, the older form. */
export const CONTINUE_JSON: FileKind = serverFile({
  ...SHARED,
  id: "continue-json",
  agent: continueAgent,
  title: "Continue's config.json",
  holds: ["servers", "settings"],
  maps: [["experimental", "modelContextProtocolServers"], ["mcpServers"]],
});

/** A block of its own in `mcpServers/`. A file of another client may be put there as it is. */
export const CONTINUE_BLOCK_YAML: FileKind = serverFile({
  ...SHARED,
  id: "continue-block-yaml",
  title: "a server block of Continue",
  format: "yaml",
  maps: [["mcpServers"]],
});
export const CONTINUE_BLOCK_JSON: FileKind = serverFile({
  ...SHARED,
  id: "continue-block-json",
  title: "a server block of Continue",
  maps: [["mcpServers"]],
});

export const CONTINUE_PERMISSIONS: FileKind = settingsFile({
  id: "continue-permissions",
  agent: continuePermissionsAgent,
  client: "continue",
  title: "Continue's permissions",
  format: "yaml",
  holds: ["settings"],
});

const BLOCKS: readonly (readonly [string, FileKind])[] = [
  ["mcpServers/*.yaml", CONTINUE_BLOCK_YAML],
  ["mcpServers/*.yml", CONTINUE_BLOCK_YAML],
  ["mcpServers/*.json", CONTINUE_BLOCK_JSON],
];

function user(environment: Environment): readonly Candidate[] {
  const { home, join, variable } = foldersOf(environment);
  const moved = variable("CONTINUE_GLOBAL_DIR");
  return [home(".continue"), ...(moved === undefined ? [] : [moved])].flatMap((folder) => [
    ...at("user", CONTINUE_YAML, join(folder, "config.yaml")),
    ...at("user", CONTINUE_JSON, join(folder, "config.json")),
    ...BLOCKS.flatMap(([path, kind]) => at("user", kind, join(folder, path))),
    ...at("user", CONTINUE_PERMISSIONS, join(folder, "permissions.yaml")),
  ]);
}

export const CONTINUE: Client = {
  id: "continue",
  title: "Continue",
  workspace: [
    { path: ".continue/config.yaml", kind: CONTINUE_YAML },
    ...BLOCKS.map(([path, kind]) => ({ path: `.continue/${path}`, kind })),
  ],
  user,
};
