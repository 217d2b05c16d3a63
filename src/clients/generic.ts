import type { Format } from "../documents/data.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { bareMap, isServer, mapAt } from "./maps.ts";

/** Where the clients that we know have their servers. */
const PLACES: readonly (readonly string[])[] = [
  ["mcpServers"],
  ["servers"],
  ["mcp", "servers"],
  ["mcp.servers"],
  ["context_servers"],
  ["mcp_servers"],
  ["mcp-servers"],
  ["amp.mcpServers"],
];
/** Keys that mean something else in most files: read where what stands there has the shape of servers. */
const BY_SHAPE = ["mcp", "extensions"];

/** A file that a person names and that no client is known for: read in every layout. */
const generic = (format: Format): FileKind =>
  serverFile({
    id: "generic",
    client: "unknown",
    title: "an MCP configuration",
    variables: "none",
    format,
    maps: PLACES,
    more: (root, found) => {
      const shaped = BY_SHAPE.flatMap((key) => mapAt(root, key)).filter(({ object, list }) =>
        (object ? object.properties.map((one) => one.value) : list.elements).some(isServer),
      );
      return found.length + shaped.length > 0 ? shaped : bareMap(root);
    },
  });

const JSON_FILE = generic("json");
const TOML_FILE = generic("toml");
const YAML_FILE = generic("yaml");

/** The kind of a file by its extension; JSON where that says nothing. */
export function genericKind(file: string): FileKind {
  if (/\.toml$/i.test(file)) return TOML_FILE;
  return /\.ya?ml$/i.test(file) ? YAML_FILE : JSON_FILE;
}
