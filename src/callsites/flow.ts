import type { Binding, Call, Expression, Scope } from "./program.ts";
import { enclosingClass } from "./program.ts";
import type { Resolver } from "./resolve.ts";
import { written } from "./resolve.ts";
import type { Site } from "./sites.ts";

/** What a value tells about one model call, as bits. */
export const FACT = {
  /** The response, or a part that may hold anything of it. */
  whole: 1,
  content: 2,
  model: 4,
  tokens: 8,
  id: 16,
  outcome: 32,
  /** Lengths and counts: with a model they describe a content, alone they do not. */
  size: 64,
  requestContent: 128,
  requestModel: 256,
  who: 512,
  error: 1024,
} as const;

export const RESPONSE = FACT.whole | FACT.content | FACT.model | FACT.tokens | FACT.id | FACT.outcome;
export const REQUEST = FACT.requestContent | FACT.requestModel;

const TOKENS = /^(?:usage\w*|total_?tokens|tokenUsage|\w*_tokens|\w+Tokens|token_?count\w*|tokens_used|cost\w*)$/i;
const OUTCOME = /^(?:finish_?reason\w*|stop_?reason\w*|status\w*|ok|is_success|error)$/i;
const ID = /^(?:id|_?request_?id|response_?id|headers|ResponseMetadata|\$metadata)$/i;
const LEAF =
  /^(?:content|text|output_text|outputText|completion|arguments|tool_calls|toolCalls|embedding|object|parsed|b64_json|transcript|body|answer|reply|generated_text|textStream|fullStream)$/i;
const SIZE = /^(?:length|size|byteLength|__len__)$/;
const WHO =
  /(?:^|_)(?:user|tenant|session|customer|account|org(?:anization)?|actor|principal|workspace|team|conversation|thread)_?(?:id|email|name|key)?s?$|(?:[a-z]|^)(?:[uU]ser|[tT]enant|[sS]ession|[cC]ustomer|[aA]ccount|[oO]rg|[wW]orkspace|[cC]onversation)(?:I[dD]|Email)$/;
const HEAVY = /^(?:len|count|sum|size|count_tokens|num_tokens\w*|estimate\w*|countTokens)$/;
const GROWS =
  /^(?:append|push|add|extend|write|set|update|unshift|concat|insert|put|put_nowait|enqueue|WriteString|Write|Append|AppendLine|Add)$/;

/** Functions that give what lies under the name or address they are given; a prompt's own name does tell of the call. */
const FETCHES =
  /^(?:open|read|fetch|load|download|requests?|urlopen|scrape|crawl)(?:$|_|(?=[A-Z]))(?!\w*(?:[pP]rompt|[tT]emplate))|^(?:readdir\w*|readlines?|input)$/;

const MODEL_KEY = /^(?:model|modelId|model_id|model_name|modelName|engine|deployment\w*)$/i;
const WHO_KEY = /^(?:user|user_id|metadata|session|safety_identifier|prompt_cache_key)$/;
const CONTENT_KEY =
  /^(?:messages|input|inputs|prompt|prompts|system|contents|content|body|instructions|text|texts|query|documents|document|file|question|image|inputText|requestMetadata|prompt_id|parts|message|data|json|retrieveAndGenerateConfiguration)$/;

/** What a member of a value tells, given what the value tells. */
export function refine(facts: number, member: string): number {
  const name = /^get[A-Z]/.test(member) ? `${member.charAt(3).toLowerCase()}${member.slice(4)}` : member;
  if (SIZE.test(name)) return facts & (FACT.whole | FACT.content | FACT.requestContent) ? FACT.size : facts;
  if (!(facts & FACT.whole)) return facts;
  const rest = facts & ~FACT.whole;
  if (TOKENS.test(name)) return rest | FACT.tokens;
  if (OUTCOME.test(name)) return rest | FACT.outcome;
  if (ID.test(name)) return rest | FACT.id;
  if (MODEL_KEY.test(name)) return rest | FACT.model;
  if (LEAF.test(name)) return rest | FACT.content;
  return facts;
}

/** Follows what one model call sends and receives through a function, its inner functions and those around it. */
export class Flow {
  readonly #names = new Map<string, number>();
  readonly #ids = new Map<Scope, number>();
  #model: string | undefined;

  constructor(
    readonly resolver: Resolver,
    /** What certain calls give. */
    readonly seeds: ReadonlyMap<Expression, number>,
    readonly scopes: readonly Scope[],
  ) {}

