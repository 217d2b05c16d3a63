import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

export const ANDROID_STUDIO_MCP: FileKind = serverFile({
  id: "android-studio-mcp",
  client: "android-studio",
  title: "the servers of Gemini in Android Studio",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

export const ANDROID_STUDIO: Client = {
  id: "android-studio",
  title: "Gemini in Android Studio",
  workspace: [],
  // One folder for each version.
  user: (environment) =>
    at("user", ANDROID_STUDIO_MCP, foldersOf(environment).config("Google", "AndroidStudio*", "mcp.json")),
};
