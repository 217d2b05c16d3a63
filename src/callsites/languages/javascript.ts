import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import {
  type Binding,
  type Entry,
  type Expression,
  type Origin,
  type Program,
  type Scope,
  spanOf,
  typeName,
} from "../program.ts";
import { Builder } from "./builder.ts";

/** Lowers JavaScript, TypeScript and their JSX forms: one syntax with types or without. */
class JavaScriptBuilder extends Builder {
  constructor(text: string, root: SyntaxNode) {
    super(text, root, "javascript", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: SyntaxNode): void {
    switch (node.type) {
      case "import_statement":
        return this.#import(node);
      case "export_statement":
        return this.#export(node);
      case "lexical_declaration":
      case "variable_declaration":
      case "using_declaration":
        for (const one of ofType(node, "variable_declarator")) this.#declarator(one);
        return;
      case "function_declaration":
      case "generator_function_declaration": {
        this.#named(node);
        return;
      }
      case "class_declaration":
      case "abstract_class_declaration":
        this.#class(node, []);
        return;
      case "return_statement": {
        const [value] = node.children;
        const lowered = value && this.expression(value);
        this.scope.returns.push({ value: lowered, at: spanOf(node), block: this.block });
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
      case "for_in_statement":
        return this.#forIn(node);
      case "for_statement":
      case "while_statement":
      case "do_statement": {
        const body = field(node, "body");
        this.inBlock("loop", node, {}, () => {
          for (const child of node.children) if (child !== body) this.#statement(child);
          if (body) this.#statement(body);
        });
        return;
      }
      case "switch_statement": {
        const value = field(node, "value");
        const condition = value ? this.expression(value) : undefined;
        for (const one of field(node, "body")?.children ?? []) {
          this.inBlock("if", one, condition ? { condition } : {}, () => this.statements(fields(one, "body")));
        }
        return;
      }
      case "statement_block":
      case "program":
      case "ERROR":
      case "else_clause":
      case "labeled_statement":
      case "ambient_declaration":
      case "internal_module":
        return this.statements(node.children);
      case "expression_statement":
        for (const child of node.children) this.#statement(child);
        return;
      case "interface_declaration": {
        const name = field(node, "name");
        const body = field(node, "body");
        if (name && body) this.#shape(this.slice(name), body, ofType(node, "extends_type_clause"));
        return;
      }
      case "type_alias_declaration": {
        const name = field(node, "name");
        const value = field(node, "value");
        if (name && value?.type === "object_type") this.#shape(this.slice(name), value, []);
        return;
      }
      case "enum_declaration":
        return;
      default:
        this.expression(node);
    }
  }

  #import(node: SyntaxNode): void {
    const head = this.text.slice(node.start, node.start + 40);
    const typeOnly = /^import\s+type\b(?!\s*(?:,|from\b))/.test(head);
    const source = field(node, "source") ?? node.children.flatMap((child) => fields(child, "source"))[0];
    if (!source) return;
    const module = this.#literal(source);
    const bind = (local: SyntaxNode, name: string, types = typeOnly): void => {
      this.bind({
        name: this.slice(local),
        at: spanOf(local),
        origin: "import",
        import: { module, name, typeOnly: types },
      });
    };
    const clauses = ofType(node, "import_clause", "import_require_clause");
    if (!typeOnly) this.scope.sideEffects.push({ module, at: spanOf(source) });
    for (const clause of clauses) {
      for (const child of clause.children) {
        if (child.type === "identifier") bind(child, clause.type === "import_clause" ? "default" : "*");
        else if (child.type === "namespace_import" && child.children[0]) bind(child.children[0], "*");
        else if (child.type === "named_imports") {
          for (const one of ofType(child, "import_specifier")) {
            const name = field(one, "name");
            if (!name) continue;
            const types = typeOnly || this.slice(one).startsWith("type ");
            bind(field(one, "alias") ?? name, this.slice(name), types);
          }
        }
      }
    }
  }

  #export(node: SyntaxNode): void {
    const decorators = ofType(node, "decorator").flatMap((one) => one.children.map((child) => this.expression(child)));
    const declaration = field(node, "declaration");
    const source = field(node, "source");
    if (source) {
      const module = this.#literal(source);
      this.scope.sideEffects.push({ module, at: spanOf(source) });
      const clause = ofType(node, "export_clause", "namespace_export").length > 0;
      if (!clause) {
        const all = { module, name: "*", typeOnly: false };
        this.bind({ name: "*", at: spanOf(node), origin: "import", import: all });
      }
      for (const one of ofType(node, "export_clause").flatMap((clause) => ofType(clause, "export_specifier"))) {
        const name = field(one, "name");
        const local = field(one, "alias") ?? name;
        if (!name || !local) continue;
        this.bind({
          name: this.slice(local),
          at: spanOf(local),
          origin: "import",
          import: { module, name: this.slice(name), typeOnly: false },
        });
      }
    } else if (declaration) {
      if (/class/.test(declaration.type)) this.#class(declaration, decorators);
      else this.#statement(declaration);
      const name = field(declaration, "name");
      if (name && /^export\s+default\b/.test(this.text.slice(node.start, node.start + 40))) {
        const at = spanOf(name);
        const value = { kind: "name", name: this.slice(name), at } as const;
        this.bind({ name: "default", at, origin: "assign", value });
      }
    } else {
      for (const one of ofType(node, "export_clause").flatMap((clause) => ofType(clause, "export_specifier"))) {
        const name = field(one, "name");
        const alias = field(one, "alias");
        if (!name || !alias) continue;
        const value = { kind: "name", name: this.slice(name), at: spanOf(name) } as const;
        this.bind({ name: this.slice(alias), at: spanOf(alias), origin: "assign", value });
      }
      const value = field(node, "value");
      if (!value) return;
      const at = spanOf(value);
      if (/class/.test(value.type)) this.#class(value, decorators);
      else this.bind({ name: "default", at, origin: "assign", value: this.expression(value) });
    }
  }

