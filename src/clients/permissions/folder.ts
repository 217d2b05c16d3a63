import { type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile, NamedField } from "../config.ts";
import type { AgentSettings, EventCommand, PluginReference, Removal } from "./model.ts";
import { commandIn, elementsOf, isOneOf, placeAt, propertiesOf, stringsOf, textOf, variablesIn } from "./values.ts";
import { vscodeSettingsIn } from "./vscode.ts";

/** A task's command: a script, or a program with its arguments. Systems may have one of their own. */
function* taskCommands(
  task: DataValue,
  of: string,
  when: EventCommand["when"],
  removal?: Removal,
): Iterable<EventCommand> {
  for (const part of [task, ...["windows", "linux", "osx"].map((system) => valueAt(task, system))]) {
    const own = property(part, "command")?.value;
    const command = own?.kind === "object" ? property(own, "value")?.value : own;
    if (command?.kind !== "string" || command.value.trim() === "") continue;
    const args = elementsOf(property(part, "args")?.value).flatMap((one) => {
      const value = one.kind === "object" ? property(one, "value")?.value : one;
      return value?.kind === "string" ? [value] : [];
    });
    const script = args.length === 0 && textOf(property(task, "type")?.value) !== "process";
    const words = [command, ...args];
    yield { words, span: command.span, of, when, form: script ? "script" : "words", ...(removal && { removal }) };
  }
}

const nameOf = (task: DataValue): string | undefined =>
  textOf(property(task, "label")?.value) ?? textOf(property(task, "taskName")?.value);

/** Names of tasks that another starts. */
function dependencies(task: DataValue): string[] {
  const value = property(task, "dependsOn")?.value;
  return value?.kind === "string" ? [value.value] : stringsOf(value).map((one) => one.value);
}

/** The tasks that run when the folder is opened, by themselves or for another. The removal is that of the one that says so. */
function openedWith(tasks: readonly DataValue[]): Map<DataValue, Removal> {
  const found = new Map<DataValue, Removal>();
  for (const task of tasks) {
    const place = placeAt(task, "runOptions", "runOn");
    if (place && isOneOf("folderOpen")(place.property.value)) found.set(task, { kind: "property", ...place });
  }
  const named = new Map(tasks.map((task) => [nameOf(task), task]));
  // Maps may grow while they are walked: each task is added once.
  for (const [task, removal] of found) {
    for (const name of dependencies(task)) {
      const other = named.get(name);
      if (other && !found.has(other)) found.set(other, removal);
    }
  }
  return found;
}

function* tasksIn(root: DataValue | undefined): Iterable<EventCommand> {
  const tasks = elementsOf(property(root, "tasks")?.value);
  const opened = openedWith(tasks);
  for (const task of tasks) {
    const removal = opened.get(task);
    yield* taskCommands(task, `task ${JSON.stringify(nameOf(task) ?? "")}`, removal ? "open" : "asked", removal);
  }
}

/** `tasks.json`: those that run when the folder is opened, and those that a person starts. */
export function tasksAgent(file: ConfigFile): AgentSettings {
  return { commands: tasksIn(file.document.root) };
}

/** `.code-workspace`: the settings of a workspace, and tasks. */
export function workspaceFileAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  return {
    ...vscodeSettingsIn(valueAt(root, "settings"), "workspace"),
    commands: tasksIn(valueAt(root, "tasks")),
  };
}

const IN_CONTAINER = [
  "onCreateCommand",
  "updateContentCommand",
  "postCreateCommand",
  "postStartCommand",
  "postAttachCommand",
];

/** A command of a dev container's life: a script, words, or a map of several that run side by side. */
function* lifecycle(value: DataValue | undefined, of: string, when: EventCommand["when"]): Iterable<EventCommand> {
  if (value?.kind === "object") for (const one of value.properties) yield* commandIn(one.value, of, when);
  else yield* commandIn(value, of, when);
}

function* containerCommands(root: DataValue): Iterable<EventCommand> {
  yield* lifecycle(property(root, "initializeCommand")?.value, "initializeCommand", "host");
  for (const key of IN_CONTAINER) yield* lifecycle(property(root, key)?.value, key, "container");
}

/** `features`: `ghcr.io/owner/repository/feature:version`, an archive by its address, or a folder beside the file. */
function* features(root: DataValue): Iterable<PluginReference> {
  for (const own of propertiesOf(property(root, "features")?.value)) {
    const written = own.key;
    if (/^\.{0,2}\//.test(written)) continue;
    const at = written.lastIndexOf(":");
    const tagged = at > written.lastIndexOf("/");
    const name = tagged ? written.slice(0, at) : written;
    const tag = tagged ? written.slice(at + 1) : undefined;
    const version = written.includes("@sha256:") ? written.slice(written.indexOf("@") + 1) : tag;
    const fixed = version !== undefined && version !== "latest" ? { version } : {};
    yield { kind: "feature", written, name, span: own.keySpan, setting: "features", ...fixed };
  }
}

/** The variables of the container. One that goes on from what the container has, as a longer `PATH`, changes nothing of it. */
function* containerVariables(root: DataValue): Iterable<NamedField> {
  for (const key of ["containerEnv", "remoteEnv"]) {
    for (const field of variablesIn(property(root, key)?.value)) {
      if (!field.value.includes(`{containerEnv:${field.name}}`)) yield field;
    }
  }
}

/** `devcontainer.json`: its settings become settings of the machine in the container, where none is ignored. */
export function devcontainerAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  const settings = vscodeSettingsIn(valueAt(root, "customizations", "vscode", "settings"), "user");
  return {
    ...settings,
    commands: containerCommands(root),
    plugins: features(root),
    variables: [...containerVariables(root), ...(settings.variables ?? [])],
  };
}
