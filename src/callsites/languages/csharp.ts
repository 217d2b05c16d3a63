import type { Span } from "../../core/text.ts";
import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Binding, type Entry, type Expression, type Program, type Scope, spanOf } from "../program.ts";
import { Builder } from "./builder.ts";

/** Classes whose first argument is the model's name. */
const NAMES_MODEL =
  /^(?:(?:Chat|Embedding|Image|Audio|Moderation|Responses|OpenAIResponse)Client|OllamaChatClient|OllamaApiClient)$/;
/** Methods of a container of services that give one of the type that they are asked for. */
const GIVES_SERVICE = /^Get(?:Required|Keyed|RequiredKeyed)?Service$/;

/** Lowers C#'s syntax. */
class CSharpBuilder extends Builder {
  /** Fields, properties, methods and primary parameters of each class, also of those that follow further down. */
  readonly #memberNames = new Map<Scope, ReadonlySet<string>>();

  constructor(text: string, root: SyntaxNode) {
    super(text, root, "csharp", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: SyntaxNode | undefined): void {
    if (!node) return;
    switch (node.type) {
      case "using_directive":
        return this.#using(node);
      case "namespace_declaration":
        return this.statements(field(node, "body")?.children ?? []);
      case "file_scoped_namespace_declaration":
        // What follows stands beside it; some grammars put it inside.
        return this.statements(node.children.filter((one) => one.field !== "name"));
      case "class_declaration":
      case "struct_declaration":
      case "record_declaration":
      case "record_struct_declaration":
      case "interface_declaration":
      case "enum_declaration":
        return this.#class(node);
      case "local_function_statement":
        this.#method(node, undefined);
        return;
      case "local_declaration_statement":
        for (const one of ofType(node, "variable_declaration")) this.#variables(one, "assign");
        return;
      case "return_statement":
      case "yield_statement": {
        const [value] = node.children;
        if (!value && node.type === "yield_statement") return;
        this.scope.returns.push({ value: value && this.expression(value), at: spanOf(node), block: this.block });
        return;
      }
      case "throw_statement":
        for (const child of node.children) this.expression(child);
        this.block.throws = true;
        return;
      case "if_statement":
        return this.#if(node);
      case "try_statement":
        return this.#try(node);
      case "using_statement":
        return this.#usingBlock(node);
      case "switch_statement": {
        const value = field(node, "value");
        const condition = value && this.expression(value);
        for (const section of ofType(field(node, "body") ?? node, "switch_section")) {
          this.inBlock("if", section, condition ? { condition } : {}, () => this.statements(section.children));
        }
        return;
      }
      case "foreach_statement": {
        const right = field(node, "right");
        const iterable = right && this.expression(right);
        this.inBlock("loop", node, {}, () => {
          const left = field(node, "left");
          if (left) this.#bound(left, iterable, field(node, "type"), "each");
          this.#statement(field(node, "body"));
        });
        return;
      }
      case "for_statement":
      case "while_statement":
      case "do_statement": {
        const body = field(node, "body");
        this.inBlock("loop", node, {}, () => {
          for (const child of node.children) {
            if (child.type === "variable_declaration") this.#variables(child, "assign");
            else if (child !== body) this.expression(child);
          }
          this.#statement(body);
        });
        return;
      }
      default:
        if (CONTAINERS.has(node.type)) this.statements(node.children);
        else this.expression(node);
    }
  }

  #using(node: SyntaxNode): void {
    const alias = field(node, "name");
    const path = node.children.findLast((one) => one !== alias);
    if (!path) return;
    const module = this.slice(path)
      .replace(/\s/g, "")
      .replace(/^global::/, "");
    const at = spanOf(path);
    this.scope.sideEffects.push({ module, at });
    const head = this.text.slice(node.start, path.start);
    if (alias) {
      const dot = module.lastIndexOf(".");
      const full = { module: module.slice(0, Math.max(0, dot)), name: module.slice(dot + 1), typeOnly: false };
      this.bind({ name: this.slice(alias), at, origin: "import", import: full });
    } else if (!/\bstatic\b/.test(head)) {
      this.bind({ name: "*", at, origin: "import", import: { module, name: "*", typeOnly: false } });
    }
  }

