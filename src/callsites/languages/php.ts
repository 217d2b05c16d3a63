import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Entry, type Expression, type Origin, type Program, type Scope, spanOf, typeName } from "../program.ts";
import { Builder } from "./builder.ts";

/** What a cURL handle was told, as far as it says where a request goes. */
interface Handle {
  url?: Expression;
  body?: Expression;
}

/**
 * Lowers PHP's syntax. Variables lose their `$`, namespaces are dotted, and a container that is asked for a class is taken
 * for its constructor: `app(Client::class)`.
 */
class PhpBuilder extends Builder {
  readonly #handles = new Map<Scope, Map<string, Handle>>();

  constructor(text: string, root: SyntaxNode) {
    super(text, root, "php", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #body(node: SyntaxNode | undefined): void {
    if (!node) return;
    if (CONTAINERS.has(node.type)) this.statements(node.children);
    else this.#statement(node);
  }

  #statement(node: SyntaxNode): void {
    switch (node.type) {
      case "namespace_use_declaration":
        return this.#use(node);
      case "namespace_definition":
        return this.#body(field(node, "body"));
      case "class_declaration":
      case "trait_declaration":
      case "enum_declaration":
        this.#class(node, false);
        return;
      case "interface_declaration":
        this.#class(node, true);
        return;
      case "function_definition": {
        const name = field(node, "name");
        const scope = this.#function(node, name && this.slice(name));
        const type = field(node, "return_type");
        const typed = type ? { type: this.#type(type) } : {};
        if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "function", scope, ...typed });
        return;
      }
      case "const_declaration":
        for (const one of ofType(node, "const_element")) this.#constant(one);
        return;
      case "return_statement": {
        const [value] = node.children;
        const lowered = value && this.expression(value);
        this.scope.returns.push({ value: lowered, at: spanOf(node), block: this.block });
        return;
      }
      case "if_statement":
        return this.#if(node);
      case "try_statement":
        return this.#try(node);
      case "foreach_statement": {
        const [source, target] = node.children;
        const iterable = source ? this.expression(source) : undefined;
        this.inBlock("loop", node, {}, () => {
          const item = target?.type === "pair" ? target.children[1] : target;
          if (item && item.field !== "body" && iterable) this.#target(item, iterable, [], "each");
          this.#body(field(node, "body"));
        });
        return;
      }
      case "while_statement":
      case "do_statement":
      case "for_statement": {
        const initial = field(node, "initialize");
        if (initial) this.expression(initial);
        const condition = field(node, "condition");
        const lowered = condition ? this.expression(condition) : undefined;
        this.inBlock("loop", node, lowered ? { condition: lowered } : {}, () => this.#body(field(node, "body")));
        return;
      }
      case "switch_statement": {
        const condition = field(node, "condition");
        const lowered = condition ? this.expression(condition) : undefined;
        for (const one of field(node, "body")?.children ?? []) {
          this.inBlock("if", one, lowered ? { condition: lowered } : {}, () => {
            this.statements(one.children.filter((child) => child.field !== "value"));
          });
        }
        return;
      }
      case "echo_statement":
        this.call(
          { kind: "name", name: "echo", at: spanOf(node) },
          node.children.map((one) => this.#plain(one)),
          node,
        );
        return;
      case "function_static_declaration":
        for (const one of ofType(node, "static_variable_declaration")) {
          const name = field(one, "name");
          const value = field(one, "value");
          if (name && value) this.#target(name, this.expression(value), [], "assign");
        }
        return;
      case "global_declaration":
        for (const one of node.children) {
          const names = this.#globals.get(this.scope) ?? new Set();
          this.#globals.set(this.scope, names.add(this.#name(one)));
        }
        return;
      default:
        if (CONTAINERS.has(node.type)) this.statements(node.children);
        else this.expression(node);
    }
  }

  readonly #globals = new Map<Scope, Set<string>>();

  #use(node: SyntaxNode): void {
    const prefix = ofType(node, "namespace_name")[0];
    const clauses = ofType(field(node, "body") ?? node, "namespace_use_clause");
    for (const one of clauses) {
      const alias = field(one, "alias");
      const target = one.children.find((child) => child !== alias);
      if (!target) continue;
      const full = [prefix ? this.slice(prefix) : "", this.slice(target)]
        .join("\\")
        .replace(/^\\+/, "")
        .replaceAll("\\", ".");
      const dot = full.lastIndexOf(".");
      const last = full.slice(dot + 1);
      const from = dot < 0 ? { module: full, name: "*" } : { module: full.slice(0, dot), name: last };
      this.bind({
        name: alias ? this.slice(alias) : last,
        at: spanOf(one),
        origin: "import",
        import: { ...from, typeOnly: false },
      });
    }
  }

