import type { SyntaxNode } from "../../parsing/syntax.ts";
import type { Span } from "../../core/text.ts";
import { type Call, type Entry, type Expression, type Scope, spanOf } from "../program.ts";
import { Builder } from "./builder.ts";

/** The steps of builders and request chains whose names say less than those that other languages use for them. */
const STEP_NAMES: Readonly<Record<string, string>> = {
  addUserMessage: "messages",
  addSystemMessage: "messages",
  addDeveloperMessage: "messages",
  addAssistantMessage: "messages",
  addMessage: "messages",
  userMessage: "messages",
  systemMessage: "messages",
  addInput: "input",
  inputOfResponse: "input",
  inputOfArrayOfStrings: "input",
  POST: "body",
  post: "body",
  bodyValue: "body",
};

const BUILDS = /^build(?:Async)?(?:Client)?$/;
const BUILDERS = /^(?:builder|newBuilder|\w+Builder|builderFor\w*)$/;
const LEVELS =
  /^(?:trace|debug|info|warn|warning|error|severe|fine|finer|finest|config|log|atTrace|atDebug|atInfo|atWarn|atError)$/;
const FLUENT_LEVEL = /^at([A-Z][a-z]+)$/;
const LEVEL_NAME = /^(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FINE|FINER|FINEST|CONFIG|FATAL|NOTICE)$/;
const SENDS = /^(?:retrieve|exchange|exchangeToMono|exchangeToFlux|awaitExchange|exchangeForRequiredValue)$/;
const VERBS = /^(?:post|put|patch|get|delete|method)$/;
/** How many calls of one chain are looked at. */
const MAX_CHAIN = 200;

type Member = Expression & { readonly kind: "member" };
type Step = { readonly name: string; readonly call: Call & { readonly callee: Member } };

const nested = (expression: Expression): expression is Call & { callee: Member } =>
  expression.kind === "call" && !expression.isNew && expression.callee.kind === "member";

/**
 * What Java and Kotlin share: members that are named without `this`, builders whose chain says what a constructor's
 * named arguments say elsewhere, and chains of which only the last call does something.
 */
export abstract class JvmBuilder extends Builder {
  /** Fields and methods of each class, also of those that follow further down. */
  readonly memberNames = new Map<Scope, ReadonlySet<string>>();
  /** Files that use a mocking library: what it makes reaches no model. */
  readonly mocks = /\b(?:org\.mockito|io\.mockk|org\.easymock)\b/.test(this.text);

