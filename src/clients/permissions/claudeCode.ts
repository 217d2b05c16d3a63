import { type DataValue, property, valueAt } from "../../documents/data.ts";
import { type ConfigFile, isShared } from "../config.ts";
import {
  type AgentSettings,
  type EventCommand,
  type Grant,
  isCommitted,
  type Permission,
  type PluginReference,
} from "./model.ts";
import {
  commandIn,
  elementsOf,
  granted,
  hookCommands,
  hooksIn,
  isFalse,
  isFilled,
  isTrue,
  listed,
  placeAt,
  propertiesOf,
  stringsOf,
  type Switch,
  switched,
  takenBack,
  textOf,
  variablesIn,
} from "./values.ts";

/** A specifier that takes away nothing: `Bash(*)`, `Bash(:*)`, `Write(/**)`. */
const isOpen = (specifier: string | undefined): boolean =>
  specifier === undefined || /^(?::?\*{1,2}|\/{0,2}\*\*(?:\/\*)?)$/.test(specifier);

function commandGrant(specifier: string | undefined): Grant {
  if (specifier === undefined || isOpen(specifier)) return { kind: "command", pattern: "", syntax: "prefix" };
  const start = specifier.replace(/(?::| )\*$/, "");
  if (start !== specifier) return { kind: "command", pattern: start, syntax: "prefix" };
  return { kind: "command", pattern: specifier, syntax: specifier.includes("*") ? "glob" : "exact" };
}

/** What a rule of `permissions.allow` grants: `Tool`, `Tool(specifier)`, `mcp__server__tool`; undefined for what is none. */
export function claudeGrant(rule: string): Grant | undefined {
  const parts = /^([\w*-]+)(?:\((.*)\))?$/s.exec(rule.trim());
  if (!parts) return undefined;
  const [, tool = "", specifier] = parts;
  if (tool.startsWith("mcp__")) {
    const [, server = "", ...rest] = tool.split("__");
    const name = rest.join("__");
    if (server.startsWith("*")) return { kind: "server", server: "*" };
    return name === "" || name === "*" ? { kind: "server", server } : { kind: "tool", tool: name, server };
  }
  switch (tool) {
    case "*":
      return { kind: "everything" };
    case "Bash":
    case "PowerShell":
      return commandGrant(specifier);
    case "Write":
    case "Edit":
    case "MultiEdit":
    case "NotebookEdit":
      return { kind: "write", path: isOpen(specifier) ? "**" : (specifier ?? "**") };
    case "Read":
    case "Glob":
    case "Grep":
    case "LS":
      return { kind: "read", path: isOpen(specifier) ? "**" : (specifier ?? "**") };
    case "WebFetch":
    case "WebSearch": {
      const address = isOpen(specifier) || specifier === "domain:*" ? "*" : (specifier ?? "*");
      return tool === "WebFetch" ? { kind: "fetch", address } : { kind: "tool", tool };
    }
    default:
      return { kind: "tool", tool };
  }
}

function* ofList(setting: string, list: DataValue | undefined, deny?: DataValue): Iterable<Permission> {
  if (list?.kind !== "array") return;
  const denied = takenBack(deny, "permissions.deny");
  for (const one of stringsOf(list)) {
    const grant = claudeGrant(one.value);
    if (grant) yield listed(setting, list, one, grant, denied(one.value));
  }
}

const SILENT_MODES = new Set(["bypassPermissions", "dontAsk", "auto"]);
/** Modes that take nothing away. */
const ASKING_MODES = new Set(["default", "plan", "delegate", "manual"]);

function* ofMode(root: DataValue): Iterable<Permission> {
  const place = placeAt(root, "permissions", "defaultMode");
  const mode = textOf(place?.property.value);
  if (!place || mode === undefined || ASKING_MODES.has(mode)) return;
  const setting = "permissions.defaultMode";
  if (SILENT_MODES.has(mode)) yield granted(setting, place, { kind: "everything" });
  else if (mode === "acceptEdits") yield granted(setting, place, { kind: "edits" });
  else {
    const withoutEffect = `Claude Code has no mode ${JSON.stringify(mode.slice(0, 40))}`;
    yield granted(setting, place, { kind: "guard" }, { withoutEffect, title: "is asked as usual" });
  }
}

const GUARD = { kind: "guard" } as const;
const SANDBOX = { title: "has a weaker sandbox for its commands", weight: "medium" } as const;

const SWITCHES: readonly Switch[] = [
  {
    path: ["sandbox", "autoAllowBashIfSandboxed"],
    weak: isTrue,
    grant: GUARD,
    details: { title: "runs every command inside its sandbox without asking" },
  },
  { path: ["enableAllProjectMcpServers"], weak: isTrue, grant: { kind: "servers" } },
  ...["skipDangerousModePermissionPrompt", "skipAutoPermissionPrompt"].map((key) => ({
    path: [key],
    weak: isTrue,
    grant: GUARD,
    details: { title: "is switched to running everything without a warning", weight: "high" } as const,
  })),
  {
    path: ["disableAllHooks"],
    weak: isTrue,
    grant: GUARD,
    details: { title: "runs no hooks, those that protect neither", weight: "medium" },
  },
  {
    path: ["sandbox", "enabled"],
    weak: isFalse,
    grant: GUARD,
    details: { title: "has no sandbox for its commands", weight: "medium", sharedOnly: true },
  },
  ...["allowUnsandboxedCommands", "enableWeakerNestedSandbox"].map((key) => ({
    path: ["sandbox", key],
    weak: isTrue,
    grant: GUARD,
    details: SANDBOX,
  })),
  { path: ["sandbox", "excludedCommands"], weak: isFilled, grant: GUARD, details: SANDBOX },
  { path: ["sandbox", "network", "allowAllUnixSockets"], weak: isTrue, grant: GUARD, details: SANDBOX },
];

