import { type DataValue, property, valueAt } from "../../documents/data.ts";
import { type ConfigFile, isShared, type NamedField } from "../config.ts";
import type { AgentSettings, ApiAddress, Permission } from "./model.ts";
import {
  addressAt,
  elementsOf,
  granted,
  isFalse,
  isFilled,
  isOneOf,
  isTrue,
  listed,
  placeAt,
  propertiesOf,
  stringsOf,
  type Switch,
  switched,
  textOf,
  variablesIn,
} from "./values.ts";

/** A setting of VS Code or of an agent that lives in it. Keys and scopes are read from VS Code 1.139's own package. */
interface VscodeSwitch extends Omit<Switch, "path"> {
  readonly key: string;
  /** VS Code ignores it in a workspace's settings. */
  readonly userOnly?: boolean;
}

const EVERYTHING = { kind: "everything" } as const;
const GUARD = { kind: "guard" } as const;

const bypasses = (value: DataValue): boolean =>
  isOneOf("allowAll", "assisted")(valueAt(value, "approvals")) || isOneOf("autopilot")(valueAt(value, "mode"));

/** True or, in a map from sources to booleans, true for one of them. */
const isOn = (value: DataValue): boolean => isTrue(value) || propertiesOf(value).some((one) => isTrue(one.value));

/** What VS Code's default for edits keeps from the agent: its rules, its secrets, what git runs. */
const KEPT_FROM_EDITS = [".vscode", ".env", ".git"];

function editsEverything(value: DataValue): boolean {
  const all = propertiesOf(value);
  const denied = all.filter((one) => isFalse(one.value)).map((one) => one.key.replaceAll(".github", ""));
  return (
    all.some((one) => /^\*\*(?:\/\*{1,2})?$/.test(one.key) && isTrue(one.value)) &&
    KEPT_FROM_EDITS.some((kept) => !denied.some((pattern) => pattern.includes(kept)))
  );
}

const SWITCHES: readonly VscodeSwitch[] = [
  { key: "chat.tools.global.autoApprove", weak: isTrue, grant: EVERYTHING, userOnly: true },
  {
    key: "chat.tools.autoApprove",
    weak: isTrue,
    grant: EVERYTHING,
    details: { title: "runs every tool without asking, in VS Code before 1.104" },
  },
  {
    key: "chat.permissions.default",
    weak: isOneOf("autoApprove", "autopilot"),
    grant: EVERYTHING,
    details: { title: "begins every new session with all questions answered yes" },
  },
  ...["chat.defaultConfiguration", "chat.agentSessions.defaultConfiguration"].map((key) => ({
    key,
    weak: bypasses,
    grant: EVERYTHING,
    details: { title: "begins every new session with all questions answered yes" },
  })),
  {
    key: "chat.tools.edits.autoApprove",
    weak: editsEverything,
    grant: { kind: "edits" },
    details: { title: "edits every file without asking, its own rules and settings too" },
    userOnly: true,
  },
  {
    key: "chat.tools.terminal.ignoreDefaultAutoApproveRules",
    weak: isTrue,
    grant: GUARD,
    details: { title: "is not stopped by VS Code's own list of commands that are never approved", weight: "low" },
  },
  {
    key: "chat.tools.terminal.blockDetectedFileWrites",
    weak: isOneOf("never"),
    grant: GUARD,
    details: { title: "is not stopped where a terminal command writes files", weight: "medium" },
  },
  {
    key: "chat.tools.terminal.autoReplyToPrompts",
    weak: isTrue,
    grant: GUARD,
    details: { title: "answers by itself what a command asks in the terminal", weight: "low", confidence: "medium" },
  },
  {
    key: "chat.agent.sandbox.allowUnsandboxedCommands",
    weak: isTrue,
    grant: GUARD,
    details: { title: "may run commands outside its sandbox", weight: "medium" },
  },
  {
    key: "chat.agent.sandbox.allowAutoApprove",
    weak: isTrue,
    grant: GUARD,
    details: { title: "runs every command inside its sandbox without asking", weight: "medium" },
  },
  {
    key: "chat.agent.sandbox.allowNetwork",
    weak: isTrue,
    grant: GUARD,
    details: { title: "reaches the network from its sandbox", weight: "medium" },
  },
  {
    key: "chat.autoReply",
    weak: isTrue,
    grant: GUARD,
    details: { title: "has the questions to the person answered by the model", weight: "medium" },
    userOnly: true,
  },
  {
    key: "chat.mcp.autostart",
    weak: isOneOf("newAndOutdated"),
    grant: { kind: "servers" },
    details: { title: "gets new and changed servers started by themselves", weight: "low" },
  },
  {
    key: "chat.mcp.discovery.enabled",
    weak: isOn,
    grant: GUARD,
    details: { title: "is given the servers that other clients have", weight: "low" },
  },
  {
    key: "chat.mcp.workspaceRootConfig.enabled",
    weak: isTrue,
    grant: GUARD,
    details: { title: "is given the servers of the folder's .mcp.json too", weight: "low" },
  },
  {
    key: "chat.mcp.gallery.serviceUrl",
    weak: (value) => value.kind === "string" && value.value !== "",
    grant: GUARD,
    details: { title: "is offered servers from another gallery", weight: "medium" },
    userOnly: true,
  },
  {
    key: "chat.useClaudeHooks",
    weak: isTrue,
    grant: GUARD,
    details: { title: "has the hooks of Claude Code's settings run", weight: "medium", sharedOnly: true },
  },
  ...["chat.hookFilesLocations", "chat.pluginLocations"].map((key) => ({
    key,
    weak: isOn,
    grant: GUARD,
    details: { title: "has the commands of further files run", weight: "medium", sharedOnly: true } as const,
  })),
  {
    key: "chat.plugins.marketplaces",
    weak: isFilled,
    grant: GUARD,
    details: { title: "is offered plugins from further marketplaces", weight: "medium", sharedOnly: true },
  },
  {
    key: "security.workspace.trust.enabled",
    weak: isFalse,
    grant: { kind: "trust", path: "*" },
    details: { title: "is let into every folder as soon as it is opened" },
    userOnly: true,
  },
  {
    key: "task.allowAutomaticTasks",
    weak: isOneOf("on"),
    grant: GUARD,
    details: { title: "has the tasks of a folder run as soon as it is opened", weight: "medium" },
    userOnly: true,
  },
  { key: "amp.dangerouslyAllowAll", weak: isTrue, grant: EVERYTHING },
  // The extensions of Claude Code and of Gemini Code Assist, by their documentation.
  {
    key: "claudeCode.allowDangerouslySkipPermissions",
    weak: isTrue,
    grant: GUARD,
    details: { title: "may be switched to running everything without asking", weight: "high", confidence: "medium" },
  },
  {
    key: "claudeCode.initialPermissionMode",
    weak: isOneOf("bypassPermissions"),
    grant: EVERYTHING,
    details: { confidence: "medium" },
  },
  { key: "geminicodeassist.agentYoloMode", weak: isTrue, grant: EVERYTHING, details: { confidence: "medium" } },
];