  #class(node: SyntaxNode, shape: boolean): Scope {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const decorators = this.#attributes(node);
    const bases = ofType(node, "base_clause", "class_interface_clause").flatMap((clause) =>
      clause.children.map((one) => this.#className(one)),
    );
    const scope = this.inScope(
      "class",
      name,
      node,
      (scope) => {
        scope.decorators.push(...decorators);
        scope.bases.push(...bases);
        for (const one of field(node, "body")?.children ?? []) this.#classMember(one, scope);
      },
      false,
      shape,
    );
    if (name !== undefined && nameNode) {
      const binding = { name, at: spanOf(nameNode), origin: "class" as const, scope };
      this.bind(binding);
      if (shape) this.bind({ ...binding, name: typeName(name) });
    }
    return scope;
  }

  #classMember(node: SyntaxNode, owner: Scope): void {
    switch (node.type) {
      case "use_declaration":
        owner.bases.push(...node.children.filter((one) => NAMES.has(one.type)).map((one) => this.#className(one)));
        return;
      case "const_declaration":
        for (const one of ofType(node, "const_element")) this.#constant(one);
        return;
      case "enum_case": {
        const name = field(node, "name");
        const value = field(node, "value");
        if (name && value) {
          this.member(owner, {
            name: this.slice(name),
            at: spanOf(name),
            origin: "assign",
            value: this.expression(value),
          });
        }
        return;
      }
      case "property_declaration": {
        const type = field(node, "type");
        for (const one of ofType(node, "property_element")) {
          const name = field(one, "name");
          const value = field(one, "default_value") ?? one.children.find((child) => child !== name);
          if (!name) continue;
          this.member(owner, {
            name: this.#name(name),
            at: spanOf(name),
            origin: "assign",
            ...(type ? { type: this.#type(type) } : {}),
            ...(value ? { value: this.expression(value) } : {}),
          });
        }
        return;
      }
      case "method_declaration": {
        const nameNode = field(node, "name");
        const written = nameNode ? this.slice(nameNode) : "";
        const name = written === "__construct" ? "constructor" : written === "__invoke" ? "__call__" : written;
        const scope = this.#function(node, name);
        const type = field(node, "return_type");
        if (nameNode) {
          this.member(owner, {
            name,
            at: spanOf(nameNode),
            origin: "function",
            scope,
            ...(type ? { type: this.#type(type) } : {}),
          });
        }
        return;
      }
      default:
        this.#statement(node);
    }
  }

  #constant(node: SyntaxNode): void {
    const [name, value] = node.children;
    if (!name || !value) return;
    const binding = {
      name: this.slice(name),
      at: spanOf(name),
      origin: "assign" as const,
      value: this.expression(value),
    };
    if (this.scope.kind === "class") this.member(this.scope, binding);
    else this.bind(binding);
  }

  #attributes(node: SyntaxNode): Expression[] {
    const found: Expression[] = [];
    for (const group of ofType(node, "attribute_list").flatMap((list) => ofType(list, "attribute_group"))) {
      for (const one of ofType(group, "attribute")) {
        const name = one.children[0];
        const args = field(one, "parameters");
        if (name) {
          found.push({
            kind: "call",
            callee: this.#className(name),
            arguments: this.#arguments(args),
            isNew: false,
            at: spanOf(one),
          });
        }
      }
    }
    return found;
  }

  #function(node: SyntaxNode, name: string | undefined): Scope {
    const decorators = this.#attributes(node);
    return this.inScope("function", name, node, (scope) => {
      scope.decorators.push(...decorators);
      this.#parameters(field(node, "parameters"), scope);
      const body = field(node, "body");
      if (node.type === "arrow_function" && body) {
        scope.returns.push({ value: this.expression(body), at: spanOf(body), block: this.block });
      } else this.#body(body);
    });
  }

  #parameters(node: SyntaxNode | undefined, scope: Scope): void {
    for (const [position, one] of (node?.children ?? []).entries()) {
      const inner = field(one, "name");
      if (!inner) continue;
      const type = field(one, "type");
      const value = field(one, "default_value");
      const name = this.#name(inner);
      const typed = type ? { type: this.#type(type) } : {};
      scope.params.push(
        this.bind({
          name,
          at: spanOf(inner),
          origin: "param",
          position: one.type === "variadic_parameter" ? -1 : position,
          ...typed,
          ...(value ? { value: this.expression(value) } : {}),
        }),
      );
      if (one.type === "property_promotion_parameter" && scope.parent?.kind === "class") {
        const from: Expression = { kind: "name", name, at: spanOf(inner) };
        this.member(scope.parent, { name, at: spanOf(inner), origin: "assign", value: from, ...typed });
      }
    }
  }

  /** A type as the resolver reads it: names dotted. */
  #type(node: SyntaxNode): string {
    return this.slice(node)
      .slice(0, 500)
      .replace(/(^|[^\w\\])\\/g, "$1")
      .replaceAll("\\", ".");
  }

  #if(node: SyntaxNode): void {
    const test = (one: SyntaxNode): { condition?: Expression } => {
      const condition = field(one, "condition");
      return condition ? { condition: this.expression(condition) } : {};
    };
    const first = test(node);
    const body = field(node, "body");
    this.inBlock("if", body ?? node, first, () => this.#body(body));
    for (const one of fields(node, "alternative")) {
      const inner = field(one, "body");
      if (one.type === "else_if_clause") this.inBlock("if", one, test(one), () => this.#body(inner));
      else this.inBlock("else", one, first, () => this.#body(inner ?? one.children[0]));
    }
  }

  #try(node: SyntaxNode): void {
    const body = field(node, "body");
    const block = this.inBlock("try", body ?? node, {}, () => this.#body(body));
    for (const one of ofType(node, "catch_clause")) {
      this.inBlock("catch", one, { of: block }, () => {
        const name = field(one, "name");
        if (name) this.bind({ name: this.#name(name), at: spanOf(name), origin: "catch" });
        // A catch without a variable and without a statement still catches.
        else this.bind({ name: "", at: spanOf(one), origin: "catch" });
        this.#body(field(one, "body"));
      });
    }
    for (const one of ofType(node, "finally_clause")) {
      this.inBlock("finally", one, {}, () => this.#body(field(one, "body")));
    }
  }

  /** A variable's name without its `$`. */
  #name(node: SyntaxNode): string {
    return this.slice(node).replace(/^&?\$/, "");
  }

  /** The scope that owns a variable: closures see those of what is around them, functions do not. */
  #local(name: string): Scope | undefined {
    if (this.#globals.get(this.scope)?.has(name)) return this.scopes[0];
    for (let at: Scope | undefined = this.scope; at; at = at.parent) {
      if (at.bindings.has(name)) return at;
      if (at.kind !== "function" || at.name !== undefined) return undefined;
    }
    return undefined;
  }

  #target(node: SyntaxNode, value: Expression, path: readonly string[], origin: Origin): void {
    const extra = { value, ...(path.length > 0 ? { path } : {}) };
    switch (node.type) {
      case "variable_name": {
        const name = this.#name(node);
        this.rebind({ name, at: spanOf(node), origin, ...extra }, this.#local(name) ?? this.scope);
        return;
      }
      case "member_access_expression":
      case "scoped_property_access_expression": {
        const object = node.children[0];
        const name = field(node, "name");
        const owner = object && /^(?:\$this|self|static)$/.test(this.slice(object)) ? this.#classOf() : undefined;
        if (owner && name) this.member(owner, { name: this.#name(name), at: spanOf(name), origin, ...extra });
        this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return;
      }
      case "subscript_expression":
        this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return;
      case "list_literal":
      case "array_creation_expression": {
        let key: string | undefined;
        for (const [i, child] of node.children.entries()) {
          if (child.type === "string") {
            key = this.slice(child).slice(1, -1);
            continue;
          }
          const inner = child.type === "array_element_initializer" ? child.children.at(-1) : child;
          if (inner) this.#target(inner, value, [...path, key ?? String(i)], origin);
          key = undefined;
        }
        return;
      }
      default:
        for (const child of node.children) this.#target(child, value, path, origin);
    }
  }

  #classOf(): Scope | undefined {
    for (let at: Scope | undefined = this.scope; at; at = at.parent) if (at.kind === "class") return at;
    return undefined;
  }

  /** A class by the name it is written with. */
  #className(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const text = this.slice(node);
    if (/^(?:self|static|parent)$/i.test(text)) return { kind: "name", name: "this", at };
    if (!NAMES.has(node.type)) return this.expression(node);
    const [first = "", ...rest] = text.replace(/^\\/, "").split("\\");
    let root = first;
    const [module] = this.scopes;
    if (text.startsWith("\\") && module) {
      root = `\\${first}`;
      if (!module.bindings.has(root)) {
        const from = { module: first, name: "*", typeOnly: false };
        this.rebind({ name: root, at: { start: at.start, end: at.start }, origin: "import", import: from }, module);
      }
    }
    let value: Expression = { kind: "name", name: root, at };
    for (const name of rest) value = { kind: "member", object: value, name, nameAt: at, at };
    return value;
  }

  #plain(node: SyntaxNode): Entry {
    return { name: undefined, value: this.expression(node), spread: false };
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const named = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "variable_name":
        return { kind: "name", name: this.#name(node), at };
      case "name":
      case "qualified_name":
      case "relative_scope":
        return this.#className(node);
      case "member_access_expression":
      case "nullsafe_member_access_expression":
      case "scoped_property_access_expression": {
        const [object] = node.children;
        const name = field(node, "name");
        if (!object || !name) return this.mix(node, []);
        const of =
          node.type === "scoped_property_access_expression" ? this.#className(object) : this.expression(object);
        return { kind: "member", object: of, name: this.#name(name), nameAt: spanOf(name), at };
      }
      case "class_constant_access_expression": {
        const [scope, name] = node.children;
        if (!scope || !name) return this.mix(node, []);
        const of = this.#className(scope);
        if (this.slice(name) === "class") return of;
        return { kind: "member", object: of, name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "member_call_expression":
      case "nullsafe_member_call_expression":
      case "scoped_call_expression":
        return this.#methodCall(node);
      case "function_call_expression":
        return this.#functionCall(node);
      case "object_creation_expression":
        return this.#creation(node);
      case "subscript_expression": {
        const [object, index] = node.children;
        if (!object) return this.mix(node, []);
        const inner = index ? this.expression(index) : this.mix(node, []);
        return { kind: "index", object: this.expression(object), index: inner, at };
      }
      case "assignment_expression":
      case "reference_assignment_expression": {
        const left = field(node, "left");
        const value = named("right");
        if (left) this.#assign(left, value);
        return value;
      }
      case "augmented_assignment_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        const operator = field(node, "operator");
        if (!left || !right) return this.mix(node, []);
        const value = this.expression(right);
        const keeps = operator && this.slice(operator) === "??=";
        this.#target(left, keeps ? value : this.mix(node, [this.expression(left), value]), [], "assign");
        return value;
      }
      case "string":
      case "encapsed_string":
      case "heredoc":
      case "nowdoc":
      case "shell_command_expression":
        return this.#string(node);
      case "array_creation_expression":
        return this.#array(node);
      case "anonymous_function":
      case "anonymous_function_creation_expression":
      case "arrow_function":
        return { kind: "function", scope: this.#function(node, undefined), at };
      case "binary_expression":
        return this.#binary(node);
      case "conditional_expression": {
        const condition = named("condition");
        const body = field(node, "body");
        return { kind: "choice", options: [body ? this.expression(body) : condition, named("alternative")], at };
      }
      case "match_expression": {
        named("condition");
        const options = (field(node, "body")?.children ?? []).flatMap((one) => {
          const value = field(one, "return_expression");
          return value ? [this.expression(value)] : [];
        });
        return { kind: "choice", options, at };
      }
      case "throw_expression":
        this.block.throws = true;
        return this.mix(
          node,
          node.children.map((child) => this.expression(child)),
        );
      case "cast_expression":
        return named("value");
      case "parenthesized_expression":
      case "error_suppression_expression":
      case "clone_expression":
      case "argument":
      case "by_ref":
        return node.children[0] ? this.expression(node.children[0]) : this.mix(node, []);
      case "print_intrinsic":
        return this.call(
          { kind: "name", name: "print", at },
          node.children.map((one) => this.#plain(one)),
          node,
        );
      case "yield_expression": {
        const inner = node.children[0];
        const value = inner ? this.expression(inner) : undefined;
        this.scope.returns.push({ value, at, block: this.block });
        return this.mix(node, []);
      }
      case "include_expression":
      case "include_once_expression":
      case "require_expression":
      case "require_once_expression": {
        const [what] = node.children;
        const value = what ? this.expression(what) : undefined;
        const file = value?.kind === "text" ? value.value.replaceAll("\0", ".") : "";
        if (file !== "") this.scope.sideEffects.push({ module: file, at });
        return this.mix(node, []);
      }
      case "class_declaration":
      case "function_definition":
        this.#statement(node);
        return this.mix(node, []);
      default:
        return this.mix(
          node,
          node.children.map((child) => this.expression(child)),
        );
    }
  }

  #assign(left: SyntaxNode, value: Expression): void {
    this.#target(left, value, [], "assign");
    if (value.kind === "call" && value.callee.kind === "name" && value.callee.name === "curl_init") {
      const url = value.arguments[0]?.value;
      this.#handle(left, url ? { url } : {});
    }
  }

  #handle(node: SyntaxNode, told: Handle): void {
    const all = this.#handles.get(this.scope) ?? new Map<string, Handle>();
    this.#handles.set(this.scope, all);
    const key = this.slice(node);
    all.set(key, { ...all.get(key), ...told });
  }

  #methodCall(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const scoped = node.type === "scoped_call_expression";
    const target = field(node, scoped ? "scope" : "object");
    const name = field(node, "name");
    const args = field(node, "arguments");
    if (!target || !name)
      return this.mix(
        node,
        node.children.map((child) => this.expression(child)),
      );
    const object = scoped ? this.#className(target) : this.expression(target);
    const written = name.type === "name" ? this.slice(name) : "call";
    const callee: Expression = { kind: "member", object, name: written, nameAt: spanOf(name), at };
    if (args && ofType(args, "variadic_placeholder").length > 0) return callee;
    const entries = this.#arguments(args);
    const made = this.#contained(written, args, entries, node);
    if (made) return made;
    // `SupportAgent::make()`: a named constructor of a class of the project, or of a package.
    const own = scoped && written === "make" && (args?.children.length ?? 0) === 0;
    if (own && NAMES.has(target.type)) {
      const options = [this.call(callee, entries, node), this.call(object, entries, node, true)];
      return { kind: "choice", options, at };
    }
    // A client that was built step by step was told what its steps were given.
    if (written === "make") return this.call(callee, [...entries, ...steps(object)], node, true);
    return this.call(callee, written === "post" ? withBase(object, entries) : entries, node);
  }

  /** `app(Client::class)`, `$container->get(Client::class)`: what a container gives for a class. */
  #contained(
    name: string,
    args: SyntaxNode | undefined,
    entries: readonly Entry[],
    node: SyntaxNode,
  ): Expression | undefined {
    const [first] = entries;
    const argument = args?.children[0]?.children[0];
    if (!first || !CONTAINER.test(name) || argument?.type !== "class_constant_access_expression") return undefined;
    if (!this.slice(argument).endsWith("::class")) return undefined;
    return this.call(first.value, [], node, true);
  }

  #functionCall(node: SyntaxNode): Expression {
    const callee = field(node, "function");
    const args = field(node, "arguments");
    if (!callee) return this.mix(node, []);
    const entries = this.#arguments(args);
    const name =
      callee.type === "name" || callee.type === "qualified_name" ? this.slice(callee).replace(/^\\/, "") : "";
    const made = this.#contained(name, args, entries, node);
    if (made) return made;
    const [first, second, third] = entries;
    if (/^json_(?:en|de)code$/.test(name) && first) return first.value;
    const handle = args?.children[0];
    if (name === "curl_setopt" && handle && second?.value.kind === "name" && third) {
      if (second.value.name === "CURLOPT_URL") this.#handle(handle, { url: third.value });
      if (second.value.name === "CURLOPT_POSTFIELDS") this.#handle(handle, { body: third.value });
    }
    if (name === "curl_setopt_array" && handle && second?.value.kind === "object") {
      for (const one of second.value.entries) {
        if (one.name === "CURLOPT_URL") this.#handle(handle, { url: one.value });
        if (one.name === "CURLOPT_POSTFIELDS") this.#handle(handle, { body: one.value });
      }
    }
    const told = name === "curl_exec" && handle ? this.#handles.get(this.scope)?.get(this.slice(handle)) : undefined;
    const more: Entry[] = [];
    if (told?.url) more.push({ name: "url", value: told.url, spread: false });
    if (told?.body) more.push({ name: "body", value: told.body, spread: false });
    const lowered: Expression =
      name !== "" && !name.includes("\\") ? { kind: "name", name, at: spanOf(callee) } : this.expression(callee);
    return this.call(lowered, [...entries, ...more], node);
  }

  #creation(node: SyntaxNode): Expression {
    const [what] = node.children;
    if (!what) return this.mix(node, []);
    if (what.type === "anonymous_class") {
      const scope = this.#class(what, false);
      return { kind: "function", scope, at: spanOf(node) };
    }
    const entries = this.#arguments(ofType(node, "arguments")[0]);
    return this.call(this.#className(what), entries, node, true);
  }

  #arguments(node: SyntaxNode | undefined): Entry[] {
    return (node?.children ?? []).map((one): Entry => {
      const name = field(one, "name");
      const value = one.children.find((child) => child !== name && child.type !== "reference_modifier");
      if (!value) return { name: undefined, value: this.mix(one, []), spread: false };
      const spread = value.type === "variadic_unpacking";
      const inner = spread ? value.children[0] : value;
      return {
        name: name ? this.slice(name) : undefined,
        value: inner ? this.expression(inner) : this.mix(one, []),
        spread,
      };
    });
  }

  /** An array with keys is an object, one without a list. */
  #array(node: SyntaxNode): Expression {
    const items = ofType(node, "array_element_initializer");
    const spreads = (one: SyntaxNode): boolean => one.children[0]?.type === "variadic_unpacking";
    if (!items.some((one) => one.children.length > 1 || spreads(one))) {
      return {
        kind: "list",
        items: items.flatMap((one) => one.children.map((child) => this.expression(child))),
        at: spanOf(node),
      };
    }
    const entries = items.map((one): Entry => {
      const [key, value] = one.children;
      if (key?.type === "variadic_unpacking") {
        const inner = key.children[0];
        return { name: undefined, value: inner ? this.expression(inner) : this.mix(key, []), spread: true };
      }
      if (!key || !value)
        return { name: undefined, value: key ? this.expression(key) : this.mix(one, []), spread: false };
      const lowered = this.expression(key);
      const name = lowered.kind === "text" ? lowered.value : lowered.kind === "name" ? lowered.name : undefined;
      return { name, value: this.expression(value), spread: false };
    });
    return { kind: "object", entries, at: spanOf(node) };
  }

  #binary(node: SyntaxNode): Expression {
    const left = field(node, "left");
    const right = field(node, "right");
    const operator = field(node, "operator");
    if (!left || !right)
      return this.mix(
        node,
        node.children.map((child) => this.expression(child)),
      );
    const a = this.expression(left);
    const b = this.expression(right);
    const at = spanOf(node);
    const sign = operator ? this.slice(operator) : "";
    if (/^(?:\?\?|\|\||&&|or|and)$/.test(sign)) return { kind: "choice", options: [a, b], at };
    if (sign !== ".") return this.mix(node, [a, b]);
    const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
    const parts = [a, b].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
    return { kind: "text", value: textual(a) + textual(b), parts, at };
  }

