import type { Span } from "../core/text.ts";
import {
  coveredBy,
  GATEWAY,
  GLOBAL_MARKS,
  type GlobalMark,
  INSTRUMENTATION_MODULE,
  SENTRY_FULL,
  tracerOf,
  VENDOR_TRACING_OFF,
  VENDOR_TRACING_SWITCH,
} from "./catalogue/observability.ts";
import { listenersOf } from "./listeners.ts";
import { functionsIn } from "./flow.ts";
import type { Call, CallUse, Expression, Scope } from "./program.ts";
import { type Resolver, type Wrap, written } from "./resolve.ts";
import { sinkOf } from "./sinks.ts";
import { BASE_URL, options, type Site } from "./sites.ts";

/** Something that covers a site, or might. */
export interface Cover {
  /**
   * `full`: the call is recorded. `vendor`: by the SDK's vendor, who is nobody's own log. `partly`: too little of it.
   * `logs`: written to the application's log.
   * `unknown`: it may be, out of sight. `off`: it was, and no more.
   */
  readonly state: "full" | "logs" | "vendor" | "partly" | "unknown" | "off";
  readonly what: string;
  readonly span: Span;
  readonly resolver: Resolver;
}

interface Switched {
  readonly mark: GlobalMark;
  readonly use: CallUse;
  readonly covers: "all" | readonly string[];
  readonly on: boolean;
  readonly partly: string | undefined;
}

/** What instruments the sites of one program: looked for once a file. */
export class Instrumentation {
  readonly #switches: Switched[] = [];
  #vendorOff: Cover | undefined;
  readonly #litellm: { success?: Cover; failure?: Cover } = {};

  constructor(
    readonly resolver: Resolver,
    /** Instrumentation of other files that run in the same process. */
    readonly others: readonly Instrumentation[] = [],
  ) {
    for (const scope of resolver.program.scopes) {
      for (const use of scope.calls) this.#look(use);
      this.#assignments(scope);
    }
  }