const USER_ONLY = "VS Code reads it from the user's settings only";

/** Commands that agents of extensions run without asking: a list of beginnings, where "*" stands for every command. */
const COMMAND_LISTS = [
  "roo-cline.allowedCommands",
  "zoo-code.allowedCommands",
  "kilo-code.allowedCommands",
  "windsurf.cascadeCommandsAllowList",
  "kiroAgent.trustedCommands",
];

const isApproved = (value: DataValue): boolean => isTrue(value) || isTrue(valueAt(value, "approve"));

/** The setting, and what it was called in VS Code 1.103 and 1.102. */
const TERMINAL = [
  "chat.tools.terminal.autoApprove",
  "chat.agent.terminal.autoApprove",
  "github.copilot.chat.agent.terminal.allowList",
];

/** A key of `chat.tools.terminal.autoApprove`: a command line's start, or `/expression/flags`. `*` is no wildcard there. */
function* ofTerminal(settings: DataValue, setting: string): Iterable<Permission> {
  const map = property(settings, setting)?.value;
  if (map?.kind !== "object") return;
  for (const own of map.properties) {
    if (!isApproved(own.value)) continue;
    const expression = /^\/(.*)\/([a-z]*)$/s.exec(own.key);
    const [, pattern = "", flags = ""] = expression ?? [];
    yield granted(
      setting,
      { parent: map, property: own },
      expression
        ? { kind: "command", pattern, syntax: "regex", flags }
        : { kind: "command", pattern: own.key, syntax: own.key === "*" ? "exact" : "prefix" },
      { written: own.key },
    );
  }
}

const fetches = (value: DataValue): boolean =>
  isTrue(value) || isTrue(valueAt(value, "approveRequest")) || isTrue(valueAt(value, "approveResponse"));

function* ofAddresses(settings: DataValue): Iterable<Permission> {
  const setting = "chat.tools.urls.autoApprove";
  const place = placeAt(settings, setting);
  if (!place) return;
  if (isTrue(place.property.value))
    yield granted(setting, place, { kind: "fetch", address: "*" }, { weight: "medium" });
  const map = place.property.value;
  if (map.kind !== "object") return;
  for (const own of map.properties) {
    if (!fetches(own.value)) continue;
    const address = /^(?:\*|https?:\/\/\*{1,2}\/?\*{0,2})$/.test(own.key) ? "*" : own.key;
    yield granted(
      setting,
      { parent: map, property: own },
      { kind: "fetch", address },
      { written: own.key, weight: "medium" },
    );
  }
}

