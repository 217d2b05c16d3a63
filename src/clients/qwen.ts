import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { byMcpLists } from "./geminiCli.ts";
import { serverFile } from "./kinds.ts";
import { geminiAgent } from "./permissions/gemini.ts";

export const QWEN_SETTINGS: FileKind = serverFile({
  id: "qwen-settings",
  agent: geminiAgent,
  client: "qwen",
  title: "Qwen Code's settings",
  variables: "shell",
  holds: ["servers", "settings", "hooks"],
  off: byMcpLists,
  maps: [["mcpServers"]],
});

/** Made of Gemini CLI. */
export const QWEN: Client = {
  id: "qwen",
  title: "Qwen Code",
  workspace: [
    { path: ".qwen/settings.json", kind: QWEN_SETTINGS },
    { path: ".qwen/settings.local.json", kind: QWEN_SETTINGS },
  ],
  user: inHome(QWEN_SETTINGS, ".qwen/settings.json"),
};
