import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Block, type Entry, type Expression, type Program, type Scope, spanOf, typeName } from "../program.ts";
import { Builder } from "./builder.ts";

/** What a function gives back, as far as its errors are concerned. */
interface Results {
  /** Its last result is an `error`. */
  readonly fails: boolean;
  /** Its results have names, so that a bare `return` gives them. */
  readonly named: boolean;
}

/** How a name is set: `:=` and `var` make a new one. */
interface Declaration {
  readonly declares: boolean;
  readonly type?: string;
}

/**
 * Lowers Go's syntax. Errors are values here: a statement that takes the error of a call is lowered as a `try`, and
 * `if err != nil` as the `catch` of the statement that gave `err` last.
 */
class GoBuilder extends Builder {
  /** Structs and interfaces of the file by name, and those that only have methods here. */
  readonly #classes = new Map<string, Scope>();
  /** The statement that set an error last, by the error's name. */
  #tries = new Map<string, Block>();
  #results: Results = { fails: false, named: false };

  constructor(text: string, root: SyntaxNode) {
    super(text, root, "go", "");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    if (this.scope.kind === "module" && this.scope.parent === undefined && nodes === this.root.children) {
      this.#imports(nodes);
      for (const node of nodes) if (node.type === "type_declaration") this.#types(node);
      for (const node of nodes) if (node.type !== "type_declaration") this.#statement(node);
      return;
    }
    for (const node of nodes) this.#statement(node);
  }