function* permissions(file: ConfigFile, root: DataValue): Iterable<Permission> {
  yield* ofList("permissions.allow", valueAt(root, "permissions", "allow"), valueAt(root, "permissions", "deny"));
  yield* ofMode(root);
  yield* switched(root, SWITCHES);
  const named = placeAt(root, "enabledMcpjsonServers");
  if (named && stringsOf(named.property.value).length > 0) {
    const details = { title: "gets servers of this project started without asking whoever clones it" };
    if (isCommitted(file))
      yield granted("enabledMcpjsonServers", named, { kind: "servers" }, { ...details, weight: "medium" });
  }
  for (const [setting, ...path] of [
    ["permissions.additionalDirectories", "permissions", "additionalDirectories"],
    ["sandbox.filesystem.allowWrite", "sandbox", "filesystem", "allowWrite"],
  ] as const) {
    const list = valueAt(root, ...path);
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) yield listed(setting, list, one, { kind: "folder", path: one.value });
  }
}

/** Settings that are a shell command whose output is a credential or a header: run at the start, before any question. */
const HELPERS = [
  "apiKeyHelper",
  "awsAuthRefresh",
  "awsCredentialExport",
  "gcpAuthRefresh",
  "proxyAuthHelper",
  "otelHeadersHelper",
];
/** Those that are run for what is shown. */
const NESTED_HELPERS = ["statusLine", "subagentStatusLine", "fileSuggestion"];

function* commands(root: DataValue): Iterable<EventCommand> {
  yield* hooksIn(valueAt(root, "hooks"));
  for (const key of HELPERS) yield* commandIn(property(root, key)?.value, key, "start");
  for (const key of NESTED_HELPERS) yield* commandIn(valueAt(root, key, "command"), key, "event");
}

const COMMIT = /^[0-9a-f]{40}$/i;
const EXACT = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** Where a marketplace or one of its plugins comes from; undefined for a folder beside the file. */
function sourceOf(source: DataValue | undefined): { written: string; version?: string } | undefined {
  const kind = textOf(valueAt(source, "source"));
  const from = ["repo", "url", "package"].map((key) => property(source, key)?.value).find((one) => one);
  if (kind === "directory" || kind === "file" || kind === "settings" || from?.kind !== "string") return undefined;
  const ref = textOf(valueAt(source, "sha")) ?? textOf(valueAt(source, "ref")) ?? textOf(valueAt(source, "version"));
  const fixed = ref !== undefined && (COMMIT.test(ref) || (kind === "npm" && EXACT.test(ref)));
  return { written: from.value, ...(fixed && { version: ref }) };
}

/** `extraKnownMarketplaces` and `enabledPlugins`: a folder's trust installs them for everybody who opens it. */
function* plugins(root: DataValue): Iterable<PluginReference> {
  for (const own of propertiesOf(valueAt(root, "extraKnownMarketplaces"))) {
    const source = sourceOf(valueAt(own.value, "source"));
    if (!source) continue;
    yield { kind: "marketplace", ...source, name: own.key, span: own.span, setting: "extraKnownMarketplaces" };
  }
  for (const own of propertiesOf(valueAt(root, "enabledPlugins"))) {
    const on = isTrue(own.value) || own.value.kind === "array";
    if (!on) continue;
    yield { kind: "plugin", written: own.key, name: own.key, span: own.span, setting: "enabledPlugins" };
  }
}

/** Claude Code's `settings.json`: of a project, of a person, of an administrator. */
export function claudeAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  return {
    permissions: permissions(file, root),
    commands: commands(root),
    plugins: isShared(file.scope) ? plugins(root) : [],
    variables: variablesIn(valueAt(root, "env")),
  };
}

/** `~/.claude.json`: what Claude Code remembers of each project. */
export function claudeJsonAgent(file: ConfigFile): AgentSettings {
  const projects = propertiesOf(valueAt(file.document.root, "projects"));
  return {
    permissions: projects.flatMap((project) => {
      const trusted = placeAt(project.value, "hasTrustDialogAccepted");
      const isTrusted = isTrue(trusted?.property.value);
      return [
        ...ofList("allowedTools", valueAt(project.value, "allowedTools")),
        ...(trusted && isTrusted
          ? [granted("hasTrustDialogAccepted", trusted, { kind: "trust", path: project.key }, { weight: "medium" })]
          : []),
      ];
    }),
  };
}

/** `hooks/hooks.json` of a plugin, and the `hooks` of its manifest. */
export function claudePluginAgent(file: ConfigFile): AgentSettings {
  const hooks = valueAt(file.document.root, "hooks");
  return {
    commands:
      hooks?.kind === "array" ? elementsOf(hooks).flatMap((one) => [...hookCommands(one, "hook")]) : hooksIn(hooks),
  };
}

/** `marketplace.json`: the plugins that it offers, each with a source of its own or a folder beside it. */
export function claudeMarketplaceAgent(file: ConfigFile): AgentSettings {
  const all = elementsOf(property(file.document.root, "plugins")?.value);
  return {
    commands: all.flatMap((one) => [...hooksIn(valueAt(one, "hooks"))]),
    plugins: all.flatMap((one): PluginReference[] => {
      const source = sourceOf(property(one, "source")?.value);
      const name = textOf(property(one, "name")?.value) ?? source?.written ?? "";
      return source ? [{ kind: "git", ...source, name, span: one.span, setting: "plugins" }] : [];
    }),
  };
}
