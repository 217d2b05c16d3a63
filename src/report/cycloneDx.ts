import type { CallSite } from "../callsites/callSite.ts";
import { plainLine } from "./plain.ts";

export interface BomOptions {
  /** What is described: the folder's name. */
  readonly name: string;
  /** Sallyport's own. */
  readonly version: string;
  /** A path as it stands in the document. */
  readonly shown: (file: string) => string;
}

interface Occurrence {
  readonly location: string;
  readonly line: number;
  readonly offset: number;
  readonly symbol: string;
  readonly additionalContext: string;
}

/** Providers that run on the machine itself: nothing crosses a border of trust. */
const LOCAL: ReadonlySet<string> = new Set(["ollama", "lmstudio", "llama-cpp"]);

/** package-url types of the languages whose packages are named in a source as their registry names them. */
const PURL: Readonly<Record<string, string>> = { javascript: "npm", typescript: "npm", tsx: "npm", go: "golang" };

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * The models, SDKs and providers that a code base calls, as a CycloneDX 1.6 bill of materials (ECMA-424): a
 * machine-learning model, a library and a service each, every call as an occurrence with its verdict. The same sites
 * give the same bytes: there is no serial number and no time in it.
 */
export function renderCycloneDx(sites: readonly CallSite[], options: BomOptions): string {
  const occurrences = (own: readonly CallSite[]): Occurrence[] =>
    own.map((site) => ({
      location: plainLine(options.shown(site.file)),
      line: site.line,
      offset: site.span.start,
      symbol: plainLine(site.method),
      additionalContext: plainLine(`${site.verdict}: ${site.reason}`),
    }));
  const verdicts = (own: readonly CallSite[]): { name: string; value: string }[] =>
    grouped(own, (site) => site.verdict).map(([verdict, some]) => ({
      name: `sallyport:calls:${verdict}`,
      value: String(some.length),
    }));
  const named = sites.flatMap((site) => (site.model === undefined ? [] : [{ site, model: site.model }]));
  const models = grouped(named, ({ site, model }) => `${site.provider}/${model}`).map(([key, own]) => {
    const calls = own.map(({ site }) => site);
    return {
      type: "machine-learning-model",
      "bom-ref": `model:${plainLine(key)}`,
      name: plainLine(own[0]?.model ?? ""),
      publisher: plainLine(own[0]?.site.provider ?? ""),
      evidence: { occurrences: occurrences(calls) },
      properties: verdicts(calls),
    };
  });
  const libraries = grouped(
    sites.filter((site) => site.sdk !== "http"),
    (site) => `${PURL[site.language] ?? site.language}:${site.sdk}`,
  ).map(([key, own]) => {
    const [first] = own;
    const type = PURL[first?.language ?? ""];
    const purl = type !== undefined && first && /^[@\w./-]+$/.test(first.sdk);
    return {
      type: "library",
      "bom-ref": `library:${plainLine(key)}`,
      name: plainLine(first?.sdk ?? ""),
      ...(purl ? { purl: `pkg:${type}/${first.sdk.replace("@", "%40")}` } : {}),
      evidence: { occurrences: occurrences(own) },
    };
  });
  const services = grouped(sites, (site) => site.provider).map(([provider, own]) => ({
    "bom-ref": `service:${plainLine(provider)}`,
    name: plainLine(provider),
    "x-trust-boundary": !LOCAL.has(provider),
    data: [{ flow: "bi-directional", classification: "prompts and completions" }],
    properties: [{ name: "sallyport:calls", value: String(own.length) }, ...verdicts(own)],
  }));
  const dependsOn = [...libraries, ...models, ...services].map((one) => one["bom-ref"]);
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      tools: { components: [{ type: "application", name: "sallyport", version: options.version }] },
      component: { type: "application", "bom-ref": "application", name: plainLine(options.name) },
    },
    components: [...libraries, ...models],
    services,
    dependencies: [{ ref: "application", dependsOn }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
