import { property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings } from "./model.ts";
import { toolGrant } from "./tools.ts";
import { granted, listed, placeAt, propertiesOf, textOf } from "./values.ts";

/** `allowlist.json` of Junie: rules by group, each with a beginning or a pattern. */
export function junieAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const groups: Readonly<Record<string, string>> = {
    executables: "shell",
    fileEditing: "edit",
    readOutsideProject: "read",
  };
  const behaviour = placeAt(root, "defaultBehavior");
  const permissions =
    behaviour && textOf(behaviour.property.value) === "allow"
      ? [granted("defaultBehavior", behaviour, { kind: "everything" })]
      : [];
  for (const group of propertiesOf(valueAt(root, "rules"))) {
    const list = group.value.kind === "array" ? group.value : property(group.value, "rules")?.value;
    if (list?.kind !== "array") continue;
    for (const rule of list.elements) {
      if (textOf(property(rule, "action")?.value) !== "allow") continue;
      const start = textOf(property(rule, "prefix")?.value);
      const written = start ?? textOf(property(rule, "pattern")?.value);
      if (written === undefined) continue;
      const tool = Object.hasOwn(groups, group.key) ? groups[group.key] : undefined;
      const grant =
        tool === undefined
          ? ({ kind: "tool", tool: written } as const)
          : toolGrant(tool, written, start === undefined ? "glob" : "prefix");
      permissions.push(listed(`rules.${group.key}`, list, rule, grant, { written }));
    }
  }
  return { permissions };
}
