import type { Span } from "../core/text.ts";
import { findCall, findConstructor, findFunction, isKnown } from "./catalogue/lookup.ts";
import { dropInOf, wrapperOf } from "./catalogue/observability.ts";
import type { Sdk } from "./catalogue/sdk.ts";
import type { Origin } from "./embedded.ts";
import {
  type Binding,
  type Call,
  type CallUse,
  enclosingClass,
  type Entry,
  type Expression,
  type Family,
  isDotted,
  type Program,
  type Scope,
  typeName,
} from "./program.ts";

/** A client that is instrumented by the way it was made. */
export interface Wrap {
  readonly what: string;
  readonly call: Call;
  /** Why it records too little. */
  readonly partly?: string;
  /** A step of a pipeline that runs code of the project: what that does says whether it counts. */
  readonly step?: true;
  readonly from?: Resolver;
}

export interface Client {
  readonly kind: "client";
  readonly sdk: Sdk;
  readonly package: string;
  readonly constructorName: string;
  /** Members after the client; `create()` for one that was called. */
  readonly chain: readonly string[];
  /** The expression that made it, when it is in sight. */
  readonly made: Call | undefined;
  readonly wraps: readonly Wrap[];
  /** In which program `made` stands. */
  readonly from: Resolver;
}

export interface External {
  readonly kind: "external";
  readonly module: string;
  readonly path: readonly string[];
  readonly typeOnly: boolean;
  /** The last call on the way, for its arguments. */
  readonly call: Call | undefined;
}

export type Value =
  | Client
  | External
  | { readonly kind: "scope"; readonly scope: Scope; readonly from: Resolver }
  | { readonly kind: "instance"; readonly scope: Scope; readonly from: Resolver }
  | { readonly kind: "object"; readonly entries: readonly Entry[]; readonly scope: Scope; readonly from: Resolver }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly scope: Scope; readonly from: Resolver }
  | { readonly kind: "text"; readonly value: string }
  /** `param`: someone else gives it. `project`: made in another file. `none`: nothing is known. */
  | { readonly kind: "unknown"; readonly why: "param" | "project" | "none" };

const NONE: Value = { kind: "unknown", why: "none" };
const GIVEN: Value = { kind: "unknown", why: "param" };

/** Names that need no import where a package is loaded as a whole. */
const GLOBALS: Readonly<Partial<Record<Family, RegExp>>> = {
  ruby: /^[A-Z]/,
  php: /^[A-Z]/,
  csharp: /^(?:I?Logger|ILog|Log|LogManager|LogContext|I?LoggerFactory|HttpRequestMessage|HttpClient|ClientWebSocket)$/,
};

/** C#: classes whose names are nobody else's, with the namespace that a `global using` opens for them. */
const DISTINCT: readonly (readonly [RegExp, string])[] = [
  [/^(?:IChatClient|IEmbeddingGenerator|ChatClientBuilder|OpenTelemetryChatClient)$/, "Microsoft.Extensions.AI"],
  [/^AzureOpenAIClient$/, "Azure.AI.OpenAI"],
  [/^(?:OpenAIClient|ChatClient|EmbeddingClient|OpenAIResponseClient|ResponsesClient)$/, "OpenAI.Chat"],
  [/^(?:IChatCompletionService|Kernel|ChatCompletionAgent)$/, "Microsoft.SemanticKernel"],
  [/^(?:AIAgent|ChatClientAgent)$/, "Microsoft.Agents.AI"],
  [/^(?:IAmazonBedrockRuntime|AmazonBedrockRuntimeClient)$/, "Amazon.BedrockRuntime"],
  [/^AnthropicClient$/, "Anthropic"],
  [/^(?:I?OllamaApiClient)$/, "OllamaSharp"],
];

/** C#: methods that give a client of the same kind, or one behind another interface. */
const PIPELINE =
  /^(?:Get\w*Client|As\w*Client|AsI?EmbeddingGenerator|AsI?ImageGenerator|AsBuilder|AsAIAgent|Build\w*|Use\w*|ConfigureOptions|Create(?:AI)?Agent\w*|GetAIAgent\w*|Add[A-Z]\w*|Clone|GetRequiredService|GetService|CreateFunctionFrom(?:Prompt|Yaml)\w*|ToKernelFunction|WithDefaults)$/;

/** Methods that give the same client back. */
const KEEPS: ReadonlySet<string> = new Set([
  "with_options",
  "withOptions",
  "copy",
  "bind",
  "bind_tools",
  "bindTools",
  "with_structured_output",
  "withStructuredOutput",
  "with_retry",
  "withRetry",
  "with_config",
  "withConfig",
  "with_fallbacks",
  "withFallbacks",
  "with_types",
  "configurable_fields",
  "with_http_client",
  "with_http_service",
  "with_backoff",
  "__enter__",
  "__aenter__",
]);

/** Methods by which a builder, or a client that is copied with changes, gives a client. */
const BUILDS = /^build(?:Async)?(?:Client)?$/;

/** Languages that state the type of what they declare: a type of another package says what a value is not, too. */
export function statesTypes(family: Family): boolean {
  return family === "java" || family === "kotlin" || family === "go" || family === "csharp";
}

