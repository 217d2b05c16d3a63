import type { ConfigFile, NamedField } from "../config.ts";
import { ofEntries } from "./entries.ts";
import { entryCommands } from "./entryCommands.ts";
import type { AgentSettings, ApiAddress, EventCommand, Permission, PluginReference } from "./model.ts";

interface Read {
  readonly permissions: readonly Permission[];
  readonly commands: readonly EventCommand[];
  readonly plugins: readonly PluginReference[];
  readonly addresses: readonly ApiAddress[];
  readonly variables: readonly NamedField[];
}

const known = new WeakMap<ConfigFile, Read>();

/** Read once a file: several rules and the editor's views ask. */
function read(file: ConfigFile): Read {
  const before = known.get(file);
  if (before) return before;
  const own: AgentSettings = file.kind.agent?.(file) ?? {};
  const result = {
    permissions: [...ofEntries(file), ...(own.permissions ?? [])],
    commands: [...entryCommands(file), ...(own.commands ?? [])],
    plugins: [...(own.plugins ?? [])],
    addresses: [...(own.addresses ?? [])],
    variables: [...(own.variables ?? [])],
  };
  known.set(file, result);
  return result;
}

/** What a file lets an agent do without asking, in words and with its place; what has no effect there among it, marked. */
export function permissionsOf(file: ConfigFile): readonly Permission[] {
  return read(file).permissions;
}

/** The commands that a client runs by itself because of this file. */
export function commandsOf(file: ConfigFile): readonly EventCommand[] {
  return read(file).commands;
}

/** Plugins, marketplaces and container features that this file names. */
export function pluginsOf(file: ConfigFile): readonly PluginReference[] {
  return read(file).plugins;
}

/** Where this file sends what the agent says to its model. */
export function addressesOf(file: ConfigFile): readonly ApiAddress[] {
  return read(file).addresses;
}

/** Variables that this file sets for everything its client starts. */
export function settingsVariables(file: ConfigFile): readonly NamedField[] {
  return read(file).variables;
}
