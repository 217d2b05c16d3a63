import type { ServerEntry, TextField } from "../clients/config.ts";

/** Programs whose argument is the address of the server that they connect to. */
const BRIDGE = /(?:^|[\\/])(?:mcp-remote|supergateway|mcp-proxy|@smithery\/cli)(?:@[^/\\]*)?$/;

/** Where an entry's server is: its URL, or what a bridge such as mcp-remote is given. */
export function addressesOf(entry: ServerEntry): readonly TextField[] {
  const bridge = entry.args.some((arg) => BRIDGE.test(arg.value)) || BRIDGE.test(entry.command?.value ?? "");
  const given = bridge ? entry.args.filter((arg) => /^[a-z]+:\/\//i.test(arg.value)) : [];
  return entry.url ? [entry.url, ...given] : given;
}
