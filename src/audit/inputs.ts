import { MCPB_BUNDLED, MCPB_MANIFEST, MCPB_SOURCE } from "../clients/claudeDesktop.ts";
import type { ConfigFile } from "../clients/config.ts";
import { objectsIn, REGISTRY_MANIFEST } from "../clients/registryManifest.ts";
import type { Span } from "../core/text.ts";
import { type DataObject, type DataString, type DataValue, property, valueAt } from "../documents/data.ts";

/** Something that a manifest asks whoever installs the server for. */
export interface AskedInput {
  readonly name: string;
  readonly nameSpan: Span;
  readonly object: DataObject;
  /** The key by which the manifest says that it is a secret. */
  readonly flag: "isSecret" | "sensitive";
  readonly marked: boolean;
  /** What everybody gets who fills in nothing. */
  readonly preset?: DataString;
  /** It is a path, a number or a switch, and none of these is a secret. */
  readonly plain: boolean;
}

const isOn = (value: DataValue | undefined): boolean => value?.kind === "boolean" && value.value;

function inputOf(name: string, nameSpan: Span, object: DataObject, flag: AskedInput["flag"]): AskedInput {
  const form = property(object, flag === "isSecret" ? "format" : "type")?.value;
  const preset = ["value", "default"].map((key) => property(object, key)?.value).find((one) => one?.kind === "string");
  return {
    name,
    nameSpan,
    object,
    flag,
    marked: isOn(property(object, flag)?.value),
    plain: form?.kind === "string" && form.value !== "string",
    ...(preset?.kind === "string" && { preset }),
  };
}

/** What a value is put together from: `variables`, which are inputs themselves. */
function* variablesOf(object: DataObject): Iterable<AskedInput> {
  const variables = property(object, "variables")?.value;
  for (const { key, keySpan, value } of variables?.kind === "object" ? variables.properties : []) {
    if (value.kind === "object") yield inputOf(key, keySpan, value, "isSecret");
  }
}

/** One input of a `server.json`: what it is put together from, where it is; else itself. */
function* registryInput(object: DataObject): Iterable<AskedInput> {
  const inner = [...variablesOf(object)];
  yield* inner;
  const name = property(object, "name")?.value;
  // A value that only has places for others in it is as secret as those.
  if (name?.kind === "string" && inner.length === 0) yield inputOf(name.value, name.span, object, "isSecret");
}

function* ofRegistry(root: DataValue | undefined): Iterable<AskedInput> {
  for (const one of objectsIn(valueAt(root, "packages"))) {
    const lists = ["environmentVariables", "environment_variables", "runtimeArguments", "packageArguments"];
    for (const key of lists) for (const input of objectsIn(valueAt(one, key))) yield* registryInput(input);
    for (const header of objectsIn(valueAt(one, "transport", "headers"))) yield* registryInput(header);
  }
  for (const one of objectsIn(valueAt(root, "remotes"))) {
    for (const header of objectsIn(valueAt(one, "headers"))) yield* registryInput(header);
    yield* variablesOf(one);
  }
}

function* ofBundle(root: DataValue | undefined): Iterable<AskedInput> {
  const asked = valueAt(root, "user_config");
  for (const { key, keySpan, value } of asked?.kind === "object" ? asked.properties : []) {
    if (value.kind === "object") yield inputOf(key, keySpan, value, "sensitive");
  }
}

/** What the manifest of a published server asks for; nothing of another file. */
export function inputsOf({ kind, document }: ConfigFile): Iterable<AskedInput> {
  if (kind === REGISTRY_MANIFEST) return ofRegistry(document.root);
  return kind === MCPB_BUNDLED || kind === MCPB_MANIFEST || kind === MCPB_SOURCE ? ofBundle(document.root) : [];
}
