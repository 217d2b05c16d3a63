import {
  type DataArray,
  type DataObject,
  type DataProperty,
  type DataString,
  type DataValue,
  property,
  valueAt,
} from "../../documents/data.ts";
import type { NamedField } from "../config.ts";
import type { ApiAddress, EventCommand, Grant, Permission } from "./model.ts";
import { titleOf } from "./titles.ts";

export const isTrue = (value: DataValue | undefined): boolean => value?.kind === "boolean" && value.value;
export const isFalse = (value: DataValue | undefined): boolean => value?.kind === "boolean" && !value.value;

/** The text of a string; undefined for another kind of value. */
export function textOf(value: DataValue | undefined): string | undefined {
  return value?.kind === "string" ? value.value : undefined;
}

/** The strings of a list, or none for another kind of value. */
export function stringsOf(value: DataValue | undefined): DataString[] {
  return value?.kind === "array" ? value.elements.filter((one) => one.kind === "string") : [];
}

export function propertiesOf(value: DataValue | undefined): readonly DataProperty[] {
  return value?.kind === "object" ? value.properties : [];
}

export function elementsOf(value: DataValue | undefined): readonly DataValue[] {
  return value?.kind === "array" ? value.elements : [];
}

type Details = Omit<Permission, "grant" | "title" | "setting" | "span" | "removal"> &
  Partial<Pick<Permission, "title" | "removal">>;

/** A property of the tree with the object that it stands in. */
export interface Place {
  readonly parent: DataObject;
  readonly property: DataProperty;
}

/** The property at a path of keys; undefined where one is missing. */
export function placeAt(root: DataValue | undefined, ...path: readonly string[]): Place | undefined {
  const parent = valueAt(root, ...path.slice(0, -1));
  const own = property(parent, path.at(-1) ?? "");
  return own && parent?.kind === "object" ? { parent, property: own } : undefined;
}

/** A permission that a whole property gives, and that goes with it. */
export function granted(setting: string, place: Place, grant: Grant, details: Details = {}): Permission {
  return {
    grant,
    title: titleOf(grant, details.written),
    setting,
    span: place.property.span,
    removal: { kind: "property", ...place },
    ...details,
  };
}

/** A permission that is one element of a list. */
export function listed(
  setting: string,
  array: DataArray,
  element: DataValue,
  grant: Grant,
  details: Details = {},
): Permission {
  const written = details.written ?? textOf(element) ?? "";
  return {
    grant,
    title: titleOf(grant, written),
    setting,
    span: element.span,
    removal: { kind: "element", array, element },
    ...details,
    written,
  };
}

/** Names that clients give the providers that they know an address of. */
const VENDORS =
  /^(?:anthropic|openai|google|gemini|google-vertex|mistral|groq|xai|openrouter|deepseek|cohere|azure|amazon-bedrock|github-copilot)$/;

/** True for a provider whose address the client has without being told. */
export const isVendor = (provider: string): boolean => VENDORS.test(provider.toLowerCase());

/** An address that a property names. */
export function addressAt(
  place: Place,
  setting: string,
  details: Partial<Pick<ApiAddress, "what" | "replaces">> = {},
): ApiAddress[] {
  const url = textOf(place.property.value);
  if (url === undefined) return [];
  return [
    { url, span: place.property.span, setting, what: "prompts", removal: { kind: "property", ...place }, ...details },
  ];
}

/** One setting whose value alone says what it gives away. */
export interface Switch {
  /** Keys from the root. */
  readonly path: readonly string[];
  readonly weak: (value: DataValue) => boolean;
  readonly grant: Grant;
  readonly details?: Details;
}

/** The permissions that a table of switches finds in a document. */
export function* switched(root: DataValue | undefined, switches: readonly Switch[]): Iterable<Permission> {
  for (const { path, weak, grant, details } of switches) {
    const place = placeAt(root, ...path);
    if (place && weak(place.property.value)) yield granted(path.join("."), place, grant, details);
  }
}

export const isOneOf =
  (...texts: readonly string[]) =>
  (value: DataValue | undefined): boolean =>
    value?.kind === "string" && texts.includes(value.value);

/** True for a list with an element. */
export const isFilled = (value: DataValue): boolean => value.kind === "array" && value.elements.length > 0;

/** A command in any of the forms that clients have: a script, or a list of words. */
export function commandIn(
  value: DataValue | undefined,
  of: string,
  when: EventCommand["when"],
  details: Partial<Pick<EventCommand, "form" | "removal">> = {},
): EventCommand[] {
  const words = value?.kind === "string" ? [value] : stringsOf(value);
  if (!value || words.every((word) => word.value.trim() === "")) return [];
  const form = value.kind === "string" ? "script" : "words";
  return [{ words, span: value.span, of, when, form, ...details }];
}

/** The variables of an object of names and strings. */
export function* variablesIn(value: DataValue | undefined): Iterable<NamedField> {
  if (value?.kind !== "object") return;
  for (const own of value.properties) {
    if (own.value.kind !== "string") continue;
    yield {
      name: own.key,
      nameSpan: own.keySpan,
      value: own.value.value,
      node: own.value,
      property: own,
      parent: value,
    };
  }
}

/** Where a hook says what is done. Several name one command, for the shells of different systems. */
const HOOK_KEYS: Readonly<Record<string, EventCommand["form"]>> = {
  command: "script",
  bash: "script",
  powershell: "script",
  windows: "script",
  linux: "script",
  osx: "script",
  url: "url",
  prompt: "prompt",
};

/** The commands anywhere below a hook's value: lists of objects with `command`, as most clients write them. */
export function* hookCommands(value: DataValue | undefined, of: string): Iterable<EventCommand> {
  for (const element of elementsOf(value)) yield* hookCommands(element, of);
  for (const one of propertiesOf(value)) {
    const form = Object.hasOwn(HOOK_KEYS, one.key) ? HOOK_KEYS[one.key] : undefined;
    if (form === undefined || one.value.kind === "object") yield* hookCommands(one.value, of);
    else yield* commandIn(one.value, of, "event", one.value.kind === "string" ? { form } : {});
  }
}

/** The commands of a map from events to hooks. */
export function* hooksIn(value: DataValue | undefined): Iterable<EventCommand> {
  for (const one of propertiesOf(value)) yield* hookCommands(one.value, `hook ${one.key}`);
}

/**
 * Whether a list of refusals takes back a rule as a whole, so that its permission has no effect: by the same rule, or by
 * the tool or server that it is about. A refusal of some commands repairs no permission for all of them.
 */
export function takenBack(
  list: DataValue | undefined,
  setting: string,
): (rule: string) => Pick<Permission, "withoutEffect"> {
  const refused = new Set(stringsOf(list).map((one) => one.value.replace(/\((?::?\*{1,2})\)$/, "")));
  return (rule) => {
    const tool = rule.replace(/\(.*$/s, "");
    const [, server = "", name] = tool.startsWith("mcp__") ? tool.split("__") : [];
    const wider = name === undefined ? [] : [`mcp__${server}`, `mcp__${server}__*`, "mcp__*"];
    const back = [rule, tool, ...wider].some((one) => refused.has(one));
    return back ? { withoutEffect: `${setting} takes it back` } : {};
  };
}
