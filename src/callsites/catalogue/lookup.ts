import type { CallKind } from "../callSite.ts";
import { type Family, isDotted } from "../program.ts";
import { ofEach } from "./families.ts";
import type { Chains, Sdk } from "./sdk.ts";
import { JAVASCRIPT_SDKS } from "./sdksJavaScript.ts";
import { PYTHON_SDKS } from "./sdksPython.ts";

const SDKS: Readonly<Record<Family, readonly Sdk[]>> = {
  python: PYTHON_SDKS,
  javascript: JAVASCRIPT_SDKS,
  ...ofEach("sdks"),
};

/** The name by which an SDK's packages are told from all others at a glance. */
function rootOf(language: Family, module: string): string {
  if (isDotted(language)) return module.split(".")[0] ?? module;
  if (language === "go") return module.split("/").slice(0, 3).join("/");
  const [scope, name] = module.split("/");
  return module.startsWith("@") ? `${scope}/${name ?? ""}` : (scope ?? module);
}

function byRoot(language: Family): ReadonlyMap<string, readonly Sdk[]> {
  const map = new Map<string, Sdk[]>();
  for (const sdk of SDKS[language]) {
    for (const root of new Set(sdk.packages.map((name) => rootOf(language, name)))) {
      map.set(root, [...(map.get(root) ?? []), sdk]);
    }
  }
  return map;
}

const roots = new Map<Family, ReadonlyMap<string, readonly Sdk[]>>();
const NO_SDKS: readonly Sdk[] = [];

function candidates(language: Family, module: string): readonly Sdk[] {
  let map = roots.get(language);
  if (!map) roots.set(language, (map = byRoot(language)));
  return map.get(rootOf(language, module)) ?? NO_SDKS;
}

/** Chains under which one may be listed: as it is, or with `*` for the calls of a fluent interface in between. */
function keysOf(text: string): string[] {
  const first = text.indexOf(".");
  const last = text.lastIndexOf(".");
  return first < 0 ? [text] : [text, `${text.slice(0, first)}.*${text.slice(last)}`, `*${text.slice(last)}`];
}

const split = new Map<Chains, ReadonlyMap<string, CallKind>>();

/** Chains by their text. */
function chainsOf(chains: Chains): ReadonlyMap<string, CallKind> {
  let map = split.get(chains);
  if (!map) {
    map = new Map(
      Object.entries(chains).flatMap(([kind, text]) => text.split(" ").map((chain) => [chain, kind as CallKind])),
    );
    split.set(chains, map);
  }
  return map;
}

/** The part of a dotted name that follows a package, when the name is of that package. */
function afterPackage(language: Family, sdk: Sdk, module: string, path: readonly string[]): string[] | undefined {
  for (const name of sdk.packages) {
    if (isDotted(language)) {
      const full = [...module.split("."), ...path];
      const prefix = name.split(".");
      if (prefix.every((part, i) => full[i] === part)) return full.slice(prefix.length);
    } else if (
      name.endsWith("/*") ? module.startsWith(name.slice(0, -1)) : module === name || module.startsWith(`${name}/`)
    ) {
      return path[0] === "default" && path.length > 1 ? path.slice(1) : [...path];
    }
  }
  return undefined;
}

export interface Made {
  readonly sdk: Sdk;
  readonly package: string;
  readonly constructorName: string;
}

const endsWith = (text: string, end: string): boolean => text === end || text.endsWith(`.${end}`);

/** Whether a path ends as a constructor's, in which `*` stands for the calls of a builder: `Client.*.build`. */
function makes(text: string, constructor: string): boolean {
  const [head, tail] = constructor.split("*.");
  if (head === undefined || tail === undefined) return endsWith(text, constructor);
  return endsWith(text, tail) && (head === "" || text.startsWith(head) || text.includes(`.${head}`));
}

/** The SDK whose client an export makes when it is called (`isNew`: with `new`). */
export function findConstructor(
  language: Family,
  module: string,
  path: readonly string[],
  isNew: boolean,
): Made | undefined {
  for (const sdk of candidates(language, module)) {
    const rest = afterPackage(language, sdk, module, path);
    if (!rest) continue;
    // `Gemini.new`: the module itself is what is made.
    const text = rest.join(".") || (isNew && language === "ruby" ? "new" : "");
    const own = sdk.packages[0] ?? module;
    const [first] = sdk.constructors;
    if (language === "javascript" && isNew && first !== undefined && (text === "" || text === "default")) {
      return { sdk, package: module, constructorName: first };
    }
    const name = sdk.constructors.find((candidate) => candidate !== "" && makes(text, candidate));
    if (name !== undefined) {
      return { sdk, package: isDotted(language) ? own : module, constructorName: name };
    }
  }
  return undefined;
}