  #slice(at: Span): string {
    return this.resolver.program.text.slice(at.start, at.end);
  }

  #look(use: CallUse): void {
    const { call, scope } = use;
    const name = this.#name(call, scope);
    if (VENDOR_TRACING_OFF.test(name)) {
      const [first] = call.arguments;
      const off = !first || !/^false$/i.test(this.#slice(first.value.at));
      this.#vendorOff = off ? this.#vendorSwitch(call.at) : undefined;
      return;
    }
    if (name.endsWith(".uninstrument") || name.endsWith("Instrumentation().disable")) {
      const covers = coveredBy(name.replace(/^.*[#.](?=\w+Instrumentation\b)/, ""));
      const mark = {
        language: this.resolver.program.language,
        callee: /./,
        what: "uninstrument",
        covers: "name",
      } as const;
      this.#switches.push({ mark, use, covers: covers.length > 0 ? covers : "all", on: false, partly: undefined });
      return;
    }
    const mark = GLOBAL_MARKS.find((one) => one.language === this.resolver.program.language && one.callee.test(name));
    if (!mark) return;
    const text = this.#slice(call.at);
    const full = this.#arguments(call, scope);
    if ((mark.requires && !mark.requires.test(full)) || mark.refuses?.test(full)) return;
    if (mark.inFile && !mark.inFile.test(this.resolver.program.text)) return;
    // `logfire.instrument_openai(client)` covers that client: it is a wrapper then.
    if (
      name.startsWith("logfire.") &&
      call.arguments.some(({ value }) => this.resolver.evaluate(value, scope).kind === "client")
    )
      return;
    const covers = this.#covers(mark, name, text, call);
    if (covers !== "all" && covers.length === 0) return;
    const partly = mark.what.startsWith("Sentry") && SENTRY_FULL.test(full) ? undefined : mark.partly;
    this.#switches.push({ mark, use, covers, on: true, partly });
  }

  /** A call's text with that of the variables among its arguments. */
  #arguments(call: Call, scope: Scope): string {
    const named = call.arguments.map(({ value }) => {
      const opened = this.resolver.evaluate(value, scope);
      return opened.kind === "object"
        ? opened.entries
            .map(({ value: inner, name }) => `${name}: ${opened.from.program.text.slice(inner.at.start, inner.at.end)}`)
            .join(", ")
        : "";
    });
    return [this.#slice(call.at), ...named].join(" ");
  }

  /** The callee's full name, calls on the way included: `….OpenAIInstrumentor().instrument`. */
  #name(call: Call, scope: Scope): string {
    const { callee } = call;
    if (callee.kind === "member") {
      const object = this.resolver.evaluate(callee.object, scope);
      if (object.kind === "unknown" || object.kind === "text") return written(callee).slice(0, 200);
    }
    return this.resolver.dotted(callee, scope).slice(0, 200);
  }

  #covers(mark: GlobalMark, name: string, text: string, call: Call): "all" | readonly string[] {
    if (typeof mark.covers !== "string") return mark.covers;
    if (mark.covers === "agents") return ["openai-agents"];
    if (mark.covers === "name")
      return coveredBy(name.replace(/^.*(?=\b\w+Instrumentor\b)/, "").replace(/^.*[#.](?=\w+Instrumentation$)/, ""));
    if (mark.covers === "arguments") {
      return [...text.matchAll(/\b(\w+)Integration\b|\b(\w+)\s*=\s*True\b/g)].flatMap((match) =>
        coveredBy(match[1] ?? match[2] ?? ""),
      );
    }
    for (const { name: key, value } of options(call)) {
      // `instruments={Instruments.OPENAI}` names all that is switched on; an empty set switches on nothing.
      if (key === "instruments" || key === "instrumentModules") return coveredNames(this.#slice(value.at), value);
      if (key === "block_instruments" || key === "disabled_instruments") {
        const blocked = new Set(coveredNames(this.#slice(value.at), value));
        return ALL.filter((family) => !blocked.has(family));
      }
    }
    return "all";
  }

  #vendorSwitch(span: Span): Cover {
    return { state: "off", what: "tracing to the vendor is switched off", span, resolver: this.resolver };
  }

  /** `litellm.success_callback = […]`, environment switches set in code. */
  #assignments(scope: Scope): void {
    for (const { target, value } of scope.assignments) {
      const name = written(target);
      if (/environ|process\.env/.test(name) && this.#slice(target.at).includes(VENDOR_TRACING_SWITCH)) {
        if (/^["'`](?:1|true)["'`]$/i.test(this.#slice(value.at))) this.#vendorOff = this.#vendorSwitch(target.at);
      }
      const match = /(?:^|\.)litellm\.(success_callback|failure_callback|callbacks)$/.exec(name);
      if (!match || (value.kind === "list" && value.items.length === 0)) continue;
      const cover: Cover = { state: "full", what: `${name} is set`, span: target.at, resolver: this.resolver };
      if (match[1] !== "failure_callback") this.#litellm.success = cover;
      if (match[1] !== "success_callback") this.#litellm.failure = cover;
    }
  }

  /** What covers a site, best first. */
  coversOf(site: Site): Cover[] {
    const found: Cover[] = [];
    for (const wrap of site.wraps) {
      if (wrap.step && !this.#records(wrap)) continue;
      found.push({
        state: wrap.partly === undefined ? "full" : "partly",
        what: `the client is wrapped by ${wrap.what}`,
        span: wrap.call.at,
        resolver: site.client?.from ?? this.resolver,
      });
    }
    found.push(...this.#gateway(site), ...this.#middleware(site), ...this.#perCall(site), ...this.#tracers(site));
    const others = this.others.map((other) => other.resolver);
    found.push(...listenersOf(site, this.resolver, others));
    const off = found.find((cover) => cover.state === "off");
    if (!off || site.family !== "vercel-ai") {
      found.push(...this.#global(site), ...this.others.flatMap((other) => other.#global(site, true)));
    }
    found.push(...this.#marks(site), ...this.#vendor(site));
    return found.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  }

  /** A step of a client's pipeline that calls code of the project: it counts if that writes a log. */
  #records({ call, from }: Wrap): boolean {
    const owner = from ?? this.resolver;
    return call.arguments.some(({ value }) => this.#sinkIn(value, owner.program.module, owner, 0));
  }

  #global(site: Site, elsewhere = false): Cover[] {
    const found: Cover[] = [];
    if (site.family === "litellm" && this.#litellm.success) {
      const { success, failure } = this.#litellm;
      found.push(failure ? success : { ...success, state: "partly", what: `${success.what}, but no failure callback` });
    }
    const relevant = this.#switches.filter(
      ({ mark, covers }) =>
        site.family !== "http" &&
        (site.family !== "vercel-ai" || mark.vercel === true || (covers !== "all" && covers.includes("vercel-ai"))) &&
        (covers === "all" || covers.includes(site.family)),
    );
    if (!elsewhere) {
      // The last switch before the call in the same run of code decides; one in another function may run at any time.
      const before = relevant.filter(
        ({ use }) => inSight(use.scope, site.scope) && use.call.at.start < site.call.at.start,
      );
      const last = before.at(-1);
      if (last && !last.on) {
        return [
          ...found,
          {
            state: "off",
            what: "it is switched off before this call",
            span: last.use.call.at,
            resolver: this.resolver,
          },
        ];
      }
    }
    for (const { use, mark, partly } of relevant.filter((one) => one.on)) {
      const where = mark.what.startsWith("a") ? written(use.call.callee) : mark.what;
      found.push({
        state: partly === undefined ? "full" : "partly",
        what: partly === undefined ? `${where} covers it` : `${where} covers it, but ${partly}`,
        span: use.call.at,
        resolver: this.resolver,
      });
    }
    return found;
  }

  /** The Agents SDK sends what an agent does to its vendor unless it is told not to. */
  #vendor(site: Site): Cover[] {
    if (site.family !== "openai-agents" || site.kind !== "agents") return [];
    const off =
      this.#vendorOff ?? this.others.map((other) => other.#vendorOff).find(Boolean) ?? this.#runUntraced(site);
    if (off) return [off];
    const what = "the Agents SDK traces it, by default to its vendor only";
    return [{ state: "vendor", what, span: site.nameAt, resolver: this.resolver }];
  }

  /** `run_config=RunConfig(tracing_disabled=True)`, `new Runner({ tracingDisabled: true })` */
  #runUntraced(site: Site): Cover | undefined {
    const made = site.client?.made && site.client.from === this.resolver ? options(site.client.made) : [];
    for (const { name, value } of [...site.request, ...made]) {
      const config = /^(?:run_config|config)$/.test(name ?? "") ? this.resolver.evaluate(value, site.scope) : undefined;
      const entries = config?.kind === "external" ? (config.call?.arguments ?? []) : [];
      for (const entry of [{ name, value }, ...entries]) {
        if (!/^tracing_?disabled$/i.test(entry.name ?? "") || !/^true$/i.test(this.#slice(entry.value.at))) continue;
        return this.#vendorSwitch(entry.value.at);
      }
    }
    return undefined;
  }

  #gateway(site: Site): Cover[] {
    const { client } = site;
    if (!client?.made) return [];
    const from = client.from;
    const text = from.program.text.slice(client.made.at.start, client.made.at.end);
    const found: Cover[] = [];
    for (const { name, value } of options(client.made)) {
      if (name === undefined || !BASE_URL.has(name)) continue;
      const url = from.text(value, from.program.module) ?? from.program.text.slice(value.at.start, value.at.end);
      if (GATEWAY.test(url.slice(0, 500))) {
        found.push({ state: "full", what: "the base URL is a gateway that records", span: value.at, resolver: from });
      } else if (
        !/\w\.\w|localhost/.test(
          url.replace(/process\.env|os\.environ|os\.getenv|ENV\.fetch|std::env::var|env::var/g, ""),
        ) &&
        /environ|getenv|process\.env|import\.meta\.env|settings\.|config\.|\bENV\b|\benv(?:::var)?\(|\bconfig\(/.test(
          from.program.text.slice(value.at.start, value.at.end),
        )
      ) {
        found.push({
          state: "unknown",
          what: "the base URL comes from the environment and may be a gateway",
          span: value.at,
          resolver: from,
        });
      }
    }
    if (/Helicone-Auth|x-portkey-/i.test(text)) {
      found.push({ state: "full", what: "its headers name a recording gateway", span: client.made.at, resolver: from });
    }
    return found;
  }

  /** Options of the client through which every request passes: a `fetch`, an HTTP client with hooks, a middleware. */
  #middleware(site: Site): Cover[] {
    const { client } = site;
    if (!client?.made) return [];
    const { made, from } = client;
    const found: Cover[] = [];
    const { module } = from.program;
    for (const { name, value } of options(made)) {
      if (name === undefined || !/^(?:fetch|http_?client|middleware|transport|httpAgent|event_?hooks)$/i.test(name))
        continue;
      const sink = this.#sinkIn(value, module, from, 0);
      if (sink)
        found.push({
          state: "full",
          what: `the client's ${name} records every request`,
          span: value.at,
          resolver: from,
        });
    }
    // `client.middlewareStack.add(…)`, `client.meta.events.register(…)`
    for (const scope of from.program.scopes) {
      for (const { call } of scope.calls) {
        if (
          call.callee.kind !== "member" ||
          !/^(?:add|use|register|addRelativeTo|on_end_message|after_message)$/.test(call.callee.name)
        )
          continue;
        const always = /^(?:on_end_message|after_message)$/.test(call.callee.name);
        if (!always && !/\b(?:middlewareStack|meta\.events)\.\w+$/.test(written(call.callee))) continue;
        const owner = from.evaluate(call.callee.object, scope);
        if (owner.kind !== "client" || owner.made !== made) continue;
        if (call.arguments.some(({ value }) => this.#sinkIn(value, scope, from, 0))) {
          found.push({
            state: "full",
            what: "a middleware of the client records every request",
            span: call.at,
            resolver: from,
          });
        }
      }
    }
    return found;
  }

  /** Whether a function, or one that a value holds, writes to a log at info or above. */
  #sinkIn(value: Expression, scope: Scope, from: Resolver, depth: number): boolean {
    if (depth > 5) return false;
    const inside = (one: Scope): boolean =>
      one.calls.some(({ call }) => {
        const sink = sinkOf(from, call, one);
        return sink !== undefined && (sink.kind === "log" || sink.kind === "span") && sink.level === "info";
      }) ||
      one.children.some(inside) ||
      one.calls.some(({ call }) => {
        const made = call.isNew && depth < 3 ? from.evaluate(call.callee, one) : undefined;
        return made?.kind === "scope" && made.scope !== one && made.scope.children.some(inside);
      });
    const target = from.evaluate(value, scope);
    if (target.kind === "scope" || target.kind === "instance") return inside(target.scope);
    if (target.kind === "object")
      return target.entries.some((entry) => this.#sinkIn(entry.value, target.scope, from, depth + 1));
    if (target.kind === "list") return target.items.some((item) => this.#sinkIn(item, target.scope, from, depth + 1));
    if (target.kind !== "external" || !target.call) return false;
    return target.call.arguments.some((argument) => this.#sinkIn(argument.value, scope, from, depth + 1));
  }

  #perCall(site: Site): Cover[] {
    const found: Cover[] = [];
    const cover = (state: Cover["state"], what: string, value: Expression): void => {
      found.push({ state, what, span: value.at, resolver: this.resolver });
    };
    const entries = [
      ...site.request,
      ...(site.client?.made && site.client.from === this.resolver ? options(site.client.made) : []),
    ];
    for (const { name, value } of entries) {
      if (site.family === "vercel-ai" && (name === "experimental_telemetry" || name === "telemetry")) {
        const enabled = this.resolver.entries(value, site.scope).find(({ entry }) => entry.name === "isEnabled");
        const text = this.#slice(value.at);
        const off = enabled
          ? /^false$/.test(enabled.from.program.text.slice(enabled.entry.value.at.start, enabled.entry.value.at.end))
          : /^(?:undefined|null|false|\{\s*\})$/.test(text);
        cover(
          off ? "off" : "full",
          off ? "telemetry is switched off for this call" : "the call has its own telemetry",
          value,
        );
      } else if (site.family === "vercel-ai" && name === "model") {
        const model = this.resolver.evaluate(value, site.scope);
        if (model.kind === "external" && model.path.at(-1) === "wrapLanguageModel()" && model.call) {
          const logs = model.call.arguments.some((one) => this.#sinkIn(one.value, site.scope, this.resolver, 0));
          cover(
            logs ? "full" : "unknown",
            logs ? "the model's middleware records it" : "the model has a middleware that may record it",
            value,
          );
        }
      } else if (name === "callbacks") this.#callbacks(value, site, cover);
      else if (name === "config" || name === undefined) {
        const inner = this.resolver.entries(value, site.scope).find(({ entry }) => entry.name === "callbacks");
        if (inner) this.#callbacks(inner.entry.value, site, cover);
      }
    }
    return found;
  }

  #callbacks(
    value: Expression,
    site: Site,
    cover: (state: Cover["state"], what: string, value: Expression) => void,
  ): void {
    const list = this.resolver.evaluate(value, site.scope);
    const items = list.kind === "list" ? list.items : [value];
    for (const item of items) {
      const made = this.resolver.evaluate(item, site.scope);
      const name =
        made.kind === "external"
          ? `${made.module} ${made.path.join(".")}`
          : made.kind === "instance"
            ? (made.scope.name ?? "")
            : this.#slice(item.at);
      if (
        /langfuse|langsmith|LangChainTracer|posthog|lunary|opik|arize|mlflow|wandb|weave|datadog|humanloop/i.test(name)
      ) {
        cover("full", "a recording callback is given to it", item);
      } else if (made.kind === "instance" && /log|audit|trac|record/i.test(name))
        cover("partly", `the callback ${name} is given to it`, item);
    }
  }

  /** Tracing decorators and functions around the function that calls. */
  #tracers(site: Site): Cover[] {
    const found: Cover[] = [];
    for (let at: Scope | undefined = site.scope; at; at = at.parent) {
      if (at.kind === "module") break;
      const scope = at;
      const where = scope.parent ?? scope;
      for (const decorator of scope.decorators) this.#tracer(decorator, where, found);
      for (const use of where.calls) {
        if (!functionsIn(use.call).includes(scope)) continue;
        this.#tracer(use.call, where, found);
      }
      if (scope.name !== undefined && scope.parent?.kind === "module") this.#wrappedByName(scope, found);
    }
    return found;
  }

  /** `const ask = traceable(askModel)` */
  #wrappedByName(scope: Scope, found: Cover[]): void {
    for (const { call, scope: where } of this.resolver.callsGiven(scope.name ?? "")) {
      if (where.kind === "module") this.#tracer(call, where, found);
    }
  }

  #tracer(expression: Expression, scope: Scope, found: Cover[]): void {
    let callee = expression;
    while (callee.kind === "call") callee = callee.callee;
    const value = this.resolver.evaluate(callee, scope);
    const { language } = this.resolver.program;
    const path = value.kind === "external" ? value.path.map((part) => part.replace(/\(\)$/, "")) : [];
    const tracer = value.kind === "external" ? tracerOf(language, value.module, path) : undefined;
    const logfire = value.kind === "external" && value.module === "logfire" && path.at(-1) === "instrument";
    if (!tracer && !logfire) return;
    // Its options, not the text of a function that it is given.
    const given = expression.kind === "call" ? expression.arguments : [];
    const text = given
      .filter(({ value }) => value.kind !== "function")
      .map(({ name, value }) => `${name ?? ""}=${this.#slice(value.at)}`)
      .join(" ");
    const input = /capture_?input\s*[:=]\s*false|ignore_?(?:arguments|inputs?)\b|process_inputs/i.test(text);
    const output = /capture_?output\s*[:=]\s*false|ignore_?outputs?\b|process_outputs/i.test(text);
    if (tracer?.partly !== undefined) {
      found.push({
        state: "partly",
        what: `${tracer.what}: ${tracer.partly}`,
        span: callee.at,
        resolver: this.resolver,
      });
      return;
    }
    // `#[instrument(ret)]` records what is returned, `#[instrument]` the arguments alone.
    const unreturned = language === "rust" && (!/=ret\b/.test(text) || /\bskip_all\b/.test(text));
    const blind = input || output || unreturned || (logfire && !/record_return\s*=\s*True/.test(text));
    found.push({
      state: blind ? "partly" : "full",
      what: `${tracer?.what ?? "Logfire"} traces the function${blind ? ", but not both its input and output" : ""}`,
      span: expression.kind === "call" ? callee.at : expression.at,
      resolver: this.resolver,
    });
  }

  /** Signs that the record may be made out of sight. */
  #marks(site: Site): Cover[] {
    const found: Cover[] = [];
    for (const { module, at } of this.resolver.program.module.sideEffects) {
      if (/^ddtrace\.auto$/.test(module) && site.family !== "http") {
        found.push({
          state: "partly",
          what: "ddtrace.auto traces it, without contents unless LLM Observability is on",
          span: at,
          resolver: this.resolver,
        });
      }
      const own =
        module.startsWith(".") || module.startsWith("@/") || module.startsWith("~/") || /^(?:app|src)\./.test(module);
      const known = this.resolver.project?.find(this.resolver, module, "*");
      if (
        own &&
        !known &&
        site.family !== "http" &&
        site.family !== "vercel-ai" &&
        INSTRUMENTATION_MODULE.test(module)
      ) {
        found.push({
          state: "unknown",
          what: `${module} may switch instrumentation on`,
          span: at,
          resolver: this.resolver,
        });
      }
    }
    if (site.injected) {
      found.push({
        state: "unknown",
        what: "the client is made elsewhere and may be instrumented",
        span: site.nameAt,
        resolver: this.resolver,
      });
    }
    return found;
  }
}

const ORDER: readonly Cover["state"][] = ["full", "logs", "vendor", "partly", "unknown", "off"];
const ALL: readonly string[] = [
  "openai",
  "anthropic",
  "bedrock",
  "langchain",
  "langgraph",
  "litellm",
  "vertexai",
  "google",
  "mistral",
  "cohere",
  "groq",
  "together",
  "ollama",
  "replicate",
  "crewai",
  "openai-agents",
  "instructor",
];

function coveredNames(text: string, value: Expression): readonly string[] {
  const names =
    value.kind === "object"
      ? value.entries.map(({ name }) => name ?? "")
      : (text.match(/\w+/g) ?? []).filter((word) => !/^(?:Instruments|set)$/.test(word));
  return names.flatMap((name) => coveredBy(name));
}

/** Whether code of one scope runs before what follows it in another: the same scope, or one around it. */
function inSight(outer: Scope, inner: Scope): boolean {
  for (let at: Scope | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}
