import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { zedAgent } from "./permissions/zed.ts";

/** `settings.json`. In old files a `command` is an object of path, arguments and environment. */
export const ZED_SETTINGS: FileKind = serverFile({
  id: "zed-settings",
  agent: zedAgent,
  client: "zed",
  title: "Zed's settings.json",
  variables: "none",
  holds: ["servers", "settings"],
  maps: [["context_servers"], ["assistant", "mcp_servers"]],
  wrong: ["mcpServers"],
});

export const ZED: Client = {
  id: "zed",
  title: "Zed",
  workspace: [{ path: ".zed/settings.json", kind: ZED_SETTINGS }],
  user: (environment) => {
    const { config, xdg } = foldersOf(environment);
    const windows = environment.os === "windows" ? [config("Zed/settings.json")] : [];
    return at("user", ZED_SETTINGS, xdg("zed/settings.json"), ...windows);
  },
};
