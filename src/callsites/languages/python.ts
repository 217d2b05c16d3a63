import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Entry, type Expression, type Program, type Scope, spanOf } from "../program.ts";
import { Builder } from "./builder.ts";

/** Lowers Python's syntax. */
class PythonBuilder extends Builder {
  constructor(text: string, root: SyntaxNode) {
    super(text, root, "python", "self");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #body(node: SyntaxNode | undefined): void {
    if (node) this.statements(node.children);
  }

  #statement(node: SyntaxNode): void {
    switch (node.type) {
      case "import_statement":
        return this.#import(node);
      case "import_from_statement":
        return this.#importFrom(node);
      case "expression_statement":
        for (const child of node.children) this.#expressionStatement(child);
        return;
      case "function_definition":
        this.#function(node, []);
        return;
      case "class_definition":
        this.#class(node, []);
        return;
      case "decorated_definition": {
        const decorators = ofType(node, "decorator").flatMap((one) =>
          one.children.map((child) => this.expression(child)),
        );
        const definition = field(node, "definition");
        if (definition?.type === "class_definition") this.#class(definition, decorators);
        else if (definition) this.#function(definition, decorators);
        return;
      }
      case "global_statement":
      case "nonlocal_statement": {
        const names = this.#globals.get(this.scope) ?? new Set();
        for (const child of node.children) names.add(this.slice(child));
        this.#globals.set(this.scope, names);
        return;
      }
      case "return_statement": {
        const [value] = node.children;
        const lowered = value && this.expression(value);
        this.scope.returns.push({ value: lowered, at: spanOf(node), block: this.block });
        return;
      }
      case "raise_statement":
        for (const child of node.children) this.expression(child);
        this.block.throws = true;
        return;
      case "if_statement":
        return this.#if(node);
      case "try_statement":
        return this.#try(node);
      case "with_statement":
        return this.#with(node);
      case "for_statement": {
        const right = field(node, "right");
        const iterable = right ? this.expression(right) : undefined;
        this.inBlock("loop", node, {}, () => {
          const left = field(node, "left");
          if (left && iterable) this.#target(left, iterable, [], "each");
          this.#body(field(node, "body"));
        });
        const alternative = field(node, "alternative");
        if (alternative) this.#body(field(alternative, "body"));
        return;
      }
      case "while_statement": {
        const condition = field(node, "condition");
        const lowered = condition ? this.expression(condition) : undefined;
        this.inBlock("loop", node, lowered ? { condition: lowered } : {}, () => this.#body(field(node, "body")));
        return;
      }
      case "match_statement": {
        const subject = field(node, "subject");
        const lowered = subject ? this.expression(subject) : undefined;
        for (const one of field(node, "body")?.children ?? []) {
          this.inBlock("if", one, lowered ? { condition: lowered } : {}, () => this.#body(field(one, "consequence")));
        }
        return;
      }
      default:
        // What stands inside an ERROR node while someone types still holds statements; the rest are expressions.
        if (CONTAINERS.has(node.type)) this.statements(node.children);
        else this.#expressionStatement(node);
    }
  }

  #expressionStatement(node: SyntaxNode): void {
    if (node.type === "assignment") this.#assignment(node);
    else if (node.type === "augmented_assignment") {
      const left = field(node, "left");
      const right = field(node, "right");
      if (!left || !right) return;
      this.#target(left, this.mix(node, [this.expression(left), this.expression(right)]), [], "assign");
    } else this.expression(node);
  }

