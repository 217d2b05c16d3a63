import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import { claudeGrant } from "./claudeCode.ts";
import type { AgentSettings, EventCommand, Permission } from "./model.ts";
import { ruleGrant, serverGrant, toolGrant } from "./tools.ts";
import {
  commandIn,
  elementsOf,
  granted,
  hooksIn,
  isFalse,
  isOneOf,
  isTrue,
  listed,
  placeAt,
  propertiesOf,
  stringsOf,
  type Switch,
  switched,
  takenBack,
  textOf,
} from "./values.ts";

const GUARD = { kind: "guard" } as const;
const READ_TOOLS = { title: "runs tools that only read without asking", weight: "medium" } as const;
const LASTING = { title: "keeps an answer for good", weight: "medium" } as const;

/** The keys of version 1 and later; those of before stood at the root. */
const SWITCHES: readonly Switch[] = [
  ...[["general", "defaultApprovalMode"], ["tools", "approvalMode"], ["approvalMode"]].flatMap((path): Switch[] => [
    { path, weak: isOneOf("yolo"), grant: { kind: "everything" } },
    { path, weak: isOneOf("auto_edit", "auto-edit"), grant: { kind: "edits" } },
  ]),
  { path: ["tools", "autoAccept"], weak: isTrue, grant: GUARD, details: READ_TOOLS },
  { path: ["autoAccept"], weak: isTrue, grant: GUARD, details: READ_TOOLS },
  {
    path: ["tools", "sandbox"],
    weak: isFalse,
    grant: GUARD,
    details: { title: "has no sandbox for its commands", weight: "low" },
  },
  { path: ["security", "enablePermanentToolApproval"], weak: isTrue, grant: GUARD, details: LASTING },
  { path: ["security", "autoAddToPolicyByDefault"], weak: isTrue, grant: GUARD, details: LASTING },
  {
    path: ["security", "folderTrust", "enabled"],
    weak: isFalse,
    grant: { kind: "trust", path: "*" },
    details: { weight: "medium" },
  },
  {
    path: ["security", "environmentVariableRedaction", "enabled"],
    weak: isFalse,
    grant: GUARD,
    details: { title: "sees the values of variables that hold secrets", weight: "low" },
  },
];

/**
 * `tools.allowed`: tools and beginnings of commands that need no answer. `tools.core` is no such list: it says which tools
 * there are.
 */
function* ofAllowed(root: DataValue): Iterable<Permission> {
  const excluded = takenBack(valueAt(root, "tools", "exclude"), "tools.exclude");
  for (const [setting, ...path] of [
    ["tools.allowed", "tools", "allowed"],
    ["allowedTools", "allowedTools"],
  ] as const) {
    const list = valueAt(root, ...path);
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) {
      const grant = ruleGrant(one.value);
      if (grant) yield listed(setting, list, one, grant, excluded(one.value));
    }
  }
}

function* ofClaudeStyle(root: DataValue): Iterable<Permission> {
  const list = valueAt(root, "permissions", "allow");
  if (list?.kind !== "array") return;
  const denied = takenBack(valueAt(root, "permissions", "deny"), "permissions.deny");
  for (const one of stringsOf(list)) {
    const grant = ruleGrant(one.value)?.kind === "tool" ? claudeGrant(one.value) : ruleGrant(one.value);
    if (grant) yield listed("permissions.allow", list, one, grant, denied(one.value));
  }
}

const COMMANDS = [
  ["tools", "discoveryCommand"],
  ["tools", "callCommand"],
  ["mcp", "serverCommand"],
  ["toolDiscoveryCommand"],
  ["toolCallCommand"],
  ["mcpServerCommand"],
] as const;

function* commands(root: DataValue): Iterable<EventCommand> {
  for (const path of COMMANDS) yield* commandIn(valueAt(root, ...path), path.join("."), "start");
  yield* hooksIn(valueAt(root, "hooks"));
}

/** `settings.json` of the Gemini CLI, and of Qwen Code, which grew out of it and reads Claude Code's lists too. */
export function geminiAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  const permissions = [...switched(root, SWITCHES), ...ofAllowed(root), ...ofClaudeStyle(root)];
  return { permissions, commands: commands(root) };
}

/** The folder that a `TRUST_PARENT` is about. */
function parentOf(path: string): string {
  const cut = path.replace(/[\\/]$/, "");
  const at = Math.max(cut.lastIndexOf("/"), cut.lastIndexOf("\\"));
  return at <= 0 ? "/" : cut.slice(0, at);
}

/** `trustedFolders.json`: folders whose settings take effect. */
export function geminiTrustAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  const permissions = root.properties.flatMap((own) => {
    const level = textOf(own.value);
    if (level !== "TRUST_FOLDER" && level !== "TRUST_PARENT") return [];
    const path = level === "TRUST_PARENT" ? parentOf(own.key) : own.key;
    return [granted("trustedFolders", { parent: root, property: own }, { kind: "trust", path })];
  });
  return { permissions };
}

const textsOf = (value: DataValue | undefined): string[] =>
  value?.kind === "string" ? [value.value] : stringsOf(value).map((one) => one.value);

function* ofRule(rule: DataValue): Iterable<ReturnType<typeof toolGrant>> {
  const tools = textsOf(property(rule, "toolName")?.value);
  const servers = textsOf(property(rule, "mcpName")?.value);
  const starts = textsOf(property(rule, "commandPrefix")?.value);
  const expressions = textsOf(property(rule, "commandRegex")?.value);
  if (starts.length + expressions.length > 0) {
    for (const pattern of starts) yield { kind: "command", pattern, syntax: "prefix" };
    for (const pattern of expressions) yield { kind: "command", pattern, syntax: "regex" };
    return;
  }
  // A rule that looks at the arguments is narrower than we can say.
  if (property(rule, "argsPattern") || property(rule, "toolAnnotations")) return;
  for (const server of servers) {
    for (const tool of tools.length > 0 ? tools : ["*"]) yield serverGrant(server, tool);
  }
  if (servers.length > 0) return;
  for (const tool of tools.length > 0 ? tools : ["*"]) yield toolGrant(tool, undefined, "prefix");
}

/** `policies/*.toml`: rules of the policy engine. */
export function geminiPolicyAgent(file: ConfigFile): AgentSettings {
  const list = valueAt(file.document.root, "rule");
  if (list?.kind !== "array") return {};
  const permissions = elementsOf(list).flatMap((rule) => {
    const place = placeAt(rule, "decision");
    if (!place || place.property.value.kind !== "string" || place.property.value.value !== "allow") return [];
    // Rules for a mode that the person chose for the session say nothing new.
    const modes = textsOf(property(rule, "modes")?.value);
    if (modes.length > 0 && modes.every((mode) => mode === "yolo")) return [];
    const removal = { kind: "value", property: place.property, to: "ask_user" } as const;
    const written = propertiesOf(rule).find((one) => /^(?:toolName|commandPrefix|commandRegex|mcpName)$/.test(one.key));
    const named = textsOf(written?.value).join(", ") || "*";
    return [...ofRule(rule)].map((grant) =>
      granted("rule", place, grant, {
        removal,
        written: grant.kind === "command" && grant.pattern !== "" ? grant.pattern : named,
      }),
    );
  });
  return { permissions };
}