  #key(name: string, scope: Scope): string {
    const owner = this.resolver.owner(name, scope);
    if (!owner) return `?${name}`;
    let id = this.#ids.get(owner);
    if (id === undefined) this.#ids.set(owner, (id = this.#ids.size));
    return `${id}:${name}`;
  }

  /** The name under which a place is remembered: a variable, or a path of members of one. */
  #place(expression: Expression, scope: Scope): string | undefined {
    if (expression.kind === "name") {
      if (expression.name === this.resolver.program.self && enclosingClass(scope)) return "self";
      return this.#key(expression.name, scope);
    }
    if (expression.kind !== "member") return undefined;
    const object = this.#place(expression.object, scope);
    return object === undefined ? undefined : `${object}.${expression.name}`;
  }

  mark(name: string, scope: Scope, facts: number): void {
    this.#add(this.#key(name, scope), facts);
  }

  #add(key: string, facts: number): boolean {
    const old = this.#names.get(key) ?? 0;
    if ((old | facts) === old) return false;
    this.#names.set(key, old | facts);
    return true;
  }

  /** Marks what a site sends, back to the variables it is made of. */
  seedRequest(site: Site): void {
    this.#model = site.model;
    for (const { name, value } of site.request) {
      const facts =
        name === undefined
          ? REQUEST
          : MODEL_KEY.test(name)
            ? FACT.requestModel
            : WHO_KEY.test(name)
              ? FACT.who
              : CONTENT_KEY.test(name)
                ? FACT.requestContent
                : 0;
      if (facts) this.seed(value, site.scope, facts);
    }
    for (const { value, name } of site.call.arguments) {
      if (name === undefined && (value.kind === "name" || value.kind === "member"))
        this.seed(value, site.scope, REQUEST, 3);
    }
  }

  /** Marks the variables that a value is made of. */
  seed(expression: Expression, scope: Scope, facts: number, depth = 0): void {
    if (depth > 4) return;
    switch (expression.kind) {
      case "name": {
        const owner = this.resolver.owner(expression.name, scope);
        const bindings = owner?.bindings.get(expression.name) ?? [];
        if (expression.name === this.resolver.program.self) return;
        if (bindings.some((one) => one.origin === "import" || one.origin === "function" || one.origin === "class"))
          return;
        this.#add(this.#key(expression.name, scope), facts);
        if (!owner) return;
        for (const { value, valueIn } of bindings) if (value) this.seed(value, valueIn ?? owner, facts, depth + 1);
        return;
      }
      case "member": {
        const place = this.#place(expression, scope);
        if (place !== undefined) this.#add(place, facts);
        return;
      }
      case "call":
        if (this.resolver.evaluate(expression, scope).kind === "client") return;
        // What is sent may be kept under a name or at an address; these are not sent.
        if (FETCHES.test(written(expression.callee).split(".").at(-1) ?? "")) return;
        for (const { value } of expression.arguments) this.seed(value, scope, facts, depth + 1);
        if (expression.callee.kind === "member") this.seed(expression.callee.object, scope, facts, depth + 1);
        return;
      case "object":
        for (const { name, value } of expression.entries) {
          if (name !== "role" && name !== "type") this.seed(value, scope, facts, depth + 1);
        }
        return;
      case "index":
        return this.seed(expression.object, scope, facts, depth + 1);
      case "text":
      case "mix":
        for (const part of expression.parts) this.seed(part, scope, facts, depth + 1);
        return;
      case "list":
        for (const item of expression.items) this.seed(item, scope, facts, depth + 1);
        return;
      case "choice":
        for (const option of expression.options) this.seed(option, scope, facts, depth + 1);
        return;
      case "pipe":
      case "function":
        return;
    }
  }

  /** Follows assignments until nothing new is known. */
  run(): void {
    for (let round = 0, changed = true; changed && round < 6; round++) {
      changed = false;
      for (const scope of this.scopes) {
        for (const bindings of scope.bindings.values()) {
          for (const binding of bindings) changed = this.#bind(binding, scope) || changed;
        }
        for (const { target, value } of scope.assignments) {
          const inner = target.kind === "index" ? target.object : target;
          const place = this.#place(inner, scope);
          if (place !== undefined) changed = this.#add(place, this.facts(value, scope)) || changed;
        }
        for (const { call } of scope.calls) changed = this.#grow(call, scope) || changed;
      }
    }
  }

  #bind(binding: Binding, scope: Scope): boolean {
    if (!binding.value || binding.origin === "import") return false;
    if (binding.origin === "param") return false;
    let facts = this.facts(binding.value, binding.valueIn ?? scope);
    for (const part of binding.path ?? []) if (!/^\d+$/.test(part)) facts = refine(facts, part);
    // An error that came beside a value tells that it failed, whatever was asked.
    if (binding.path?.[0] === "error" && this.resolver.program.language === "go") facts &&= FACT.outcome;
    return facts !== 0 && this.#add(this.#key(binding.name, scope), facts);
  }

  /** `chunks.append(text)`; and functions given to a call on the response get parts of it: `.then((r) => …)`. */
  #grow(call: Call, scope: Scope): boolean {
    let changed = false;
    const { callee } = call;
    if (callee.kind === "member" && GROWS.test(callee.name)) {
      const place = this.#place(callee.object, scope);
      const facts = call.arguments.reduce((all, { value }) => all | this.facts(value, scope), 0);
      if (place !== undefined && facts !== 0) changed = this.#add(place, facts);
    }
    const seeded = (this.seeds.get(call) ?? 0) & RESPONSE;
    // `tap($response, fn ($r) => …)` gives the function what `$response->tap(…)` would.
    const [first] = callee.kind === "name" && callee.name === "tap" ? call.arguments : [];
    const of = callee.kind === "member" ? callee.object : first?.value;
    const object = of ? this.facts(of, scope) & RESPONSE : 0;
    if (seeded || object) {
      const rejected = callee.kind === "member" && callee.name === "catch";
      for (const callback of functionsIn(call)) {
        changed = this.#hand(callback, rejected ? FACT.error : seeded || object) || changed;
      }
    }
    return changed;
  }

  #hand(scope: Scope, facts: number): boolean {
    let changed = false;
    for (const param of scope.params) {
      let own = facts;
      for (const part of param.path ?? []) own = refine(own, part);
      changed = this.#add(this.#key(param.name, scope), own) || changed;
    }
    return changed;
  }

  /** What an expression tells about the call. */
  facts(expression: Expression, scope: Scope, depth = 0): number {
    if (depth > 60 || !this.resolver.spend()) return 0;
    const seeded = this.seeds.get(expression);
    if (seeded !== undefined) return seeded;
    const all = (parts: readonly Expression[]): number =>
      parts.reduce((sum, part) => sum | this.facts(part, scope, depth + 1), 0);
    switch (expression.kind) {
      case "name": {
        const facts = this.#names.get(this.#key(expression.name, scope)) ?? 0;
        return facts | (WHO.test(expression.name) ? FACT.who : 0);
      }
      case "member": {
        const place = this.#place(expression, scope);
        const own = (place === undefined ? 0 : this.#names.get(place)) ?? 0;
        const base = refine(this.facts(expression.object, scope, depth + 1), expression.name);
        const ofBase = expression.object.kind === "name" && WHO.test(expression.object.name) ? base & ~FACT.who : base;
        return own | ofBase | (WHO.test(expression.name) || /^user(?:_?id)?$/.test(expression.name) ? FACT.who : 0);
      }
      case "index": {
        const object = this.facts(expression.object, scope, depth + 1);
        return expression.index.kind === "text" ? refine(object, expression.index.value) : object;
      }
      case "call": {
        // What another call of a model answers tells of that call, whatever it was asked.
        if (this.resolver.isModelCall(expression, scope)) return 0;
        const name = written(expression.callee).split(".").at(-1) ?? "";
        const given = all(expression.arguments.map(({ value }) => value));
        const callbacks = functionsIn(expression).reduce((sum, inner) => sum | this.#returned(inner, depth), 0);
        if (HEAVY.test(name))
          return (given | callbacks) & ~WHOLE_OR_CONTENT ? FACT.size | (given & FACT.who) : given ? FACT.size : 0;
        const object = expression.callee.kind === "member" ? this.facts(expression.callee.object, scope, depth + 1) : 0;
        const refined = expression.callee.kind === "member" ? refine(object, expression.callee.name) : object;
        const dictionaryGet =
          name === "get" && expression.arguments[0]?.value.kind === "text" ? expression.arguments[0].value.value : "";
        return given | (dictionaryGet === "" ? refined : refine(refined, dictionaryGet)) | callbacks;
      }
      case "text":
        return (
          all(expression.parts) |
          (this.#model !== undefined && expression.value === this.#model ? FACT.requestModel : 0)
        );
      case "object":
        return all(expression.entries.map(({ value }) => value));
      case "list":
        return all(expression.items);
      case "choice":
        return all(expression.options);
      case "pipe":
        return all([expression.left, expression.right]);
      case "mix":
        return all(expression.parts);
      case "function":
        return 0;
    }
  }

  #returned(scope: Scope, depth: number): number {
    if (depth > 20) return 0;
    return scope.returns.reduce(
      (sum, { value }) => (value ? sum | (this.facts(value, scope, depth + 5) & RESPONSE) : sum),
      0,
    );
  }

  /** What a function's callers get. */
  returns(scope: Scope): number {
    return this.#returned(scope, 0);
  }

  /** What is known of a parameter. */
  parameter(name: string, scope: Scope): number {
    return this.#names.get(this.#key(name, scope)) ?? 0;
  }
}

const WHOLE_OR_CONTENT = FACT.whole | FACT.content | FACT.requestContent;

/** Functions written into a call's arguments, entries of objects included. */
export function functionsIn(call: Call): Scope[] {
  const found: Scope[] = [];
  const look = (expression: Expression, depth: number): void => {
    if (expression.kind === "function") found.push(expression.scope);
    else if (depth < 3 && expression.kind === "object")
      for (const { value } of expression.entries) look(value, depth + 1);
    else if (depth < 3 && expression.kind === "list") for (const item of expression.items) look(item, depth + 1);
  };
  for (const { value } of call.arguments) look(value, 0);
  return found;
}
