import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, ApiAddress, EventCommand, Permission } from "./model.ts";
import {
  addressAt,
  commandIn,
  granted,
  hooksIn,
  isOneOf,
  isTrue,
  listed,
  placeAt,
  propertiesOf,
  stringsOf,
  textOf,
  type Switch,
  switched,
  variablesIn,
} from "./values.ts";

const GUARD = { kind: "guard" } as const;
const NO_SANDBOX = {
  title: "has no sandbox: its commands write anywhere and reach the network",
  weight: "critical",
} as const;

const SWITCHES: readonly Switch[] = [
  { path: ["sandbox_mode"], weak: isOneOf("danger-full-access"), grant: GUARD, details: NO_SANDBOX },
  { path: ["default_permissions"], weak: isOneOf(":danger-full-access"), grant: GUARD, details: NO_SANDBOX },
  {
    path: ["sandbox_workspace_write", "network_access"],
    weak: isTrue,
    grant: GUARD,
    details: { title: "reaches the network from its sandbox", weight: "medium" },
  },
  {
    path: ["windows", "sandbox"],
    weak: isOneOf("disabled"),
    grant: GUARD,
    details: { title: "has no sandbox on Windows", weight: "medium" },
  },
  {
    path: ["approvals_reviewer"],
    weak: (value) => value.kind === "string" && value.value !== "user",
    grant: GUARD,
    details: { title: "has its questions answered by a model", weight: "low" },
  },
];

/** `approval_policy`, which weighs as much as the sandbox lets through. */
function* ofPolicy(table: DataValue | undefined, around: DataValue | undefined): Iterable<Permission> {
  const place = placeAt(table, "approval_policy");
  const policy = textOf(place?.property.value);
  if (!place) return;
  const sandbox = textOf(valueAt(table, "sandbox_mode")) ?? textOf(valueAt(around, "sandbox_mode"));
  if (policy === "never") {
    const weight = sandbox === "danger-full-access" ? "critical" : sandbox === "read-only" ? "medium" : "high";
    yield granted("approval_policy", place, { kind: "everything" }, { weight });
  } else if (policy === "on-failure") {
    const title = "runs every command without asking as long as none fails";
    yield granted("approval_policy", place, { kind: "everything" }, { title, weight: "medium" });
  }
}

/** The settings that a profile may have too. */
function* ofTable(table: DataValue | undefined, around: DataValue | undefined): Iterable<Permission> {
  yield* ofPolicy(table, around);
  yield* switched(table, SWITCHES);
  const roots = valueAt(table, "sandbox_workspace_write", "writable_roots");
  if (roots?.kind === "array") {
    for (const one of stringsOf(roots)) {
      yield listed("sandbox_workspace_write.writable_roots", roots, one, { kind: "folder", path: one.value });
    }
  }
}

function* ofEnvironment(root: DataValue | undefined): Iterable<Permission> {
  const place = placeAt(root, "shell_environment_policy", "ignore_default_excludes");
  const inherit = textOf(valueAt(root, "shell_environment_policy", "inherit")) ?? "all";
  if (!place || inherit !== "all" || !isTrue(place.property.value)) return;
  const title = "gives its commands every variable of the person, keys and tokens too";
  yield granted("shell_environment_policy.ignore_default_excludes", place, GUARD, { title, weight: "medium" });
}

function* ofProjects(root: DataValue | undefined): Iterable<Permission> {
  for (const project of propertiesOf(valueAt(root, "projects"))) {
    const place = placeAt(project.value, "trust_level");
    if (textOf(place?.property.value) !== "trusted" || !place) continue;
    yield granted("projects.trust_level", place, { kind: "trust", path: project.key }, { weight: "medium" });
  }
}

const dormant = (one: Permission, profile: string): Permission => ({
  ...one,
  withoutEffect: `Codex takes it with --profile ${profile} only`,
});

/** `quick` of `…/quick.config.toml`. */
function profileOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name.endsWith(".config.toml") ? name.slice(0, -".config.toml".length) : name;
}

function* permissions(file: ConfigFile, root: DataValue): Iterable<Permission> {
  const own = file.scope === "profile" ? profileOf(file.path) : undefined;
  for (const one of ofTable(root, undefined)) yield own === undefined ? one : dormant(one, own);
  yield* ofEnvironment(root);
  yield* ofProjects(root);
  const chosen = textOf(valueAt(root, "profile"));
  for (const profile of propertiesOf(valueAt(root, "profiles"))) {
    for (const one of ofTable(profile.value, root)) yield profile.key === chosen ? one : dormant(one, profile.key);
  }
}

function* commands(root: DataValue): Iterable<EventCommand> {
  yield* hooksIn(valueAt(root, "hooks"));
  yield* commandIn(property(root, "notify")?.value, "notify", "event");
}

function* addresses(root: DataValue): Iterable<ApiAddress> {
  const chosen = textOf(valueAt(root, "model_provider"));
  for (const provider of propertiesOf(valueAt(root, "model_providers"))) {
    const place = placeAt(provider.value, "base_url");
    const replaces = provider.key === chosen;
    if (place) yield* addressAt(place, `model_providers.${provider.key}.base_url`, { replaces });
  }
  for (const key of ["openai_base_url", "chatgpt_base_url"]) {
    const place = placeAt(root, key);
    if (place) yield* addressAt(place, key, { replaces: true });
  }
}

/** `config.toml`, of a person, of a project that is trusted, of one agent. */
export function codexAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  return {
    permissions: permissions(file, root),
    commands: commands(root),
    addresses: addresses(root),
    variables: variablesIn(valueAt(root, "shell_environment_policy", "set")),
  };
}
