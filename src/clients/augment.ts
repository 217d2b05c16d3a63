import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { augmentAgent } from "./permissions/others.ts";

export const AUGMENT_SETTINGS: FileKind = serverFile({
  id: "augment-settings",
  agent: augmentAgent,
  client: "augment",
  title: "Augment's settings",
  holds: ["servers", "settings"],
  maps: [["mcpServers"]],
});

export const AUGMENT: Client = {
  id: "augment",
  title: "Augment",
  workspace: [{ path: ".augment/settings.json", kind: AUGMENT_SETTINGS }],
  user: inHome(AUGMENT_SETTINGS, ".augment/settings.json"),
};
