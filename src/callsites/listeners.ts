import { MORE_FAMILIES } from "./catalogue/families.ts";
import type { Cover } from "./instrumentation.ts";
import { type Call, type Entry, type Expression, type Scope } from "./program.ts";
import { type Client, type Resolver, statesTypes, written } from "./resolve.ts";
import { type Sink, sinkOf } from "./sinks.ts";
import { options, type Site } from "./sites.ts";

/** Options by which a client, or one request, is given something that sees what is sent and received. */
const TAKES =
  /^(?:listeners?|chatModelListeners?|(?:default)?[aA]dvisors|add(?:Network)?Interceptor|interceptors?|requestInterceptors?|filters?|addExecutionInterceptor|executionInterceptors|overrideConfiguration|observationRegistry|registerListeners?|plugins?|beforeModelCallback|afterModelCallback|afterModelCallbackSync|install|listener|handleEvents)$/;
/** Library classes that record what passes, by name; and those whose records leave out what was said. */
const RECORDS =
  /^(?:SimpleLoggerAdvisor|LoggingPlugin|Langfuse|OpenInference|OpenTelemetry|SpanChatModelListener|AwsSdkTelemetry|BedrockTelemetry)/;
const COUNTS = /^(?:Metrics|MicrometerMetrics|HttpLoggingInterceptor|Logging$)/;
/** Variables whose name says that what they hold records. */
const SAYS_SO = /log|audit|trac|record|observ|telemetr|monitor/i;
const BEAN = /^(?:Bean|Produces|Component|Service|ApplicationScoped|Singleton|Configuration|Named|Dependent)$/;

/** What a class is called when it is made known to a framework, by the SDKs whose calls it then sees. */
const KNOWN_BASES: Readonly<Record<string, string>> = {
  ChatModelListener: "langchain4j",
  AiServiceResponseReceivedListener: "langchain4j",
  AiServiceCompletedListener: "langchain4j",
  ObservationHandler: "spring-ai",
};

type State = { readonly state: Cover["state"]; readonly what: string };

function isTrue(value: Expression, resolver: Resolver): boolean {
  return resolver.program.text.slice(value.at.start, value.at.end) === "true";
}

/** The calls that made a client, and the clients that it was made of. */
function makersOf(client: Client, depth = 0): { call: Call; from: Resolver; scope: Scope }[] {
  const { made, from } = client;
  if (!made || depth > 3) return [];
  const scope = scopeOf(made, from);
  const inner = made.arguments.flatMap(({ value }) => {
    const given = from.evaluate(value, scope);
    return given.kind === "client" && given.made !== made ? makersOf(given, depth + 1) : [];
  });
  return [{ call: made, from, scope }, ...inner];
}

function scopeOf(call: Call, resolver: Resolver): Scope {
  let scope = scopes.get(call);
  if (!scope) {
    scope =
      resolver.program.scopes.find((one) => one.calls.some((use) => use.call === call)) ?? resolver.program.module;
    scopes.set(call, scope);
  }
  return scope;
}

const scopes = new WeakMap<Call, Scope>();

