import type { Span } from "../core/text.ts";
import type { CallKind, CallSite } from "./callSite.ts";
import { HTTP_CALLS, providerOfHost, providerOfUrl } from "./catalogue/hosts.ts";
import { findByRequest, findCall, findCommand, findConstructor, findFunction, providerOf } from "./catalogue/lookup.ts";
import { dropInOf } from "./catalogue/observability.ts";
import { SHAPES } from "./catalogue/shapes.ts";
import {
  type Block,
  type Call,
  type CallUse,
  type Entry,
  type Expression,
  isDotted,
  type Program,
  type Scope,
} from "./program.ts";
import { type Client, type External, type Resolver, statesTypes, type Value, written, type Wrap } from "./resolve.ts";

/** A call site before anything is known about its record. */
export interface Site {
  /** The call that sends, or the call that is given the sending method to call. */
  readonly call: Call;
  readonly scope: Scope;
  readonly block: Block;
  readonly nameAt: Span;
  readonly provider: string;
  /** As the catalogue names the SDK: what instrumentors cover. */
  readonly family: string;
  readonly package: string;
  readonly method: string;
  readonly kind: CallKind;
  readonly confidence: CallSite["confidence"];
  readonly client: Client | undefined;
  readonly wraps: readonly Wrap[];
  /** The client came from outside and its type is unknown. */
  readonly injected: boolean;
  /** What is sent, as far as it is in sight, by name. */
  readonly request: readonly Entry[];
  readonly model: string | undefined;
  readonly streaming: boolean;
}

type Recognised = Pick<Site, "provider" | "family" | "package" | "method" | "kind" | "confidence"> & {
  readonly client?: Client;
  readonly wraps?: readonly Wrap[];
  readonly injected?: boolean;
  readonly nameAt: Span;
  readonly request?: readonly Entry[];
};

/** Finds the sites of one program. */
export function findSites(resolver: Resolver): Site[] {
  if (TEST_FILE.test(resolver.file) && STAND_IN.test(resolver.program.text)) return [];
  const finder = new Finder(resolver);
  const found: Site[] = [];
  for (const scope of resolver.program.scopes) {
    for (const use of scope.calls) found.push(...finder.sitesOf(use));
  }
  const mocked = finder.mockedModules();
  const seen = new Set<number>();
  return found
    .filter((site) => !mocked.some((module) => site.package === module || site.family === module))
    .toSorted((a, b) => a.nameAt.start - b.nameAt.start)
    .filter((site) => !seen.has(site.nameAt.start) && seen.add(site.nameAt.start));
}

class Finder {
  readonly #program: Program;

  constructor(readonly resolver: Resolver) {
    this.#program = resolver.program;
  }

