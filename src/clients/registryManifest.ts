import { type DataValue, valueAt } from "../documents/data.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

/**
 * `server.json` of the registry of MCP servers (registry.modelcontextprotocol.io, schema 2025-12-11 and those before):
 * how others start a server (`packages`) or reach it (`remotes`). Other programs have files of this name too.
 */
export const REGISTRY_MANIFEST: FileKind = serverFile({
  id: "registry-manifest",
  client: "unknown",
  title: "the server.json of a published server",
  strict: true,
  published: true,
  maps: [["packages"], ["remotes"]],
  belongs: (root) => {
    const schema = valueAt(root, "$schema");
    if (schema?.kind === "string" && schema.value.includes("modelcontextprotocol")) return true;
    const name = valueAt(root, "name");
    const lists = ["packages", "remotes"].some((key) => valueAt(root, key)?.kind === "array");
    return lists && name?.kind === "string" && name.value.includes("/");
  },
});

/** The elements of a list that are objects; none where there is no list. */
export function objectsIn(value: DataValue | undefined): Extract<DataValue, { kind: "object" }>[] {
  return value?.kind === "array" ? value.elements.filter((one) => one.kind === "object") : [];
}
