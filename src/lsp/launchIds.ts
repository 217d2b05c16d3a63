import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import { realpathSync } from "node:fs";
import { inspectLaunch } from "../inspect/launch.ts";
import { launchIdentityId } from "../link/identity.ts";
import { findProgram, isProgram } from "../proxy/commandLine.ts";
import { packageOf } from "../proxy/identity.ts";

/** What the proxy of a protected entry may say that it starts. */
export interface LaunchIds {
  /** One for each folder in which the client may start it. */
  readonly ids: readonly string[];
  /** False where the client may know more than is known here: values of inputs, or another PATH. */
  readonly known: boolean;
}

/** Folders in which a client may start what names none: more make no difference. */
const MAX_FOLDERS = 8;
/** As the proxy cuts it. */
const MAX_PACKAGE = 256;
const NONE: LaunchIds = { ids: [], known: false };

function ofUrl(url: string): LaunchIds {
  if (!URL.canParse(url) || /[${}]/.test(url)) return NONE;
  const { origin } = new URL(url);
  return { ids: [launchIdentityId({ kind: "url", scope: "unknown", origin })], known: true };
}

/** The executable as the proxy names it: found, links resolved. */
function executableOf(command: string, cwd: string, environment: Environment, env: ReadonlyMap<string, string>) {
  const windows = environment.os === "windows";
  const variable = (name: string): string | undefined => env.get(name) ?? environment.variable(name);
  const found = findProgram(command, { windows, cwd, variable, isProgram });
  if (found === undefined) return undefined;
  try {
    return realpathSync(found);
  } catch {
    // Gone since: the proxy then names it as it was found.
    return found;
  }
}

/**
 * The launch identities under which an entry's server can say hello, computed as the proxy does, over the entry as its
 * client would start it in each of these folders. `here`: the client has this process's own PATH.
 */
export function launchIdsOf(
  file: ConfigFile,
  entry: ServerEntry,
  environment: Environment,
  folders: readonly string[],
  here: boolean,
): LaunchIds {
  if (entry.url && !entry.command) return ofUrl(entry.url.value);
  const ids = new Set<string>();
  let known = here || /[\\/]/.test(entry.command?.value ?? "");
  for (const folder of [...new Set(folders)].slice(0, MAX_FOLDERS)) {
    const launch = inspectLaunch({ file, entry, environment, folder });
    if (!launch || launch.unknown.length > 0) return NONE;
    const { command, args, cwd, env } = launch;
    const executable = executableOf(command, cwd, environment, env);
    if (executable === undefined) known = false;
    const from = packageOf(command, args)?.slice(0, MAX_PACKAGE);
    ids.add(
      launchIdentityId({
        kind: "stdio",
        scope: "unknown",
        executable: executable ?? command,
        args,
        ...(from !== undefined && { package: from }),
        cwd,
      }),
    );
  }
  return { ids: [...ids], known };
}
