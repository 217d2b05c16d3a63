import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, ApiAddress, EventCommand, Permission } from "./model.ts";
import { serverGrant, toolGrant } from "./tools.ts";
import {
  addressAt,
  commandIn,
  elementsOf,
  granted,
  hooksIn,
  isVendor,
  isOneOf,
  isTrue,
  listed,
  placeAt,
  propertiesOf,
  stringsOf,
  switched,
  textOf,
} from "./values.ts";
import { ofAmp } from "./vscode.ts";

const EVERYTHING = { kind: "everything" } as const;
const isAllow = isOneOf("allow");

/** Auggie: `toolPermissions`, of which the first that matches decides. */
export function augmentAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const list = property(root, "toolPermissions")?.value;
  const permissions = elementsOf(list).flatMap((rule) => {
    const tool = textOf(property(rule, "toolName")?.value);
    if (list?.kind !== "array" || tool === undefined || !isAllow(valueAt(rule, "permission", "type"))) return [];
    const expression = textOf(property(rule, "shellInputRegex")?.value);
    const grant =
      expression === undefined
        ? toolGrant(tool, undefined, "regex")
        : ({ kind: "command", pattern: expression, syntax: "regex" } as const);
    return [listed("toolPermissions", list, rule, grant, { written: expression ?? tool })];
  });
  return { permissions, commands: hooksIn(valueAt(root, "hooks")) };
}

/** Factory's Droid: a list of command beginnings, and how far it goes by itself. */
export function factoryAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const list = property(root, "commandAllowlist")?.value;
  const levels = [
    ["autonomyMode"],
    ["autonomyLevel"],
    ["sessionDefaultSettings", "autonomyMode"],
    ["sessionDefaultSettings", "autonomyLevel"],
  ];
  const permissions: Permission[] = [
    ...switched(
      root,
      levels.map((path) => ({
        path,
        weak: isOneOf("auto-high", "high"),
        grant: EVERYTHING,
        details: { weight: "high" } as const,
      })),
    ),
  ];
  for (const one of stringsOf(list)) {
    if (list?.kind !== "array") continue;
    const pattern = one.value.replace(/[: ]?\*$/, "");
    permissions.push(listed("commandAllowlist", list, one, { kind: "command", pattern, syntax: "prefix" }));
  }
  const addresses = elementsOf(property(root, "customModels")?.value).flatMap((model): ApiAddress[] => {
    const place = placeAt(model, "baseUrl") ?? placeAt(model, "base_url");
    return place ? addressAt(place, "customModels.baseUrl") : [];
  });
  return { permissions, commands: hooksIn(valueAt(root, "hooks")), addresses };
}

function* crushCommands(root: DataValue | undefined): Iterable<EventCommand> {
  for (const own of propertiesOf(valueAt(root, "lsp"))) {
    yield* commandIn(property(own.value, "command")?.value, `lsp ${own.key}`, "event");
  }
}

/** Crush: `permissions.allowed_tools`, tools or `tool:action`. */
export function crushAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const list = valueAt(root, "permissions", "allowed_tools");
  const permissions = stringsOf(list).flatMap((one) => {
    const tool = one.value.split(":")[0] ?? "";
    const server = /^mcp_([^_]+)_(.+)$/.exec(tool);
    const grant = server ? serverGrant(server[1] ?? "", server[2] ?? "") : toolGrant(tool, undefined, "prefix");
    return list?.kind === "array" ? [listed("permissions.allowed_tools", list, one, grant)] : [];
  });
  const addresses = propertiesOf(valueAt(root, "providers")).flatMap((provider): ApiAddress[] => {
    const place = placeAt(provider.value, "base_url");
    return place ? addressAt(place, `providers.${provider.key}.base_url`, { replaces: isVendor(provider.key) }) : [];
  });
  return { permissions, commands: crushCommands(root), addresses };
}

/** Amp's own settings: the keys that it has in VS Code's too. */
export function ampAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const commands = property(root, "amp.commands.allowlist")?.value;
  const permissions: Permission[] = [
    ...switched(root, [{ path: ["amp.dangerouslyAllowAll"], weak: isTrue, grant: EVERYTHING }]),
    ...ofAmp(root),
  ];
  for (const one of stringsOf(commands)) {
    if (commands?.kind !== "array") continue;
    const pattern = one.value.replace(/ ?\*$/, "");
    permissions.push(listed("amp.commands.allowlist", commands, one, { kind: "command", pattern, syntax: "prefix" }));
  }
  const url = placeAt(root, "amp.url");
  return { permissions, addresses: url ? addressAt(url, "amp.url", { replaces: true }) : [] };
}

/** Rovo Dev's `config.yml`. */
export function rovodevAgent(file: ConfigFile): AgentSettings {
  const tools = valueAt(file.document.root, "toolPermissions");
  const permissions: Permission[] = [
    ...switched(tools, [
      { path: ["allowAll"], weak: isTrue, grant: EVERYTHING },
      { path: ["default"], weak: isAllow, grant: EVERYTHING },
      { path: ["bash", "default"], weak: isAllow, grant: { kind: "command", pattern: "", syntax: "prefix" } },
    ]),
  ].map((one) => ({ ...one, setting: `toolPermissions.${one.setting}` }));
  const named = valueAt(tools, "tools");
  for (const own of propertiesOf(named)) {
    if (!isAllow(own.value) || named?.kind !== "object") continue;
    const place = { parent: named, property: own };
    permissions.push(
      granted("toolPermissions.tools", place, toolGrant(own.key, undefined, "regex"), { written: own.key }),
    );
  }
  const commands = valueAt(tools, "bash", "commands");
  for (const one of elementsOf(commands)) {
    const pattern = textOf(property(one, "command")?.value);
    if (commands?.kind !== "array" || pattern === undefined || !isAllow(property(one, "permission")?.value)) continue;
    const grant = { kind: "command", pattern, syntax: "regex" } as const;
    permissions.push(listed("toolPermissions.bash.commands", commands, one, grant, { written: pattern }));
  }
  return { permissions };
}

const CLINE = ["executeAllCommands", "editFilesExternally", "useMcp"] as const;
const CLINE_GRANTS = {
  executeAllCommands: { kind: "command", pattern: "", syntax: "prefix" },
  editFilesExternally: { kind: "write", path: "**" },
  useMcp: { kind: "server", server: "*" },
} as const;

/** Cline's own state: its switch for everything, and what it approves by kind. */
export function clineAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  return {
    permissions: [
      ...switched(root, [
        { path: ["yoloModeToggled"], weak: isTrue, grant: EVERYTHING, details: { weight: "high" } },
        ...CLINE.map((key) => ({
          path: ["autoApprovalSettings", "actions", key],
          weak: isTrue,
          grant: CLINE_GRANTS[key],
          details: { weight: "high", confidence: "medium" } as const,
        })),
      ]),
    ],
  };
}