function* ofLists(settings: DataValue): Iterable<Permission> {
  for (const setting of COMMAND_LISTS) {
    const list = property(settings, setting)?.value;
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) {
      const trimmed = one.value.trim();
      // "npm *" of Kiro and "npm" of the others are both a beginning.
      const pattern = trimmed.endsWith("*") ? trimmed.slice(0, -1).trimEnd() : trimmed;
      // Kiro's list is not documented as the others are.
      const details = setting.startsWith("kiro") ? ({ confidence: "medium" } as const) : {};
      yield listed(setting, list, one, { kind: "command", pattern, syntax: "prefix" }, details);
    }
  }
  const folders = property(settings, "github.copilot.chat.additionalReadAccessPaths")?.value;
  if (folders?.kind === "array") {
    for (const one of stringsOf(folders)) {
      const grant = { kind: "folder", path: one.value } as const;
      yield listed("github.copilot.chat.additionalReadAccessPaths", folders, one, grant);
    }
  }
}

function* ofSampling(settings: DataValue): Iterable<Permission> {
  const setting = "chat.mcp.serverSampling";
  const map = property(settings, setting)?.value;
  if (map?.kind !== "object") return;
  for (const own of map.properties) {
    const allowed = ["allowedDuringChat", "allowedOutsideChat"].some((key) => isTrue(valueAt(own.value, key)));
    if (!allowed) continue;
    yield granted(setting, { parent: map, property: own }, GUARD, {
      title: `lets the server ${JSON.stringify(own.key.slice(0, 80))} use the model`,
      written: own.key,
      weight: "low",
      sharedOnly: true,
    });
  }
}

/** `amp.permissions`: the first rule that matches decides; `{ "tool": "Bash", "matches": { "cmd": "*" }, "action": "allow" }`. */
export function* ofAmp(settings: DataValue | undefined): Iterable<Permission> {
  const setting = "amp.permissions";
  const list = property(settings, setting)?.value;
  for (const rule of list?.kind === "array" ? list.elements : []) {
    const tool = property(rule, "tool")?.value;
    if (list?.kind !== "array" || tool?.kind !== "string" || !isOneOf("allow")(valueAt(rule, "action"))) continue;
    const command = textOf(valueAt(rule, "matches", "cmd"));
    const narrowed = propertiesOf(valueAt(rule, "matches")).length > 0;
    if (narrowed && command === undefined) continue;
    const grant =
      tool.value === "*"
        ? EVERYTHING
        : tool.value === "Bash"
          ? ({ kind: "command", pattern: command ?? "*", syntax: "glob" } as const)
          : ({ kind: "tool", tool: tool.value } as const);
    yield listed(setting, list, rule, grant, { written: command ?? tool.value });
  }
}

/**
 * The permissions of an object of VS Code's settings. `honoured`: "workspace" where what only a user may set is ignored,
 * "user" where it counts, as in a dev container's, which become settings of the machine.
 */
export function* vscodePermissions(
  settings: DataValue | undefined,
  honoured: "workspace" | "user",
): Iterable<Permission> {
  if (settings?.kind !== "object") return;
  for (const { key, userOnly, ...rest } of SWITCHES) {
    const ignored = userOnly === true && honoured === "workspace";
    for (const one of switched(settings, [{ path: [key], ...rest }])) {
      yield ignored ? { ...one, withoutEffect: USER_ONLY } : one;
    }
  }
  for (const key of TERMINAL) yield* ofTerminal(settings, key);
  yield* ofAddresses(settings);
  yield* ofLists(settings);
  yield* ofSampling(settings);
  yield* ofAmp(settings);
}

/** Where GitHub Copilot is told to send prompts to. */
function* addresses(settings: DataValue | undefined): Iterable<ApiAddress> {
  for (const key of ["debug.overrideProxyUrl", "debug.overrideCAPIUrl"]) {
    const setting = `github.copilot.advanced.${key}`;
    for (const place of [placeAt(settings, setting), placeAt(settings, "github.copilot.advanced", key)]) {
      if (place) yield* addressAt(place, setting, { replaces: true });
    }
  }
}

/** The variables of `claudeCode.environmentVariables`: a list of `name` and `value`. */
function* claudeVariables(settings: DataValue): Iterable<NamedField> {
  for (const one of elementsOf(property(settings, "claudeCode.environmentVariables")?.value)) {
    const name = property(one, "name")?.value;
    const own = property(one, "value");
    if (one.kind !== "object" || name?.kind !== "string" || own?.value.kind !== "string") continue;
    const { value: node } = own;
    yield { name: name.value, nameSpan: name.span, value: node.value, node, property: own, parent: one };
  }
}

/** What an object of VS Code's settings says: a settings file, or a part of another file. */
export function vscodeSettingsIn(settings: DataValue | undefined, honoured: "workspace" | "user"): AgentSettings {
  if (settings?.kind !== "object") return {};
  const systems = ["linux", "osx", "windows"].map((system) => `terminal.integrated.env.${system}`);
  return {
    permissions: vscodePermissions(settings, honoured),
    addresses: addresses(settings),
    variables: [
      ...systems.flatMap((key) => [...variablesIn(property(settings, key)?.value)]),
      ...claudeVariables(settings),
    ],
  };
}

/** `settings.json` of a workspace, a user, a profile or a remote machine. */
export function vscodeAgent(file: ConfigFile): AgentSettings {
  return vscodeSettingsIn(file.document.root, isShared(file.scope) ? "workspace" : "user");
}