/** Languages that state the type of what a function gives, and the interface of what is injected, if not of all else. */
function declaresTypes(family: Family): boolean {
  return statesTypes(family) || family === "php" || family === "rust";
}

/** How far a chain of definitions is followed. */
const MAX_STEPS = 40;
/** Expressions that are looked at for one question, so that no code, however twisted, takes for ever. */
const MAX_QUESTION = 20_000;
/** And in one file: some seconds' work. */
const MAX_WORK = 3_000_000;

const RANK: Readonly<Record<Value["kind"], number>> = {
  client: 6,
  instance: 5,
  scope: 4,
  object: 3,
  list: 3,
  external: 2,
  text: 1,
  unknown: 0,
};

function better(a: Value, b: Value): Value {
  if (a.kind === "unknown" && b.kind === "unknown") return a.why === "none" ? b : a;
  // How it was made says more than what it is.
  if (a.kind === "external" && b.kind === "external" && !a.call && b.call) return b;
  if (a.kind === "client" && b.kind === "client" && !a.made && b.made && a.sdk === b.sdk) return b;
  return RANK[b.kind] > RANK[a.kind] ? b : a;
}

/** Other files of the project, as far as they were loaded. */
export interface Project {
  /** The program that a file's import names, or, of the names it may mean, the one that declares that name. */
  find(from: Resolver, module: string, name: string): Resolver | undefined;
  /** The program that declares a name which needs no import: of the same package, of a namespace in use. */
  inSight?(from: Resolver, name: string): Resolver | undefined;
  /** Loaded programs whose classes extend or implement one of a program. */
  heirs?(of: Resolver): readonly Resolver[];
  /** Calls of a function in the files that import it; undefined when only its own file is known. */
  callers?(of: Resolver, scope: Scope): readonly { readonly use: CallUse; readonly resolver: Resolver }[] | undefined;
}

/** Says what expressions of one program are, without running it. */
export class Resolver {
  readonly #memo = new Map<Expression, Value>();
  readonly #busy = new Set<unknown>();
  #steps = 0;
  #question = 0;
  /** Counts what was cut short: an answer that rests on such a cut is not remembered. */
  #cuts = 0;
  /** What is left of the file's share of work. */
  #work = MAX_WORK;

  constructor(
    readonly program: Program,
    readonly file: string,
    readonly project?: Project,
    readonly origin?: Origin,
  ) {}

  /** The file's text, of which the program may be a part. */
  get source(): string {
    return this.origin?.text ?? this.program.text;
  }

  /** Where a part of the program stands in its file. */
  place(span: Span): Span {
    return this.origin?.place(span) ?? span;
  }

