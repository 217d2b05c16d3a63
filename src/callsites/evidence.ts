import { FACT, Flow, functionsIn, REQUEST, RESPONSE } from "./flow.ts";
import { type Block, type Call, type CallUse, type Expression, type Scope, within } from "./program.ts";
import { type Resolver, written } from "./resolve.ts";
import { type Sink, sinkOf } from "./sinks.ts";
import type { Site } from "./sites.ts";

/** A sink that runs around a model call, and what it receives of it. */
export interface Hit {
  readonly sink: Sink;
  readonly call: Call;
  readonly resolver: Resolver;
  readonly facts: number;
  /** `error`: only when something failed. `both`: in a `finally`. */
  readonly stage: "success" | "error" | "both";
  /** Runs only if a condition holds that is not about the response. */
  readonly guard: "none" | "verbose" | "sampled" | "conditional";
  /** After the call, or in a callback of it. */
  readonly after: boolean;
  /** Where it stands, seen from the call. */
  readonly where: "function" | "helper" | "caller" | "decorator";
}

type Context = Pick<Hit, "stage" | "guard"> & {
  /** Behind any condition, about the response or not: a warning or an error there tells of a failure. */
  readonly tested: boolean;
};
const PLAIN: Context = { stage: "success", guard: "none", tested: false };

const VERBOSE =
  /\b(?:debug|verbose|trace|NODE_ENV|isDev|dev_?mode|development|log_?level|LOG_?\w*|DEBUG\w*|VERBOSE\w*|isEnabledFor|isDebug\w*|enable_?logging|log_?(?:requests|prompts|calls)\w*|logging_enabled|dump\w*)\b/i;
const SAMPLED = /\b(?:random|sample\w*|Math\.random)\b/i;
/** How far helpers, callers and decorators are followed. */
const MAX_STEPS = 3;

/** Finds every sink that runs around a site. */
export function hitsOf(site: Site, resolver: Resolver): Hit[] {
  return new Search(resolver).around(
    { call: site.call, scope: site.scope, block: site.block },
    (flow) => flow.seedRequest(site),
    0,
  );
}

/** The function in which a call runs, and the functions written inside it. */
function family(scope: Scope): Scope[] {
  const found: Scope[] = [];
  const add = (one: Scope): void => {
    found.push(one);
    for (const child of one.children)
      if (child.kind === "function" && !(one.kind === "module" && child.name !== undefined)) add(child);
  };
  add(scope);
  return found;
}

class Search {
  readonly #seen = new Set<unknown>();

  constructor(readonly resolver: Resolver) {}

