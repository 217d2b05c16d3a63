import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const TABNINE_SETTINGS: FileKind = serverFile({
  id: "tabnine-settings",
  client: "tabnine",
  title: "Tabnine's settings",
  holds: ["servers", "settings"],
  maps: [["mcpServers"]],
});

const FILES = [".tabnine/agent/settings.json", ".tabnine/mcp_servers.json"];

export const TABNINE: Client = {
  id: "tabnine",
  title: "Tabnine",
  workspace: FILES.map((path) => ({ path, kind: TABNINE_SETTINGS })),
  user: inHome(TABNINE_SETTINGS, ...FILES),
};
