import { valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings } from "./model.ts";
import { hooksIn } from "./values.ts";

/** A file whose `hooks` is a map from events to commands: of Codex, Copilot, Cursor, Windsurf, and of a plugin. */
export function hooksAgent(file: ConfigFile): AgentSettings {
  return { commands: hooksIn(valueAt(file.document.root, "hooks")) };
}
