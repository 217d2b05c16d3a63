import { field, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Entry, type Expression, type Origin, type Program, type Scope, spanOf } from "../program.ts";
import { Builder } from "./builder.ts";

/**
 * Lowers Ruby's syntax. Modules and classes are classes; a constant is bound in the file as well as in its class, and one
 * that the file does not define is taken for a package's. `@x` and a method `x` are one member `x`; reading a member that
 * is a method calls it.
 */
class RubyBuilder extends Builder {
  /** Names of the methods that the file defines and that need no arguments: they are calls, all others are read like fields. */
  readonly #methods = new Set<string>();
  readonly #heredocs = new Map<SyntaxNode, SyntaxNode>();
  readonly #ownMethods = new Map<Scope, Set<string>>();
  readonly #baseUrls = new Map<Scope, string>();
  readonly #single = new Map<Scope, Set<string>>();

  constructor(text: string, root: SyntaxNode) {
    super(text, root, "ruby", "this");
    this.#survey(root);
  }

  /** What must be known before the first statement is lowered. */
  #survey(root: SyntaxNode): void {
    const beginnings: SyntaxNode[] = [];
    const bodies: SyntaxNode[] = [];
    const open = [root];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.type === "method" || node.type === "singleton_method") {
        const name = field(node, "name");
        const needs = (field(node, "parameters")?.children ?? []).some(
          (one) => one.type === "identifier" || (one.type === "keyword_parameter" && !field(one, "value")),
        );
        if (name && !needs) this.#methods.add(this.slice(name).replace(/!$/, ""));
      } else if (node.type === "heredoc_beginning") beginnings.push(node);
      else if (node.type === "heredoc_body") bodies.push(node);
      open.push(...node.children);
    }
    beginnings.sort((a, b) => a.start - b.start);
    bodies.sort((a, b) => a.start - b.start);
    for (const [i, one] of beginnings.entries()) {
      const body = bodies[i];
      if (body) this.#heredocs.set(one, body);
    }
  }

  statements(nodes: readonly SyntaxNode[]): void {
    this.#body(nodes, false);
  }

  /** Lowers a sequence and gives its last value. `tail`: that value is what the function returns. */
  #body(nodes: readonly SyntaxNode[], tail: boolean): Expression | undefined {
    const own = nodes.filter((node) => node.type !== "heredoc_body" && node.type !== "empty_statement");
    if (own.some((node) => HANDLERS.has(node.type))) return this.#guarded(own, tail);
    let last: Expression | undefined;
    for (const [i, node] of own.entries()) last = this.#statement(node, tail && i === own.length - 1);
    return last;
  }

  /** A body with `rescue` and `ensure`. */
  #guarded(nodes: readonly SyntaxNode[], tail: boolean): Expression | undefined {
    const inner = nodes.filter((node) => !HANDLERS.has(node.type));
    const values: (Expression | undefined)[] = [];
    const [first] = inner;
    const last = inner.at(-1);
    const at = first && last ? { ...first, end: last.end } : nodes[0];
    if (!at) return undefined;
    const block = this.inBlock("try", at, {}, () => {
      const hasElse = nodes.some((node) => node.type === "else");
      values.push(this.#body(inner, tail && !hasElse));
      for (const one of nodes) if (one.type === "else") values.push(this.#body(one.children, tail));
    });
    for (const one of nodes) {
      if (one.type === "rescue") {
        this.inBlock("catch", one, { of: block }, () => {
          for (const name of field(one, "variable")?.children ?? []) {
            this.bind({ name: this.slice(name), at: spanOf(name), origin: "catch" });
          }
          values.push(this.#body(field(one, "body")?.children ?? [], tail));
        });
      } else if (one.type === "ensure") this.inBlock("finally", one, {}, () => this.#body(one.children, false));
    }
    return this.#choice(at, values);
  }

  #choice(node: SyntaxNode, values: readonly (Expression | undefined)[]): Expression {
    const options = values.flatMap((one) => (one ? [one] : []));
    const [only] = options;
    return options.length === 1 && only ? only : { kind: "choice", options, at: spanOf(node) };
  }

  #statement(node: SyntaxNode, tail: boolean): Expression | undefined {
    const compound = this.#compound(node, tail);
    if (compound) return compound.value;
    const value = this.expression(node);
    if (tail) this.scope.returns.push({ value, at: spanOf(node), block: this.block });
    return value;
  }

  /** What holds statements of its own; undefined for anything else. */
  #compound(node: SyntaxNode, tail: boolean): { value: Expression | undefined } | undefined {
    switch (node.type) {
      case "module":
      case "class":
        this.#class(node);
        return { value: undefined };
      case "singleton_class":
        return { value: this.#body(field(node, "body")?.children ?? [], false) };
      case "method":
      case "singleton_method":
        this.#method(node);
        return { value: undefined };
      case "body_statement":
      case "block_body":
      case "then":
      case "do":
      case "begin":
      case "begin_block":
      case "ERROR":
        return { value: this.#body(node.children, tail) };
      case "parenthesized_statements":
        return { value: this.#body(node.children, tail) };
      case "if":
      case "unless":
      case "elsif":
        return { value: this.#if(node, tail) };
      case "if_modifier":
      case "unless_modifier":
      case "while_modifier":
      case "until_modifier": {
        const body = field(node, "body");
        const condition = field(node, "condition");
        const lowered = condition ? this.expression(condition) : undefined;
        const kind = /^(?:while|until)/.test(node.type) ? "loop" : node.type === "unless_modifier" ? "else" : "if";
        let value: Expression | undefined;
        this.inBlock(kind, body ?? node, lowered ? { condition: lowered } : {}, () => {
          if (body) value = this.#statement(body, tail);
        });
        return { value };
      }
      case "rescue_modifier": {
        const body = field(node, "body") ?? node.children[0];
        const handler = field(node, "handler") ?? node.children[1];
        const values: (Expression | undefined)[] = [];
        const block = this.inBlock("try", body ?? node, {}, () => {
          if (body) values.push(this.#statement(body, tail));
        });
        this.inBlock("catch", handler ?? node, { of: block }, () => {
          if (!handler) return;
          values.push(this.#statement(handler, tail));
          // A handler that is a mere value still handles: as a name's binding it is in sight.
          this.bind({ name: "$!", at: spanOf(handler), origin: "catch" });
        });
        return { value: this.#choice(node, values) };
      }
      case "while":
      case "until":
      case "for": {
        const condition = field(node, node.type === "for" ? "value" : "condition");
        const inner = condition?.type === "in" ? condition.children[0] : condition;
        const lowered = inner ? this.expression(inner) : undefined;
        this.inBlock("loop", node, lowered && node.type !== "for" ? { condition: lowered } : {}, () => {
          const pattern = field(node, "pattern");
          if (pattern && lowered) this.#target(pattern, lowered, [], "each");
          this.#body(field(node, "body")?.children ?? [], false);
        });
        return { value: undefined };
      }
      case "case":
      case "case_match":
        return { value: this.#case(node, tail) };
      case "return": {
        const list = node.children[0];
        const [first, second] = list?.children ?? [];
        const value = first && !second ? this.expression(first) : list ? this.mix(node, this.#all(list)) : undefined;
        this.scope.returns.push({ value, at: spanOf(node), block: this.block });
        return { value };
      }
      default:
        return undefined;
    }
  }

  #all(node: SyntaxNode): Expression[] {
    return node.children.map((child) => this.expression(child));
  }

  #if(node: SyntaxNode, tail: boolean): Expression {
    const condition = field(node, "condition");
    const test = condition ? { condition: this.expression(condition) } : {};
    const consequence = field(node, "consequence");
    const values: (Expression | undefined)[] = [];
    // `unless` runs where its condition does not hold.
    const [then, otherwise] = node.type === "unless" ? (["else", "if"] as const) : (["if", "else"] as const);
    this.inBlock(then, consequence ?? node, test, () => {
      values.push(this.#body(consequence?.children ?? [], tail));
    });
    const alternative = field(node, "alternative");
    if (alternative) {
      this.inBlock(otherwise, alternative, test, () => {
        values.push(
          alternative.type === "elsif" ? this.#if(alternative, tail) : this.#body(alternative.children, tail),
        );
      });
    }
    return this.#choice(node, values);
  }

  #case(node: SyntaxNode, tail: boolean): Expression {
    const subject = field(node, "value");
    const lowered = subject ? this.expression(subject) : undefined;
    const values: (Expression | undefined)[] = [];
    for (const one of node.children) {
      if (one === subject) continue;
      this.inBlock(one.type === "else" ? "else" : "if", one, lowered ? { condition: lowered } : {}, () => {
        const body = field(one, "body");
        values.push(this.#body(body ? body.children : one.type === "else" ? one.children : [], tail));
      });
    }
    return this.#choice(node, values);
  }

  #class(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode).split("::").at(-1) : undefined;
    const base = field(node, "superclass")?.children[0];
    const superclass = base ? this.expression(base) : undefined;
    const scope = this.inScope("class", name, node, (scope) => {
      if (superclass) scope.bases.push(superclass);
      this.#ownMethods.set(scope, new Set());
      this.#body(field(node, "body")?.children ?? [], false);
      this.#preferInstances(scope);
    });
    if (name === undefined || !nameNode) return;
    this.#constant({ name, at: spanOf(nameNode), origin: "class", scope });
  }

  /** A constant belongs to its class, and is seen in the whole file. */
  #constant(binding: Parameters<Builder["bind"]>[0]): void {
    this.bind(binding);
    if (this.scope.kind === "class") this.member(this.scope, binding);
    const [module] = this.scopes;
    if (module && module !== this.scope) this.rebind(binding, module);
  }

  /** `def self.call(…) = new(…).call`: where both exist the instance's does the work. */
  #preferInstances(scope: Scope): void {
    for (const name of this.#single.get(scope) ?? []) {
      const all = scope.members.get(name) ?? [];
      const instances = all.filter((one) => one.scope && !one.path);
      if (instances.length > 1) {
        scope.members.set(
          name,
          all.filter((one) => one.scope === undefined || !this.#isSingleton.has(one.scope)),
        );
      }
    }
  }

  readonly #isSingleton = new Set<Scope>();

  #method(node: SyntaxNode): Scope {
    const nameNode = field(node, "name");
    const written = nameNode ? this.slice(nameNode).replace(/!$/, "") : undefined;
    const name = written === "initialize" ? "constructor" : written;
    const scope = this.inScope("function", name, node, () => {
      this.#parameters(field(node, "parameters"));
      const body = field(node, "body");
      if (!body) return;
      if (body.type === "body_statement" || body.type === "begin") this.#body(body.children, name !== "constructor");
      else this.#statement(body, true);
    });
    if (name === undefined || !nameNode) return scope;
    const binding = { name, at: spanOf(nameNode), origin: "function" as const, scope };
    const owner = this.#classOf();
    if (owner) {
      this.member(owner, binding);
      this.#ownMethods.get(owner)?.add(name);
      if (node.type === "singleton_method") {
        this.#isSingleton.add(scope);
        const single = this.#single.get(owner) ?? new Set();
        this.#single.set(owner, single.add(name));
      }
    } else this.bind(binding);
    return scope;
  }

  #classOf(): Scope | undefined {
    for (let at: Scope | undefined = this.scope; at; at = at.parent) if (at.kind === "class") return at;
    return undefined;
  }

  #parameters(node: SyntaxNode | undefined): void {
    for (const [i, one] of (node?.children ?? []).entries()) this.#parameter(one, i);
  }

  #parameter(one: SyntaxNode, position: number, path?: readonly string[]): void {
    if (one.type === "destructured_parameter") {
      for (const [j, inner] of one.children.entries()) this.#parameter(inner, position, [...(path ?? []), String(j)]);
      return;
    }
    const inner = field(one, "name") ?? (one.type === "identifier" ? one : one.children[0]);
    if (!inner) return;
    const value = field(one, "value");
    const rest = /splat|block_parameter/.test(one.type);
    const lowered = value ? this.expression(value) : undefined;
    this.scope.params.push(
      this.bind({
        name: this.slice(inner),
        at: spanOf(inner),
        origin: "param",
        position: rest ? -1 : position,
        ...(path ? { path } : {}),
        ...(lowered ? { value: lowered } : {}),
      }),
    );
  }

  /** The scope that owns a local variable: blocks see those of what is around them, methods do not. */
  #local(name: string): Scope | undefined {
    for (let at: Scope | undefined = this.scope; at; at = at.parent) {
      if (at.bindings.has(name)) return at;
      if (at.kind !== "function" || at.name !== undefined) return undefined;
    }
    return undefined;
  }

  #target(node: SyntaxNode, value: Expression, path: readonly string[], origin: Origin): void {
    const extra = { value, ...(path.length > 0 ? { path } : {}) };
    switch (node.type) {
      case "identifier": {
        const name = this.slice(node);
        this.rebind({ name, at: spanOf(node), origin, ...extra }, this.#local(name) ?? this.scope);
        return;
      }
      case "constant":
        return this.#constant({ name: this.slice(node), at: spanOf(node), origin, ...extra });
      case "instance_variable":
      case "class_variable":
      case "global_variable": {
        const name = this.slice(node).replace(/^[@$]+/, "");
        const owner = node.type === "global_variable" ? undefined : this.#classOf();
        const [module] = this.scopes;
        if (owner) {
          this.member(owner, { name, at: spanOf(node), origin, ...extra });
          this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        } else if (module) this.rebind({ name, at: spanOf(node), origin, ...extra }, module);
        return;
      }
      case "call": {
        const receiver = field(node, "receiver");
        const method = field(node, "method");
        const owner = receiver?.type === "self" ? this.#classOf() : undefined;
        if (owner && method) this.member(owner, { name: this.slice(method), at: spanOf(method), origin, ...extra });
        this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return;
      }
      case "element_reference":
        this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return;
      default:
        for (const [i, child] of node.children.entries()) this.#target(child, value, [...path, String(i)], origin);
    }
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const compound = this.#compound(node, false);
    if (compound) return compound.value ?? this.mix(node, []);
    const named = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
        return this.#identifier(node);
      case "constant":
        return { kind: "name", name: this.slice(node), at };
      case "scope_resolution": {
        const scope = field(node, "scope");
        const name = field(node, "name");
        if (!scope || !name) return name ? this.expression(name) : this.mix(node, []);
        return { kind: "member", object: this.expression(scope), name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "self":
        return { kind: "name", name: "this", at };
      case "instance_variable":
      case "class_variable":
        return this.#own(node, this.slice(node).replace(/^@+/, ""));
      case "global_variable":
        return { kind: "name", name: this.slice(node).replace(/^\$/, ""), at };
      case "call":
        return this.#call(node);
      case "element_reference": {
        const object = field(node, "object");
        const rest = node.children.filter((child) => child !== object && child.type !== "block");
        let value = named("object");
        for (const one of rest) value = { kind: "index", object: value, index: this.expression(one), at };
        return value;
      }
      case "assignment": {
        const left = field(node, "left");
        const value = named("right");
        if (left) this.#target(left, value, [], "assign");
        return left && /^(?:identifier|instance_variable)$/.test(left.type) ? this.expression(left) : value;
      }
      case "operator_assignment": {
        const left = field(node, "left");
        const right = field(node, "right");
        if (!left || !right) return this.mix(node, []);
        const or = /\|\|=\s*$|&&=\s*$/.test(this.text.slice(left.end, right.start));
        const value = or ? this.expression(right) : this.mix(node, [this.expression(left), this.expression(right)]);
        this.#target(left, value, [], "assign");
        return value;
      }
      case "binary":
        return this.#binary(node);
      case "conditional": {
        named("condition");
        return { kind: "choice", options: [named("consequence"), named("alternative")], at };
      }
      case "string":
      case "subshell":
      case "symbol":
      case "delimited_symbol":
      case "bare_string":
      case "bare_symbol":
        return this.#string(node, node);
      case "chained_string": {
        const parts = this.#all(node);
        const value = parts.map((part) => (part.kind === "text" ? part.value : "\0")).join("");
        return { kind: "text", value, parts: parts.flatMap((one) => (one.kind === "text" ? one.parts : [one])), at };
      }
      case "heredoc_beginning": {
        const body = this.#heredocs.get(node);
        return body ? this.#string(body, node) : this.mix(node, []);
      }
      case "simple_symbol":
        return { kind: "text", value: this.slice(node).replace(/^:/, ""), parts: [], at };
      case "hash_key_symbol":
        return { kind: "text", value: this.slice(node), parts: [], at };
      case "hash":
        return { kind: "object", entries: this.#entries(node.children), at };
      case "array":
      case "string_array":
      case "symbol_array":
      case "right_assignment_list":
        return { kind: "list", items: this.#all(node), at };
      case "lambda":
        return this.#block(node, field(node, "body"));
      case "yield":
        return this.call({ kind: "name", name: "yield", at }, this.#arguments(node.children[0]), node);
      case "splat_argument":
      case "hash_splat_argument":
      case "block_argument":
        return node.children[0] ? this.expression(node.children[0]) : this.mix(node, []);
      default:
        return this.mix(node, this.#all(node));
    }
  }

  /** A member of the instance, or a name of the file where there is no class around. */
  #own(node: SyntaxNode, name: string): Expression {
    const at = spanOf(node);
    if (!this.#classOf()) return { kind: "name", name, at };
    return { kind: "member", object: { kind: "name", name: "this", at }, name, nameAt: at, at, reads: true };
  }

  /** A local variable, or a method without arguments. */
  #identifier(node: SyntaxNode): Expression {
    const name = this.slice(node);
    const at = spanOf(node);
    if (this.#local(name)) return { kind: "name", name, at };
    if (name === "raise" || name === "fail") this.block.throws = true;
    const callee = this.#method0(name, node);
    if (this.#methods.has(name) || CALLED.has(name)) return this.call({ ...callee, at }, [], node);
    return callee.kind === "member" ? { ...callee, reads: true } : callee;
  }

  /** What a bare method name refers to. */
  #method0(name: string, node: SyntaxNode): Expression & { kind: "name" | "member" } {
    const at = spanOf(node);
    const owner = this.#classOf();
    const top = this.scopes[0]?.bindings.get(name)?.some((one) => one.origin === "function") === true;
    if (!owner || KERNEL.has(name) || (top && !this.#ownMethods.get(owner)?.has(name))) {
      return { kind: "name", name, at };
    }
    return { kind: "member", object: { kind: "name", name: "this", at }, name, nameAt: at, at };
  }

  #call(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const receiver = field(node, "receiver");
    const method = field(node, "method");
    const args = field(node, "arguments");
    const block = field(node, "block");
    // `create!` does what `create` does.
    const name = method ? this.slice(method).replace(/!$/, "") : "call";
    if (!receiver) return this.#bare(node, method ?? node, name, args, block);
    const object = this.expression(receiver);
    const entries = this.#arguments(args);
    const [first] = entries;
    if (!args && !block && TRANSPARENT.has(name)) return object;
    if (receiver.type === "constant" && this.slice(receiver) === "JSON" && /^(?:generate|dump)$/.test(name) && first) {
      return first.value;
    }
    // `response.dig("choices", 0)`
    const [, second] = entries;
    if (name === "fetch" && first && second && !block) {
      const read: Expression = { kind: "index", object, index: first.value, at };
      return { kind: "choice", options: [second.value, read], at };
    }
    if ((name === "dig" || name === "fetch") && first && !block) {
      const parts = name === "dig" ? entries : [first];
      return parts.reduce(
        (value: Expression, one): Expression => ({ kind: "index", object: value, index: one.value, at }),
        object,
      );
    }
    // `logger.info { "…" }`: the line is what the block gives.
    if (block && entries.length === 0 && LOG_LEVELS.has(name) && !field(block, "parameters")) {
      const told = this.#body(field(block, "body")?.children ?? [], false);
      entries.push(plain(told ?? this.mix(block, [])));
    } else if (block) entries.push(this.#blockArgument(block, name));
    const nameAt = method ? spanOf(method) : at;
    if (name === "new") return this.#made(node, receiver, object, entries);
    const callee: Expression = { kind: "member", object, name, nameAt, at };
    const base = this.#httparty(receiver, name);
    if (base) return this.call({ ...callee, object: base.object }, based(entries, base.url), node);
    const factory = receiver.type === "constant" && this.slice(receiver) === "RubyLLM";
    if (!args && !block && !factory && !this.#methods.has(name) && !CALLED.has(name)) {
      return { ...callee, reads: true };
    }
    return this.call(callee, entries, node);
  }

  /** A block as an argument. One that is given to `new` sets up what is made, with Faraday's middleware among others. */
  #blockArgument(block: SyntaxNode, method: string): Entry {
    return { name: method === "new" ? "middleware" : undefined, value: this.#block(block, block), spread: false };
  }

  #made(node: SyntaxNode, receiver: SyntaxNode, object: Expression, entries: readonly Entry[]): Expression {
    // Faraday's first argument is the base of every URL, whether it is named or not.
    const renamed =
      this.slice(receiver) === "Faraday"
        ? entries.map((one, i) =>
            one.name === "url" || (i === 0 && one.name === undefined && one.value.kind !== "function")
              ? { ...one, name: "base_url" }
              : one,
          )
        : entries;
    return this.call(object, renamed, node, true);
  }

  /** `post "/x"` in a class that includes HTTParty. */
  #httparty(receiver: SyntaxNode, name: string): { object: Expression; url: string } | undefined {
    if (name !== "post" || !/^self(?:\.class)?$/.test(this.slice(receiver))) return undefined;
    const owner = this.#classOf();
    const url = owner && this.#baseUrls.get(owner);
    if (url === undefined) return undefined;
    return { object: { kind: "name", name: "HTTParty", at: spanOf(receiver) }, url };
  }

  /** A call without a receiver. */
  #bare(
    node: SyntaxNode,
    method: SyntaxNode,
    name: string,
    args: SyntaxNode | undefined,
    block: SyntaxNode | undefined,
  ): Expression {
    const owner = this.#classOf();
    const direct = owner === this.scope;
    if (direct && name === "acts_as_chat") {
      const at = spanOf(node);
      const object: Expression = { kind: "name", name: "RubyLLM", at };
      const inner: Expression = { kind: "member", object, name: "ActiveRecord", nameAt: at, at };
      this.scope.bases.push({ kind: "member", object: inner, name: "ActsAs", nameAt: at, at });
    }
    if (direct && MIXINS.has(name)) {
      for (const one of args?.children ?? []) this.scope.bases.push(this.expression(one));
      return this.mix(node, []);
    }
    // `private def ask`, `private_class_method def self.ask`
    if (args?.children.some((one) => one.type === "method" || one.type === "singleton_method")) {
      for (const one of args.children) this.#statement(one, false);
      return this.mix(node, []);
    }
    const entries = this.#arguments(args);
    const [first] = entries;
    if (name === "require" || name === "require_relative") {
      const text = first?.value.kind === "text" ? first.value.value : "";
      const module = name === "require_relative" && !text.startsWith(".") ? `./${text}` : text;
      if (text !== "") this.scope.sideEffects.push({ module, at: spanOf(node) });
      return this.call({ kind: "name", name, at: spanOf(method) }, entries, node);
    }
    if (direct && owner && name === "base_uri" && first?.value.kind === "text") {
      this.#baseUrls.set(owner, first.value.value);
    }
    if (name === "raise" || name === "fail") this.block.throws = true;
    if (block && (name === "lambda" || name === "proc")) return this.#block(block, block);
    if (block) entries.push({ name: undefined, value: this.#block(block, block), spread: false });
    if (name === "new" && owner?.name !== undefined) {
      return this.call({ kind: "name", name: owner.name, at: spanOf(method) }, entries, node, true);
    }
    return this.call(this.#method0(name, method), entries, node);
  }

  /** A block, or a lambda: a function without a name whose last value is what it returns. */
  #block(node: SyntaxNode, body: SyntaxNode | undefined): Expression {
    const scope = this.inScope("function", undefined, node, () => {
      this.#parameters(field(node, "parameters"));
      const inner = body && body !== node ? body : field(node, "body");
      const held = inner?.type === "block" || inner?.type === "do_block" ? field(inner, "body") : inner;
      this.#body(held?.children ?? [], true);
    });
    return { kind: "function", scope, at: spanOf(node) };
  }

  #binary(node: SyntaxNode): Expression {
    const left = field(node, "left");
    const right = field(node, "right");
    if (!left || !right) return this.mix(node, this.#all(node));
    const operator = this.text.slice(left.end, right.start).trim();
    const a = this.expression(left);
    const b = this.expression(right);
    const at = spanOf(node);
    if (/^(?:\|\||&&|or|and)$/.test(operator)) return { kind: "choice", options: [a, b], at };
    if (operator === "<<") {
      return this.call({ kind: "member", object: a, name: "push", nameAt: spanOf(right), at }, [plain(b)], node);
    }
    if (operator !== "+") return this.mix(node, [a, b]);
    const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
    const parts = [a, b].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
    return { kind: "text", value: textual(a) + textual(b), parts, at };
  }

  #arguments(node: SyntaxNode | undefined): Entry[] {
    return node ? this.#entries(node.children) : [];
  }

  #entries(nodes: readonly SyntaxNode[]): Entry[] {
    return nodes
      .filter((child) => child.type !== "heredoc_body")
      .map((child): Entry => {
        if (child.type === "pair") {
          const key = field(child, "key");
          const value = field(child, "value");
          const lowered = key && this.expression(key);
          const name = lowered?.kind === "text" ? lowered.value : undefined;
          // `messages:` alone stands for `messages: messages`.
          const given = value ? this.expression(value) : key ? this.#identifier(key) : this.mix(child, []);
          return { name, value: given, spread: false };
        }
        if (child.type === "splat_argument" || child.type === "hash_splat_argument") {
          return { name: undefined, value: this.expression(child), spread: true };
        }
        return plain(this.expression(child));
      });
  }

  #string(node: SyntaxNode, at: SyntaxNode): Expression {
    let value = "";
    const parts: Expression[] = [];
    for (const child of node.children) {
      if (child.type === "string_content" || child.type === "heredoc_content") value += this.slice(child);
      else if (child.type === "interpolation") {
        const inner = child.children[0];
        value += "\0";
        if (inner) parts.push(this.expression(inner));
      }
    }
    return { kind: "text", value, parts, at: spanOf(at) };
  }
}

function plain(value: Expression): Entry {
  return { name: undefined, value, spread: false };
}

/** The first argument with the base URL of its class before it. */
function based(entries: readonly Entry[], url: string): Entry[] {
  return entries.map((one, i) =>
    i === 0 && one.value.kind === "text" && one.value.value.startsWith("/")
      ? { ...one, value: { ...one.value, value: url.replace(/\/$/, "") + one.value.value } }
      : one,
  );
}

const LOG_LEVELS: ReadonlySet<string> = new Set(["debug", "info", "warn", "error", "fatal", "unknown"]);
const HANDLERS: ReadonlySet<string> = new Set(["rescue", "ensure"]);
const MIXINS: ReadonlySet<string> = new Set(["include", "extend", "prepend"]);
/** Methods that give what they are called on, as far as matters here. */
const TRANSPARENT: ReadonlySet<string> = new Set(["freeze", "dup", "to_json", "class", "to_h", "deep_symbolize_keys"]);
/** Methods that do something, though they take nothing. */
const CALLED: ReadonlySet<string> = new Set(["call", "save", "save!", "run", "generate", "complete", "predict"]);
/** What every object can call, and is nobody's own. */
const KERNEL: ReadonlySet<string> = new Set([
  "puts",
  "print",
  "p",
  "pp",
  "printf",
  "putc",
  "warn",
  "raise",
  "fail",
  "require",
  "require_relative",
  "lambda",
  "proc",
  "format",
  "sprintf",
  "sleep",
  "rand",
  "loop",
  "catch",
  "throw",
  "exit",
  "abort",
  "open",
  "Array",
  "Integer",
  "Float",
  "String",
  "URI",
  "binding",
  "block_given?",
  "attr_reader",
  "attr_accessor",
  "attr_writer",
]);

export function lowerRuby(text: string, root: SyntaxNode): Program {
  return new RubyBuilder(text, root).program();
}