  /** A name as it stands: a local one, a member of the class around it or of one around that, or neither. */
  named(name: string, at: Span): Expression {
    const plain: Expression = { kind: "name", name, at };
    if (name === "this" || name === "super") return { kind: "name", name: "this", at };
    let own = true;
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.kind !== "class") {
        if (scope.bindings.has(name)) return plain;
        continue;
      }
      if (this.memberNames.get(scope)?.has(name)) {
        const outer: Expression = { kind: "name", name: own ? "this" : (scope.name ?? "this"), at };
        return { kind: "member", object: outer, name, nameAt: at, at };
      }
      own = false;
    }
    return plain;
  }

  /** An unbound name in a class with bases may be what it inherits. */
  inherited(expression: Expression): Expression {
    if (expression.kind !== "name" || !/^[a-z_]/.test(expression.name) || expression.name === "this") return expression;
    const owner = this.classAround();
    if (!owner || owner.bases.length === 0) return expression;
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.bindings.has(expression.name)) return expression;
    }
    const { name, at } = expression;
    return { kind: "member", object: { kind: "name", name: "this", at }, name, nameAt: at, at };
  }

  classAround(): Scope | undefined {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.kind === "class") return scope;
    return undefined;
  }

  /** A method called on something, or without an object: a member of the class around it, or a function. */
  invoke(object: Expression | undefined, nameNode: SyntaxNode, given: readonly Entry[], node: SyntaxNode): Expression {
    const name = this.slice(nameNode);
    const nameAt = spanOf(nameNode);
    if (!object) {
      const callee = this.inherited(this.named(name, nameAt));
      return this.call(callee, given, node);
    }
    const args = LEVELS.test(name) ? given.map((one) => ({ ...one, value: this.#supplied(one.value) })) : given;
    const merged = this.#merged(object, name, nameAt, args, node);
    if (merged) return merged;
    return this.call(this.memberOf(object, name, nameAt), args, node);
  }

  memberOf(object: Expression, name: string, nameAt: Span): Member {
    return { kind: "member", object, name, nameAt, at: { start: object.at.start, end: nameAt.end } };
  }

  /** `() -> "…" + x`: a logger that wants the line only if it is written gets it all the same. */
  #supplied(value: Expression): Expression {
    if (value.kind !== "function" || value.scope.params.some((one) => one.name !== "it")) return value;
    const [only] = value.scope.returns;
    return only?.value && value.scope.returns.length === 1 ? only.value : value;
  }

  /** One call for a chain of which only the end does something, with what the chain was given as its arguments. */
  #merged(object: Expression, name: string, nameAt: Span, args: readonly Entry[], node: SyntaxNode): Call | undefined {
    if (args.length === 0 && BUILDS.test(name)) return this.#built(object, name, nameAt, node);
    if (name === "log") return this.#logged(object, nameAt, args, node);
    if (args.length === 0 && (name === "call" || name === "stream")) return this.#prompted(object, name, nameAt, node);
    if (SENDS.test(name)) return this.#sent(object, args, node);
    if (name === "openConnection" && args.length === 0) {
      return this.call(this.memberOf(object, name, nameAt), [{ name: "url", value: object, spread: false }], node);
    }
    return undefined;
  }

  /** The calls of a chain from its end inwards, up to one that `stop` names, which is the last one given. */
  #steps(object: Expression, stop: (name: string) => boolean): Step[] {
    const steps: Step[] = [];
    let at = object;
    while (nested(at) && steps.length < MAX_CHAIN) {
      steps.push({ name: at.callee.name, call: at });
      if (stop(at.callee.name)) break;
      at = at.callee.object;
    }
    return steps;
  }

  /** Takes back calls that became part of another one. */
  #drop(calls: readonly Call[]): void {
    const gone = new Set(calls);
    const { calls: uses } = this.scope;
    for (let i = uses.length - 1, left = gone.size; i >= 0 && left > 0; i--) {
      const use = uses[i];
      if (!use || !gone.has(use.call)) continue;
      uses.splice(i, 1);
      left--;
    }
  }

  /** What a step gives, under the name that says it. */
  entriesOf(steps: readonly Step[], names: Readonly<Record<string, string>> = STEP_NAMES): Entry[] {
    return steps.toReversed().flatMap(({ name, call }): Entry[] => {
      const [first, second] = call.arguments;
      if (!first) return [];
      const own = Object.hasOwn(names, name) ? names[name] : name;
      if (name === "method" && second)
        return [
          { ...first, name: "method" },
          { ...second, name: "body" },
        ];
      if (!second) return [{ ...first, name: own }];
      const items = call.arguments.map(({ value }) => value);
      return [{ name: own, value: { kind: "list", items, at: call.at }, spread: false }];
    });
  }

  /** `X.builder().a(1).b(2).build()` says what `new X(a = 1, b = 2)` says. */
  #built(object: Expression, name: string, nameAt: Span, node: SyntaxNode): Call | undefined {
    const steps = this.#steps(object, (one) => BUILDERS.test(one));
    const last = steps.at(-1);
    const root = last?.call;
    if (root && last && BUILDERS.test(last.name)) {
      this.#drop(steps.map((one) => one.call));
      return this.call(root.callee, [...root.arguments, ...this.entriesOf(steps.slice(0, -1))], node, true);
    }
    const base = root ? root.callee.object : object;
    this.#drop(steps.map((one) => one.call));
    if (base.kind === "call" && base.isNew) {
      this.#drop([base]);
      return this.call(base.callee, [...base.arguments, ...this.entriesOf(steps)], node, true);
    }
    return this.call(this.memberOf(base, name, nameAt), this.entriesOf(steps), node);
  }

  /** `log.atInfo().addKeyValue("model", m).log("…")` and `log.log(Level.INFO, "…")` are `log.info(…)`. */
  #logged(object: Expression, nameAt: Span, args: readonly Entry[], node: SyntaxNode): Call | undefined {
    const steps = this.#steps(object, (one) => FLUENT_LEVEL.test(one) || one === "at" || one === "atLevel");
    const last = steps.at(-1);
    const fluent = last && (FLUENT_LEVEL.exec(last.name)?.[1] ?? this.#levelIn(last.call.arguments));
    const level = fluent ?? this.#levelIn(args);
    if (level === undefined) return undefined;
    const given = fluent === undefined ? args.slice(1) : [...steps.flatMap(({ call }) => call.arguments), ...args];
    const base = fluent !== undefined && last ? last.call.callee.object : object;
    if (fluent !== undefined) this.#drop(steps.map((one) => one.call));
    return this.call(this.memberOf(base, level.toLowerCase(), nameAt), given, node);
  }

  #levelIn(args: readonly Entry[]): string | undefined {
    const first = args[0]?.value;
    const name = first?.kind === "member" || first?.kind === "name" ? first.name : "";
    return LEVEL_NAME.test(name) ? name : undefined;
  }

  /** Spring AI's `client.prompt().user(q).system(s).call()`: the last call sends what the chain was given. */
  #prompted(object: Expression, name: string, nameAt: Span, node: SyntaxNode): Call | undefined {
    const steps = this.#steps(object, (one) => one === "prompt");
    const last = steps.at(-1);
    if (last?.name !== "prompt") return undefined;
    this.#drop(steps.map((one) => one.call));
    const names = { user: "prompt", messages: "messages", system: "system" };
    const entries = this.entriesOf(steps, names).map((one) => ({ ...one, value: this.#opened(one.value) }));
    const prompt = this.call(last.call.callee, [], node);
    return this.call(this.memberOf(prompt, name, nameAt), entries, node);
  }

  /** What a function that fills in a specification gives it: `u -> u.text(t).param("a", b)`. */
  #opened(value: Expression): Expression {
    if (value.kind !== "function") return value;
    const parts = value.scope.calls.flatMap(({ call }) => call.arguments.map((one) => one.value));
    return { kind: "mix", parts: [...parts, value], at: value.at };
  }

  /** `client.post().uri(u).bodyValue(b).retrieve()`: one request, which the verb names. */
  #sent(object: Expression, args: readonly Entry[], node: SyntaxNode): Call | undefined {
    const steps = this.#steps(object, (one) => VERBS.test(one));
    const last = steps.at(-1);
    if (!last || !VERBS.test(last.name) || !steps.some((one) => one.name === "uri" || one.name === "url"))
      return undefined;
    this.#drop(steps.map((one) => one.call));
    return this.call(last.call.callee, [...this.entriesOf(steps.slice(0, -1)), ...args], node);
  }
}