  #attributes(node: SyntaxNode): Expression[] {
    return ofType(node, "attribute_list")
      .flatMap((one) => ofType(one, "attribute"))
      .map((one) => {
        const name = field(one, "name");
        const callee: Expression = { kind: "name", name: name ? this.slice(name) : "", at: spanOf(one) };
        const given = ofType(one, "attribute_argument_list")[0]?.children ?? [];
        if (given.length === 0) return callee;
        const args = given.map((argument): Entry => {
          const key = field(argument, "name");
          const value = argument.children.findLast((child) => child !== key);
          return {
            name: key && this.slice(key),
            value: value ? this.expression(value) : this.mix(argument, []),
            spread: false,
          };
        });
        return { kind: "call", callee, arguments: args, isNew: false, at: spanOf(one) };
      });
  }

  #class(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    const name = nameNode && this.slice(nameNode);
    const members = field(node, "body")?.children ?? [];
    const primary = ofType(node, "parameter_list")[0];
    const bases = ofType(node, "base_list").flatMap((one) => one.children);
    const decorators = this.#attributes(node);
    const isShape = node.type === "interface_declaration";
    const outer = this.scope;
    const scope = this.inScope(
      "class",
      name,
      node,
      (own) => {
        own.decorators.push(...decorators);
        own.bases.push(...bases.filter((one) => one.type !== "argument_list").map((one) => this.#typeExpression(one)));
        const declared = [...members, ...(primary?.children ?? [])].flatMap((one) => this.#declared(one));
        this.#memberNames.set(own, new Set(declared));
        if (primary) this.#primary(own, primary);
        for (const one of members) this.#member(one);
      },
      false,
      isShape,
    );
    if (name === undefined || !nameNode) return;
    const binding = { name, at: spanOf(nameNode), origin: "class" as const, scope };
    this.bind(binding);
    if (outer.kind !== "class") return;
    this.member(outer, binding);
    const [module] = this.scopes;
    if (module && !module.bindings.has(name)) this.bind(binding, module);
  }

  /** `class Service(IChatClient chat)`: a constructor whose parameters are fields. */
  #primary(owner: Scope, parameters: SyntaxNode): void {
    const scope = this.inScope("function", "constructor", parameters, () => this.#parameters(parameters));
    for (const { name, at, type } of scope.params) {
      const value: Expression = { kind: "name", name, at };
      this.member(owner, {
        name,
        at,
        origin: "assign",
        value,
        valueIn: scope,
        ...(type === undefined ? {} : { type }),
      });
    }
    this.member(owner, { name: "constructor", at: spanOf(parameters), origin: "function", scope });
  }

  #declared(node: SyntaxNode): string[] {
    const own = field(node, "name");
    const names = own
      ? [own]
      : ofType(node, "variable_declaration")
          .flatMap((one) => ofType(one, "variable_declarator"))
          .flatMap((one) => fields(one, "name"));
    return names.map((one) => this.slice(one));
  }

  #member(node: SyntaxNode): void {
    switch (node.type) {
      case "field_declaration":
        for (const one of ofType(node, "variable_declaration")) this.#variables(one, "assign");
        return;
      case "property_declaration":
        return this.#property(node);
      case "method_declaration":
        this.#method(node, undefined);
        return;
      case "constructor_declaration":
        this.#method(node, "constructor");
        return;
      case "operator_declaration":
      case "conversion_operator_declaration":
      case "indexer_declaration":
      case "destructor_declaration":
        this.inScope("function", undefined, node, () => {
          this.#parameters(field(node, "parameters"));
          this.#body(field(node, "body") ?? field(node, "value") ?? field(node, "accessors"));
        });
        return;
      case "attribute_list":
      case "modifier":
        return;
      default:
        this.#statement(node);
    }
  }

  #property(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    if (!nameNode) return;
    const value = field(node, "value");
    const accessors = field(node, "accessors");
    const at = spanOf(nameNode);
    const name = this.slice(nameNode);
    const type = this.#typeText(field(node, "type"));
    const typed = type === undefined ? {} : { type };
    const bodies = (accessors?.children ?? []).filter((one) => field(one, "body"));
    if (value?.type === "arrow_expression_clause" || bodies.length > 0) {
      const scope = this.inScope(
        "function",
        name,
        node,
        () => {
          if (value) this.#body(value);
          for (const one of bodies) this.#body(field(one, "body"));
        },
        true,
      );
      this.member(this.scope, { name, at, origin: "function", scope, ...typed });
      return;
    }
    const lowered = value && this.#typed(value, field(node, "type"));
    this.member(this.scope, { name, at, origin: "assign", ...(lowered ? { value: lowered } : {}), ...typed });
  }

  #method(node: SyntaxNode, as: string | undefined): void {
    const nameNode = field(node, "name");
    const name = as ?? (nameNode && this.slice(nameNode));
    const type = this.#typeText(field(node, "returns") ?? field(node, "type"));
    const decorators = this.#attributes(node);
    const owner = this.scope;
    const scope = this.inScope("function", name, node, (own) => {
      own.decorators.push(...decorators);
      this.#parameters(field(node, "parameters"));
      for (const one of ofType(node, "constructor_initializer")) {
        for (const list of ofType(one, "argument_list")) this.#arguments(list);
      }
      this.#body(field(node, "body"));
    });
    if (name === undefined) return;
    const binding = {
      name,
      at: spanOf(nameNode ?? node),
      origin: "function" as const,
      scope,
      ...(type === undefined ? {} : { type }),
    };
    if (owner.kind !== "class") this.bind(binding);
    else this.member(owner, binding);
  }

  #body(node: SyntaxNode | undefined): void {
    if (!node) return;
    if (node.type === "arrow_expression_clause" || !CONTAINERS.has(node.type)) {
      const inner = node.type === "arrow_expression_clause" ? node.children[0] : node;
      if (!inner) return;
      this.scope.returns.push({ value: this.expression(inner), at: spanOf(inner), block: this.block });
    } else this.statements(node.children);
  }

  #parameters(node: SyntaxNode | undefined): void {
    if (!node) return;
    const all = node.type === "implicit_parameter" || node.type === "identifier" ? [node] : node.children;
    let position = 0;
    for (const one of all) {
      const name = one.type === "implicit_parameter" || one.type === "identifier" ? one : field(one, "name");
      if (!name) continue;
      const type = this.#typeText(field(one, "type"));
      const isRest = ofType(one, "modifier").some((it) => this.slice(it) === "params");
      this.scope.params.push(
        this.bind({
          name: this.slice(name),
          at: spanOf(name),
          origin: "param",
          position: isRest ? -1 : position++,
          ...(type === undefined ? {} : { type }),
        }),
      );
    }
  }

  #variables(node: SyntaxNode, origin: Binding["origin"]): void {
    const type = field(node, "type");
    for (const one of ofType(node, "variable_declarator")) {
      const name = field(one, "name");
      const tuple = ofType(one, "tuple_pattern")[0];
      const value = one.children.findLast((child) => child !== name && child !== tuple && child.field !== "name");
      const lowered = value && this.#typed(value, type);
      if (tuple && lowered) {
        for (const [i, part] of fields(tuple, "name").entries()) {
          this.bind({ name: this.slice(part), at: spanOf(part), origin, value: lowered, path: [String(i)] });
        }
      } else if (name) this.#bound(name, lowered, type, origin);
    }
  }

  /** A value, of which `new(…)` and a service that is asked for say the type elsewhere. */
  #typed(value: SyntaxNode, type: SyntaxNode | undefined): Expression {
    if (value.type !== "implicit_object_creation_expression" || !type) return this.expression(value);
    return this.#created(value, this.#typeExpression(type));
  }

  #bound(
    nameNode: SyntaxNode,
    value: Expression | undefined,
    type: SyntaxNode | undefined,
    origin: Binding["origin"],
  ): void {
    const written = this.#typeText(type) ?? (value && this.#serviceOf(value));
    const binding = {
      name: this.slice(nameNode),
      at: spanOf(nameNode),
      origin,
      ...(value ? { value } : {}),
      ...(written === undefined ? {} : { type: written }),
    };
    if (this.scope.kind === "class") this.member(this.scope, binding);
    else this.bind(binding);
  }

  /** `provider.GetRequiredService<IChatClient>()` gives what it is asked for. */
  #serviceOf(value: Expression): string | undefined {
    if (value.kind !== "call" || value.callee.kind !== "member" || !GIVES_SERVICE.test(value.callee.name))
      return undefined;
    const [first] = value.arguments;
    return first?.name === TYPE_ARGUMENT ? this.text.slice(first.value.at.start, first.value.at.end) : undefined;
  }

  #typeText(node: SyntaxNode | undefined): string | undefined {
    const text = node && node.type !== "implicit_type" ? this.slice(node) : undefined;
    return text === undefined || /^(?:void|string|int|long|double|float|bool|object|dynamic|Task)\??$/.test(text)
      ? undefined
      : text;
  }

  #typeExpression(node: SyntaxNode): Expression {
    const inner = /^(?:nullable_type|array_type|ref_type|primary_constructor_base_type)$/.test(node.type)
      ? (field(node, "type") ?? node.children[0])
      : node.type === "generic_name"
        ? node.children[0]
        : undefined;
    if (inner && inner !== node) return this.#typeExpression(inner);
    const at = spanOf(node);
    const [first = "", ...rest] = this.slice(node)
      .replace(/^global::/, "")
      .replace(/<[^]*$/, "")
      .split(".");
    let found: Expression = { kind: "name", name: first.trim(), at };
    for (const name of rest) found = { kind: "member", object: found, name: name.trim(), nameAt: at, at };
    return found;
  }

  #if(node: SyntaxNode): void {
    const test = field(node, "condition");
    const condition = test && this.expression(test);
    const extra = condition ? { condition } : {};
    const consequence = field(node, "consequence");
    this.inBlock("if", consequence ?? node, extra, () => this.#statement(consequence));
    const alternative = field(node, "alternative");
    if (alternative) this.inBlock("else", alternative, extra, () => this.#statement(alternative));
  }

  #try(node: SyntaxNode): void {
    const body = field(node, "body");
    const block = this.inBlock("try", body ?? node, {}, () => this.#statement(body));
    for (const one of ofType(node, "catch_clause")) {
      this.inBlock("catch", one, { of: block }, () => {
        const caught = ofType(one, "catch_declaration")[0];
        const name = caught && field(caught, "name");
        if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "catch" });
        for (const filter of ofType(one, "catch_filter_clause")) {
          for (const child of filter.children) this.expression(child);
        }
        this.#statement(field(one, "body"));
      });
    }
    for (const one of ofType(node, "finally_clause"))
      this.inBlock("finally", one, {}, () => this.statements(one.children));
  }

  #usingBlock(node: SyntaxNode): void {
    this.inBlock("with", node, {}, () => {
      const body = field(node, "body");
      for (const child of node.children) {
        if (child === body) continue;
        if (child.type === "variable_declaration") this.#variables(child, "with");
        else this.expression(child);
      }
      this.#statement(body);
    });
  }

  /** A name as it stands: a local one, a member of the class around it or of one around that, or neither. */
  #named(name: string, at: Span): Expression {
    const plain: Expression = { kind: "name", name, at };
    let own: Scope | undefined;
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.kind !== "class") {
        if (scope.bindings.has(name)) break;
        continue;
      }
      const object = own ? (scope.name ?? "this") : "this";
      own ??= scope;
      if (this.#memberNames.get(scope)?.has(name))
        return { kind: "member", object: { kind: "name", name: object, at }, name, nameAt: at, at };
    }
    // What nothing binds in a class with bases may be what it inherits.
    if (!own || own.bases.length === 0 || !/^[a-z_]/.test(name) || this.#isBound(name)) return plain;
    return { kind: "member", object: { kind: "name", name: "this", at }, name, nameAt: at, at };
  }

  #isBound(name: string): boolean {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.bindings.has(name)) return true;
    return false;
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const of = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
        return this.#named(this.slice(node), at);
      case "generic_name": {
        const [name] = node.children;
        return name ? this.#named(this.slice(name), spanOf(name)) : this.mix(node, []);
      }
      case "qualified_name":
      case "alias_qualified_name":
        return this.#typeExpression(node);
      case "member_access_expression": {
        const name = field(node, "name");
        const object = field(node, "expression");
        if (!name) return object ? this.expression(object) : this.mix(node, []);
        return this.#memberOf(object ? this.expression(object) : this.#selfOrBase(node), name);
      }
      case "conditional_access_expression": {
        const condition = field(node, "condition");
        const binding = node.children.find((one) => one !== condition);
        const object = condition ? this.expression(condition) : this.mix(node, []);
        if (binding?.type === "member_binding_expression") {
          const name = field(binding, "name");
          return name ? this.#memberOf(object, name) : object;
        }
        return binding ? this.mix(node, [object, this.expression(binding)]) : object;
      }
      case "element_access_expression": {
        const index = field(node, "subscript")?.children[0];
        return {
          kind: "index",
          object: of("expression"),
          index: index ? this.expression(index) : this.mix(node, []),
          at,
        };
      }
      case "invocation_expression":
        return this.#invocation(node);
      case "object_creation_expression": {
        const type = field(node, "type");
        return this.#created(node, type ? this.#typeExpression(type) : this.mix(node, []));
      }
      case "implicit_object_creation_expression":
        return this.#created(node, this.mix(node, []));
      case "anonymous_object_creation_expression":
        return { kind: "object", entries: this.#anonymous(node), at };
      case "array_creation_expression":
      case "implicit_array_creation_expression": {
        const items = ofType(node, "initializer_expression").flatMap((one) => one.children);
        return { kind: "list", items: items.map((one) => this.expression(one)), at };
      }
      case "collection_expression":
      case "tuple_expression":
        return { kind: "list", items: node.children.map((one) => this.expression(one)), at };
      case "initializer_expression":
        return this.#initializer(node);
      case "await_expression":
      case "parenthesized_expression":
      case "expression_statement":
      case "checked_expression":
      case "collection_element":
      case "expression_element":
      case "spread_element":
      case "ref_expression":
      case "argument":
      case "query_expression": {
        const inner = node.children.findLast((one) => one.field !== "name");
        return inner ? this.expression(inner) : this.mix(node, []);
      }
      case "cast_expression":
        return of("value");
      case "as_expression":
        return of("left");
      case "assignment_expression":
        return this.#assignment(node);
      case "binary_expression":
        return this.#binary(node);
      case "conditional_expression": {
        of("condition");
        return { kind: "choice", options: [of("consequence"), of("alternative")], at };
      }
      case "switch_expression":
        return this.#switchExpression(node);
      case "is_pattern_expression": {
        const value = of("expression");
        const pattern = field(node, "pattern");
        if (pattern) this.#pattern(pattern, value);
        return this.mix(node, [value]);
      }
      case "declaration_expression": {
        const name = field(node, "name");
        if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "assign" });
        return this.mix(node, []);
      }
      case "with_expression":
        return this.mix(
          node,
          node.children.map((one) => this.expression(one)),
        );
      case "lambda_expression":
      case "anonymous_method_expression":
        return this.#lambda(node);
      case "throw_expression":
        for (const child of node.children) this.expression(child);
        return this.mix(node, []);
      case "postfix_unary_expression":
        // `x!` says only that it is not null.
        if (this.text.slice(node.end - 1, node.end) === "!" && node.children[0])
          return this.expression(node.children[0]);
        return this.mix(
          node,
          node.children.map((one) => this.expression(one)),
        );
      case "string_literal":
      case "verbatim_string_literal":
      case "raw_string_literal":
        return this.#string(node);
      case "interpolated_string_expression":
        return this.#interpolated(node);
      default: {
        const parts = node.children.map((child) => this.expression(child));
        return this.mix(node, parts);
      }
    }
  }

  /** `this` and `base` are no nodes of their own. What a class overrides is not the class's own. */
  #selfOrBase(node: SyntaxNode): Expression {
    const isThis = this.text.startsWith("this", node.start);
    return { kind: "name", name: isThis ? "this" : "base", at: { start: node.start, end: node.start + 4 } };
  }

  #memberOf(object: Expression, nameNode: SyntaxNode): Expression {
    const plain = nameNode.type === "generic_name" ? (nameNode.children[0] ?? nameNode) : nameNode;
    const nameAt = spanOf(plain);
    return { kind: "member", object, name: this.slice(plain), nameAt, at: { start: object.at.start, end: nameAt.end } };
  }

  #invocation(node: SyntaxNode): Expression {
    const callee = field(node, "function");
    if (!callee) return this.mix(node, []);
    const lowered = this.expression(callee);
    // Says how a task is awaited, or that a stream may be stopped.
    if (
      lowered.kind === "member" &&
      /^(?:ConfigureAwait|WithCancellation|GetAwaiter|GetResult|AsTask)$/.test(lowered.name)
    ) {
      for (const one of ofType(node, "argument_list")) this.#arguments(one);
      return lowered.object;
    }
    const name = field(callee, "name") ?? callee;
    const types = name.type === "generic_name" ? ofType(name, "type_argument_list").flatMap((one) => one.children) : [];
    const asked = types.map((type): Entry => ({
      name: TYPE_ARGUMENT,
      value: this.#typeExpression(type),
      spread: false,
    }));
    const list = field(node, "arguments");
    return this.call(lowered, [...asked, ...(list ? this.#arguments(list) : [])], node);
  }

  #created(node: SyntaxNode, callee: Expression): Expression {
    const list = ofType(node, "argument_list")[0];
    const given = list ? this.#arguments(list) : [];
    const [first] = given;
    if (first && first.name === undefined && NAMES_MODEL.test(callee.kind === "name" ? callee.name : "")) {
      given[0] = { ...first, name: "model" };
    }
    const initializer = field(node, "initializer") ?? ofType(node, "initializer_expression")[0];
    const entries = initializer ? this.#entries(initializer) : [];
    return this.call(callee, [...given, ...entries], node, true);
  }

  #arguments(node: SyntaxNode): Entry[] {
    return node.children.map((child): Entry => {
      const key = field(child, "name");
      const value = child.children.findLast((one) => one !== key) ?? child;
      const name = key && this.slice(key);
      const text = this.slice(value).slice(0, 80);
      if (CANCEL.test(text) || name === "cancellationToken")
        return { name: "cancellationToken", value: this.mix(value, []), spread: false };
      return { name, value: this.expression(value), spread: false };
    });
  }

  #entries(node: SyntaxNode): Entry[] {
    return node.children.map((child): Entry => {
      if (child.type === "assignment_expression") {
        const left = field(child, "left");
        const right = field(child, "right");
        const index = left?.type === "element_binding_expression" ? left.children[0]?.children[0] : undefined;
        const name = index ? this.#literal(index) : left && keyName(this.slice(left));
        return { name, value: right ? this.expression(right) : this.mix(child, []), spread: false };
      }
      // `{ "a", b }` in a dictionary.
      const [key, value] = child.type === "initializer_expression" ? child.children : [];
      const name = key && this.#literal(key);
      if (value && name !== undefined) return { name, value: this.expression(value), spread: false };
      return { name: undefined, value: this.expression(child), spread: false };
    });
  }

  #literal(node: SyntaxNode): string | undefined {
    const text = this.expression(node);
    return text.kind === "text" ? text.value : undefined;
  }

  #initializer(node: SyntaxNode): Expression {
    const entries = this.#entries(node);
    return entries.some(({ name }) => name !== undefined)
      ? { kind: "object", entries, at: spanOf(node) }
      : { kind: "list", items: entries.map(({ value }) => value), at: spanOf(node) };
  }

  /** `new { model = "x", messages, r.Id }` */
  #anonymous(node: SyntaxNode): Entry[] {
    const entries: Entry[] = [];
    for (let i = 0; i < node.children.length; i++) {
      const one = node.children[i];
      const next = node.children[i + 1];
      if (!one) continue;
      if (one.type === "identifier" && next && /^\s*=\s*$/.test(this.text.slice(one.end, next.start))) {
        entries.push({ name: keyName(this.slice(one)), value: this.expression(next), spread: false });
        i++;
        continue;
      }
      const value = this.expression(one);
      const name = value.kind === "name" || value.kind === "member" ? keyName(value.name) : undefined;
      entries.push({ name, value, spread: false });
    }
    return entries;
  }

  #assignment(node: SyntaxNode): Expression {
    const left = field(node, "left");
    const right = field(node, "right");
    if (!left || !right) return this.mix(node, []);
    const operator = this.text.slice(left.end, right.start).trim();
    const given = this.expression(right);
    const value = operator === "=" || operator === "??=" ? given : this.mix(node, [this.expression(left), given]);
    this.#set(left, value);
    return value;
  }

  #set(left: SyntaxNode, value: Expression): void {
    if (left.type === "tuple_expression") {
      for (const one of left.children) {
        const inner = one.children[0] ?? one;
        this.#set(inner, value);
      }
      return;
    }
    if (left.type === "declaration_expression") {
      const name = field(left, "name");
      if (name) this.#bound(name, value, field(left, "type"), "assign");
      return;
    }
    const target = this.expression(left);
    if (target.kind === "name") {
      for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
        if (scope.kind === "class" || !scope.bindings.has(target.name)) continue;
        this.rebind({ name: target.name, at: target.at, origin: "assign", value }, scope);
        return;
      }
      return;
    }
    if (target.kind === "member" && target.object.kind === "name" && target.object.name === "this") {
      const owner = this.#classAround();
      const member = { name: target.name, at: target.nameAt, origin: "assign" as const, value, valueIn: this.scope };
      if (owner) this.member(owner, member);
    }
    this.scope.assignments.push({ target, value, block: this.block });
  }

  #classAround(): Scope | undefined {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.kind === "class") return scope;
    return undefined;
  }

  #binary(node: SyntaxNode): Expression {
    const [left, right] = [field(node, "left"), field(node, "right")].map((one) =>
      one ? this.expression(one) : this.mix(node, []),
    );
    if (!left || !right) return this.mix(node, []);
    const operator = field(node, "operator")?.type;
    if (operator === "??") return { kind: "choice", options: [left, right], at: spanOf(node) };
    if (operator === "+" && (left.kind === "text" || right.kind === "text")) {
      const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
      const parts = [left, right].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
      return { kind: "text", value: textual(left) + textual(right), parts, at: spanOf(node) };
    }
    return this.mix(node, [left, right]);
  }

  #switchExpression(node: SyntaxNode): Expression {
    const [subject, ...arms] = node.children;
    const condition = subject && this.expression(subject);
    const options: Expression[] = [];
    for (const arm of arms) {
      if (arm.type !== "switch_expression_arm") continue;
      this.inBlock("if", arm, condition ? { condition } : {}, () => {
        const [pattern] = arm.children;
        const result = arm.children.at(-1);
        if (pattern && condition && pattern !== result) this.#pattern(pattern, condition);
        if (result) options.push(this.expression(result));
      });
    }
    return { kind: "choice", options, at: spanOf(node) };
  }

  /** `is { Value: var text } answer` binds names to parts of what is looked at. */
  #pattern(node: SyntaxNode, value: Expression): void {
    const name = field(node, "name");
    if (name && /^(?:recursive|declaration|var)_pattern$/.test(node.type)) {
      this.bind({ name: this.slice(name), at: spanOf(name), origin: "assign", value });
    }
    for (const child of node.children) if (child !== name) this.#pattern(child, value);
  }

  #lambda(node: SyntaxNode): Expression {
    const scope = this.inScope("function", undefined, node, () => {
      this.#parameters(field(node, "parameters"));
      this.#body(field(node, "body") ?? ofType(node, "block")[0]);
    });
    return { kind: "function", scope, at: spanOf(node) };
  }

  #string(node: SyntaxNode): Expression {
    const inner = ofType(node, "raw_string_content", "string_literal_content", "escape_sequence");
    const value =
      node.type === "verbatim_string_literal"
        ? this.slice(node).replace(/^@"|"$/g, "")
        : inner.map((one) => this.slice(one)).join("");
    return { kind: "text", value, parts: [], at: spanOf(node) };
  }

  #interpolated(node: SyntaxNode): Expression {
    let value = "";
    const parts: Expression[] = [];
    for (const child of node.children) {
      if (child.type === "interpolation") {
        value += "\0";
        const inner = child.children.find((one) => !one.type.startsWith("interpolation_"));
        if (inner) parts.push(this.expression(inner));
      } else if (/content$|^escape_sequence$/.test(child.type)) value += this.slice(child);
    }
    return { kind: "text", value, parts, at: spanOf(node) };
  }
}

/** Under which a generic method's type arguments stand among its arguments. */
const TYPE_ARGUMENT = "<type>";
/** What can stop a call says nothing of it. */
const CANCEL =
  /^(?:ct|cancel|stoppingToken|\w*[cC]ancellation(?:Token)?|CancellationToken\.None|[\w.]+\.RequestAborted)$/;
const CONTAINERS: ReadonlySet<string> = new Set([
  "block",
  "ERROR",
  "compilation_unit",
  "global_statement",
  "declaration_list",
  "accessor_list",
  "accessor_declaration",
  "labeled_statement",
  "lock_statement",
  "fixed_statement",
  "unsafe_statement",
  "checked_statement",
]);

/** A property's name as the other languages write it: `ModelId` as `modelId`. */
function keyName(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export function lowerCSharp(text: string, root: SyntaxNode): Program {
  return new CSharpBuilder(text, root).program();
}
