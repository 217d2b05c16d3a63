import type { Identity, InventoryEntry } from "../audit/inventory.ts";
import { plainLine } from "./plain.ts";

/** The number of the inventory's JSON format; it grows when a consumer has to change. */
const INVENTORY_VERSION = 1;

/** The inventory as one JSON document, indented, with a final line feed. */
export function renderInventoryJson(inventory: readonly InventoryEntry[]): string {
  return `${JSON.stringify({ version: INVENTORY_VERSION, servers: inventory }, null, 2)}\n`;
}

const FROM: Readonly<Record<Identity["from"], string>> = {
  environment: "variable",
  header: "header",
  argument: "argument",
  address: "address",
  oauth: "OAuth",
  file: "file named by",
  profile: "account named by",
  helper: "command",
};

function identity(one: Identity, now: number): string {
  const expired = one.expires !== undefined && Date.parse(one.expires) < now;
  return [
    `${FROM[one.from]} ${one.name}`,
    one.how === "literal" ? "in clear" : "by reference",
    ...(one.kind === undefined ? [] : [one.kind]),
    ...(one.scopes ? [`may: ${one.scopes.join(", ")}`] : []),
    ...(one.expires === undefined ? [] : [`${expired ? "expired" : "until"} ${one.expires.slice(0, 10)}`]),
    ...(one.sharedWith.length > 0 ? [`shared with ${one.sharedWith.join(", ")}`] : []),
  ].join("; ");
}

/** The inventory for a person: a paragraph a server, one line for each thing that it acts with. `now` in ms since 1970. */
export function renderInventoryText(inventory: readonly InventoryEntry[], now: number): string {
  if (inventory.length === 0) return "No MCP server is configured.\n";
  const blocks = inventory.map((one) => {
    const state = [...(one.enabled ? [] : ["off"]), ...(one.protected ? ["protected"] : [])];
    const starts = [one.server, one.starts, one.version].filter((part) => part !== undefined).join(", ");
    return [
      `${one.name} (${one.client}, ${one.scope}${state.map((word) => `, ${word}`).join("")})`,
      `  ${one.file}`,
      ...(starts === "" ? [] : [`  starts: ${starts}`]),
      ...(one.abilities.length > 0 ? [`  can: ${one.abilities.join(", ")}`] : []),
      ...(one.identities.length > 0
        ? one.identities.map((own) => `  acts with: ${identity(own, now)}`)
        : ["  acts with: nothing that its entry says"]),
    ]
      .map(plainLine)
      .join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}
