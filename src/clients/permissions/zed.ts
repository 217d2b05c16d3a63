import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, ApiAddress, Permission } from "./model.ts";
import { toolGrant } from "./tools.ts";
import { addressAt, granted, isVendor, isOneOf, isTrue, listed, placeAt, propertiesOf, switched } from "./values.ts";

const isAllow = isOneOf("allow");

function* ofTools(agent: DataValue | undefined): Iterable<Permission> {
  const setting = "agent.tool_permissions.tools";
  for (const tool of propertiesOf(valueAt(agent, "tool_permissions", "tools"))) {
    const place = placeAt(tool.value, "default");
    if (place && isAllow(place.property.value)) {
      yield granted(setting, place, toolGrant(tool.key, undefined, "regex"), { written: tool.key });
    }
    const list = property(tool.value, "always_allow")?.value;
    for (const one of list?.kind === "array" ? list.elements : []) {
      const pattern = property(one, "pattern")?.value;
      if (list?.kind !== "array" || pattern?.kind !== "string") continue;
      const everything = /^\^?\.[*+]\$?$/.test(pattern.value);
      const grant =
        tool.key === "terminal"
          ? ({ kind: "command", pattern: pattern.value, syntax: "regex" } as const)
          : toolGrant(tool.key, everything ? undefined : pattern.value, "regex");
      yield listed(setting, list, one, grant, { written: pattern.value });
    }
  }
}

function* addresses(root: DataValue | undefined): Iterable<ApiAddress> {
  for (const provider of propertiesOf(valueAt(root, "language_models"))) {
    const place = placeAt(provider.value, "api_url");
    if (place) yield* addressAt(place, `language_models.${provider.key}.api_url`, { replaces: isVendor(provider.key) });
  }
}

/** Zed's `settings.json`, of a person and of a project. */
export function zedAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  return {
    permissions: [
      ...switched(root, [
        { path: ["agent", "tool_permissions", "default"], weak: isAllow, grant: { kind: "everything" } },
        { path: ["agent", "always_allow_tool_actions"], weak: isTrue, grant: { kind: "everything" } },
      ]),
      ...ofTools(valueAt(root, "agent")),
    ],
    addresses: addresses(root),
  };
}
