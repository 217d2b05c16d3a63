import { property } from "../../documents/data.ts";
import type { ClientId, ConfigFile, ServerEntry } from "../config.ts";
import type { Permission } from "./model.ts";
import { granted, isTrue, listed, placeAt, stringsOf } from "./values.ts";

/** Clients that are documented to read an approval from an entry. In files of others it may be meant for one of these. */
const READS: Readonly<Record<string, readonly string[]>> = {
  trust: ["gemini-cli", "qwen"],
  autoApprove: ["cline", "kiro", "amazonq", "roo"],
  alwaysAllow: ["roo", "windsurf", "kilo", "bob", "cline"],
};

/** Clients whose entries have an approval mode for themselves and for each tool. */
const HAS_MODES: ReadonlySet<string> = new Set(["codex"]);

function sure(key: string, client: ClientId): Pick<Permission, "confidence"> {
  return client === "unknown" || READS[key]?.includes(client) === true ? {} : { confidence: "medium" };
}

/** Approvals inside an entry: `trust`, `autoApprove`, `alwaysAllow`, and the approval modes of Codex. */
function* ofEntry(file: ConfigFile, entry: ServerEntry): Iterable<Permission> {
  const server = entry.name;
  for (const key of ["trust", "autoApprove", "alwaysAllow"]) {
    const place = placeAt(entry.object, key);
    if (!place) continue;
    const own = place.property;
    const details = { entry, ...sure(key, file.kind.client) };
    if (isTrue(own.value)) {
      const removal = { kind: "value", property: own, to: false } as const;
      yield granted(key, place, { kind: "server", server }, { ...details, removal });
    }
    if (own.value.kind !== "array" || key === "trust") continue;
    for (const one of stringsOf(own.value)) {
      const grant = one.value === "*" ? ({ kind: "server", server } as const) : toolOf(one.value, server);
      yield listed(key, own.value, one, grant, { ...details, ...switchedOff(entry, one.value) });
    }
  }
  const sandbox = placeAt(entry.object, "sandboxEnabled");
  if (sandbox && file.kind.client === "vscode" && isTrue(sandbox.property.value)) {
    // Safer than without: only told, for those who ask what runs unasked.
    const title = `runs every tool of the server ${JSON.stringify(server.slice(0, 80))} without asking, in its sandbox`;
    yield granted("sandboxEnabled", sandbox, { kind: "guard" }, { entry, title });
  }
  if (!HAS_MODES.has(file.kind.client)) return;
  const mode = placeAt(entry.object, "default_tools_approval_mode");
  if (mode?.property.value.kind === "string" && mode.property.value.value === "approve") {
    yield granted("default_tools_approval_mode", mode, { kind: "server", server }, { entry });
  }
  const tools = property(entry.object, "tools")?.value;
  for (const one of tools?.kind === "object" ? tools.properties : []) {
    const own = placeAt(one.value, "approval_mode");
    if (own?.property.value.kind !== "string" || own.property.value.value !== "approve") continue;
    yield granted("approval_mode", own, toolOf(one.key, server), {
      entry,
      written: one.key,
      ...switchedOff(entry, one.key),
    });
  }
}

/** A tool that the entry switches off runs for nobody. */
const switchedOff = (entry: ServerEntry, tool: string): Pick<Permission, "withoutEffect"> =>
  entry.toolsOff.some((one) => one.value === tool) ? { withoutEffect: "the entry switches the tool off" } : {};

const toolOf = (tool: string, server: string) => ({ kind: "tool", tool, server }) as const;

/** The approvals inside the entries of a file. */
export function* ofEntries(file: ConfigFile): Iterable<Permission> {
  for (const entry of file.entries) yield* ofEntry(file, entry);
}