  #string(node: SyntaxNode): Expression {
    let value = "";
    const parts: Expression[] = [];
    const add = (one: SyntaxNode): void => {
      for (const child of one.children) {
        if (child.type === "string_content" || child.type === "nowdoc_string") value += this.slice(child);
        else if (child.type === "escape_sequence") value += " ";
        else if (/^(?:heredoc_body|nowdoc_body)$/.test(child.type)) add(child);
        else if (!/^(?:heredoc|nowdoc)_/.test(child.type)) {
          value += "\0";
          parts.push(this.expression(child));
        }
      }
    };
    add(node);
    return { kind: "text", value, parts, at: spanOf(node) };
  }
}

/** `Http::baseUrl("https://…")->post("/x")`: the path with its base before it. */
function withBase(object: Expression, entries: readonly Entry[]): readonly Entry[] {
  const [first, ...rest] = entries;
  if (first?.value.kind !== "text" || /^\w+:/.test(first.value.value)) return entries;
  for (let at: Expression = object; at.kind === "call" && at.callee.kind === "member"; at = at.callee.object) {
    const base = at.callee.name === "baseUrl" ? at.arguments[0]?.value : undefined;
    if (!base) continue;
    const path = first.value.value.replace(/^\/?/, "/");
    const value: Expression =
      base.kind === "text"
        ? { ...first.value, value: base.value.replace(/\/$/, "") + path, parts: [...base.parts, ...first.value.parts] }
        : { ...first.value, value: `\0${path}`, parts: [base, ...first.value.parts] };
    return [{ ...first, value }, ...rest];
  }
  return entries;
}

/** What the calls of a fluent chain were given, by their methods' names: `withBaseUri("…")` is `base_uri`. */
function steps(object: Expression): Entry[] {
  const found: Entry[] = [];
  for (let at = object; at.kind === "call" && at.callee.kind === "member"; at = at.callee.object) {
    const [first] = at.arguments;
    const name = STEPS[at.callee.name] ?? at.callee.name;
    if (first) found.push({ name, value: first.value, spread: false });
  }
  return found;
}

const STEPS: Readonly<Record<string, string>> = { withBaseUri: "base_uri", withHttpClient: "http_client" };
const NAMES: ReadonlySet<string> = new Set(["name", "qualified_name", "relative_scope", "named_type"]);
const CONTAINER = /^(?:app|resolve|make|get|makeWith|build)$/;
const CONTAINERS: ReadonlySet<string> = new Set([
  "program",
  "compound_statement",
  "colon_block",
  "declaration_list",
  "expression_statement",
  "ERROR",
]);

export function lowerPhp(text: string, root: SyntaxNode): Program {
  return new PhpBuilder(text, root).program();
}
