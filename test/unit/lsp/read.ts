import { kindOf, readConfig } from "../../../src/clients/clients.ts";
import type { ConfigFile, ServerEntry } from "../../../src/clients/config.ts";
import type { Environment } from "../../../src/core/environment.ts";

export const LINUX: Environment = { os: "linux", home: "/home/ada", cwd: "/w", variable: () => undefined };

export async function configAt(path: string, text: string): Promise<ConfigFile> {
  return await readConfig({ path, text, ...kindOf(path, LINUX) });
}

export function entryIn(config: ConfigFile, name: string): ServerEntry {
  const found = config.entries.find((one) => one.name === name);
  if (!found) throw new Error(`${config.path} has no ${name}`);
  return found;
}