  /** Sinks around one call, in its own function, its callers, its decorators, and the helpers that any of them calls. */
  around(use: CallUse, seed: (flow: Flow) => void, step: number, returned: number = FACT.whole): Hit[] {
    if (step > MAX_STEPS || this.#seen.has(use.call) || this.resolver.exhausted) return [];
    this.#seen.add(use.call);
    const { resolver } = this;
    const outer: Scope[] = [];
    for (let at: Scope | undefined = use.scope; at; at = at.parent) outer.push(at);
    const home =
      outer.find(
        (scope) => scope.kind === "function" && (scope.name !== undefined || scope.parent?.kind !== "function"),
      ) ?? use.scope;
    const inner = use.scope.kind === "module" ? use.scope : outerFunction(use.scope, home);
    const scopes = [...new Set([...family(inner), ...outer.filter((scope) => scope.kind === "function")])];
    const flow = new Flow(resolver, new Map<Expression, number>([[use.call, returned]]), scopes);
    seed(flow);
    flow.run();
    const hits: Hit[] = [];
    for (const scope of scopes) {
      // Of the functions around a callback only what receives something of the call counts.
      const around = !family(inner).includes(scope);
      for (const one of scope.calls) {
        const own = this.#hits(one, flow, use, step, around);
        hits.push(...own);
      }
    }
    if (use.scope.kind === "module") return hits;
    hits.push(...this.#throughDecorators(inner, step));
    if (!hits.some(isRecord)) hits.push(...this.#throughCallers(inner, flow, step));
    return hits;
  }

  #hits(one: CallUse, flow: Flow, use: CallUse, step: number, mustDepend: boolean): Hit[] {
    const { call, scope, block } = one;
    if (!this.resolver.spend()) return [];
    if (call === use.call) return this.#callbacks(call, flow, scope, step);
    const context = contextOf(block, use.block, flow, scope);
    const after = call.at.start >= use.call.at.start;
    const sink = sinkOf(this.resolver, call, scope);
    if (sink) {
      const facts = this.#given(call, flow, scope);
      if (mustDepend && !(facts & (RESPONSE | REQUEST))) return [];
      // A line that says nothing of the call counts only where it must run with it.
      // Where errors are values, a name for them is used again and again: in another's catch it tells nothing.
      const foreign = foreignCatch(block, use.block);
      const tells = (facts & ~(foreign ? FACT.who | FACT.outcome : FACT.who)) !== 0;
      if (!tells && (scope !== use.scope || foreign)) return [];
      if (!tells && context.guard !== "none" && !(call.at.start > use.call.at.start)) return [];
      // `logger.info(client.chat.completions.create(…))`
      const holds = call.at.start <= use.call.at.start && call.at.end >= use.call.at.end;
      const stage = sink.level === "error" && context.tested ? "error" : context.stage;
      const guard = stage === "error" && context.stage !== "error" ? "none" : context.guard;
      return [{ sink, call, resolver: this.resolver, facts, stage, guard, after: after || holds, where: "function" }];
    }
    if (step >= MAX_STEPS) return [];
    return this.#helper(one, use, flow, context, after, step);
  }

  /** What a sink receives: its arguments, and what its object was bound to. */
  #given(call: Call, flow: Flow, scope: Scope): number {
    const own = call.arguments.reduce((all, { value }) => all | flow.facts(value, scope), 0);
    const bound = call.callee.kind === "member" ? flow.facts(call.callee.object, scope) : 0;
    return own | bound;
  }

  /** A function of the project that is given something of the call. */
  #helper(one: CallUse, use: CallUse, flow: Flow, context: Context, after: boolean, step: number): Hit[] {
    const { call, scope } = one;
    const callee = this.resolver.evaluate(call.callee, scope);
    const target =
      callee.kind !== "scope"
        ? undefined
        : callee.scope.kind === "class"
          ? (callee.scope.members.get("__init__")?.[0]?.scope ?? callee.scope.members.get("constructor")?.[0]?.scope)
          : callee.scope;
    if (callee.kind !== "scope" || !target || this.#seen.has(target)) return [];
    const facts = call.arguments.map((argument) => ({ argument, facts: flow.facts(argument.value, scope) }));
    // A context manager around the call runs with it, whatever it is given.
    const manages =
      one.block.kind === "with" &&
      within(use.block, one.block) &&
      target.decorators.some((it) => /contextmanager/i.test(written(it)));
    if (manages) return this.#inside(target, callee.from, new Map(), context, after, step, "helper", true);
    if (!facts.some((it) => it.facts & (RESPONSE | REQUEST))) return [];
    // A function that asks a model itself records its own call, unless it is given what this one answered.
    if (!facts.some((it) => it.facts & RESPONSE) && asksModel(callee.from, target)) return [];
    let position = 0;
    const given = new Map<string, number>();
    for (const { argument, facts: own } of facts) {
      const at = argument.name === undefined ? position++ : -1;
      for (const param of target.params) {
        const named = argument.name !== undefined && param.name === argument.name;
        const opened = argument.value.kind === "object" && param.path !== undefined && param.position === at;
        if (opened && argument.value.kind === "object") {
          const entry = argument.value.entries.find((one) => one.name === param.path?.[0]);
          if (entry) given.set(param.name, (given.get(param.name) ?? 0) | flow.facts(entry.value, scope));
        } else if (
          named ||
          (argument.name === undefined && param.position === at) ||
          param.position === -1 ||
          argument.spread
        ) {
          if (param.name !== "self") given.set(param.name, (given.get(param.name) ?? 0) | own);
        }
      }
    }
    return this.#inside(target, callee.from, given, context, after, step, "helper");
  }

  /** Sinks inside a function whose parameters hold something of the call. */
  #inside(
    target: Scope,
    resolver: Resolver,
    given: ReadonlyMap<string, number>,
    context: Context,
    after: boolean,
    step: number,
    where: Hit["where"],
    anything = false,
  ): Hit[] {
    if (this.#seen.has(target)) return [];
    this.#seen.add(target);
    const scopes = family(target);
    const flow = new Flow(resolver, new Map(), scopes);
    for (const [name, facts] of given) flow.mark(name, target, facts);
    flow.run();
    const search = resolver === this.resolver ? this : new Search(resolver);
    const hits: Hit[] = [];
    for (const scope of scopes) {
      for (const one of scope.calls) {
        const inner = combine(context, contextOf(one.block, target.body, flow, scope));
        const guard = inner.guard === "none" ? leftEarly(target, one, flow) : inner.guard;
        const sink = sinkOf(resolver, one.call, scope);
        if (sink) {
          const facts = search.#given(one.call, flow, scope);
          const stage = sink.level === "error" && inner.tested ? "error" : inner.stage;
          if (anything || facts & (RESPONSE | REQUEST | FACT.size))
            hits.push({ sink, call: one.call, resolver, facts, stage, guard, after, where });
        } else if (step + 1 < MAX_STEPS)
          hits.push(...search.#helper(one, one, flow, { ...inner, guard }, after, step + 1));
      }
    }
    this.#seen.delete(target);
    return hits;
  }

  /** Named functions that the site's own call is given: `onFinish: logUsage`. */
  #callbacks(call: Call, _flow: Flow, scope: Scope, step: number): Hit[] {
    const hits: Hit[] = [];
    const look = (value: Expression, name: string | undefined, depth: number): void => {
      if (value.kind === "object" && depth < 3)
        for (const entry of value.entries) look(entry.value, entry.name, depth + 1);
      if (value.kind !== "name" && value.kind !== "member") return;
      const callee = this.resolver.evaluate(value, scope);
      if (callee.kind !== "scope" || callee.scope.kind !== "function") return;
      const given = new Map(callee.scope.params.map((param) => [param.name, FACT.whole as number]));
      const stage = /error|fail|reject/i.test(name ?? "") ? "error" : "success";
      hits.push(...this.#inside(callee.scope, callee.from, given, { ...PLAIN, stage }, true, step, "function"));
    };
    for (const { value, name } of call.arguments) look(value, name, 0);
    return hits;
  }

  /** A decorator, or a function that was given this one, which calls it and records what passes. */
  #throughDecorators(scope: Scope, step: number): Hit[] {
    const hits: Hit[] = [];
    for (let at: Scope | undefined = scope; at && at.kind === "function"; at = at.parent) {
      const inner = at;
      const where = inner.parent ?? inner;
      const wrappers = inner.decorators.map((one) => (one.kind === "call" ? one.callee : one));
      for (const use of where.calls) if (functionsIn(use.call).includes(inner)) wrappers.push(use.call.callee);
      // `const ask = withAudit(askModel)`
      if (inner.name !== undefined) {
        for (const use of this.resolver.callsGiven(inner.name)) {
          const value = this.resolver.evaluate(use.call.callee, use.scope);
          if (value.kind === "scope") wrappers.push(use.call.callee);
        }
      }
      for (const wrapper of wrappers) {
        const value = this.resolver.evaluate(wrapper, where);
        if (value.kind === "scope" && value.scope.kind === "function" && step < MAX_STEPS) {
          hits.push(...this.#insideWrapper(value.scope, value.from, step));
        }
      }
    }
    return hits;
  }

  /** The calls, inside a wrapping function, of the function that it was given. */
  #insideWrapper(wrapper: Scope, resolver: Resolver, step: number): Hit[] {
    const hits: Hit[] = [];
    const search = resolver === this.resolver ? this : new Search(resolver);
    const given = new Set<string>();
    const look = (scope: Scope): void => {
      for (const use of scope.calls) {
        const name =
          use.call.callee.kind === "name"
            ? use.call.callee.name
            : use.call.callee.kind === "member" &&
                /^(?:apply|call)$/.test(use.call.callee.name) &&
                use.call.callee.object.kind === "name"
              ? use.call.callee.object.name
              : undefined;
        if (name === undefined || !given.has(name)) continue;
        const seed = (flow: Flow): void => {
          for (const { value } of use.call.arguments) flow.seed(value, scope, FACT.requestContent);
        };
        const found = search.around(use, seed, step + 1).filter((hit) => hit.facts & (RESPONSE | REQUEST | FACT.size));
        hits.push(...found.map((hit): Hit => ({ ...hit, where: "decorator" })));
      }
      for (const param of scope.params) given.add(param.name);
      for (const child of scope.children) {
        for (const param of child.params) given.add(param.name);
        look(child);
      }
    };
    for (const param of wrapper.params) given.add(param.name);
    look(wrapper);
    return hits;
  }

  /** Those who call the function and get what it returns. */
  #throughCallers(scope: Scope, flow: Flow, step: number): Hit[] {
    const { name } = scope;
    if (name === undefined || step >= MAX_STEPS) return [];
    const returned = flow.returns(scope);
    const perCaller: Hit[][] = [];
    const uses = this.resolver.project?.callers?.(this.resolver, scope) ?? this.#localCallers(scope);
    for (const { use, resolver } of uses) {
      const search = resolver === this.resolver ? this : new Search(resolver);
      const seed = (inner: Flow): void => {
        for (const [i, argument] of use.call.arguments.entries()) {
          const param = scope.params.find((one) =>
            argument.name === undefined ? one.position === i : one.name === argument.name,
          );
          const facts = param && flow.parameter(param.name, scope) & (REQUEST | FACT.who);
          if (facts) inner.seed(argument.value, use.scope, facts);
        }
      };
      const hits = search.around(use, seed, step + 1, returned || 0);
      // What a caller stores of its own request is no trace of the model's answer.
      const own = hits.filter(
        (hit) =>
          (hit.facts & (RESPONSE | REQUEST | FACT.size) || hit.stage === "error") &&
          (hit.sink.kind !== "history" || hit.facts & RESPONSE),
      );
      perCaller.push(own.map((hit): Hit => ({ ...hit, where: "caller" })));
    }
    const all = perCaller.flat();
    // A record that only some callers make is no record of every call.
    const everyone = perCaller.every((hits) => hits.some(isRecord));
    return everyone
      ? all
      : all.map((hit): Hit => ({ ...hit, guard: hit.guard === "none" ? "conditional" : hit.guard }));
  }

