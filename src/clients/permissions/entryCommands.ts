import { property } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { EventCommand } from "./model.ts";
import { commandIn } from "./values.ts";

/** Commands beside the server itself that an entry has run: Claude Code's `headersHelper`. */
export function* entryCommands(file: ConfigFile): Iterable<EventCommand> {
  for (const entry of file.entries) {
    const helper = property(entry.object, "headersHelper");
    if (helper) yield* commandIn(helper.value, `headersHelper of ${JSON.stringify(entry.name)}`, "start");
  }
}