  #assignment(node: SyntaxNode): Expression | undefined {
    const left = field(node, "left");
    const right = field(node, "right");
    const type = field(node, "type");
    const written = type ? this.slice(type) : undefined;
    if (!left) return undefined;
    if (!right) {
      if (left.type === "identifier" && written) {
        this.bind({ name: this.slice(left), at: spanOf(left), origin: "assign", type: written });
        this.#field(left, undefined, written);
      }
      return undefined;
    }
    const value = right.type === "assignment" ? this.#assignment(right) : this.expression(right);
    if (value) this.#target(left, value, [], "assign", written);
    return value;
  }

  /** A name assigned in a class body is a field of its instances too. */
  #field(node: SyntaxNode, value: Expression | undefined, type: string | undefined): void {
    if (this.scope.kind !== "class") return;
    this.member(this.scope, {
      name: this.slice(node),
      at: spanOf(node),
      origin: "assign",
      ...(value ? { value } : {}),
      ...(type === undefined ? {} : { type }),
    });
  }

  #target(
    node: SyntaxNode,
    value: Expression,
    path: readonly string[],
    origin: "assign" | "each" | "with",
    type?: string,
  ): void {
    const extra = { value, ...(path.length > 0 ? { path } : {}), ...(type === undefined ? {} : { type }) };
    if (node.type === "identifier") {
      const name = this.slice(node);
      const owner = this.#globals.get(this.scope)?.has(name) ? this.#outer(name) : this.scope;
      this.rebind({ name, at: spanOf(node), origin, ...extra }, owner);
      this.#field(node, value, type);
    } else if (node.type === "attribute") {
      const object = field(node, "object");
      const attribute = field(node, "attribute");
      if (!object || !attribute) return;
      const owner = /^(?:self|cls)$/.test(this.slice(object)) ? this.#classOf() : undefined;
      if (owner) this.member(owner, { name: this.slice(attribute), at: spanOf(attribute), origin, ...extra });
      this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
    } else if (node.type === "subscript") {
      this.scope.assignments.push({ target: this.expression(node), value, block: this.block });
    } else if (TUPLES.has(node.type)) {
      for (const [i, child] of node.children.entries()) this.#target(child, value, [...path, String(i)], origin);
    } else for (const child of node.children) this.#target(child, value, path, origin);
  }

  /** Names that a function declares to be another scope's. */
  readonly #globals = new Map<Scope, Set<string>>();

  #outer(name: string): Scope {
    let last = this.scope;
    for (let scope = this.scope.parent; scope; scope = scope.parent) {
      if (scope.kind !== "class" && scope.bindings.has(name)) return scope;
      last = scope;
    }
    return last;
  }

  #classOf() {
    for (let scope = this.scope.parent; scope; scope = scope.parent) if (scope.kind === "class") return scope;
    return undefined;
  }

  #import(node: SyntaxNode): void {
    for (const one of fields(node, "name")) {
      const name = one.type === "aliased_import" ? field(one, "name") : one;
      const alias = one.type === "aliased_import" ? field(one, "alias") : undefined;
      if (!name) continue;
      const module = this.slice(name);
      // `import a.b` binds `a`; `import a.b as c` binds the inner module.
      const bound = alias ? this.slice(alias) : (module.split(".")[0] ?? module);
      const full = { module: alias ? module : bound, name: "*", typeOnly: false };
      this.bind({ name: bound, at: spanOf(one), origin: "import", import: full });
      this.scope.sideEffects.push({ module, at: spanOf(one) });
    }
  }

  #importFrom(node: SyntaxNode): void {
    const from = field(node, "module_name");
    if (!from) return;
    const module = this.slice(from);
    this.scope.sideEffects.push({ module, at: spanOf(from) });
    for (const one of ofType(node, "wildcard_import")) {
      this.bind({ name: "*", at: spanOf(one), origin: "import", import: { module, name: "*", typeOnly: false } });
    }
    for (const one of fields(node, "name")) {
      const name = one.type === "aliased_import" ? field(one, "name") : one;
      const alias = one.type === "aliased_import" ? field(one, "alias") : undefined;
      if (!name) continue;
      const exported = this.slice(name);
      const bound = alias ? this.slice(alias) : exported;
      this.bind({
        name: bound,
        at: spanOf(one),
        origin: "import",
        import: { module, name: exported, typeOnly: false },
      });
    }
  }

  #function(node: SyntaxNode, decorators: readonly Expression[]): void {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const getter = decorators.some(
      (one) => (one.kind === "name" || one.kind === "member") && /^(?:cached_)?property$/.test(one.name),
    );
    const scope = this.inScope(
      "function",
      name,
      node,
      (scope) => {
        scope.decorators.push(...decorators);
        this.#parameters(field(node, "parameters"));
        this.#body(field(node, "body"));
      },
      getter,
    );
    if (name !== undefined && nameNode) {
      const type = field(node, "return_type");
      const binding = {
        name,
        at: spanOf(nameNode),
        origin: "function" as const,
        scope,
        ...(type ? { type: this.slice(type) } : {}),
      };
      this.bind(binding);
      if (this.scope.kind === "class") this.member(this.scope, binding);
    }
  }

  #parameters(node: SyntaxNode | undefined): void {
    const isMethod = this.scope.parent?.kind === "class";
    for (const [i, one] of (node?.children ?? []).entries()) {
      const inner = field(one, "name") ?? (one.type === "identifier" ? one : one.children[0]);
      if (!inner) continue;
      const type = field(one, "type");
      const value = field(one, "value");
      const splat = one.type.includes("splat") || inner.type.includes("splat");
      const name = this.slice(inner).replace(/^\*+/, "");
      const binding = this.bind({
        name,
        at: spanOf(inner),
        origin: "param",
        position: splat ? -1 : isMethod ? i - 1 : i,
        ...(type ? { type: this.slice(type) } : {}),
        ...(value ? { value: this.expression(value) } : {}),
      });
      this.scope.params.push(binding);
    }
  }

  #class(node: SyntaxNode, decorators: readonly Expression[]): void {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const bases = (field(node, "superclasses")?.children ?? [])
      .filter((one) => one.type !== "keyword_argument")
      .map((one) => this.expression(one));
    const scope = this.inScope("class", name, node, (scope) => {
      scope.decorators.push(...decorators);
      scope.bases.push(...bases);
      this.#body(field(node, "body"));
    });
    if (name !== undefined && nameNode) this.bind({ name, at: spanOf(nameNode), origin: "class", scope });
  }

  #if(node: SyntaxNode): void {
    const test = (one: SyntaxNode): { condition?: Expression } => {
      const condition = field(one, "condition");
      return condition ? { condition: this.expression(condition) } : {};
    };
    const first = test(node);
    this.inBlock("if", field(node, "consequence") ?? node, first, () => this.#body(field(node, "consequence")));
    for (const one of fields(node, "alternative")) {
      if (one.type === "elif_clause") {
        this.inBlock("if", one, test(one), () => this.#body(field(one, "consequence")));
      } else this.inBlock("else", one, first, () => this.#body(field(one, "body")));
    }
  }

  #try(node: SyntaxNode): void {
    const body = field(node, "body");
    const block = this.inBlock("try", body ?? node, {}, () => {
      this.#body(body);
      for (const one of ofType(node, "else_clause")) this.#body(field(one, "body"));
    });
    for (const one of ofType(node, "except_clause", "except_group_clause")) {
      this.inBlock("catch", one, { of: block }, () => {
        for (const child of one.children) {
          if (child.type === "block") this.statements(child.children);
          else this.#caught(child);
        }
      });
    }
    for (const one of ofType(node, "finally_clause")) {
      this.inBlock("finally", one, {}, () => ofType(one, "block").forEach((inner) => this.#body(inner)));
    }
  }

  #caught(node: SyntaxNode): void {
    const alias = field(node, "alias");
    const name = alias?.children[0] ?? (alias?.type === "identifier" ? alias : undefined);
    if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "catch" });
    if (node.type !== "as_pattern") this.expression(node);
  }

  #with(node: SyntaxNode): void {
    this.inBlock("with", node, {}, () => {
      for (const item of ofType(node, "with_clause").flatMap((clause) => ofType(clause, "with_item"))) {
        const value = field(item, "value");
        if (!value) continue;
        const [what] = value.children;
        const target = value.type === "as_pattern" ? field(value, "alias")?.children[0] : undefined;
        const lowered = this.expression(value.type === "as_pattern" && what ? what : value);
        if (target) this.#target(target, lowered, [], "with");
      }
      this.#body(field(node, "body"));
    });
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const named = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
        return { kind: "name", name: this.slice(node), at };
      case "attribute": {
        const attribute = field(node, "attribute");
        if (!attribute) return named("object");
        return {
          kind: "member",
          object: named("object"),
          name: this.slice(attribute),
          nameAt: spanOf(attribute),
          at,
        };
      }
      case "subscript":
        return { kind: "index", object: named("value"), index: named("subscript"), at };
      case "call": {
        const callee = named("function");
        return this.call(callee, this.#arguments(field(node, "arguments")), node);
      }
      case "string":
        return this.#string(node);
      case "concatenated_string": {
        const parts = node.children.map((child) => this.expression(child));
        const value = parts.map((part) => (part.kind === "text" ? part.value : "\0")).join("");
        return {
          kind: "text",
          value,
          parts: parts.flatMap((part) => (part.kind === "text" ? part.parts : [part])),
          at,
        };
      }
      case "dictionary":
        return { kind: "object", entries: this.#entries(node), at };
      case "list":
      case "tuple":
      case "set":
      case "expression_list":
        return { kind: "list", items: node.children.map((child) => this.expression(child)), at };
      case "lambda": {
        const scope = this.inScope("function", undefined, node, (scope) => {
          this.#parameters(field(node, "parameters"));
          const body = field(node, "body");
          if (body) scope.returns.push({ value: this.expression(body), at: spanOf(body), block: this.block });
        });
        return { kind: "function", scope, at };
      }
      case "conditional_expression": {
        const [a, condition, b] = node.children;
        if (condition) this.expression(condition);
        return { kind: "choice", options: [a, b].flatMap((one) => (one ? [this.expression(one)] : [])), at };
      }
      case "boolean_operator":
        return { kind: "choice", options: [named("left"), named("right")], at };
      case "binary_operator": {
        const operator = field(node, "operator");
        if (operator && this.slice(operator) === "|") {
          return { kind: "pipe", left: named("left"), right: named("right"), at };
        }
        return this.#added(node, named("left"), named("right"), operator);
      }
      case "named_expression": {
        const name = field(node, "name");
        const value = named("value");
        if (name) this.#target(name, value, [], "assign");
        return value;
      }
      case "await":
      case "parenthesized_expression":
        return node.children[0] ? this.expression(node.children[0]) : this.mix(node, []);
      case "yield": {
        const value = node.children[0] ? this.expression(node.children[0]) : undefined;
        this.scope.returns.push({ value, at, block: this.block });
        return this.mix(node, []);
      }
      case "list_comprehension":
      case "set_comprehension":
      case "dictionary_comprehension":
      case "generator_expression":
        return this.#comprehension(node);
      case "assignment":
        return this.#assignment(node) ?? this.mix(node, []);
      default:
        return this.mix(
          node,
          node.children.map((child) => this.expression(child)),
        );
    }
  }

  #added(node: SyntaxNode, left: Expression, right: Expression, operator: SyntaxNode | undefined): Expression {
    const textual = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
    if (operator && this.slice(operator) === "+") {
      const parts = [left, right].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
      return { kind: "text", value: textual(left) + textual(right), parts, at: spanOf(node) };
    }
    return this.mix(node, [left, right]);
  }

  #comprehension(node: SyntaxNode): Expression {
    const sources: Expression[] = [];
    for (const clause of ofType(node, "for_in_clause")) {
      const right = field(clause, "right");
      const left = field(clause, "left");
      if (!right) continue;
      const source = this.expression(right);
      sources.push(source);
      if (left) this.#target(left, source, [], "each");
    }
    for (const clause of ofType(node, "if_clause")) for (const child of clause.children) this.expression(child);
    const body = field(node, "body");
    return this.mix(node, [...(body ? [this.expression(body)] : []), ...sources]);
  }

  #arguments(node: SyntaxNode | undefined): Entry[] {
    if (!node) return [];
    if (node.type === "generator_expression") return [{ name: undefined, value: this.expression(node), spread: false }];
    return node.children.map((child): Entry => {
      if (child.type === "keyword_argument") {
        const name = field(child, "name");
        const value = field(child, "value");
        return {
          name: name ? this.slice(name) : undefined,
          value: value ? this.expression(value) : this.mix(child, []),
          spread: false,
        };
      }
      const inner = child.children[0];
      if ((child.type === "list_splat" || child.type === "dictionary_splat") && inner) {
        return { name: undefined, value: this.expression(inner), spread: true };
      }
      return { name: undefined, value: this.expression(child), spread: false };
    });
  }

  #entries(node: SyntaxNode): Entry[] {
    return node.children.map((child): Entry => {
      const key = field(child, "key");
      const value = field(child, "value");
      const inner = child.children[0];
      if (child.type === "pair" && key && value) {
        const lowered = this.expression(key);
        return {
          name: lowered.kind === "text" ? lowered.value : undefined,
          value: this.expression(value),
          spread: false,
        };
      }
      return { name: undefined, value: inner ? this.expression(inner) : this.mix(child, []), spread: true };
    });
  }

  #string(node: SyntaxNode): Expression {
    let value = "";
    const parts: Expression[] = [];
    for (const child of node.children) {
      if (child.type === "string_content") value += this.slice(child);
      else if (child.type === "interpolation") {
        const inner = field(child, "expression") ?? child.children[0];
        value += "\0";
        if (inner) parts.push(this.expression(inner));
      }
    }
    return { kind: "text", value, parts, at: spanOf(node) };
  }
}

const TUPLES: ReadonlySet<string> = new Set(["pattern_list", "tuple_pattern", "list_pattern", "tuple", "list"]);
const CONTAINERS: ReadonlySet<string> = new Set(["block", "module", "ERROR", "else_clause", "finally_clause"]);

export function lowerPython(text: string, root: SyntaxNode): Program {
  return new PythonBuilder(text, root).program();
}