/** The SDK and kind of an export that sends data when it is called. */
export function findFunction(
  language: Family,
  module: string,
  path: readonly string[],
): { readonly sdk: Sdk; readonly package: string; readonly kind: CallKind; readonly chain: string } | undefined {
  for (const sdk of candidates(language, module)) {
    if (!sdk.functions) continue;
    const rest = afterPackage(language, sdk, module, path);
    if (!rest) continue;
    const chain = rest.join(".");
    const functions = chainsOf(sdk.functions);
    const kind = keysOf(chain)
      .map((key) => functions.get(key))
      .find(Boolean);
    if (kind) return { sdk, package: isDotted(language) ? (sdk.packages[0] ?? module) : module, kind, chain };
  }
  return undefined;
}

/** The SDK and kind of a command class that a client's `send` takes. */
export function findCommand(
  language: Family,
  module: string,
  path: readonly string[],
): { readonly sdk: Sdk; readonly package: string; readonly kind: CallKind; readonly name: string } | undefined {
  for (const sdk of candidates(language, module)) {
    if (!sdk.commands) continue;
    const rest = afterPackage(language, sdk, module, path);
    const name = rest?.at(-1);
    const kind = name === undefined ? undefined : chainsOf(sdk.commands).get(name);
    if (name !== undefined && kind) return { sdk, package: module, kind, name };
  }
  return undefined;
}

/** Whether an SDK of the catalogue has a name in a package. */
export function isKnown(language: Family, module: string, name: string): boolean {
  if (findConstructor(language, module, [name], true)) return true;
  return candidates(language, module).some((sdk) =>
    sdk.constructors.some((one) => one.startsWith(`${name}.`) && afterPackage(language, sdk, module, [name])),
  );
}

/** The SDK that a request's module is of, if a callee as it is written ends in one of that SDK's calls. */
export function findByRequest(
  language: Family,
  module: string,
  callee: string,
): { readonly sdk: Sdk; readonly package: string; readonly kind: CallKind; readonly chain: string } | undefined {
  for (const sdk of candidates(language, module)) {
    if (!afterPackage(language, sdk, module, [])) continue;
    for (const [chain, kind] of chainsOf(sdk.calls)) {
      if (endsWith(callee, chain)) return { sdk, package: sdk.packages[0] ?? module, kind, chain };
    }
  }
  return undefined;
}

/** Members that change how a response comes, not what is sent. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  "with_raw_response",
  "with_streaming_response",
  "withRawResponse()",
  "async()",
  "sync()",
]);

/** What a chain of members of a client asks for; undefined when it sends nothing. */
export function findCall(sdk: Sdk, constructorName: string, chain: readonly string[]): CallKind | undefined {
  if (sdk.proxies)
    return chain.length === 1 && !/\(\)$|^(?:hashCode|equals|toString|getClass)$/.test(chain[0] ?? "")
      ? sdk.proxies
      : undefined;
  const steps = sdk.steps?.split(" ");
  const text = chain.filter((part) => !TRANSPARENT.has(part) && !steps?.includes(part.replace(/\(\)$/, ""))).join(".");
  const calls = chainsOf(sdk.calls);
  const last = constructorName.split(".").at(-1) ?? constructorName;
  for (const key of keysOf(text)) {
    const kind = calls.get(`${last}.${key}`) ?? calls.get(key);
    if (kind) return kind;
  }
  return undefined;
}

/** Every package of every SDK: what a source must mention to use one. */
export function packagesOf(language: Family): readonly string[] {
  return SDKS[language].flatMap((sdk) => sdk.packages.map((name) => name.replace(/\/\*$/, "")));
}

/** Where a client of that constructor sends its data. */
export function providerOf(sdk: Sdk, constructorName: string): string {
  if (/Azure/.test(constructorName)) return "azure-openai";
  if (/^(?:Async)?AnthropicBedrock/.test(constructorName)) return "bedrock";
  if (/^(?:Async)?AnthropicVertex/.test(constructorName)) return "vertexai";
  return sdk.provider;
}
