import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const OPENCLAW_CONFIG: FileKind = serverFile({
  id: "openclaw-config",
  client: "openclaw",
  title: "OpenClaw's configuration",
  holds: ["servers", "settings"],
  maps: [["mcp", "servers"], ["mcpServers"]],
});

/** `.clawdbot` is what it was called before. */
export const OPENCLAW: Client = {
  id: "openclaw",
  title: "OpenClaw",
  workspace: [],
  user: inHome(OPENCLAW_CONFIG, ".openclaw/openclaw.json", ".clawdbot/clawdbot.json"),
};