  #declarator(node: SyntaxNode): void {
    const name = field(node, "name");
    const valueNode = field(node, "value");
    const type = field(node, "type");
    if (!name) return;
    const value = valueNode
      ? this.expression(valueNode, name.type === "identifier" ? this.slice(name) : undefined)
      : undefined;
    this.#target(name, value, [], "assign", type ? this.#type(type) : undefined);
  }

  /** An annotation's text; one that is written out as an object's is bound and gives the name that it was given. */
  #type(node: SyntaxNode): string {
    let [type] = node.children;
    if (type?.type === "generic_type" && WRAPPING_TYPES.test(this.slice(type)))
      type = ofType(type, "type_arguments")[0]?.children[0];
    if (type?.type !== "object_type") return this.slice(node).replace(/^\s*:\s*/, "");
    const name = `shape$${type.start}`;
    this.#shape(name, type, []);
    return name;
  }

  /** Properties with their types, of an interface or an object's type. */
  #shape(name: string, body: SyntaxNode, heritage: readonly SyntaxNode[]): void {
    const bases = heritage.flatMap((one) => one.children).filter((one) => one.type === "type_identifier");
    const scope = this.inScope(
      "class",
      name,
      body,
      (shape) => {
        for (const base of bases) {
          shape.bases.push({ kind: "name", name: typeName(this.slice(base)), at: spanOf(base) });
        }
        for (const one of ofType(body, "property_signature", "method_signature")) {
          const key = field(one, "name");
          // What a method gives stands for the method: calling a client gives the client.
          const type = field(one, "type") ?? field(one, "return_type");
          if (!key || !type) continue;
          this.member(shape, { name: this.slice(key), at: spanOf(key), origin: "assign", type: this.#type(type) });
        }
      },
      false,
      true,
    );
    this.bind({ name: typeName(name), at: spanOf(body), origin: "class", scope });
  }

  #target(
    node: SyntaxNode,
    value: Expression | undefined,
    path: readonly string[],
    origin: Origin,
    type?: string,
    more: Partial<Binding> = {},
  ): Binding | undefined {
    const extra = {
      ...(value ? { value } : {}),
      ...(path.length > 0 ? { path } : {}),
      ...(type === undefined ? {} : { type }),
      ...more,
    };
    switch (node.type) {
      case "identifier":
      case "shorthand_property_identifier_pattern":
      case "shorthand_property_identifier": {
        const name = this.slice(node);
        const inner = node.type === "identifier" ? path : [...path, name];
        const binding = { name, at: spanOf(node), origin, ...extra, ...(inner.length > 0 ? { path: inner } : {}) };
        return this.#declares ? this.bind(binding) : this.rebind(binding, this.#ownerOf(name));
      }
      case "object_pattern":
        for (const child of node.children) this.#target(child, value, path, origin, type, more);
        return undefined;
      case "array_pattern":
        for (const [i, child] of node.children.entries()) {
          this.#target(child, value, [...path, String(i)], origin, undefined, more);
        }
        return undefined;
      case "pair_pattern": {
        const key = field(node, "key");
        const inner = field(node, "value");
        if (key && inner) this.#target(inner, value, [...path, this.#key(key) ?? "*"], origin, type, more);
        return undefined;
      }
      case "assignment_pattern":
      case "object_assignment_pattern": {
        const left = field(node, "left");
        const right = field(node, "right");
        const fallback = right ? this.expression(right) : undefined;
        if (left && fallback && (node.type === "object_assignment_pattern" || path.length > 0)) {
          // What is taken out of something, or else the fallback, of which nothing is taken.
          const bound = this.#target(left, value, path, origin, type, more);
          if (bound && this.#declares) this.bind({ name: bound.name, at: bound.at, origin, value: fallback });
          return bound;
        }
        if (left) return this.#target(left, value ?? fallback, path, origin, type, more);
        return undefined;
      }
      case "rest_pattern":
        for (const child of node.children)
          this.#target(child, value, path, origin, undefined, { ...more, position: -1 });
        return undefined;
      case "member_expression": {
        const object = field(node, "object");
        const property = field(node, "property");
        const owner = object?.type === "this" ? this.#classOf() : undefined;
        if (owner && property) {
          this.member(owner, { name: this.slice(property), at: spanOf(property), origin, ...extra });
        }
        if (value) this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return undefined;
      }
      case "subscript_expression":
        if (value) this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
        return undefined;
      default:
        for (const child of node.children) this.#target(child, value, path, origin, type, more);
        return undefined;
    }
  }

  /** Off while the target of a plain assignment is bound: that declares nothing. */
  #declares = true;

  #assign(node: SyntaxNode, value: Expression): void {
    this.#declares = false;
    this.#target(node, value, [], "assign");
    this.#declares = true;
  }

  #ownerOf(name: string): Scope {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.bindings.has(name)) return scope;
    }
    return this.scope;
  }

  #classOf(): Scope | undefined {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.kind === "class") return scope;
    return undefined;
  }

  #named(node: SyntaxNode): Scope {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const scope = this.#function(node, name);
    if (nameNode && name !== undefined) {
      const type = field(node, "return_type");
      this.bind({
        name,
        at: spanOf(nameNode),
        origin: "function",
        scope,
        ...(type ? { type: this.#type(type) } : {}),
      });
    }
    return scope;
  }

  #function(node: SyntaxNode, name: string | undefined, decorators: readonly Expression[] = []): Scope {
    const getter =
      node.type === "method_definition" &&
      /^(?:[a-z]+\s+)*get\s+[\w$#[]/.test(this.text.slice(node.start, node.start + 60));
    return this.inScope(
      "function",
      name,
      node,
      (scope) => {
        scope.decorators.push(...decorators);
        const single = field(node, "parameter");
        if (single) this.#parameter(single, 0, undefined);
        for (const [i, one] of (field(node, "parameters")?.children ?? []).entries()) this.#parameter(one, i, scope);
        const body = field(node, "body");
        if (!body) return;
        if (body.type === "statement_block") this.statements(body.children);
        else scope.returns.push({ value: this.expression(body), at: spanOf(body), block: this.block });
      },
      getter,
    );
  }

  #parameter(node: SyntaxNode, position: number, scope: Scope | undefined): void {
    for (const one of ofType(node, "decorator")) for (const child of one.children) this.expression(child);
    const typed = node.type === "required_parameter" || node.type === "optional_parameter";
    const pattern = typed ? (field(node, "pattern") ?? field(node, "name")) : node;
    if (!pattern) return;
    const typeNode = typed ? field(node, "type") : undefined;
    const valueNode = typed ? field(node, "value") : undefined;
    const type = typeNode ? this.#type(typeNode) : undefined;
    const value = valueNode ? this.expression(valueNode) : undefined;
    const before = new Map([...this.scope.bindings].map(([name, list]) => [name, list.length]));
    const bound = this.#target(pattern, value, [], "param", type, { position });
    for (const [name, list] of this.scope.bindings) {
      for (const one of list.slice(before.get(name) ?? 0)) this.scope.params.push(one);
    }
    // `constructor(private client: OpenAI)` declares a field.
    const owner = scope?.parent?.kind === "class" ? scope.parent : undefined;
    const modified = node.children.some(
      (child) => child.type === "accessibility_modifier" || child.type === "override_modifier",
    );
    const isField =
      modified || /^(?:@[\w.]+\([^)]*\)\s*)?readonly\s/.test(this.text.slice(node.start, node.start + 120));
    if (owner && bound && isField) {
      this.member(owner, {
        name: bound.name,
        at: bound.at,
        origin: "param",
        value: { kind: "name", name: bound.name, at: bound.at },
        ...(type === undefined ? {} : { type }),
      });
    }
  }

  #class(node: SyntaxNode, outer: readonly Expression[]): Scope {
    const own = ofType(node, "decorator").flatMap((one) => one.children.map((child) => this.expression(child)));
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const heritage = ofType(node, "class_heritage").flatMap((one) => {
      const clauses = ofType(one, "extends_clause");
      return clauses.length > 0 ? clauses.flatMap((clause) => fields(clause, "value")) : one.children;
    });
    const bases = heritage.filter((one) => !one.type.endsWith("_clause")).map((one) => this.expression(one));
    const scope = this.inScope("class", name, node, (scope) => {
      scope.decorators.push(...outer, ...own);
      scope.bases.push(...bases);
      let decorators: Expression[] = [];
      for (const one of field(node, "body")?.children ?? []) {
        if (one.type === "decorator") {
          decorators.push(...one.children.map((child) => this.expression(child)));
          continue;
        }
        this.#classMember(scope, one, decorators);
        decorators = [];
      }
    });
    if (nameNode && name !== undefined) this.bind({ name, at: spanOf(nameNode), origin: "class", scope });
    return scope;
  }

  #classMember(owner: Scope, node: SyntaxNode, decorators: readonly Expression[]): void {
    const nameNode = field(node, "name") ?? field(node, "property");
    const name = nameNode ? this.slice(nameNode) : undefined;
    if (node.type === "method_definition") {
      const scope = this.#function(node, name, decorators);
      const type = field(node, "return_type");
      if (name === undefined || !nameNode) return;
      this.member(owner, {
        name,
        at: spanOf(nameNode),
        origin: "function",
        scope,
        ...(type ? { type: this.#type(type) } : {}),
      });
    } else if (node.type.endsWith("field_definition")) {
      const valueNode = field(node, "value");
      const type = field(node, "type");
      const value = valueNode ? this.expression(valueNode, name) : undefined;
      if (name === undefined || !nameNode) return;
      this.member(owner, {
        name,
        at: spanOf(nameNode),
        origin: "assign",
        ...(value ? { value } : {}),
        ...(type ? { type: this.#type(type) } : {}),
      });
    } else if (node.type === "class_static_block") this.statements(node.children);
  }

  #if(node: SyntaxNode): void {
    const conditionNode = field(node, "condition");
    const extra = conditionNode ? { condition: this.expression(conditionNode) } : {};
    const consequence = field(node, "consequence");
    if (consequence) this.inBlock("if", consequence, extra, () => this.#statement(consequence));
    const alternative = field(node, "alternative");
    if (alternative) this.inBlock("else", alternative, extra, () => this.statements(alternative.children));
  }

  #try(node: SyntaxNode): void {
    const body = field(node, "body");
    const block = this.inBlock("try", body ?? node, {}, () => this.statements(body?.children ?? []));
    const handler = field(node, "handler");
    if (handler) {
      this.inBlock("catch", handler, { of: block }, () => {
        const parameter = field(handler, "parameter");
        if (parameter) this.#target(parameter, undefined, [], "catch");
        this.statements(field(handler, "body")?.children ?? []);
      });
    }
    const finalizer = field(node, "finalizer");
    if (finalizer) {
      this.inBlock("finally", finalizer, {}, () => this.statements(field(finalizer, "body")?.children ?? []));
    }
  }

  #forIn(node: SyntaxNode): void {
    const right = field(node, "right");
    const iterable = right ? this.expression(right) : undefined;
    this.inBlock("loop", node, {}, () => {
      const left = field(node, "left");
      if (left) this.#target(left, iterable, [], "each");
      const body = field(node, "body");
      if (body) this.#statement(body);
    });
  }

  #literal(node: SyntaxNode): string {
    return node.children.map((child) => this.slice(child)).join("");
  }

  #key(node: SyntaxNode): string | undefined {
    if (node.type === "string") return this.#literal(node);
    return node.type === "computed_property_name" ? undefined : this.slice(node);
  }

  expression(node: SyntaxNode, name?: string): Expression {
    const at = spanOf(node);
    const named = (what: string): Expression => {
      const child = field(node, what);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
      case "this":
      case "super":
      case "import":
      case "type_identifier":
      case "shorthand_property_identifier":
        return { kind: "name", name: this.slice(node), at };
      case "member_expression": {
        const property = field(node, "property");
        if (!property) return named("object");
        return { kind: "member", object: named("object"), name: this.slice(property), nameAt: spanOf(property), at };
      }
      case "subscript_expression":
        return this.#subscript(node, named("object"), named("index"));
      case "call_expression": {
        // `await f<T>(x)` comes as a call of `await f`: expression() looks through the await.
        const callee = named("function");
        const args = field(node, "arguments");
        if (args && args.type !== "arguments") {
          return this.call(callee, [{ name: undefined, value: this.expression(args), spread: false }], node);
        }
        return this.call(callee, this.#arguments(args), node);
      }
      case "new_expression": {
        const callee = named("constructor");
        return this.call(callee, this.#arguments(field(node, "arguments")), node, true);
      }
      case "string":
        return { kind: "text", value: this.#literal(node), parts: [], at };
      case "template_string":
        return this.#template(node);
      case "object":
        return { kind: "object", entries: this.#entries(node), at };
      case "array":
        return { kind: "list", items: node.children.map((child) => this.expression(child)), at };
      case "arrow_function":
      case "function_expression":
      case "generator_function":
        return { kind: "function", scope: this.#function(node, name), at };
      case "class":
        return this.#classExpression(node, name);
      case "await_expression":
      case "parenthesized_expression":
      case "non_null_expression":
      case "as_expression":
      case "satisfies_expression":
        return node.children[0] ? this.expression(node.children[0], name) : this.mix(node, []);
      case "type_assertion": {
        const last = node.children.at(-1);
        return last ? this.expression(last) : this.mix(node, []);
      }
      case "ternary_expression":
        named("condition");
        return { kind: "choice", options: [named("consequence"), named("alternative")], at };
      case "binary_expression":
        return this.#binary(node);
      case "assignment_expression": {
        const left = field(node, "left");
        const right = field(node, "right");
        if (!left || !right) return this.mix(node, []);
        const value = this.expression(right, left.type === "identifier" ? this.slice(left) : undefined);
        this.#assign(left, value);
        return value;
      }
      case "augmented_assignment_expression": {
        const left = field(node, "left");
        const operator = field(node, "operator");
        const either = operator && /^(?:\?\?|\|\|)=$/.test(this.slice(operator));
        const parts = [named("left"), named("right")];
        const value: Expression = either ? { kind: "choice", options: parts, at } : this.mix(node, parts);
        if (left) this.#assign(left, value);
        return value;
      }
      case "yield_expression": {
        const value = node.children[0] ? this.expression(node.children[0]) : undefined;
        this.scope.returns.push({ value, at, block: this.block });
        return this.mix(node, []);
      }
      case "type_arguments":
      case "type_annotation":
        return this.mix(node, []);
      default:
        if (STATEMENTS.has(node.type)) {
          this.#statement(node);
          return this.mix(node, []);
        }
        return this.mix(
          node,
          node.children.map((child) => this.expression(child)),
        );
    }
  }

  #classExpression(node: SyntaxNode, name: string | undefined): Expression {
    const scope = this.#class(node, []);
    const bound = scope.name ?? name ?? `class@${node.start}`;
    if (scope.name === undefined) this.bind({ name: bound, at: spanOf(node), origin: "class", scope });
    return { kind: "name", name: bound, at: spanOf(node) };
  }

  #subscript(node: SyntaxNode, object: Expression, index: Expression): Expression {
    if (index.kind === "text" && index.parts.length === 0) {
      return { kind: "member", object, name: index.value, nameAt: index.at, at: spanOf(node) };
    }
    return { kind: "index", object, index, at: spanOf(node) };
  }

  #binary(node: SyntaxNode): Expression {
    const operator = field(node, "operator");
    const sign = operator ? this.slice(operator) : "";
    const leftNode = field(node, "left");
    const rightNode = field(node, "right");
    if (!leftNode || !rightNode) return this.mix(node, []);
    const left = this.expression(leftNode);
    if (sign === "&&") {
      // What stands behind `a &&` runs only if `a` holds.
      let guarded: Expression = left;
      this.inBlock("if", rightNode, { condition: left }, () => {
        guarded = this.expression(rightNode);
      });
      return { kind: "choice", options: [left, guarded], at: spanOf(node) };
    }
    const right = this.expression(rightNode);
    if (sign === "||" || sign === "??") {
      return { kind: "choice", options: [left, right], at: spanOf(node) };
    }
    if (sign === "+") {
      const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
      const parts = [left, right].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
      return { kind: "text", value: textual(left) + textual(right), parts, at: spanOf(node) };
    }
    return this.mix(node, [left, right]);
  }

  #arguments(node: SyntaxNode | undefined): Entry[] {
    return (node?.children ?? []).map((child): Entry => {
      const inner = child.children[0];
      if (child.type === "spread_element" && inner) {
        return { name: undefined, value: this.expression(inner), spread: true };
      }
      return { name: undefined, value: this.expression(child), spread: false };
    });
  }

  #entries(node: SyntaxNode): Entry[] {
    return node.children.map((child): Entry => {
      const key = field(child, "key") ?? field(child, "name");
      const value = field(child, "value");
      const inner = child.children[0];
      if (child.type === "pair" && key && value) {
        const name = this.#key(key);
        return { name, value: this.expression(value, name), spread: false };
      }
      if (child.type === "method_definition" && key) {
        const name = this.#key(key);
        return {
          name,
          value: { kind: "function", scope: this.#function(child, name), at: spanOf(child) },
          spread: false,
        };
      }
      if (child.type === "spread_element" && inner) {
        return { name: undefined, value: this.expression(inner), spread: true };
      }
      return { name: this.slice(child), value: this.expression(child), spread: false };
    });
  }

  #template(node: SyntaxNode): Expression {
    let value = "";
    const parts: Expression[] = [];
    for (const child of node.children) {
      if (child.type === "template_substitution") {
        value += "\0";
        if (child.children[0]) parts.push(this.expression(child.children[0]));
      } else value += this.slice(child);
    }
    return { kind: "text", value, parts, at: spanOf(node) };
  }
}

/** Types that have the properties of the type they are given. */
const WRAPPING_TYPES = /^(?:Readonly|Partial|Required|PropsWithChildren|React\.PropsWithChildren)\b/;

const STATEMENTS: ReadonlySet<string> = new Set([
  "statement_block",
  "lexical_declaration",
  "variable_declaration",
  "function_declaration",
  "generator_function_declaration",
  "class_declaration",
  "abstract_class_declaration",
  "expression_statement",
  "return_statement",
  "if_statement",
  "for_statement",
  "for_in_statement",
  "while_statement",
  "try_statement",
  "switch_statement",
  "throw_statement",
  "import_statement",
  "export_statement",
]);

export function lowerJavaScript(text: string, root: SyntaxNode): Program {
  return new JavaScriptBuilder(text, root).program();
}
