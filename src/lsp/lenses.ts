import type { CodeLens } from "vscode-languageserver";
import { reachOf } from "../audit/reach.ts";
import type { ConfigFile } from "../clients/config.ts";
import type { Finding } from "../core/finding.ts";
import { rangeOf, type Places } from "./convert.ts";
import type { Protection } from "./protection.ts";
import { reachLine } from "./reachLine.ts";
import { findingsByEntry } from "./servers.ts";

/** The command of our extension that shows an entry in its view: `[uri, server, project?]`. */
const REVEAL_COMMAND = "sallyport.revealServer";
/** Above more entries than this nobody reads lenses. */
const MAX_ENTRIES = 200;

export interface LensContext {
  readonly places: Places;
  readonly protection: Protection;
  /** Our own extension is there: lenses may use its icons and commands. */
  readonly panel: boolean;
  readonly findings: readonly Finding[];
}

/** Above each entry: protect it or that it is protected, how much is found in it, and what it may reach. */
export function lensesOf(config: ConfigFile, { places, protection, panel, findings }: LensContext): CodeLens[] {
  const byEntry = findingsByEntry(config, findings);
  return config.entries.slice(0, MAX_ENTRIES).flatMap((entry) => {
    const range = rangeOf(places, config.path, entry.nameSpan);
    const found = byEntry.get(entry)?.length ?? 0;
    const count = found === 1 ? "1 finding" : `${found} findings`;
    // A command without a name is a lens that can only be read.
    const reveal = panel
      ? { command: REVEAL_COMMAND, arguments: protection.argumentsOf(config, entry) }
      : { command: "" };
    const findings = { range, command: { title: `${panel ? "$(warning) " : ""}${count}`, ...reveal } };
    const reach = { range, command: { title: reachLine(reachOf(config, entry)), ...reveal } };
    return [...protection.lenses(config, entry, range), ...(found === 0 ? [] : [findings]), reach];
  });
}