  /** The scope that owns a name as seen from a scope: class bodies are seen only from themselves. */
  owner(name: string, scope: Scope): Scope | undefined {
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      if ((at.kind !== "class" || at === scope) && at.bindings.has(name)) return at;
    }
    return undefined;
  }

  /**
   * Forgets what was found out: other files of the project have come into sight. A part of the file's share of work,
   * from 0 to 1, is there for what follows, however much was used before.
   */
  forget(share: number): void {
    this.#memo.clear();
    this.#notes.clear();
    this.#implementations.clear();
    this.#work = Math.max(this.#work, MAX_WORK * share);
  }

  readonly #notes = new Map<Call, unknown>();

  /** What was made out of a call once is kept until other files come into sight. */
  noted<T>(call: Call, make: () => T): T {
    if (this.#notes.has(call)) return this.#notes.get(call) as T;
    const value = make();
    this.#notes.set(call, value);
    return value;
  }

  /** Takes from the file's share of work; false when it is used up. */
  spend(): boolean {
    return this.#work-- > 0;
  }

  /** Whether the file was too much: what is said of it is then not the whole truth. */
  get exhausted(): boolean {
    return this.#work <= 0;
  }

  evaluate(expression: Expression, scope: Scope): Value {
    const known = this.#memo.get(expression);
    if (known) return known;
    if (this.#steps === 0) this.#question = 0;
    if (this.#busy.has(expression) || this.#steps > MAX_STEPS || ++this.#question > MAX_QUESTION || !this.spend()) {
      this.#cuts++;
      return NONE;
    }
    const cuts = this.#cuts;
    this.#busy.add(expression);
    this.#steps++;
    const value = this.#evaluate(expression, scope);
    this.#steps--;
    this.#busy.delete(expression);
    if (this.#steps === 0 || value.kind === "client" || cuts === this.#cuts) this.#memo.set(expression, value);
    return value;
  }

  #evaluate(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case "name":
        return this.#name(expression.name, scope, expression.at.start);
      case "member": {
        const value = this.member(this.evaluate(expression.object, scope), expression.name);
        const called = expression.reads && value.kind === "scope" && value.scope.kind === "function";
        return called ? value.from.returned(value.scope) : value;
      }
      case "index": {
        const object = this.evaluate(expression.object, scope);
        const index = this.evaluate(expression.index, scope);
        if (object.kind === "list")
          return this.#best(object.items.map((item) => object.from.evaluate(item, object.scope)));
        if (index.kind === "text") return this.member(object, index.value);
        if (object.kind === "object") {
          return this.#best(object.entries.map((entry) => object.from.evaluate(entry.value, object.scope)));
        }
        return NONE;
      }
      case "call":
        return this.#call(expression, scope);
      case "text":
        return { kind: "text", value: expression.value };
      case "object":
        return { kind: "object", entries: expression.entries, scope, from: this };
      case "list":
        return { kind: "list", items: expression.items, scope, from: this };
      case "function":
        return { kind: "scope", scope: expression.scope, from: this };
      case "choice":
        return this.#best(expression.options.map((option) => this.evaluate(option, scope)));
      case "pipe":
        return this.#best([this.evaluate(expression.left, scope), this.evaluate(expression.right, scope)]);
      case "mix":
        return NONE;
    }
  }

  #best(values: readonly Value[]): Value {
    return values.reduce(better, NONE);
  }

  #name(name: string, scope: Scope, at: number): Value {
    const owner = this.owner(name, scope);
    if (
      name === "this" ||
      ((name === "self" || name === "cls") && owner?.bindings.get(name)?.[0]?.origin === "param")
    ) {
      const instance = enclosingClass(scope);
      if (instance) return { kind: "instance", scope: instance, from: this };
    }
    if (!owner) return this.#starred(name) ?? this.#unbound(name);
    const bindings = owner.bindings.get(name) ?? [];
    // In its own scope the definition that reaches the use counts; from outside any may have run last.
    const before =
      owner === scope ? bindings.filter((binding) => binding.at.start <= at && binding.valueIn === undefined) : [];
    let best: Value = NONE;
    for (const binding of before.toReversed()) {
      const value = this.binding(binding, owner);
      if (value.kind !== "unknown" && value.kind !== "text") return value;
      best = better(best, value);
    }
    if (best.kind === "text") return best;
    for (const binding of bindings.toReversed()) best = better(best, this.binding(binding, owner));
    return best;
  }

  binding(binding: Binding, owner: Scope): Value {
    if (this.#busy.has(binding)) {
      this.#cuts++;
      return NONE;
    }
    this.#busy.add(binding);
    const value = this.#binding(binding, owner);
    this.#busy.delete(binding);
    return value;
  }

  #binding(binding: Binding, owner: Scope): Value {
    if (binding.import) {
      const { module, name, typeOnly } = binding.import;
      return this.#import(this.program.language === "javascript" ? packageOf(module) : module, name, typeOnly);
    }
    if (binding.scope) return { kind: "scope", scope: binding.scope, from: this };
    if (binding.origin === "catch") return NONE;
    const scope = binding.valueIn ?? owner;
    let value: Value = NONE;
    if (binding.value) {
      value = this.evaluate(binding.value, scope);
      for (const part of binding.path ?? []) {
        value =
          /^\d+$/.test(part) && value.kind === "list" ? this.#item(value, Number(part)) : this.member(value, part);
      }
      if (binding.origin === "each" && value.kind === "list") {
        value = this.#best(value.items.map((item) => this.evaluate(item, scope)));
      }
    }
    // What a value's maker leaves open, the written type says: `client: OpenAI = field(default_factory=OpenAI)`.
    if (value.kind !== "client" && binding.type !== undefined) {
      let typed = this.#type(binding.type, owner);
      for (const part of binding.path ?? []) typed = this.member(typed, part);
      value = better(value, typed);
    }
    // What callers pass says more than a written type: how it was made, and what wraps it.
    const byType =
      (value.kind === "instance" && value.scope.shape) || (value.kind === "client" && value.made === undefined);
    if ((value.kind === "unknown" || byType) && binding.origin === "param") {
      const passed = this.#passed(binding, owner);
      if (passed.kind === "client" || (passed.kind !== "unknown" && value.kind !== "client")) return passed;
      if (!byType) return GIVEN;
    }
    return value;
  }

  #item(list: Value & { kind: "list" }, position: number): Value {
    const item = list.items[position];
    return item ? list.from.evaluate(item, list.scope) : NONE;
  }

  #import(module: string, name: string, typeOnly: boolean): Value {
    const other = this.project?.find(this, module, name);
    if (other) {
      if (name === "*") return { kind: "external", module, path: [], typeOnly, call: undefined };
      const found = other.exported(name);
      if (found.kind !== "unknown") return found;
    }
    // `from a import b` may name a module: `from . import llm`.
    if (name !== "*" && isDotted(this.program.language)) {
      const inner = this.project?.find(this, module.endsWith(".") ? `${module}${name}` : `${module}.${name}`, "*");
      if (inner) return { kind: "external", module: `${module}.${name}`, path: [], typeOnly, call: undefined };
    }
    return { kind: "external", module, path: name === "*" ? [] : [name], typeOnly, call: undefined };
  }

  /** What a module gives under a name; `default` and `*` of a CommonJS module is what it exports as a whole. */
  exported(name: string): Value {
    const { module } = this.program;
    const bindings = module.bindings.get(name) ?? module.bindings.get(typeName(name)) ?? [];
    const own = this.#best(bindings.map((binding) => this.binding(binding, module)));
    if (own.kind !== "unknown") return own;
    for (const { target, value } of module.assignments) {
      const to = written(target);
      if (to === `exports.${name}` || to === `module.exports.${name}`) return this.evaluate(value, module);
      if (to !== "module.exports") continue;
      const whole = this.evaluate(value, module);
      const found = name === "default" || name === "*" ? whole : this.member(whole, name);
      if (found.kind !== "unknown") return found;
    }
    return this.#starred(name) ?? own;
  }

  /** A name that nothing binds: another file's of the same package, an opened package's, or a full name's beginning. */
  #unbound(name: string): Value {
    const own = this.#inSight(name);
    if (own.kind !== "unknown" || !statesTypes(this.program.language)) return own;
    const external = (module: string, path: readonly string[]): Value => {
      return { kind: "external", module, path, typeOnly: false, call: undefined };
    };
    for (const { import: from } of this.program.module.bindings.get("*") ?? []) {
      if (from && /^[A-Z]/.test(name) && isKnown(this.program.language, from.module, name))
        return external(from.module, [name]);
    }
    if (this.program.language === "csharp") return this.#openedForAll(name) ?? own;
    return /^(?:com|org|dev|software)$/.test(name) ? external(name, []) : own;
  }

  /** A class that needs no `using` here, since another file, or the project's, has it for all: by the class's own name. */
  #openedForAll(name: string): Value | undefined {
    const module = DISTINCT.find(([names]) => names.test(name))?.[1];
    return module === undefined
      ? undefined
      : { kind: "external", module, path: [name], typeOnly: false, call: undefined };
  }

  /** A name that nothing in this file binds: of another file of the same package, where the language has that. */
  #inSight(name: string): Value {
    const found = this.project?.inSight?.(this, name)?.exported(name);
    if (found) return found;
    // What nobody here defines is a package's, in a language whose imports name no names.
    if (!GLOBALS[this.program.language]?.test(name)) return NONE;
    return { kind: "external", module: name, path: [], typeOnly: false, call: undefined };
  }

  /** What `from x import *` or `export * from "x"` brings under a name. */
  #starred(name: string): Value | undefined {
    for (const { import: from } of this.program.module.bindings.get("*") ?? []) {
      const found = from && this.project?.find(this, from.module, name)?.exported(name);
      if (found && found.kind !== "unknown") return found;
    }
    return undefined;
  }

  /** What callers in this program pass for a parameter. */
  #passed(binding: Binding, owner: Scope): Value {
    const { position } = binding;
    if (owner.kind !== "function" || position === undefined) return NONE;
    const target =
      owner.parent?.kind === "class" && /^(?:__init__|constructor)$/.test(owner.name ?? "") ? owner.parent : owner;
    if (target.name === undefined) return NONE;
    let best: Value = NONE;
    for (const { call, scope } of this.callsNamed(target.name)) {
      const callee = this.evaluate(call.callee, scope);
      if (callee.kind !== "scope" || callee.scope !== target) continue;
      const named = call.arguments.find((argument) => argument.name === binding.name);
      const positional =
        position >= 0 ? call.arguments.filter((argument) => argument.name === undefined)[position] : undefined;
      const argument = named ?? positional;
      if (!argument || argument.spread) continue;
      let given = this.evaluate(argument.value, scope);
      for (const part of binding.path ?? []) given = this.member(given, part);
      best = better(best, given);
    }
    return best;
  }

  #byName: Map<string, { call: Call; scope: Scope }[]> | undefined;

  /** Calls whose callee ends in a name. */
  callsNamed(name: string): readonly { readonly call: Call; readonly scope: Scope }[] {
    if (!this.#byName) {
      this.#byName = new Map();
      for (const scope of this.program.scopes) {
        for (const { call } of scope.calls) {
          const { callee } = call;
          const last = callee.kind === "name" || callee.kind === "member" ? callee.name : undefined;
          if (last === undefined) continue;
          const list = this.#byName.get(last);
          if (list) list.push({ call, scope });
          else this.#byName.set(last, [{ call, scope }]);
        }
      }
    }
    return this.#byName.get(name) ?? [];
  }

  #given: Map<string, { call: Call; scope: Scope }[]> | undefined;

  /** Calls that are given something by its name: `traceable(ask)`. */
  callsGiven(name: string): readonly { readonly call: Call; readonly scope: Scope }[] {
    if (!this.#given) {
      this.#given = new Map();
      for (const scope of this.program.scopes) {
        for (const { call } of scope.calls) {
          for (const { value } of call.arguments) {
            if (value.kind !== "name") continue;
            const list = this.#given.get(value.name);
            if (list) list.push({ call, scope });
            else this.#given.set(value.name, [{ call, scope }]);
          }
        }
      }
    }
    return this.#given.get(name) ?? [];
  }

  /** What a written type says that a value is: the first of its names that is known. */
  #type(type: string, scope: Scope): Value {
    let foreign: Value = NONE;
    for (const name of type.slice(0, 500).match(/[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/g) ?? []) {
      const [first, ...rest] = name.split(".");
      if (first === undefined) continue;
      const named = this.owner(typeName(first), scope) ? typeName(first) : first;
      let value = this.#name(named, scope, Number.MAX_SAFE_INTEGER);
      for (const part of rest) value = this.member(value, part);
      if (value.kind === "external") {
        const made = findConstructor(this.program.language, value.module, value.path, true);
        if (made && !made.sdk.services) return this.#client(made, undefined, value);
        // `ILogger<Service>` is a logger.
        if (value.path.length === 0 && GLOBALS[this.program.language]?.test(value.module)) return value;
        if (foreign.kind === "unknown" && statesTypes(this.program.language)) foreign = value;
      } else if (value.kind === "scope") {
        if (value.scope.kind === "class") return this.#instance(value.scope, value.from);
        const returned = value.from.returned(value.scope);
        if (returned.kind === "client") return returned;
      } else if (value.kind === "client") return value;
    }
    return foreign;
  }

  #client(made: NonNullable<ReturnType<typeof findConstructor>>, call: Call | undefined, value: External): Client {
    const dropIn = call && dropInOf(this.program.language, value.module, value.path);
    return {
      kind: "client",
      sdk: made.sdk,
      package: made.package,
      constructorName: made.constructorName,
      chain: [],
      made: call,
      wraps: dropIn && call ? [{ what: dropIn.what, call }] : [],
      from: this,
    };
  }

  #instance(scope: Scope, from: Resolver): Value {
    for (const base of scope.bases) {
      const value = from.evaluate(base, scope.parent ?? scope);
      if (value.kind === "external") {
        const made = findConstructor(this.program.language, value.module, value.path, true);
        if (made && !made.sdk.services) return this.#client(made, undefined, value);
      }
    }
    return (scope.shape && this.#implemented(scope, from)) || { kind: "instance", scope, from };
  }

  readonly #implementations = new Map<Scope, Value | undefined>();

  /** The one class that implements an interface, where types are stated. */
  #implemented(shape: Scope, from: Resolver): Value | undefined {
    if (!declaresTypes(this.program.language)) return undefined;
    if (this.#implementations.has(shape)) return this.#implementations.get(shape);
    this.#implementations.set(shape, undefined);
    const found: Value[] = [];
    for (const one of new Set([from, ...(this.project?.heirs?.(from) ?? [])])) {
      for (const scope of one.program.scopes) {
        if (scope.kind !== "class" || scope.shape) continue;
        const heir = scope.bases.some((base) => {
          if (!written(base).endsWith(shape.name ?? "")) return false;
          const value = one.evaluate(base, scope.parent ?? scope);
          return value.kind === "scope" && value.scope === shape;
        });
        if (heir) found.push({ kind: "instance", scope, from: one });
      }
    }
    const only = found.length === 1 ? found[0] : undefined;
    this.#implementations.set(shape, only);
    return only;
  }

  /** A member of a value. */
  member(object: Value, name: string): Value {
    switch (object.kind) {
      case "external": {
        const found = this.project && this.#projectMember(object, name, this.project);
        return found ?? { ...object, path: [...object.path, name] };
      }
      case "client":
        return { ...object, chain: [...object.chain, name] };
      case "instance": {
        const own = object.from.field(object.scope, name, new Set());
        const found = own.kind === "unknown" ? (this.#elsewhere(object, name) ?? own) : own;
        return found.kind === "unknown" && object.scope.shape ? GIVEN : found;
      }
      case "scope":
        return object.scope.kind === "class" ? object.from.field(object.scope, name, new Set()) : NONE;
      case "object":
        return this.#entry(object, name);
      case "list":
      case "text":
        return NONE;
      case "unknown":
        return object;
    }
  }

  /** A member of a class that another file adds: Go's methods, which stand in any file of the package. */
  #elsewhere({ scope, from }: Value & { kind: "instance" }, name: string): Value | undefined {
    for (const named of [name, scope.name ?? ""]) {
      const other = from.project?.inSight?.(from, named);
      const part = other?.program.scopes.find(
        (one) => one.kind === "class" && one !== scope && one.name === scope.name,
      );
      const found = part && other?.field(part, name, new Set());
      if (found && found.kind !== "unknown") return found;
    }
    return undefined;
  }

  /** `app.llm.client` after `import app.llm`: a member of a module of the project, or a module below it. */
  #projectMember(object: External, name: string, project: Project): Value | undefined {
    const dotted = isDotted(this.program.language);
    if (!dotted && object.path.length > 0) return undefined;
    const module = [object.module, ...object.path].join(".");
    const found = project.find(this, module, name)?.exported(name);
    if (found && found.kind !== "unknown") return found;
    if (!dotted || !project.find(this, `${module}.${name}`, "*")) return undefined;
    return { kind: "external", module: `${module}.${name}`, path: [], typeOnly: false, call: undefined };
  }

  #entry(object: Value & { kind: "object" }, name: string): Value {
    let best: Value = NONE;
    for (const entry of object.entries) {
      if (entry.name === name) return object.from.evaluate(entry.value, object.scope);
      // `x = { ...x, y }` holds itself.
      if (!entry.spread || this.#busy.has(entry)) continue;
      this.#busy.add(entry);
      best = better(best, this.member(object.from.evaluate(entry.value, object.scope), name));
      this.#busy.delete(entry);
    }
    return best;
  }

  /** What instances of a class carry under a name. */
  field(owner: Scope, name: string, seen: Set<Scope>): Value {
    if (seen.has(owner)) return NONE;
    seen.add(owner);
    let best: Value = NONE;
    for (const binding of owner.members.get(name) ?? []) {
      const where = this.#scopeAt(binding, owner);
      const value = this.binding(binding, where);
      const read = value.kind === "scope" && value.scope.getter ? this.returned(value.scope) : value;
      best = better(best, read);
    }
    if (best.kind !== "unknown") return best;
    for (const base of owner.bases) {
      const value = this.evaluate(base, owner.parent ?? owner);
      if (value.kind === "scope" && value.scope.kind === "class")
        best = better(best, value.from.field(value.scope, name, seen));
    }
    return best;
  }

  /** The innermost scope in which a member's binding was written: a method, or the class body. */
  #scopeAt(binding: Binding, owner: Scope): Scope {
    let best = owner;
    for (let again = true; again;) {
      const inner = best.children.find((child) => child.at.start <= binding.at.start && binding.at.end <= child.at.end);
      again = inner !== undefined;
      if (inner) best = inner;
    }
    return best;
  }

  /** The best of what a function returns. */
  returned(scope: Scope): Value {
    if (this.#busy.has(scope)) {
      this.#cuts++;
      return NONE;
    }
    this.#busy.add(scope);
    let best: Value = NONE;
    for (const { value } of scope.returns) if (value) best = better(best, this.evaluate(value, scope));
    if (best.kind === "unknown") best = better(best, this.#declared(scope));
    this.#busy.delete(scope);
    return best;
  }

  /** The type that a variable, a parameter or a field is declared with, as it is written. */
  declaredType(expression: Expression, scope: Scope): string | undefined {
    if (expression.kind === "name") {
      const owner = this.owner(expression.name, scope);
      return owner?.bindings.get(expression.name)?.find((binding) => binding.type !== undefined)?.type;
    }
    if (expression.kind !== "member") return undefined;
    const object = this.evaluate(expression.object, scope);
    if (object.kind !== "instance" && object.kind !== "scope") return undefined;
    return object.scope.members.get(expression.name)?.find((binding) => binding.type !== undefined)?.type;
  }

  /** What a method is declared to give. */
  #declared(scope: Scope): Value {
    const owner = scope.name === undefined || !declaresTypes(this.program.language) ? undefined : scope.parent;
    const named = owner?.kind === "class" ? owner.members : owner?.bindings;
    const own = named?.get(scope.name ?? "")?.find((binding) => binding.scope === scope);
    return owner && own?.type !== undefined ? this.#type(own.type, owner) : NONE;
  }

  #call(call: Call, scope: Scope): Value {
    const loaded = this.#loadedModule(call, scope);
    if (loaded) return loaded;
    const callee = this.evaluate(call.callee, scope);
    switch (callee.kind) {
      case "external":
        return this.#externalCall(callee, call, scope);
      case "client": {
        const last = callee.chain.at(-1);
        if (last === undefined) return callee;
        // A builder that was made, or is injected: `builder.defaultSystem("…").build()`.
        if (BUILDS.test(last) && callee.chain.length === 1) return { ...callee, chain: [], made: call };
        if (this.program.language === "csharp" && PIPELINE.test(last)) return this.#piped(callee, last, call);
        if (KEEPS.has(last)) return { ...callee, chain: callee.chain.slice(0, -1) };
        if (last === "pipe") return { ...callee, chain: callee.chain.slice(0, -1) };
        return { ...callee, chain: [...callee.chain.slice(0, -1), `${last}()`] };
      }
      case "scope":
        if (callee.scope.kind === "class") return this.#instance(callee.scope, callee.from);
        return this.#afterCall(callee.from.returned(callee.scope), call, scope);
      case "instance":
      case "object":
      case "list":
      case "text":
        return NONE;
      case "unknown":
        return callee;
    }
  }

  /** A step of C#'s pipelines gives the client back, recorded or not. */
  #piped(client: Client, step: string, call: Call): Client {
    const kept = { ...client, chain: client.chain.slice(0, -1) };
    const named = { what: `its ${step}`, call, from: this };
    const wrap: Wrap | undefined =
      step === "UseOpenTelemetry"
        ? named
        : step === "UseLogging"
          ? { ...named, partly: "it writes contents at trace level only" }
          : step === "Use"
            ? { ...named, step: true }
            : undefined;
    return wrap ? { ...kept, wraps: [...kept.wraps, wrap] } : kept;
  }

  /** A call of a project's own function: a memoising or wrapping one gives what it was given. */
  #afterCall(returned: Value, call: Call, scope: Scope): Value {
    if (returned.kind !== "unknown" || returned.why !== "param") return returned;
    for (const { value } of call.arguments) {
      const given = this.evaluate(value, scope);
      if (given.kind === "client") return given;
    }
    return returned;
  }

  /** `require("x")`, `import("x")`, `importlib.import_module("x")`. */
  #loadedModule(call: Call, scope: Scope): Value | undefined {
    const { callee } = call;
    const name = callee.kind === "name" || callee.kind === "member" ? callee.name : "";
    if (!LOADERS.has(name) || call.isNew) return undefined;
    const [first] = call.arguments;
    const module = first && this.evaluate(first.value, scope);
    if (module?.kind !== "text" || module.value.includes("\0")) return undefined;
    return { kind: "external", module: module.value, path: [], typeOnly: false, call: undefined };
  }

  #externalCall(callee: External, call: Call, scope: Scope): Value {
    const { language } = this.program;
    const wrapper = wrapperOf(language, callee.module, callee.path);
    if (wrapper) {
      for (const { value } of call.arguments) {
        const inner = this.evaluate(value, scope);
        if (inner.kind === "client") return { ...inner, wraps: [...inner.wraps, { what: wrapper.what, call }] };
        if (inner.kind === "external" && isSdkNamespace(inner)) return { ...inner, call };
      }
    }
    const dropIn = dropInOf(language, callee.module, callee.path);
    const made = dropIn
      ? findConstructor(language, dropIn.module, dropIn.path, call.isNew)
      : findConstructor(language, callee.module, callee.path, call.isNew);
    if (made) {
      if (made.sdk.services && !this.#asksFor(made.sdk.services, call, scope)) return NONE;
      const inner = this.#wrapped(made.sdk, call, scope);
      // What is asked through an interface of many is asked of the client behind it.
      if (inner && inner.chain.length === 0 && /^(?:meai|agent-framework)$/.test(made.sdk.provider)) return inner;
      const client = this.#client(made, call, callee);
      return inner ? { ...client, wraps: [...inner.wraps, ...client.wraps] } : client;
    }
    const last = callee.path.at(-1);
    if (last === "pipe") {
      const piped = this.#best(call.arguments.map((argument) => this.evaluate(argument.value, scope)));
      if (piped.kind === "client") return piped;
    }
    const path = last === undefined ? ["()"] : [...callee.path.slice(0, -1), `${last}()`];
    return { ...callee, path, call };
  }

  /** A constructor that takes another client keeps what that one was wrapped in: `instructor.from_openai(client)`. */
  #wrapped(sdk: Sdk, call: Call, scope: Scope): Client | undefined {
    if (sdk.provider !== "instructor" && this.program.language !== "csharp") return undefined;
    for (const { value } of call.arguments) {
      const inner = this.evaluate(value, scope);
      if (inner.kind === "client") return inner;
    }
    return undefined;
  }

  #asksFor(services: readonly string[], call: Call, scope: Scope): boolean {
    const argument =
      call.arguments.find((one) => one.name === "service_name") ?? call.arguments.find((one) => one.name === undefined);
    if (!argument) return false;
    const spread = argument.spread ? this.member(this.evaluate(argument.value, scope), "service_name") : undefined;
    const value = spread ?? this.evaluate(argument.value, scope);
    return value.kind === "text" && services.includes(value.value);
  }

  /**
   * The text of an expression, constants filled in and every unknown part as U+0000; undefined for what is no text. The
   * default of an environment variable counts as its value.
   */
  text(expression: Expression, scope: Scope, depth = 0): string | undefined {
    if (depth > 8 || !this.spend()) return undefined;
    switch (expression.kind) {
      case "text": {
        const parts = expression.parts.map((part) => this.text(part, scope, depth + 1) ?? "\0");
        let i = 0;
        return expression.value.replaceAll("\0", () => parts[i++] ?? "\0");
      }
      case "choice": {
        const texts = expression.options.map((option) => this.text(option, scope, depth + 1));
        return texts.find((text) => text !== undefined && text !== "\0") ?? texts.find((text) => text !== undefined);
      }
      case "call": {
        const { callee } = expression;
        if (
          callee.kind === "member" &&
          /^(?:rstrip|strip|lstrip|trim|replace|toString|toURL|toURI|toUri|formatted)$/.test(callee.name)
        ) {
          const text = this.text(callee.object, scope, depth + 1);
          return callee.name === "formatted" ? text?.replace(FORMAT, "\0") : text;
        }
        if (callee.kind === "member" && callee.name === "format") {
          return this.text(callee.object, scope, depth + 1)?.replace(/\{[^{}]{0,60}\}/g, "\0");
        }
        const name = callee.kind === "name" || callee.kind === "member" ? callee.name : "";
        const fallback = expression.arguments[1];
        if (/^(?:getenv|get|env|config)$/.test(name) && fallback) return this.text(fallback.value, scope, depth + 1);
        if (written(callee) === "String.format" || ADDRESS.test(written(callee))) {
          const [first] = expression.arguments;
          const text = first && this.text(first.value, scope, depth + 1);
          return ADDRESS.test(written(callee)) ? text : text?.replace(FORMAT, "\0");
        }
        if (/^(?:URL|Uri)$/.test(name) && expression.arguments[0]) {
          const own = this.text(expression.arguments[0].value, scope, depth + 1) ?? "\0";
          const base = fallback && this.text(fallback.value, scope, depth + 1);
          return base !== undefined && own.startsWith("/")
            ? `${/^https?:\/\/[^/]*/.exec(base)?.[0] ?? base}${own}`
            : own;
        }
        return undefined;
      }
      case "name": {
        const owner = this.owner(expression.name, scope);
        if (!owner) return undefined;
        for (const binding of owner.bindings.get(expression.name) ?? []) {
          if (!binding.value || binding.path || this.#busy.has(binding)) continue;
          this.#busy.add(binding);
          const text = this.text(binding.value, binding.valueIn ?? owner, depth + 1);
          this.#busy.delete(binding);
          if (text !== undefined) return text;
        }
        return this.#projectText(this.evaluate(expression, scope));
      }
      case "member": {
        const object = this.evaluate(expression.object, scope);
        if (object.kind === "instance" || (object.kind === "scope" && object.scope.kind === "class")) {
          for (const binding of object.scope.members.get(expression.name) ?? []) {
            if (!binding.value || binding.path || this.#busy.has(binding)) continue;
            this.#busy.add(binding);
            const text = object.from.text(binding.value, object.from.#scopeAt(binding, object.scope), depth + 1);
            this.#busy.delete(binding);
            if (text !== undefined) return text;
          }
        }
        if (object.kind === "object") {
          const entry = object.entries.find((one) => one.name === expression.name);
          if (entry) return object.from.text(entry.value, object.scope, depth + 1);
        }
        if (!/^(?:host|hostname|path|request_uri)$/.test(expression.name)) return undefined;
        const url = /^\w+:\/\/([^/]*)(.*)$/s.exec(this.text(expression.object, scope, depth + 1) ?? "");
        return url?.[expression.name.startsWith("host") ? 1 : 2];
      }
      case "index":
      case "object":
      case "list":
      case "function":
      case "pipe":
      case "mix":
        return undefined;
    }
  }

  #projectText(value: Value): string | undefined {
    return value.kind === "text" && !value.value.includes("\0") ? value.value : undefined;
  }

  /** Whether a call is one of a method of a model's client, or of a function that asks a model. */
  isModelCall(call: Call, scope: Scope): boolean {
    if (call.isNew) return false;
    const value = this.evaluate(call.callee, scope);
    if (value.kind === "external") return findFunction(this.program.language, value.module, value.path) !== undefined;
    if (value.kind !== "client" || value.chain.length === 0) return false;
    if (value.chain.at(-1) === "send") return true;
    return findCall(value.sdk, value.constructorName, value.chain) !== undefined;
  }

  /** The entries of the object that an expression is, spread ones opened. */
  entries(expression: Expression, scope: Scope, depth = 0): { entry: Entry; scope: Scope; from: Resolver }[] {
    if (depth > 5) return [];
    const value = this.evaluate(expression, scope);
    if (value.kind !== "object") return [];
    return value.entries.flatMap((entry) =>
      entry.spread
        ? value.from.entries(entry.value, value.scope, depth + 1)
        : [{ entry, scope: value.scope, from: value.from }],
    );
  }

  /** A callee as a dotted name: of the package where its root is imported, else as it is written. */
  dotted(expression: Expression, scope: Scope): string {
    const value = this.evaluate(expression, scope);
    if (value.kind === "external") {
      const path = value.path[0] === "default" && value.path.length > 1 ? value.path.slice(1) : value.path;
      if (isDotted(this.program.language)) return [value.module, ...path].join(".");
      return `${value.module}#${path.join(".")}`;
    }
    return written(expression);
  }
}

function isSdkNamespace(value: External): boolean {
  return value.module === "ai" && value.path.length === 0;
}

/** An expression as it is written, as a dotted name; calls on the way as `()`. */
export function written(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "member":
      return `${written(expression.object)}.${expression.name}`;
    case "call":
      return `${written(expression.callee)}()`;
    case "index":
      return `${written(expression.object)}[]`;
    case "text":
    case "object":
    case "list":
    case "function":
    case "choice":
    case "pipe":
    case "mix":
      return "";
  }
}

/** The npm name behind Deno's and the CDNs' ways to write an import: `npm:openai@4`, `https://esm.sh/openai@4`. */
function packageOf(module: string): string {
  const match =
    /^(?:npm:|https:\/\/(?:esm\.sh|cdn\.skypack\.dev|esm\.run|cdn\.jsdelivr\.net\/npm|unpkg\.com|deno\.land\/x)\/(?:v\d+\/)?)\/?((?:@[\w.-]+\/)?[\w.-]+)/.exec(
      module,
    );
  return match?.[1] ?? module;
}

/** Places of a format string that something is put into. */
const FORMAT = /%[-\d.$]{0,8}[a-zA-Z]/g;

/** Calls that give the address that they are given. */
const ADDRESS = /^(?:java\.net\.)?URI(?:\.create|\.parse)?$|^(?:HttpUrl|Uri)\.(?:get|parse|of)$/;

const LOADERS: ReadonlySet<string> = new Set(["require", "import", "import_module", "__import__"]);
