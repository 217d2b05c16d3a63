import type { Environment } from "../core/environment.ts";
import { PLUGIN_MCP } from "./claudeCode.ts";
import { at, type Candidate, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile, settingsFile } from "./kinds.ts";
import { gooseAgent, goosePermissionAgent } from "./permissions/goose.ts";

/** `config.yaml`: servers are "extensions". */
export const GOOSE_CONFIG: FileKind = serverFile({
  id: "goose-config",
  agent: gooseAgent,
  client: "goose",
  title: "Goose's config.yaml",
  variables: "none",
  format: "yaml",
  holds: ["servers", "settings"],
  maps: [["extensions"]],
});

export const GOOSE_PERMISSION: FileKind = settingsFile({
  id: "goose-permission",
  agent: goosePermissionAgent,
  client: "goose",
  title: "Goose's permissions",
  format: "yaml",
  holds: ["settings"],
});

/** A recipe is a prompt that brings its extensions along. */
export const GOOSE_RECIPE: FileKind = serverFile({
  id: "goose-recipe",
  client: "goose",
  title: "a recipe of Goose",
  variables: "none",
  format: "yaml",
  holds: ["servers", "commands"],
  maps: [["extensions"]],
});

function user(environment: Environment): readonly Candidate[] {
  const { config, home, xdg } = foldersOf(environment);
  if (environment.os !== "windows") {
    return [
      ...at("user", GOOSE_CONFIG, xdg("goose/config.yaml")),
      ...at("user", GOOSE_PERMISSION, xdg("goose/permission.yaml")),
    ];
  }
  return [
    // Two programs that write it disagree on its place, so both are looked at.
    ...at("user", GOOSE_CONFIG, config("Block/goose/config/config.yaml"), home("AppData/Block/goose/config.yaml")),
    ...at("user", GOOSE_PERMISSION, config("Block/goose/config/permission.yaml")),
  ];
}

export const GOOSE: Client = {
  id: "goose",
  title: "Goose",
  workspace: [
    { path: "recipe.yaml", kind: GOOSE_RECIPE },
    { path: ".agents/plugins/*/.mcp.json", kind: PLUGIN_MCP },
  ],
  user,
};