  #block(node: SyntaxNode | undefined): void {
    for (const child of node?.children ?? []) {
      if (child.type === "statement_list" || child.type === "ERROR") this.#block(child);
      else this.#statement(child);
    }
  }

  #statement(node: SyntaxNode): void {
    switch (node.type) {
      case "package_clause":
      case "import_declaration":
        return;
      case "type_declaration":
        return this.#types(node);
      case "function_declaration":
      case "method_declaration":
        return this.#declared(node);
      case "const_declaration":
      case "var_declaration":
        for (const spec of specsOf(node)) this.#spec(spec);
        return;
      case "short_var_declaration":
      case "assignment_statement":
        return this.#assignment(node);
      case "return_statement":
        return this.#return(node);
      case "if_statement":
        return this.#if(node);
      case "for_statement":
        return this.#for(node);
      case "expression_switch_statement":
      case "type_switch_statement":
      case "select_statement":
        return this.#switch(node);
      case "labeled_statement":
      case "block":
      case "statement_list":
      case "ERROR":
        return this.#block(node);
      case "send_statement": {
        for (const child of node.children) this.expression(child);
        const value = field(node, "value");
        if (value && ERROR_NAME.test(this.slice(value))) this.block.throws = true;
        return;
      }
      default:
        if (node.type === "label_name" || node.type === "block_comment") return;
        this.expression(node);
        if (
          node.type === "expression_statement" &&
          /^(?:panic|os\.Exit)\(/.test(this.text.slice(node.start, node.start + 20))
        )
          this.block.throws = true;
    }
  }

  #imports(nodes: readonly SyntaxNode[]): void {
    const guessed: (() => void)[] = [];
    for (const declaration of nodes.filter((one) => one.type === "import_declaration")) {
      const specs = declaration.children.flatMap((one) => (one.type === "import_spec_list" ? one.children : [one]));
      for (const spec of specs) {
        const path = field(spec, "path");
        if (!path) continue;
        const module = this.slice(path).replace(/^["`]|["`]$/g, "");
        const alias = field(spec, "name");
        this.scope.sideEffects.push({ module, at: spanOf(path) });
        const bind = (name: string): void => {
          this.bind({ name, at: spanOf(spec), origin: "import", import: { module, name: "*", typeOnly: false } });
        };
        if (alias) bind(alias.type === "dot" ? "*" : this.slice(alias));
        else {
          const [own, ...others] = packageNames(module);
          if (own !== undefined) bind(own);
          for (const name of others) guessed.push(() => !this.scope.bindings.has(name) && bind(name));
        }
      }
    }
    for (const bind of guessed) bind();
  }

  #types(node: SyntaxNode): void {
    for (const spec of node.children) {
      const nameNode = field(spec, "name");
      const type = field(spec, "type");
      if (!nameNode || !type) continue;
      const name = this.slice(nameNode);
      const at = spanOf(nameNode);
      if (type.type === "struct_type" || type.type === "interface_type") {
        const shape = type.type === "interface_type";
        const scope = this.inScope("class", name, spec, (own) => this.#members(own, type), false, shape);
        this.bind({ name: shape ? typeName(name) : name, at, origin: "class", scope });
        this.#classes.set(name, scope);
      } else this.bind({ name, at, origin: "assign", value: this.#typeExpression(type) });
    }
  }

  #members(owner: Scope, type: SyntaxNode): void {
    for (const one of type.children.flatMap((child) =>
      child.type === "field_declaration_list" ? child.children : [child],
    )) {
      if (one.type === "field_declaration") {
        const typed = field(one, "type");
        const names = fields(one, "name");
        if (!typed) continue;
        const written = this.slice(typed);
        for (const name of names) {
          this.member(owner, { name: this.slice(name), at: spanOf(name), origin: "assign", type: written });
        }
        if (names.length > 0) continue;
        // An embedded struct lends its members, and can be named itself.
        const short = /(?<!\w)\w{1,200}$/.exec(written)?.[0];
        if (short !== undefined)
          this.member(owner, { name: short, at: spanOf(typed), origin: "assign", type: written });
        if (!written.includes(".")) owner.bases.push(this.#typeExpression(typed));
      } else if (one.type === "method_elem") {
        const name = field(one, "name");
        const result = field(one, "result");
        if (!name) continue;
        const text = this.slice(name);
        const scope = this.inScope("function", text, one, () => this.#parameters(field(one, "parameters")));
        const returned = result ? { type: this.slice(result) } : {};
        this.member(owner, { name: text, at: spanOf(name), origin: "function", scope, ...returned });
      }
    }
  }

  #typeExpression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    switch (node.type) {
      case "type_identifier":
      case "identifier":
      case "package_identifier":
        return { kind: "name", name: this.slice(node), at };
      case "qualified_type": {
        const owner = field(node, "package");
        const name = field(node, "name");
        if (!owner || !name) return this.mix(node, []);
        return {
          kind: "member",
          object: this.#typeExpression(owner),
          name: this.slice(name),
          nameAt: spanOf(name),
          at,
        };
      }
      default: {
        const inner = node.children.at(0);
        return inner ? this.#typeExpression(field(node, "type") ?? inner) : this.mix(node, []);
      }
    }
  }

  /** The struct that a receiver's type names. One that is declared in another file has its methods of this one. */
  #receiver(type: string, node: SyntaxNode): Scope {
    const known = this.#classes.get(type);
    if (known) return known;
    const scope = this.inScope("class", type, node, () => undefined, false, true);
    this.bind({ name: typeName(type), at: spanOf(node), origin: "class", scope });
    this.#classes.set(type, scope);
    return scope;
  }

  #declared(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    if (!nameNode) return;
    const name = this.slice(nameNode);
    const result = field(node, "result");
    const receiver = field(node, "receiver")?.children[0];
    const type = receiver && field(receiver, "type");
    const receiverType = type && /(?<!\w)(\w{1,200})(?:\[[^[\]]{0,200}\])?$/.exec(this.slice(type))?.[1];
    const owner = receiverType === undefined ? undefined : this.#receiver(receiverType, node);
    const outer = this.scope;
    if (owner) this.scope = owner;
    const scope = this.#function(name, node, () => {
      const self = receiver && field(receiver, "name");
      if (self && receiverType !== undefined) {
        this.bind({ name: this.slice(self), at: spanOf(self), origin: "param", type: receiverType });
      }
    });
    this.scope = outer;
    const binding = {
      name,
      at: spanOf(nameNode),
      origin: "function" as const,
      scope,
      ...(result ? { type: this.slice(result) } : {}),
    };
    if (owner) this.member(owner, binding);
    else if (name !== "_" && name !== "init") this.bind(binding);
  }

  #function(name: string | undefined, node: SyntaxNode, first?: () => void): Scope {
    const results = this.#results;
    const tries = this.#tries;
    const result = field(node, "result");
    const types = result?.type === "parameter_list" ? result.children : result ? [result] : [];
    const last = types.at(-1);
    this.#results = {
      fails: last !== undefined && /(?:^|\s|\*)error$/.test(this.slice(last)),
      named: types.some((one) => field(one, "name") !== undefined),
    };
    this.#tries = name === undefined ? new Map(tries) : new Map();
    const scope = this.inScope("function", name, node, () => {
      first?.();
      this.#parameters(field(node, "parameters"));
      for (const one of types) {
        const type = field(one, "type");
        for (const own of fields(one, "name")) {
          this.bind({
            name: this.slice(own),
            at: spanOf(own),
            origin: "assign",
            ...(type ? { type: this.slice(type) } : {}),
          });
        }
      }
      this.#block(field(node, "body"));
    });
    this.#results = results;
    this.#tries = tries;
    return scope;
  }

  #parameters(node: SyntaxNode | undefined): void {
    let position = 0;
    for (const one of node?.children ?? []) {
      const type = field(one, "type");
      const rest = one.type === "variadic_parameter_declaration";
      for (const name of fields(one, "name")) {
        const binding = this.bind({
          name: this.slice(name),
          at: spanOf(name),
          origin: "param",
          position: rest ? -1 : position++,
          ...(type ? { type: this.slice(type) } : {}),
        });
        this.scope.params.push(binding);
      }
    }
  }

  #spec(node: SyntaxNode): void {
    const names = fields(node, "name");
    const values = field(node, "value")?.children ?? [];
    const type = field(node, "type");
    this.#assign(node, names, values, { declares: true, ...(type ? { type: this.slice(type) } : {}) });
  }

  #assignment(node: SyntaxNode): void {
    const left = field(node, "left");
    const right = field(node, "right");
    if (!left || !right) return;
    const operator = this.text.slice(left.end, right.start).trim();
    if (operator !== "=" && operator !== ":=") {
      const [target] = left.children;
      const [value] = right.children;
      if (target && value) this.#set(target, this.mix(node, [this.expression(target), this.expression(value)]), []);
      return;
    }
    this.#assign(node, left.children, right.children, { declares: operator === ":=" });
  }

  #assign(node: SyntaxNode, targets: readonly SyntaxNode[], values: readonly SyntaxNode[], how: Declaration): void {
    const last = targets.at(-1);
    const [only] = values;
    const error = last && ERROR_NAME.test(this.slice(last)) ? this.slice(last) : undefined;
    if (values.length !== 1 || !only || (targets.length === 1 && error === undefined)) {
      for (const [i, target] of targets.entries()) {
        const value = values[i];
        this.#set(target, value ? this.expression(value) : undefined, [], how);
      }
      return;
    }
    const take = (): void => {
      const value = this.expression(only);
      const second = targets.length === 2 && last && /^(?:_|ok|found|exists)$/.test(this.slice(last));
      const given = error !== undefined || second ? targets.slice(0, -1) : targets;
      for (const [i, target] of given.entries()) this.#set(target, value, given.length === 1 ? [] : [String(i)], how);
      if (last && error !== undefined) this.#set(last, value, ["error"], { declares: how.declares });
    };
    if (error === undefined || unwrapped(only).type !== "call_expression") take();
    else this.#tries.set(error, this.inBlock("try", node, {}, take));
  }

  #set(
    node: SyntaxNode,
    value: Expression | undefined,
    path: readonly string[],
    { declares, type }: Declaration = { declares: false },
  ): void {
    const at = spanOf(node);
    const extra = {
      ...(value ? { value } : {}),
      ...(path.length > 0 ? { path } : {}),
      ...(type === undefined ? {} : { type }),
    };
    if (node.type === "identifier") {
      const name = this.slice(node);
      if (name === "_") return;
      // `x = …` sets the variable that is in sight, `x := …` one of the function's own.
      this.rebind({ name, at, origin: "assign", ...extra }, declares ? this.scope : this.#ownerOf(name));
      return;
    }
    if (!value) return;
    const target = this.expression(node);
    if (target.kind === "member" && target.object.kind === "name") {
      const owner = this.#structOf(target.object.name);
      if (owner) {
        this.#value(owner, {
          name: target.name,
          at: target.nameAt,
          origin: "assign",
          value,
          valueIn: this.scope,
          ...extra,
        });
      }
    }
    this.scope.assignments.push({ target, value, block: this.block });
  }

  #ownerOf(name: string): Scope {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.kind !== "class" && scope.bindings.has(name)) return scope;
    }
    return this.scope;
  }

  /** The struct that a variable in sight holds: a receiver, a typed parameter, or one made of a literal. */
  #structOf(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      for (const { type, value } of scope.kind === "class" ? [] : (scope.bindings.get(name) ?? [])) {
        const named =
          type?.replace(/^\*/, "") ??
          (value?.kind === "call" && value.isNew && value.callee.kind === "name" ? value.callee.name : undefined);
        const found = named === undefined ? undefined : this.#classes.get(named);
        if (found) return found;
      }
    }
    return undefined;
  }

  /** What a member is set to says more than its type, and is looked at first. */
  #value(owner: Scope, binding: Parameters<Builder["member"]>[1]): void {
    this.member(owner, binding);
    const list = owner.members.get(binding.name);
    const last = list?.pop();
    if (list && last) list.unshift(last);
  }

  #return(node: SyntaxNode): void {
    const parts = (ofType(node, "expression_list")[0]?.children ?? []).map((child) => ({
      node: child,
      value: this.expression(child),
    }));
    const last = parts.at(-1);
    const text = this.slice(node);
    const answers =
      last && /^\w+\.(?:JSON|String|HTML|Status|Render|SendString|SendStatus|XML)\b/.test(this.slice(last.node));
    const { fails, named } = this.#results;
    if (fails ? (last ? last.node.type !== "nil" && !answers : named) : ERROR_IN.test(text.slice(0, 300)) && !answers)
      this.block.throws = true;
    const given = fails && parts.length > 1 ? parts.slice(0, -1) : parts;
    const real = given.filter((one) => !isZero(one.node));
    const [first] = given;
    const value: Expression | undefined = !first
      ? undefined
      : real.length === 0
        ? this.mix(node, [])
        : given.length === 1
          ? first.value
          : { kind: "list", items: given.map((one) => one.value), at: spanOf(node) };
    this.scope.returns.push({ value, at: spanOf(node), block: this.block });
  }

  #if(node: SyntaxNode): void {
    const initializer = field(node, "initializer");
    const condition = field(node, "condition");
    const consequence = field(node, "consequence");
    const alternative = field(node, "alternative");
    if (initializer) this.#statement(initializer);
    const lowered = condition ? this.expression(condition) : undefined;
    const text = condition ? this.slice(condition).slice(0, 300) : "";
    const failed = FAILED.exec(text);
    const fine = failed ? undefined : FINE.exec(text);
    const otherwise = (): void => {
      if (alternative?.type === "if_statement") this.#if(alternative);
      else this.#block(alternative);
    };
    if (failed || fine) {
      const name = (failed ?? fine)?.slice(1).find((one) => one !== undefined) ?? "err";
      const nowhere: Block = { kind: "try", parent: undefined, at: spanOf(node), throws: false };
      const of = this.#tries.get(name) ?? nowhere;
      const [bad, good] = failed ? [consequence, alternative] : [alternative, consequence];
      if (bad) this.inBlock("catch", bad, { of }, () => (bad === alternative ? otherwise() : this.#block(bad)));
      if (good === alternative) otherwise();
      else this.#block(good);
      return;
    }
    const extra = lowered ? { condition: lowered } : {};
    this.inBlock("if", consequence ?? node, extra, () => this.#block(consequence));
    if (alternative) this.inBlock("else", alternative, extra, otherwise);
  }

  #for(node: SyntaxNode): void {
    const [head] = node.children;
    const range = ofType(node, "range_clause")[0];
    const body = field(node, "body");
    if (range) {
      const right = field(range, "right");
      const iterable = right && this.expression(right);
      this.inBlock("loop", node, {}, () => {
        const targets = field(range, "left")?.children ?? [];
        // Of a sequence's two variables the second is the item, of an iterator's the error.
        const failing = targets.length === 2 && ERROR_NAME.test(this.slice(targets[1] ?? range));
        for (const [i, target] of targets.entries()) {
          if (!iterable) continue;
          const item = failing ? i === 0 : i === targets.length - 1;
          if (item) this.#each(target, iterable);
          else if (failing) this.#set(target, iterable, ["error"], { declares: true });
        }
        this.#block(body);
      });
      return;
    }
    const clause = ofType(node, "for_clause")[0];
    const initializer = clause && field(clause, "initializer");
    if (initializer) this.#statement(initializer);
    const condition = clause ? field(clause, "condition") : head !== body ? head : undefined;
    const lowered = condition ? this.expression(condition) : undefined;
    this.inBlock("loop", node, lowered ? { condition: lowered } : {}, () => this.#block(body));
  }

  #each(node: SyntaxNode, value: Expression): void {
    if (node.type === "identifier" && this.slice(node) !== "_")
      this.bind({ name: this.slice(node), at: spanOf(node), origin: "each", value });
  }

  #switch(node: SyntaxNode): void {
    const initializer = field(node, "initializer");
    if (initializer) this.#statement(initializer);
    const value = field(node, "value");
    const lowered = value ? this.expression(value) : undefined;
    const alias = field(node, "alias")?.children[0];
    if (alias && lowered) this.#set(alias, lowered, [], { declares: true });
    for (const one of node.children) {
      if (!one.type.endsWith("_case")) continue;
      const own = lowered === undefined ? field(one, "value") : undefined;
      const condition = own ? this.expression(own) : lowered;
      this.inBlock("if", one, condition ? { condition } : {}, () => {
        const communication = field(one, "communication");
        if (communication) this.#received(communication);
        for (const child of one.children) if (child.field === undefined) this.#statement(child);
      });
    }
  }

  #received(node: SyntaxNode): void {
    const left = field(node, "left")?.children[0];
    const right = field(node, "right");
    const value = right ? this.expression(right) : this.expression(node);
    if (left) this.#set(left, value, [], { declares: true });
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const named = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
      case "package_identifier":
      case "type_identifier":
        return { kind: "name", name: this.slice(node), at };
      case "selector_expression": {
        const name = field(node, "field");
        if (!name) return named("operand");
        return { kind: "member", object: named("operand"), name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "qualified_type":
      case "generic_type":
        return this.#typeExpression(node);
      case "call_expression":
        return this.call(named("function"), this.#arguments(field(node, "arguments")), node);
      case "composite_literal":
        return this.#composite(node);
      case "literal_value":
        return this.#literal(node);
      case "literal_element":
      case "parenthesized_expression":
      case "expression_statement":
      case "defer_statement":
      case "go_statement":
      case "variadic_argument": {
        const [inner] = node.children;
        return inner ? this.expression(inner) : this.mix(node, []);
      }
      case "index_expression":
        return { kind: "index", object: named("operand"), index: named("index"), at };
      case "slice_expression":
      case "type_assertion_expression":
        return named("operand");
      case "type_conversion_expression": {
        const type = field(node, "type");
        if (type?.type !== "generic_type") return named("operand");
        return this.call(this.#typeExpression(type), [entry(named("operand"))], node);
      }
      case "unary_expression":
        return /^[&*]/.test(this.text.slice(node.start, node.start + 1)) || this.text.startsWith("<-", node.start)
          ? named("operand")
          : this.mix(node, [named("operand")]);
      case "binary_expression":
        return this.#binary(node);
      case "func_literal":
        return { kind: "function", scope: this.#function(undefined, node), at };
      case "interpreted_string_literal":
      case "raw_string_literal":
        return { kind: "text", value: this.slice(node).slice(1, -1), parts: [], at };
      default: {
        const parts = node.children.map((child) => this.expression(child));
        return this.mix(node, parts);
      }
    }
  }

  #binary(node: SyntaxNode): Expression {
    const [left, right] = [field(node, "left"), field(node, "right")].map((one) =>
      one ? this.expression(one) : this.mix(node, []),
    );
    const operator = field(node, "operator");
    if (!left || !right) return this.mix(node, []);
    if (operator?.type === "+" && (left.kind === "text" || right.kind === "text")) {
      const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
      const parts = [left, right].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
      return { kind: "text", value: textual(left) + textual(right), parts, at: spanOf(node) };
    }
    return this.mix(node, [left, right]);
  }

  /** Functional options are named by what they set: `option.WithBaseURL(url)` is `baseURL: url`. */
  #arguments(node: SyntaxNode | undefined): Entry[] {
    return (node?.children ?? []).map((child): Entry => {
      const value = this.expression(child);
      const spread = child.type === "variadic_argument";
      if (CONTEXT.test(this.slice(child).slice(0, 80))) return { name: undefined, value: this.mix(child, []), spread };
      const callee = value.kind === "call" && !value.isNew ? value.callee : undefined;
      const option =
        callee?.kind === "member" || callee?.kind === "name" ? /^With([A-Z]\w*)$/.exec(callee.name)?.[1] : undefined;
      const first = value.kind === "call" ? value.arguments[0] : undefined;
      if (option !== undefined && first && !spread) return { name: keyName(option), value: first.value, spread: false };
      return { name: undefined, value, spread };
    });
  }

  #composite(node: SyntaxNode): Expression {
    const type = field(node, "type");
    const body = field(node, "body");
    const entries = body ? this.#entries(body) : [];
    if (type?.type === "map_type") return { kind: "object", entries, at: spanOf(node) };
    if (!type || /^(?:slice|array|implicit_length_array)_type$/.test(type.type)) {
      return { kind: "list", items: entries.map(({ value }) => value), at: spanOf(node) };
    }
    const name = type.type === "type_identifier" ? this.slice(type) : undefined;
    const owner = name === undefined ? undefined : this.#classes.get(name);
    if (owner && body) {
      for (const [i, one] of body.children.entries()) {
        const key = field(one, "key");
        const value = entries[i]?.value;
        if (!key || !value) continue;
        const own = { name: this.slice(key), at: spanOf(key), origin: "assign" as const, value, valueIn: this.scope };
        this.#value(owner, own);
      }
    }
    return this.call(this.#typeExpression(type), entries, node, true);
  }

  #literal(node: SyntaxNode): Expression {
    const entries = this.#entries(node);
    return entries.some(({ name }) => name !== undefined)
      ? { kind: "object", entries, at: spanOf(node) }
      : { kind: "list", items: entries.map(({ value }) => value), at: spanOf(node) };
  }

  #entries(node: SyntaxNode): Entry[] {
    return node.children.map((child): Entry => {
      const key = field(child, "key");
      const value = field(child, "value");
      if (child.type !== "keyed_element" || !key || !value) return entry(this.expression(child));
      const [inner] = key.children;
      const name =
        inner?.type === "identifier" || inner?.type === "field_identifier"
          ? keyName(this.slice(inner))
          : inner && inner.type.endsWith("string_literal")
            ? this.slice(inner).slice(1, -1)
            : undefined;
      return { name, value: this.expression(value), spread: false };
    });
  }
}

const ERROR_NAME = /^(?:err|\w*Err|err[A-Z0-9]\w*)$/;
const ERROR_IN = /\b(?:err|\w+Err|err[A-Z]\w*)\b/;
/** A condition that holds when something failed, with the error's name. */
const FAILED = /^(?:(err|\w*Err|err[A-Z0-9]\w*)\s*!=\s*nil\b|errors\.(?:Is|As)\(\s*(err|\w*Err|err[A-Z0-9]\w*)\b)/;
const FINE = /^(err|\w*Err|err[A-Z0-9]\w*)\s*==\s*nil\s*$/;
/** A context carries deadlines and values, and nothing of what is asked. */
const CONTEXT = /^(?:ctx|\w*Ctx|context\.\w+\(.*\)|[\w.]+\.(?:Context|UserContext)\(\))$/;

function entry(value: Expression): Entry {
  return { name: undefined, value, spread: false };
}

/** A field's or option's name as the other languages write it: `ModelID` as `modelId`, `BaseURL` as `baseURL`. */
function keyName(name: string): string {
  const plain = /^[A-Z]{2,}$/.test(name) ? name.toLowerCase() : name.replace(/ID$/, "Id");
  const head = /^[A-Z]+(?=[A-Z][a-z])/.exec(plain)?.[0] ?? plain.slice(0, 1);
  return head.toLowerCase() + plain.slice(head.length);
}

function specsOf(node: SyntaxNode): SyntaxNode[] {
  return node.children.flatMap((one) => (one.type === "var_spec_list" ? one.children : [one]));
}

function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === "parenthesized_expression" && inner.children[0]) [inner] = inner.children as [SyntaxNode];
  return inner;
}

function isZero(node: SyntaxNode): boolean {
  if (/^(?:nil|true|false|int_literal|float_literal)$/.test(node.type)) return true;
  return (
    (node.type === "interpreted_string_literal" || node.type === "raw_string_literal") && node.children.length === 0
  );
}

/**
 * The names that a package may have, by its path, the likeliest first: without a version, and without what only tells
 * that it is written in Go.
 */
function packageNames(module: string): string[] {
  const parts = module.split("/").filter((part, i) => i === 0 || !/^v\d+$/.test(part));
  const last = (parts.at(-1) ?? "").replace(/\.v\d+$/, "");
  const names = [
    last,
    last.replace(/^go-/, ""),
    last.replace(/(?:-sdk)?-go$/, ""),
    last.replace(/-/g, "_"),
    last.replace(/-/g, ""),
  ];
  return [...new Set(names)].filter((name) => /^\w+$/.test(name));
}

export function lowerGo(text: string, root: SyntaxNode): Program {
  return new GoBuilder(text, root).program();
}
