import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, EventCommand, Permission } from "./model.ts";
import { ruleGrant, serverGrant } from "./tools.ts";
import {
  commandIn,
  elementsOf,
  isOneOf,
  listed,
  stringsOf,
  type Switch,
  switched,
  takenBack,
  textOf,
} from "./values.ts";

const GUARD = { kind: "guard" } as const;
const NO_SANDBOX = { title: "has no sandbox for its commands", weight: "high" } as const;

const SWITCHES: readonly Switch[] = [
  { path: ["approvalMode"], weak: isOneOf("unrestricted"), grant: { kind: "everything" }, details: { weight: "high" } },
  { path: ["sandbox", "mode"], weak: isOneOf("disabled"), grant: GUARD, details: NO_SANDBOX },
];

/** `cli-config.json` and `.cursor/cli.json`: `Shell(git)` is every command line of git. */
export function cursorCliAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const list = valueAt(root, "permissions", "allow");
  const permissions = [...switched(root, SWITCHES)];
  const denied = takenBack(valueAt(root, "permissions", "deny"), "permissions.deny");
  for (const one of stringsOf(list)) {
    const grant = ruleGrant(one.value);
    if (grant && list?.kind === "array") {
      permissions.push(listed("permissions.allow", list, one, grant, denied(one.value)));
    }
  }
  return { permissions };
}

function* ofLists(root: DataValue | undefined): Iterable<Permission> {
  const terminal = property(root, "terminalAllowlist")?.value;
  for (const one of stringsOf(terminal)) {
    if (terminal?.kind !== "array") continue;
    const pattern = one.value.replace(/[: ]?\*$/, "");
    yield listed("terminalAllowlist", terminal, one, { kind: "command", pattern, syntax: "prefix" });
  }
  const servers = property(root, "mcpAllowlist")?.value;
  for (const one of stringsOf(servers)) {
    if (servers?.kind !== "array") continue;
    const [server = "", tool = ""] = one.value.split(":");
    yield listed("mcpAllowlist", servers, one, serverGrant(server, tool));
  }
}

/** `permissions.json`: what runs without a question in the editor. */
export function cursorPermissionsAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  return { permissions: [...switched(root, SWITCHES), ...ofLists(root)] };
}

const SANDBOX: readonly Switch[] = [
  { path: ["type"], weak: isOneOf("insecure_none"), grant: GUARD, details: NO_SANDBOX },
  {
    path: ["networkPolicy", "default"],
    weak: isOneOf("allow"),
    grant: GUARD,
    details: { title: "reaches the network from its sandbox", weight: "medium" },
  },
];

/** `sandbox.json`. A project's is merged over the person's. */
export function cursorSandboxAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const permissions = [...switched(root, SANDBOX)];
  for (const key of ["additionalReadwritePaths", "additionalReadonlyPaths"]) {
    const list = property(root, key)?.value;
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) permissions.push(listed(key, list, one, { kind: "folder", path: one.value }));
  }
  return { permissions };
}

function* environmentCommands(root: DataValue | undefined): Iterable<EventCommand> {
  for (const key of ["install", "start"]) yield* commandIn(property(root, key)?.value, key, "container");
  for (const one of elementsOf(property(root, "terminals")?.value)) {
    const name = textOf(valueAt(one, "name"));
    yield* commandIn(property(one, "command")?.value, `terminal${name === undefined ? "" : ` ${name}`}`, "container");
  }
}

/** `environment.json`: what a cloud agent runs when it starts. */
export function cursorEnvironmentAgent(file: ConfigFile): AgentSettings {
  return { commands: environmentCommands(file.document.root) };
}