  #localCallers(scope: Scope): { use: CallUse; resolver: Resolver }[] {
    const found: { use: CallUse; resolver: Resolver }[] = [];
    for (const { call, scope: where } of this.resolver.callsNamed(scope.name ?? "")) {
      const value = this.resolver.evaluate(call.callee, where);
      if (value.kind !== "scope" || value.scope !== scope) continue;
      const use = where.calls.find((one) => one.call === call);
      if (use) found.push({ use, resolver: this.resolver });
    }
    return found;
  }
}

/** Whether a function, or one written inside it, calls a method of a model's client. */
function asksModel(resolver: Resolver, target: Scope): boolean {
  return family(target).some((scope) => scope.calls.some(({ call }) => resolver.isModelCall(call, scope)));
}

/** The outermost function, from a scope outwards, that is still the same piece of work: callbacks belong to their caller. */
function outerFunction(scope: Scope, home: Scope): Scope {
  return home.kind === "function" ? home : scope;
}

/** A hit that is a record by itself: unconditional, on the success path, at info or above. */
export function isRecord(hit: Hit): boolean {
  const strong = hit.sink.kind === "log" || hit.sink.kind === "span";
  return (
    strong &&
    hit.sink.level === "info" &&
    hit.stage !== "error" &&
    hit.guard === "none" &&
    (hit.facts & (RESPONSE | REQUEST)) !== 0
  );
}