/** What listeners, advisors, interceptors and log settings of a site's client, or of the call itself, record of it. */
export function listenersOf(site: Site, resolver: Resolver, others: readonly Resolver[]): Cover[] {
  if (!statesTypes(resolver.program.language)) return [];
  const found: Cover[] = [];
  const client = site.client && (site.client.made ? site.client : (beanOf(site, resolver, others) ?? site.client));
  const givers = client ? makersOf(client) : [];
  const logs = { requests: false, responses: false };
  const look = (entries: readonly Entry[], from: Resolver, scope: Scope): void => {
    for (const { name, value } of entries) {
      if (name === undefined) continue;
      if (/^log(?:Requests?|RequestsAndResponses)$/i.test(name)) logs.requests ||= isTrue(value, from);
      if (/^log(?:Responses?|RequestsAndResponses)$/i.test(name)) logs.responses ||= isTrue(value, from);
      if (!TAKES.test(name)) continue;
      const best = stateOf(value, scope, from, 0);
      if (best) found.push({ ...best, span: value.at, resolver: from });
    }
  };
  for (const { call, from, scope } of givers) look(options(call), from, scope);
  look(site.request, resolver, site.scope);
  const [maker] = givers;
  if (maker && (logs.requests || logs.responses)) {
    const both = logs.requests && logs.responses;
    const what = both
      ? "the model logs its requests and responses"
      : `the model logs its ${logs.requests ? "requests" : "responses"} only`;
    found.push({ state: both ? "logs" : "partly", what, span: maker.call.at, resolver: maker.from });
  }
  if (!givers.some(({ call }) => options(call).some((one) => one.name === "listeners")))
    for (const one of [resolver, ...others]) found.push(...knownTo(one, site.family));
  return found;
}

/** The one that something which is given to a client makes of its calls. */
function stateOf(value: Expression, scope: Scope, resolver: Resolver, depth: number): State | undefined {
  if (depth > 5) return undefined;
  const own = resolver.evaluate(value, scope);
  if (own.kind === "instance" || own.kind === "scope")
    return stateOfScope(own.scope, own.from, nameOf(own.scope, value));
  if (own.kind === "object") {
    const inside = own.entries
      .filter((entry) => !ON_ERROR.test(entry.name ?? ""))
      .map((entry) => stateOf(entry.value, own.scope, own.from, depth + 1));
    return best(inside);
  }
  if (own.kind === "list") return best(own.items.map((item) => stateOf(item, own.scope, own.from, depth + 1)));
  const full = own.kind === "external" ? own.path.join(".") : written(value);
  const parts = full.replace(/\(\)/g, "").split(".");
  if (parts.some((part) => RECORDS.test(part) || part.includes("Tracing")))
    return { state: "full", what: `${last(full)} records its calls` };
  if (parts.some((part) => COUNTS.test(part) || part.endsWith("MetricsListener")))
    return { state: "partly", what: `${last(full)} records its calls without their contents` };
  const call = value.kind === "call" ? value : own.kind === "external" ? own.call : undefined;
  const inside = call?.arguments.map((one) => stateOf(one.value, scope, resolver, depth + 1)) ?? [];
  const inner = best(inside);
  if (inner) return inner;
  if (value.kind === "name" || value.kind === "member") {
    const type = resolver.declaredType(value, scope) ?? "";
    if (type.endsWith("ObservationRegistry")) return { state: "full", what: "its observations are recorded" };
    if (SAYS_SO.test(value.name) || SAYS_SO.test(type) || /(?:ChatModelListener|CallAdvisor)\b/.test(type))
      return { state: "unknown", what: `${value.name} is given to it and may record it` };
  }
  return undefined;
}

const nameOf = (scope: Scope, value: Expression): string => scope.name ?? (written(value) || "a function");
const last = (name: string): string =>
  name
    .replace(/\(\)/g, "")
    .split(".")
    .findLast((part) => /^[A-Z]/.test(part)) ?? name;

const ON_ERROR = /^on(?:Error|Failure)/;
const WEIGHT: readonly Cover["state"][] = ["full", "logs", "partly", "unknown", "off"];

function best(states: readonly (State | undefined)[]): State | undefined {
  return states
    .filter((one) => one !== undefined)
    .toSorted((a, b) => WEIGHT.indexOf(a.state) - WEIGHT.indexOf(b.state))[0];
}