  sitesOf({ call, scope, block }: CallUse): Site[] {
    const found: Site[] = [];
    const recognised = this.#recognise(call, scope);
    if (recognised) found.push(this.#site(recognised, call, scope, block, call.arguments));
    // `asyncio.to_thread(client.chat.completions.create, model=…)`: the method goes to someone who calls it.
    for (const [i, { value }] of call.arguments.entries()) {
      const given = value.kind === "member" ? this.resolver.evaluate(value, scope) : undefined;
      if (value.kind !== "member" || given?.kind !== "client" || !this.#passesOn(call)) continue;
      const method = this.#method(given, value.nameAt);
      if (method) found.push(this.#site(method, call, scope, block, call.arguments.slice(i + 1)));
    }
    return found;
  }

  /** Whether a callee calls what it is given; those that look at it or replace it do not. */
  #passesOn(call: Call): boolean {
    return !/(?:^|\.)(?:hasattr|getattr|setattr|patch|object|spyOn|isinstance|typeof|mocked|wraps|bind)$/.test(
      written(call.callee),
    );
  }

  #site(found: Recognised, call: Call, scope: Scope, block: Block, args: readonly Entry[]): Site {
    const request = found.request ?? this.#request(args, scope);
    const { client } = found;
    const streaming =
      /stream/i.test(found.method) ||
      found.kind === "realtime" ||
      request.some(
        (entry) =>
          entry.name === "stream" && (entry.value.kind === "function" || /^true$/i.test(this.#slice(entry.value))),
      );
    return {
      call,
      scope,
      block,
      nameAt: found.nameAt,
      provider: found.provider,
      family: found.family,
      package: found.package,
      method: found.method,
      kind: found.kind,
      confidence: found.confidence,
      client,
      wraps: found.wraps ?? client?.wraps ?? [],
      injected: found.injected ?? false,
      request,
      model: this.#model(request, client, scope),
      streaming,
    };
  }

  #slice(expression: Expression): string {
    return this.#program.text.slice(expression.at.start, expression.at.end);
  }

  /** The named parts of what is sent: keyword arguments, and the entries of objects among the arguments. */
  #request(args: readonly Entry[], scope: Scope): Entry[] {
    return args.flatMap((argument): Entry[] => {
      const { name, value, spread } = argument;
      if (name !== undefined && !/^(?:json|data|body|content|parameters)$/.test(name)) return [argument];
      const inner = serialised(value);
      const opened = this.resolver.entries(inner, scope).map(({ entry }) => entry);
      const deeper = opened.flatMap((entry) =>
        entry.name === "body" || entry.name === "data" || entry.name === "json" ? this.#request([entry], scope) : [],
      );
      if (opened.length > 0) return [...opened, ...deeper];
      if (inner.kind === "function" && inner.scope.params.length === 1) {
        const steps = stepsIn(inner.scope);
        if (steps.length > 0) return steps;
      }
      if (inner.kind === "call" && inner.isNew) return this.#request(inner.arguments, scope);
      const given = inner.kind === "name" ? this.#definition(inner, scope) : undefined;
      if (given) return [{ name: undefined, value: inner, spread: false }, ...this.#request([given], scope)];
      return [{ name: name ?? undefined, value: inner, spread }];
    });
  }

  /** A command or body held in a variable. */
  #definition(expression: Expression & { kind: "name" }, scope: Scope): Entry | undefined {
    const owner = this.resolver.owner(expression.name, scope);
    const value = owner?.bindings.get(expression.name)?.findLast((binding) => binding.value && !binding.path)?.value;
    if (!value) return undefined;
    const inner = serialised(value);
    const made = inner.kind === "call" && inner.isNew;
    return made || inner !== value ? { name: undefined, value: inner, spread: false } : undefined;
  }

  #model(request: readonly Entry[], client: Client | undefined, scope: Scope): string | undefined {
    const named = (entries: readonly Entry[]): Entry | undefined =>
      entries.find((entry) => entry.name !== undefined && MODEL_KEYS.has(entry.name));
    const own = named(request);
    const text = own && this.#modelText(own.value, scope);
    if (text !== undefined) return text;
    if (own || !client?.made) return undefined;
    const made = named([
      ...client.made.arguments,
      ...client.made.arguments.flatMap(({ value }) => (value.kind === "object" ? value.entries : [])),
    ]);
    return made && client.from === this.resolver ? this.#modelText(made.value, scope) : undefined;
  }

