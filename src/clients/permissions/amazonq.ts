import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, EventCommand, Grant, Permission } from "./model.ts";
import { serverGrant, toolGrant } from "./tools.ts";
import { commandIn, hooksIn, isFalse, listed, stringsOf, textOf } from "./values.ts";

/** A tool of `allowedTools`: a name, `@server`, `@server/tool`, `@builtin`. */
function grantOf(tool: string): Grant {
  if (tool === "@builtin") return { kind: "everything" };
  if (!tool.startsWith("@")) return toolGrant(tool, undefined, "regex");
  const [server = "", name = ""] = tool.slice(1).split("/");
  return serverGrant(server, name);
}

function* permissions(file: ConfigFile, root: DataValue | undefined): Iterable<Permission> {
  const list = property(root, "allowedTools")?.value;
  for (const one of stringsOf(list)) {
    if (list?.kind !== "array") continue;
    const all = one.value === "*";
    const details =
      all && file.kind.client === ("amazonq" as string)
        ? { withoutEffect: "Amazon Q does not know * alone" }
        : one.value === "@builtin"
          ? { weight: "high" as const }
          : {};
    yield listed("allowedTools", list, one, all ? { kind: "everything" } : grantOf(one.value), details);
  }
  for (const tool of ["execute_bash", "shell"]) {
    const commands = valueAt(root, "toolsSettings", tool, "allowedCommands");
    for (const one of stringsOf(commands)) {
      if (commands?.kind !== "array") continue;
      const grant = { kind: "command", pattern: one.value, syntax: "regex" } as const;
      yield listed(`toolsSettings.${tool}.allowedCommands`, commands, one, grant);
    }
  }
  for (const tool of ["fs_write", "write"]) {
    const paths = valueAt(root, "toolsSettings", tool, "allowedPaths");
    for (const one of stringsOf(paths)) {
      if (paths?.kind === "array") {
        yield listed(`toolsSettings.${tool}.allowedPaths`, paths, one, { kind: "write", path: one.value });
      }
    }
  }
}

/** An agent's file of Amazon Q or Kiro. */
export function amazonqAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  return { permissions: permissions(file, root), commands: hooksIn(valueAt(root, "hooks")) };
}

function* kiroHook(root: DataValue | undefined): Iterable<EventCommand> {
  if (isFalse(property(root, "enabled")?.value)) return;
  const event = textOf(valueAt(root, "when", "type")) ?? "";
  const of = `hook ${event}`.trim();
  yield* commandIn(valueAt(root, "then", "command"), of, "event");
  yield* commandIn(valueAt(root, "then", "prompt"), of, "event", { form: "prompt" });
  yield* hooksIn(valueAt(root, "hooks"));
}

/** `*.kiro.hook`: one event and what is done on it. */
export function kiroHookAgent(file: ConfigFile): AgentSettings {
  return { commands: kiroHook(file.document.root) };
}