/** What the functions of a class, or a function, write of what they see. */
function stateOfScope(scope: Scope, resolver: Resolver, name: string): State | undefined {
  const sinks: Sink[] = [];
  let prints = false;
  const pattern = printsOf(resolver);
  const look = (one: Scope): void => {
    for (const { call, block } of one.calls) {
      const sink = sinkOf(resolver, call, one);
      // What is written only when something failed records no call.
      const failed = block.kind === "catch" || ON_ERROR.test(one.name ?? "");
      if (sink) sinks.push(failed ? { ...sink, level: "error" } : sink);
      if (pattern.test(written(call.callee))) prints = true;
    }
    for (const child of one.children) look(child);
  };
  look(scope);
  const strong = sinks.filter((sink) => sink.kind === "log" || sink.kind === "span");
  if (strong.some((sink) => sink.level === "info")) return { state: "full", what: `${name} records what passes it` };
  if (strong.some((sink) => sink.level === "debug"))
    return { state: "partly", what: `${name} records what passes it, at debug level` };
  if (strong.length > 0) return { state: "partly", what: `${name} records errors only` };
  if (sinks.some((sink) => sink.kind === "metric")) return { state: "partly", what: `${name} records numbers only` };
  if (prints) return { state: "partly", what: `${name} prints what passes it` };
  return undefined;
}

function printsOf(resolver: Resolver): RegExp {
  const { language } = resolver.program;
  return language === "python" || language === "javascript" ? /(?!)/ : MORE_FAMILIES[language].prints;
}

const decoratorOf = (one: Expression): string => {
  const callee = one.kind === "call" ? one.callee : one;
  return callee.kind === "name" || callee.kind === "member" ? callee.name : "";
};

const isBean = (scope: Scope): boolean => scope.decorators.some((one) => BEAN.test(decoratorOf(one)));

/** Listeners that the framework finds by itself: beans of a type that it knows. */
function knownTo(resolver: Resolver, family: string): Cover[] {
  if (!Object.values(KNOWN_BASES).includes(family)) return [];
  const found: Cover[] = [];
  for (const scope of resolver.program.scopes) {
    const covers = (name: string): boolean => KNOWN_BASES[name] === family;
    if (
      scope.kind === "class" &&
      isBean(scope) &&
      scope.bases.some((base) => covers(written(base).split(".").at(-1) ?? ""))
    ) {
      const state = stateOfScope(scope, resolver, scope.name ?? "a listener");
      if (state) found.push({ ...state, span: { start: scope.at.start, end: scope.at.start }, resolver });
    }
    if (scope.kind !== "function" || !isBean(scope) || scope.parent?.kind !== "class") continue;
    const type = scope.parent.members.get(scope.name ?? "")?.find((one) => one.scope === scope)?.type ?? "";
    if (!covers(type.replace(/<[^]*$/, ""))) continue;
    for (const { value } of scope.returns) {
      const state = value && stateOf(value, scope, resolver, 0);
      if (state && value) found.push({ ...state, span: value.at, resolver });
    }
  }
  return found;
}

/** The client that a configuration class makes and a framework injects: the only one, or the one of that name. */
function beanOf(site: Site, resolver: Resolver, others: readonly Resolver[]): Client | undefined {
  const wanted = site.client;
  if (!wanted) return undefined;
  const beans: { name: string; client: Client }[] = [];
  for (const one of [resolver, ...others]) {
    for (const scope of one.program.scopes) {
      if (
        scope.kind !== "function" ||
        scope.name === undefined ||
        !scope.decorators.some((it) => /^(?:Bean|Produces)$/.test(decoratorOf(it)))
      )
        continue;
      const value = one.returned(scope);
      if (value.kind === "client" && value.made && value.sdk === wanted.sdk)
        beans.push({ name: scope.name, client: value });
    }
  }
  if (beans.length <= 1) return beans[0]?.client;
  let root = site.call.callee;
  while (root.kind === "member" && (root.object.kind !== "name" || root.object.name !== "this")) {
    if (root.object.kind !== "member" && root.object.kind !== "call") break;
    root = root.object.kind === "call" ? root.object.callee : root.object;
  }
  const name = root.kind === "member" || root.kind === "name" ? root.name : "";
  return beans.find((one) => one.name === name)?.client;
}
