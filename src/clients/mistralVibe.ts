import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

/** `[[mcp_servers]]`: a list, each with its name. */
export const MISTRAL_VIBE_CONFIG: FileKind = serverFile({
  id: "mistral-vibe-config",
  client: "mistral-vibe",
  title: "Mistral Vibe's config.toml",
  format: "toml",
  holds: ["servers", "settings"],
  maps: [["mcp_servers"]],
});

export const MISTRAL_VIBE: Client = {
  id: "mistral-vibe",
  title: "Mistral Vibe",
  workspace: [],
  user: inHome(MISTRAL_VIBE_CONFIG, ".vibe/config.toml"),
};