  /** `model: openai("gpt-4o")` names its model in the call. */
  #modelText(value: Expression, scope: Scope): string | undefined {
    const text = this.resolver.text(value, scope);
    if (text !== undefined) return text.includes("\0") || text === "" ? undefined : text;
    const [first] = value.kind === "call" ? value.arguments : [];
    return first?.value.kind === "text" ? this.#modelText(first.value, scope) : undefined;
  }

  #method(client: Client, nameAt: Span): Recognised | undefined {
    const kind = findCall(client.sdk, client.constructorName, client.chain);
    if (!kind) return undefined;
    return {
      provider: this.#provider(client),
      family: client.sdk.provider,
      package: client.package,
      method: client.chain.join("."),
      kind,
      confidence: "high",
      client,
      nameAt,
    };
  }

  /** The base URL says who is asked, where one is given. */
  #provider(client: Client): string {
    for (const { value, name } of client.made ? options(client.made) : []) {
      if (name === undefined || !BASE_URL.has(name)) continue;
      const text = client.from.text(value, client.from.program.module);
      const provider = text === undefined ? undefined : providerOfHost(text);
      if (provider) return provider;
    }
    return providerOf(client.sdk, client.constructorName);
  }

  #recognise(call: Call, scope: Scope): Recognised | undefined {
    const { callee } = call;
    const nameAt = callee.kind === "member" ? callee.nameAt : callee.at;
    if (callee.kind === "member" && callee.name === "send") {
      const command = this.#command(call, scope, nameAt);
      if (command) return command;
    }
    const value = this.resolver.evaluate(callee, scope);
    // `client.audio().speech()` is on the way to what sends, unless it is given what to send.
    const name = callee.kind === "member" ? callee.name : "";
    const given = call.arguments.length > 0 || /^(?:send|run|create|execute|stream|extract)/.test(name);
    if (this.#program.language === "rust" && !given) return undefined;
    if (value.kind === "client" && !call.isNew && !this.#delegates(value, callee, scope)) {
      if (value.chain.length > 0) return this.#method(value, nameAt);
      const kind = findCall(value.sdk, value.constructorName, ["__call__"]);
      return kind && this.#method({ ...value, chain: ["__call__"] }, nameAt);
    }
    if (value.kind === "external") {
      const own = this.#function(value, call, nameAt) ?? this.#http(call, scope, nameAt, value);
      if (own) return own;
    }
    if (value.kind === "unknown") {
      const http = this.#http(call, scope, nameAt, undefined);
      if (http) return http;
    }
    if (callee.kind !== "member") return undefined;
    return this.#byArgument(callee, call, scope, value) ?? this.#shape(callee, call, scope, value);
  }

  /** A method of a class that is such a client itself, and hands the same method's call on: middleware. */
  #delegates(client: Client, callee: Expression, scope: Scope): boolean {
    if (!statesTypes(this.#program.language) || callee.kind !== "member") return false;
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      if (at.name !== callee.name || at.parent?.kind !== "class") continue;
      const owner = at.parent;
      return owner.bases.some((base) => {
        const value = this.resolver.evaluate(base, owner.parent ?? owner);
        const made =
          value.kind === "external" && findConstructor(this.#program.language, value.module, value.path, true);
        return made && made.sdk === client.sdk;
      });
    }
    return false;
  }

  /** `api.Converse(ctx, &bedrockruntime.ConverseInput{…})`: an SDK's own request names it, whoever the client is. */
  #byArgument(callee: Expression & { kind: "member" }, call: Call, scope: Scope, value: Value): Recognised | undefined {
    const { language } = this.#program;
    if (!statesTypes(language)) return undefined;
    if (value.kind !== "unknown" && value.kind !== "external" && !isDeclaration(value)) return undefined;
    if (TEST_FILE.test(this.resolver.file)) return undefined;
    const chain = written(callee).slice(-200);
    for (const argument of call.arguments) {
      const given = this.resolver.evaluate(argument.value, scope);
      if (given.kind !== "external") continue;
      const found = findByRequest(language, given.module, chain);
      if (!found) continue;
      return {
        provider: found.sdk.provider,
        family: found.sdk.provider,
        package: found.package,
        method: found.chain,
        kind: found.kind,
        confidence: "high",
        nameAt: callee.nameAt,
        injected: true,
      };
    }
    return undefined;
  }

  #function(value: External, call: Call, nameAt: Span): Recognised | undefined {
    if (value.typeOnly || call.isNew) return undefined;
    const { language } = this.#program;
    const dropIn = dropInOf(language, value.module, value.path);
    const found = findFunction(language, dropIn?.module ?? value.module, dropIn?.path ?? value.path);
    if (!found) return undefined;
    const wrapped = value.call && language === "javascript" ? [{ what: "a wrapper", call: value.call }] : [];
    return {
      provider: found.sdk.provider,
      family: found.sdk.provider,
      package: found.package,
      method: found.chain,
      kind: found.kind,
      confidence: "high",
      nameAt,
      wraps: dropIn ? [{ what: dropIn.what, call }] : wrapped,
    };
  }

  /** `client.send(new ConverseCommand(…))`: the command says what is asked, whoever the client is. */
  #command(call: Call, scope: Scope, nameAt: Span): Recognised | undefined {
    const [first] = call.arguments;
    if (!first || call.callee.kind !== "member") return undefined;
    const value = this.resolver.evaluate(first.value, scope);
    if (value.kind !== "external") return undefined;
    const path = value.path.map((part) => part.replace(/\(\)$/, ""));
    const found = findCommand(this.#program.language, value.module, path);
    if (!found) return undefined;
    const client = this.resolver.evaluate(call.callee.object, scope);
    return {
      provider: found.sdk.provider,
      family: found.sdk.provider,
      package: found.package,
      method: `send(${found.name})`,
      kind: found.kind,
      confidence: "high",
      nameAt,
      request: value.call ? this.#request(value.call.arguments, scope) : [],
      ...(client.kind === "client" ? { client } : { injected: client.kind === "unknown" && client.why === "param" }),
    };
  }

  #http(call: Call, scope: Scope, nameAt: Span, value: External | undefined): Recognised | undefined {
    const name = this.resolver.dotted(call.callee, scope);
    const known = HTTP_CALLS[this.#program.language].test(name);
    // In Rust `post(…)` begins a request, and `send()`, which has its URL too, sends it.
    const plausible =
      this.#program.language !== "rust" &&
      call.callee.kind === "member" &&
      /^(?:post|request|stream|fetch)$/.test(call.callee.name);
    if (!known && (!plausible || value)) return undefined;
    const url = this.#url(call, scope);
    const asked = url === undefined || url.length > MAX_URL ? undefined : providerOfUrl(url);
    if (!asked || (!known && !asked.sure)) return undefined;
    const verb = [
      ...call.arguments,
      ...call.arguments.flatMap((one) => this.resolver.entries(one.value, scope).map(({ entry }) => entry)),
    ].find((entry) => entry.name === "method");
    if (verb && /^["'](?:GET|HEAD|DELETE|OPTIONS)["']$/i.test(this.#slice(verb.value))) return undefined;
    const path = url?.replace(/^.*?:\/\/[^/]*/, "").replaceAll("\0", "{}") ?? "";
    return {
      provider: asked.provider,
      family: "http",
      package: "http",
      method: `POST ${path}`,
      kind: /realtime/.test(path) ? "realtime" : "http",
      confidence: known && asked.sure ? "high" : "medium",
      nameAt,
    };
  }

  #url(call: Call, scope: Scope): string | undefined {
    const { resolver } = this;
    const texts: string[] = [];
    const objects: Entry[] = [];
    for (const { name, value, spread } of call.arguments) {
      if (spread || (name !== undefined && name !== "url" && name !== "uri")) continue;
      const text = resolver.text(value, scope);
      if (text !== undefined && text !== "\0") texts.push(text);
      else if (text === undefined) {
        const made = resolver.evaluate(value, scope);
        const of =
          made.kind === "external" && REQUESTS.test([made.module, ...made.path].slice(-2).join("."))
            ? made.call
            : undefined;
        const first =
          of?.arguments.find((one) => /^ur[il]$/.test(one.name ?? "")) ??
          of?.arguments.find((one) => !this.#isVerb(one.value, scope));
        const inner = first && resolver.text(first.value, scope);
        if (inner !== undefined) texts.push(inner);
        objects.push(...resolver.entries(value, scope).map(({ entry }) => entry));
      }
    }
    const of = (...names: string[]): string | undefined => {
      const entry = objects.find((one) => one.name !== undefined && names.includes(one.name));
      return entry && resolver.text(entry.value, scope);
    };
    const own = texts.find((text) => !/^(?:GET|POST|PUT|PATCH|DELETE)$/i.test(text)) ?? of("url", "uri");
    const host = of("hostname", "host");
    if (host !== undefined) return `https://${host}${of("path") ?? "\0"}`;
    const base = of("baseURL", "prefixUrl") ?? this.#baseOf(call, scope);
    if (own === undefined) return undefined;
    // The client's base address is set where it is registered.
    if (base === undefined && this.#program.language === "csharp" && !/^(?:\w+:|\0)/.test(own)) {
      return `\0/${own.replace(/^\//, "")}`;
    }
    return base !== undefined && !/^\w+:\/\//.test(own) ? `${base.replace(/\/$/, "")}/${own.replace(/^\//, "")}` : own;
  }

  /** Whether an argument comes before the URL: a context, or `POST` and `http.MethodPost`. */
  #isVerb(value: Expression, scope: Scope): boolean {
    const text = this.resolver.text(value, scope);
    if (text !== undefined) return /^[A-Z]{3,7}$/.test(text);
    return value.kind === "mix" || (value.kind === "member" && /^(?:Method[A-Z]\w*|Post|Put)$/.test(value.name));
  }

  /** The base URL that an HTTP client was made with. */
  #baseOf(call: Call, scope: Scope): string | undefined {
    if (call.callee.kind !== "member") return undefined;
    const client = this.resolver.evaluate(call.callee.object, scope);
    const made = client.kind === "external" ? client.call : undefined;
    if (made && client.kind === "external" && /^HTTP(?:S?Connection)?\(\)$/.test(client.path.at(-1) ?? "")) {
      const host = made.arguments[0] && this.resolver.text(made.arguments[0].value, scope);
      return host === undefined ? undefined : `https://${host}`;
    }
    const base = made && options(made).find((entry) => entry.name !== undefined && BASE_URL.has(entry.name));
    return base && this.resolver.text(base.value, scope);
  }

  /** A client of unknown origin, known by the chain of members and the names of what it is given. */
  #shape(callee: Expression & { kind: "member" }, call: Call, scope: Scope, value: Value): Recognised | undefined {
    // In Ruby a constant that nobody here defines may be the project's as well as a gem's.
    const foreign = value.kind === "external" && this.#program.language !== "ruby" && !this.#isProject(value.module);
    if (foreign && MOCKS.test(value.module)) return undefined;
    if (value.kind !== "unknown" && value.kind !== "external") return undefined;
    const chain = written(callee).slice(-200);
    if (/mock|fake|stub|spy|Magic/i.test(chain) || TEST_FILE.test(this.resolver.file)) return undefined;
    const shape = SHAPES.find(
      (one) => (one.language === "any" || one.language === this.#program.language) && one.chain.test(chain),
    );
    if (!shape) return undefined;
    // Another package's client is one only where the chain is nobody else's.
    if (foreign && !shape.telling) return undefined;
    const entries = this.#request(call.arguments, scope);
    const names = new Set(entries.map((entry) => entry.name));
    const opaque = entries.some((entry) => entry.name === undefined);
    if (!shape.needs.every((any) => any.split("|").some((name) => names.has(name))) && !(shape.telling && opaque)) {
      return undefined;
    }
    return {
      provider: shape.provider,
      family: shape.provider,
      package: shape.provider,
      method: chain.split(".").slice(-shape.length).join("."),
      kind: shape.kind,
      confidence: "medium",
      nameAt: callee.nameAt,
      injected: !foreign,
    };
  }

  #isProject(module: string): boolean {
    return module.startsWith(".") || module.startsWith("@/") || module.startsWith("~/") || PROJECT.test(module);
  }

  /** `OpenAI::fake([…])`, `allow(OpenAI::Client).to receive(…)`, `stub_request(:post, "https://…")`. */
  #faked(call: Call, scope: Scope): string[] {
    const { language } = this.#program;
    const { callee } = call;
    if (language !== "php" && language !== "ruby") return [];
    const name = callee.kind === "name" || callee.kind === "member" ? callee.name : "";
    if (name === "stub_request") return [...call.arguments.map(({ value }) => this.#host(value, scope)), "http"];
    const of =
      name === "fake" && callee.kind === "member"
        ? callee.object
        : /^(?:allow|allow_any_instance_of|expect)$/.test(name)
          ? call.arguments[0]?.value
          : undefined;
    const value = of && this.resolver.evaluate(of, scope);
    if (value?.kind !== "external") return [];
    const last = value.path.at(-1) ?? value.module;
    return last === "Http" ? ["http"] : [value.module, [value.module, ...value.path].join(".")];
  }

  #host(value: Expression, scope: Scope): string {
    return providerOfHost(this.resolver.text(value, scope) ?? "") ?? "";
  }

  /** Modules that a test replaces: calls of these reach no model. */
  mockedModules(): string[] {
    const found: string[] = [];
    for (const scope of this.#program.scopes) {
      for (const { call } of scope.calls) {
        found.push(...this.#faked(call, scope));
        if (!MOCKING.test(written(call.callee))) continue;
        const [first] = call.arguments;
        if (first?.value.kind !== "text") continue;
        const { value } = first.value;
        found.push(isDotted(this.#program.language) ? (value.split(".")[0] ?? value) : value);
      }
    }
    return found;
  }
}

/** A method of an interface: it says what may be called, not who is. */
function isDeclaration(value: Value): boolean {
  if (value.kind !== "scope" || !value.scope.parent?.shape) return false;
  return value.scope.calls.length === 0 && value.scope.returns.length === 0;
}

/** Calls that replace a module, or a part of one, for a test. */
const MOCKING =
  /^(?:jest|vi|vitest)\.(?:mock|doMock|unstable_mockModule)$|^mock\.module$|(?:^|\.)(?:patch|patch\.object)$|^monkeypatch\.setattr$/;
const TEST_FILE =
  /(?:^|[\\/])(?:test_[^\\/]*|[^\\/]*_test|conftest)\.py$|_(?:spec|test)\.rb$|Test\.php$|\.(?:test|spec)\.[cm]?[jt]sx?$|[\\/]src[\\/](?:test|androidTest)[\\/]|[\\/]__tests__[\\/]|_test\.go$|Tests?\.(?:cs|java|kt)$/;

/** What a test puts in a model's or a server's place: calls of it reach nobody. */
const STAND_IN =
  /\b(?:httptest\.|gomock\b|Mockito\b|@Mock\b|@MockBean\b|@MockitoBean\b|mockk\b|WireMock\b|MockWebServer\b|MockRestServiceServer\b|Moq\b|NSubstitute\b|FakeItEasy\b|wiremock\b|mockito\b|MockServer\b)/;

/** Import paths that look like a project's own rather than a published package. */
const PROJECT =
  /^(?:app|src|lib|core|api|server|backend|services?|utils?|common|shared|config|settings|clients?|llm|ai|infra|domain|project|my\w+)(?:[./]|$)/;
const MOCKS = /^(?:unittest\.mock|unittest|pytest|mock|vitest|jest|@jest\/|sinon|respx|responses|nock)/;
const MAX_URL = 2000;
const MODEL_KEYS: ReadonlySet<string> = new Set([
  "model",
  "modelId",
  "model_id",
  "model_name",
  "modelName",
  "engine",
  "deployment_id",
]);

/** Names under which clients take another endpoint. */
export const BASE_URL: ReadonlySet<string> = new Set([
  "base_url",
  "baseURL",
  "baseUrl",
  "api_base",
  "openai_api_base",
  "prefixUrl",
  "uri_base",
  "base_uri",
]);

/** Arguments of a constructor by name, whether keywords or entries of an object. */
export function options(call: Call): Entry[] {
  return call.arguments.flatMap((argument) =>
    argument.name === undefined && argument.value.kind === "object" ? [...argument.value.entries] : [argument],
  );
}

/** Calls that make a request that another call sends. */
const REQUESTS =
  /(?:^|[./])(?:Request|Post|HttpPost|HttpRequest|Builder|newBuilder|builder|post|HttpRequestMessage\.|NewRequest|NewRequestWithContext)\(\)$/;

/** What a function does to the builder that it is given: `r -> r.modelId(m).messages(q)`. */
function stepsIn(scope: Scope): Entry[] {
  const [builder] = scope.params;
  return scope.calls.flatMap(({ call }): Entry[] => {
    let root = call.callee;
    while (root.kind === "member" || root.kind === "call") root = root.kind === "member" ? root.object : root.callee;
    const [first] = call.arguments;
    if (!first || call.callee.kind !== "member" || root.kind !== "name" || root.name !== builder?.name) return [];
    return [{ ...first, name: call.callee.name }];
  });
}

/** What stands inside `JSON.stringify(…)` or `json.dumps(…).encode()`. */
function serialised(value: Expression): Expression {
  if (value.kind !== "call") return value;
  const { callee } = value;
  if (callee.kind === "member" && /^(?:encode|toString)$/.test(callee.name)) return serialised(callee.object);
  const name = written(callee);
  const [first] = value.arguments;
  return /^(?:JSON\.stringify|json\.dumps|orjson\.dumps|dumps|json\.Marshal(?:Indent)?|bytes\.New(?:Reader|Buffer|BufferString)|strings\.NewReader)$/.test(
    name,
  ) && first
    ? first.value
    : value;
}