function combine(outer: Context, inner: Context): Context {
  return {
    stage: outer.stage === "error" || inner.stage === "error" ? "error" : inner.stage === "both" ? "both" : outer.stage,
    guard: outer.guard === "none" ? inner.guard : outer.guard,
    tested: outer.tested || inner.tested,
  };
}

/** Under which conditions a block runs, given that the call's block does. */
function contextOf(block: Block, call: Block, flow: Flow, scope: Scope): Context {
  let { stage, guard, tested } = PLAIN;
  for (let at: Block | undefined = block; at && !within(call, at); at = at.parent) {
    if (at.kind === "catch") stage = "error";
    else if (at.kind === "finally" && stage === "success") stage = "both";
    else if (at.kind === "if" || at.kind === "else") {
      const own = guardOf(at.condition, flow, scope);
      if (own !== "none") guard = own;
      if (failed(at, flow)) stage = "error";
      tested = true;
    }
  }
  return { stage, guard, tested };
}

/** A condition by which something failed, in the words of PHP, Ruby and Rust; and one by which it went well. */
const FAILED =
  /^\(?\s*(?:is_wp_error\s*\(|curl_err(?:no|or)\s*\(|\$\w{1,60}\s*===?\s*(?:false|null)\b|(?:!\s*|not\s+)[$\w.()>@-]{1,100}(?:\bok|successful|success|is_success)\b|[$\w.()>@-]{1,100}(?:\.|->)(?:failed\(|failure\?|error\?|is_err\())/;
const WENT_WELL = /^\(?[$\w.()>@-]{1,100}(?:\.|->)(?:successful\(|success\?|is_success\(|ok\()/;

function failed(block: Block, flow: Flow): boolean {
  const { language, text } = flow.resolver.program;
  const { condition } = block;
  if (!condition || (language !== "php" && language !== "ruby" && language !== "rust")) return false;
  const words = text.slice(condition.at.start, Math.min(condition.at.end, condition.at.start + 200));
  return (block.kind === "if" ? FAILED : WENT_WELL).test(words);
}

/** Whether a block is in the catch of a `try` that the call is not in. */
function foreignCatch(block: Block, call: Block): boolean {
  for (let at: Block | undefined = block; at && !within(call, at); at = at.parent) {
    if (at.kind === "catch" && at.of && !within(call, at.of)) return true;
  }
  return false;
}

function guardOf(condition: Expression | undefined, flow: Flow, scope: Scope): Hit["guard"] {
  if (!condition) return "none";
  const text = flow.resolver.program.text.slice(
    condition.at.start,
    Math.min(condition.at.end, condition.at.start + 300),
  );
  if (SAMPLED.test(text)) return "sampled";
  // What tests the response itself runs whenever there is something to record.
  if (deepFacts(condition, flow, scope) & (RESPONSE | FACT.size)) return "none";
  if (
    /\b(?:log|logger|LOG|audit\w*)(?:\s*(?:is not None|!==?\s*(?:null|undefined)))?\s*\)?$/.test(text) &&
    !VERBOSE.test(text)
  )
    return "none";
  return VERBOSE.test(text) ? "verbose" : "conditional";
}

function deepFacts(condition: Expression, flow: Flow, scope: Scope): number {
  return flow.facts(condition, scope);
}

/** `if not settings.debug: return` in front of a sink guards it as well as an `if` around it. */
function leftEarly(target: Scope, one: CallUse, flow: Flow): Hit["guard"] {
  for (const { at, block } of target.returns) {
    if (at.start > one.call.at.start || !/^(?:if|else)$/.test(block.kind) || within(one.block, block)) continue;
    if (block.parent && !within(one.block, block.parent)) continue;
    const guard = guardOf(block.condition, flow, target);
    if (guard !== "none") return guard;
  }
  return "none";
}

/** Whether the `try` nearest around a site catches its errors and neither records nor passes them on. */
export function swallowsErrors(site: Site, hits: readonly Hit[]): Block | undefined {
  let guarded: Block | undefined;
  for (let at: Block | undefined = site.block; at && at !== site.scope.body.parent; at = at.parent) {
    if (at.kind === "try") {
      guarded = at;
      break;
    }
  }
  if (!guarded) return undefined;
  const catches = new Set<Block>();
  const blocks = new Map<Block, boolean>();
  const visit = (block: Block | undefined): void => {
    for (let at = block; at; at = at.parent) {
      if (at.kind === "catch" && at.of === guarded) catches.add(at);
    }
  };
  for (const scope of [site.scope, ...site.scope.children]) {
    for (const { block } of scope.calls) visit(block);
    for (const { block } of scope.returns) visit(block);
    for (const bindings of scope.bindings.values()) for (const { block } of bindings) visit(block);
  }
  for (const block of catches) {
    const recorded = hits.some((hit) => hit.call.at.start >= block.at.start && hit.call.at.end <= block.at.end);
    blocks.set(block, recorded || block.throws);
  }
  return [...blocks].find(([, fine]) => !fine)?.[0];
}

/** A sink as a phrase. */
export function describe(hit: Hit): string {
  const what: string[] = [];
  if (hit.facts & FACT.whole) what.push("the response");
  if (hit.facts & FACT.content) what.push("its content");
  if (hit.facts & FACT.tokens) what.push("token usage");
  if (hit.facts & (FACT.model | FACT.requestModel)) what.push("the model");
  if (hit.facts & FACT.requestContent) what.push("the request");
  if (hit.facts & FACT.id) what.push("the response id");
  if (hit.facts & FACT.outcome) what.push("the outcome");
  if (hit.facts & FACT.size && what.length === 0) what.push("counts only");
  const received = what.length > 0 ? `receives ${what.join(", ")}` : "receives nothing of the call";
  const notes = [
    hit.stage === "error" ? "on errors only" : "",
    hit.guard === "verbose"
      ? "behind a debug or verbose switch"
      : hit.guard === "sampled"
        ? "for a sample"
        : hit.guard === "conditional"
          ? "under a condition"
          : "",
    hit.sink.level === "debug" ? "at debug level" : "",
    hit.where === "function" ? "" : `in a ${hit.where}`,
  ].filter(Boolean);
  return `${hit.sink.name || written(hit.call.callee)} ${received}${notes.length > 0 ? `, ${notes.join(", ")}` : ""}`;
}
