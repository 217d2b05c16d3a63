import type { LockedServer, Surface } from "./lock.ts";
import { LOCK_VERSION } from "./lockRead.ts";

const byCodeUnit = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

type Value = string | number | boolean | null | readonly string[] | ReadonlyMap<string, Value>;

/** JSON with sorted keys, two blanks a level, a line for each element. Maps, so that no name is a prototype's. */
function write(value: Value, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const members = [...(value as ReadonlyMap<string, Value>)].toSorted(byCodeUnit);
    if (members.length === 0) return "{}";
    const lines = members.map(([key, one]) => `${inner}${JSON.stringify(key)}: ${write(one, inner)}`);
    return `{\n${lines.join(",\n")}\n${indent}}`;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((one: string) => `${inner}${JSON.stringify(one)}`).join(",\n")}\n${indent}]`;
  }
  return JSON.stringify(value);
}

function surfaceValue({ server, lists }: Surface): Value {
  const entries = new Map<string, Value>(lists);
  if (server !== undefined) entries.set("server", server);
  return entries;
}

function serverValue({ client, launch, packages, identity, surface }: LockedServer): Value {
  const { command, args, cwd, url, env, envFile, headers, headersHelper, disabled } = launch;
  const fields = new Map<string, Value>([
    ["client", client],
    ["identity", identity],
    ["packages", packages],
  ]);
  const put = (name: string, value: Value | undefined, wanted: boolean): void => {
    if (value !== undefined && wanted) fields.set(name, value);
  };
  put("command", command, true);
  put("args", args, command !== undefined || args.length > 0);
  put("cwd", cwd, true);
  put("url", url, true);
  put("env", env, env.length > 0);
  put("envFile", envFile, true);
  put("headers", headers, headers.length > 0);
  put("headersHelper", headersHelper, true);
  put("disabled", disabled, disabled);
  put("surface", surface && surfaceValue(surface), true);
  return fields;
}

/** The text of a lock: the same servers give the same bytes, in whatever order they come. Ends with a line feed. */
export function lockText(servers: readonly LockedServer[]): string {
  const files = new Map<string, Map<string, Value>>();
  for (const server of servers) {
    const file = files.get(server.file) ?? new Map<string, Value>();
    files.set(server.file, file.set(server.name, serverValue(server)));
  }
  return `${write(
    new Map<string, Value>([
      ["servers", files],
      ["version", LOCK_VERSION],
    ]),
    "",
  )}\n`;
}
