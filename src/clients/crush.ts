import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { crushAgent } from "./permissions/others.ts";

export const CRUSH_CONFIG: FileKind = serverFile({
  id: "crush-config",
  agent: crushAgent,
  client: "crush",
  title: "Crush's configuration",
  holds: ["servers", "settings"],
  maps: [["mcp"]],
  wrong: ["mcpServers", "servers"],
});

export const CRUSH: Client = {
  id: "crush",
  title: "Crush",
  workspace: [
    { path: "crush.json", kind: CRUSH_CONFIG },
    { path: ".crush.json", kind: CRUSH_CONFIG },
  ],
  user: (environment) => {
    const { local, xdg } = foldersOf(environment);
    return at("user", CRUSH_CONFIG, (environment.os === "windows" ? local : xdg)("crush/crush.json"));
  },
};
