import { type DataProperty, type DataValue, property, valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, ApiAddress, EventCommand, Grant, Permission, PluginReference } from "./model.ts";
import { titleOf } from "./titles.ts";
import { toolGrant } from "./tools.ts";
import {
  addressAt,
  commandIn,
  elementsOf,
  granted,
  isOneOf,
  isVendor,
  placeAt,
  propertiesOf,
  switched,
} from "./values.ts";

const isAllow = isOneOf("allow");

/** What is allowed is taken back by a question: without the setting most tools are allowed all the same. */
const asking = (own: DataProperty) => ({ kind: "value", property: own, to: "ask" }) as const;

function grantOf(tool: string, pattern: string | undefined): Grant {
  if (tool === "external_directory") return { kind: "guard" };
  return toolGrant(tool, pattern, "glob");
}

function permission(
  setting: string,
  parent: DataValue,
  own: DataProperty,
  tool: string,
  pattern?: string,
): Permission[] {
  if (parent.kind !== "object" || !isAllow(own.value)) return [];
  const grant = grantOf(tool, pattern);
  const written = pattern === undefined ? tool : `${tool} ${pattern}`;
  if (grant.kind === "guard") {
    if (pattern !== undefined && pattern !== "*") return [];
    const title = "reaches folders outside of the project without asking";
    return [granted(setting, { parent, property: own }, grant, { title, weight: "medium", removal: asking(own) })];
  }
  const removal = asking(own);
  // Edits and pages need no question by default: whoever writes it down gives away less than elsewhere.
  const weight = grant.kind === "write" || grant.kind === "fetch" ? ({ weight: "medium" } as const) : {};
  return [
    granted(setting, { parent, property: own }, grant, { written, removal, title: titleOf(grant, pattern), ...weight }),
  ];
}

/** The last rule that matches decides: what stands before a star that asks or denies says nothing. */
function inForce(value: DataValue): readonly DataProperty[] {
  const all = propertiesOf(value);
  const star = all.findLastIndex((own) => own.key === "*" && own.value.kind === "string" && !isAllow(own.value));
  return all.slice(star + 1);
}

/** `permission`: one word for all tools, or a map from tools to a word or to a map from patterns to words. */
export function* ofPermission(root: DataValue | undefined, ...path: readonly string[]): Iterable<Permission> {
  const setting = [...path, "permission"].join(".");
  const place = placeAt(root, ...path, "permission");
  if (!place) return;
  const { value } = place.property;
  if (isAllow(value)) {
    const removal = asking(place.property);
    yield granted(setting, place, { kind: "everything" }, { removal });
  }
  for (const tool of inForce(value)) {
    yield* permission(setting, value, tool, tool.key);
    for (const pattern of inForce(tool.value)) {
      yield* permission(setting, tool.value, pattern, tool.key, pattern.key);
    }
  }
}

function* commands(root: DataValue): Iterable<EventCommand> {
  for (const kind of ["formatter", "lsp"]) {
    for (const own of propertiesOf(valueAt(root, kind))) {
      yield* commandIn(property(own.value, "command")?.value, `${kind} ${own.key}`, "event");
    }
  }
}

const EXACT = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** A plugin by its name on npm, by git, or by a file: `name@version`, `git+https://…#sha`, `./plugin.ts`. */
function pluginOf(node: DataValue): PluginReference | undefined {
  const own = node.kind === "array" ? node.elements[0] : node;
  if (own?.kind !== "string") return undefined;
  const written = own.value;
  const common = { written, span: own.span, setting: "plugin", node: own };
  if (/^(?:file:|\.{0,2}[\\/]|~|[A-Za-z]:[\\/])/.test(written)) return { ...common, kind: "file", name: written };
  if (/^(?:git[+:@]|github:|https?:|ssh:)/.test(written)) {
    const ref = /#(?:commit=)?([0-9a-f]{40})$/i.exec(written)?.[1];
    return { ...common, kind: "git", name: written, ...(ref !== undefined && { version: ref }) };
  }
  const at = written.indexOf("@", 1);
  const name = at < 0 ? written : written.slice(0, at);
  const version = at < 0 ? undefined : written.slice(at + 1);
  return { ...common, kind: "npm", name, ...(version !== undefined && EXACT.test(version) && { version }) };
}

function* addresses(root: DataValue): Iterable<ApiAddress> {
  for (const provider of propertiesOf(valueAt(root, "provider"))) {
    const place = placeAt(provider.value, "options", "baseURL");
    if (place)
      yield* addressAt(place, `provider.${provider.key}.options.baseURL`, { replaces: isVendor(provider.key) });
  }
}

/** `opencode.json` and `kilo.json`, which has the same settings. */
export function opencodeAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  if (root?.kind !== "object") return {};
  const agents = ["agent", "mode"].flatMap((key) =>
    propertiesOf(valueAt(root, key)).map((one) => [key, one.key] as const),
  );
  return {
    permissions: [
      ...ofPermission(root),
      ...agents.flatMap((path) => [...ofPermission(root, ...path)]),
      ...switched(root, [
        {
          path: ["share"],
          weak: isOneOf("auto"),
          grant: { kind: "guard" },
          details: { title: "puts every session on the web", weight: "medium" },
        },
      ]),
    ],
    commands: commands(root),
    plugins: elementsOf(property(root, "plugin")?.value).flatMap((one) => pluginOf(one) ?? []),
    addresses: addresses(root),
  };
}
