import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { ampAgent } from "./permissions/others.ts";

/** Flat keys with dots. VS Code's settings may hold the same. */
export const AMP_SETTINGS: FileKind = serverFile({
  id: "amp-settings",
  agent: ampAgent,
  client: "amp",
  title: "Amp's settings",
  holds: ["servers", "settings"],
  maps: [["amp.mcpServers"]],
  wrong: ["mcpServers"],
});

export const AMP: Client = {
  id: "amp",
  title: "Amp",
  workspace: [
    { path: ".amp/settings.json", kind: AMP_SETTINGS },
    { path: ".amp/settings.jsonc", kind: AMP_SETTINGS },
  ],
  user: (environment) => {
    const { config, machine, xdg } = foldersOf(environment);
    const windows = environment.os === "windows" ? [config("amp/settings.json")] : [];
    return [
      ...at("user", AMP_SETTINGS, xdg("amp/settings.json"), xdg("amp/settings.jsonc"), ...windows),
      ...at("managed", AMP_SETTINGS, machine("ampcode", "managed-settings.json")),
    ];
  },
};
