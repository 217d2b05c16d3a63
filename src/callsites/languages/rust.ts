import { field, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Block, type Entry, type Expression, type Program, type Scope, spanOf, typeName } from "../program.ts";
import { Builder } from "./builder.ts";
import { MacroTokens } from "./rustMacros.ts";

/**
 * Lowers Rust's syntax. A struct's fields and the functions of its `impl` blocks are one class; `?` and `.await` are left
 * out; the arm of an `Err` is the catch of what was matched; what a builder was told are the arguments of its `build()`.
 */
export class RustBuilder extends Builder {
  readonly #classes = new Map<string, Scope>();
  #self: Scope | undefined;

  constructor(text: string, root: SyntaxNode) {
    super(text, root, "rust", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#declare(node);
    this.#body(nodes, false);
  }

  /** Types first: their functions may stand before them. */
  #declare(node: SyntaxNode): void {
    if (node.type === "mod_item") {
      for (const one of field(node, "body")?.children ?? []) this.#declare(one);
    }
    if (!/^(?:struct|enum|trait|union)_item$/.test(node.type)) return;
    const nameNode = field(node, "name");
    if (!nameNode) return;
    const name = this.slice(nameNode);
    if (this.#classes.has(name)) return;
    const shape = node.type === "trait_item";
    const scope = this.inScope("class", name, node, () => {}, false, shape);
    this.#classes.set(name, scope);
    const binding = { name, at: spanOf(nameNode), origin: "class" as const, scope };
    this.bind(binding);
    if (shape) this.bind({ ...binding, name: typeName(name) });
  }

  /** Lowers a sequence and gives its last value, when it has one. `tail`: that value is what the function returns. */
  #body(nodes: readonly SyntaxNode[], tail: boolean): Expression | undefined {
    let last: Expression | undefined;
    let attributes: Expression[] = [];
    for (const [i, node] of nodes.entries()) {
      if (node.type === "attribute_item") {
        attributes.push(...this.#attribute(node));
        continue;
      }
      const final = i === nodes.length - 1 && this.text[node.end - 1] !== ";";
      last = this.#statement(node, tail && final, attributes);
      if (!final) last = undefined;
      attributes = [];
    }
    return last;
  }

  #attribute(node: SyntaxNode): Expression[] {
    const [attribute] = node.children;
    const name = attribute?.children[0];
    if (!attribute || !name) return [];
    const args = field(attribute, "arguments");
    const tokens = args ? new MacroTokens(this).entries(args) : [];
    return [{ kind: "call", callee: this.expression(name), arguments: tokens, isNew: false, at: spanOf(attribute) }];
  }

  #statement(node: SyntaxNode, tail: boolean, attributes: readonly Expression[] = []): Expression | undefined {
    switch (node.type) {
      case "use_declaration": {
        const argument = field(node, "argument");
        if (argument) this.#use(argument, []);
        return undefined;
      }
      case "mod_item": {
        const name = field(node, "name");
        const body = field(node, "body");
        if (body) return this.#body(body.children, false);
        const [module] = this.scopes;
        if (name && module) {
          const from = { module: `self.${this.slice(name)}`, name: "*", typeOnly: false };
          this.rebind({ name: this.slice(name), at: spanOf(name), origin: "import", import: from }, module);
        }
        return undefined;
      }
      case "struct_item":
      case "enum_item":
      case "union_item":
      case "trait_item":
        this.#declare(node);
        this.#type(node);
        return undefined;
      case "impl_item":
        this.#impl(node);
        return undefined;
      case "function_item":
      case "function_signature_item":
        this.#function(node, attributes);
        return undefined;
      case "const_item":
      case "static_item": {
        const name = field(node, "name");
        const value = field(node, "value");
        if (!name || !value) return undefined;
        const type = field(node, "type");
        const binding = {
          name: this.slice(name),
          at: spanOf(name),
          origin: "assign" as const,
          value: this.expression(value),
          ...(type ? { type: this.#typeText(type) } : {}),
        };
        if (this.scope.kind === "class") this.member(this.scope, binding);
        else this.bind(binding);
        return undefined;
      }
      case "let_declaration":
        this.#let(node);
        return undefined;
      case "expression_statement":
        return node.children[0] ? this.#statement(node.children[0], tail) : undefined;
      case "foreign_mod_item":
      case "macro_definition":
      case "extern_crate_declaration":
      case "type_item":
      case "empty_statement":
        return undefined;
      case "declaration_list":
      case "ERROR":
        return this.#body(node.children, tail);
      default: {
        const compound = this.#compound(node, tail);
        if (compound) return compound.value;
        const value = this.expression(node);
        if (tail) this.#returns(value, node);
        return value;
      }
    }
  }

  #returns(value: Expression | undefined, node: SyntaxNode): void {
    if (value?.kind === "call" && value.callee.kind === "name" && value.callee.name === "Err") this.block.throws = true;
    this.scope.returns.push({ value, at: spanOf(node), block: this.block });
  }

  #use(node: SyntaxNode, path: readonly string[]): void {
    const parts = (one: SyntaxNode | undefined): string[] =>
      one
        ? this.slice(one)
            .split("::")
            .map((part) => part.trim())
        : [];
    switch (node.type) {
      case "scoped_use_list":
      case "use_list": {
        const prefix = [...path, ...parts(field(node, "path"))];
        const list = node.type === "use_list" ? node : field(node, "list");
        for (const one of list?.children ?? []) this.#use(one, prefix);
        return;
      }
      case "use_as_clause":
        return this.#import([...path, ...parts(field(node, "path"))], field(node, "alias") ?? node, true);
      case "use_wildcard": {
        const module = [...path, ...parts(node.children[0])].join(".");
        if (this.scope.kind === "module") {
          this.bind({ name: "*", at: spanOf(node), origin: "import", import: { module, name: "*", typeOnly: false } });
        }
        return;
      }
      case "self":
        return this.#import(path, node, false);
      default:
        return this.#import([...path, ...parts(node)], node, false);
    }
  }

  #import(path: readonly string[], node: SyntaxNode, alias: boolean): void {
    const name = path.at(-1);
    if (name === undefined || name === "") return;
    const bound = alias ? this.slice(node) : name;
    const from = path.length === 1 ? { module: name, name: "*" } : { module: path.slice(0, -1).join("."), name };
    this.bind({ name: bound, at: spanOf(node), origin: "import", import: { ...from, typeOnly: false } });
  }

  /** Fields of a struct, functions of a trait. */
  #type(node: SyntaxNode): void {
    const name = field(node, "name");
    const owner = name && this.#classes.get(this.slice(name));
    const body = field(node, "body");
    if (!owner || !body) return;
    if (node.type === "trait_item") return this.#within(owner, body.children);
    for (const [i, one] of body.children.filter((child) => child.type !== "visibility_modifier").entries()) {
      const fieldName = field(one, "name");
      const type = one.type === "field_declaration" ? field(one, "type") : one.field === "type" ? one : undefined;
      if (!type) continue;
      this.member(owner, {
        name: fieldName ? this.slice(fieldName) : String(i),
        at: spanOf(fieldName ?? one),
        origin: "assign",
        type: this.#typeText(type),
      });
    }
  }

  #impl(node: SyntaxNode): void {
    const type = field(node, "type");
    const trait = field(node, "trait");
    const body = field(node, "body");
    const name = type && /[A-Za-z_]\w*/.exec(this.slice(type).split("::").at(-1) ?? "")?.[0];
    if (!body || name === undefined || !type) return;
    let owner = this.#classes.get(name);
    if (!owner) {
      owner = this.inScope("class", name, node, () => {});
      this.#classes.set(name, owner);
      const [module] = this.scopes;
      if (module && !module.bindings.has(name)) {
        this.rebind({ name, at: spanOf(type), origin: "class", scope: owner }, module);
      }
    }
    if (trait) {
      const base = /[A-Za-z_]\w*/.exec(this.slice(trait).split("::").at(-1) ?? "")?.[0];
      if (base !== undefined) owner.bases.push({ kind: "name", name: base, at: spanOf(trait) });
    }
    this.#within(owner, body.children);
  }

  #within(owner: Scope, nodes: readonly SyntaxNode[]): void {
    const { scope, block } = this;
    const outer = this.#self;
    this.scope = owner;
    this.block = owner.body;
    this.#self = owner;
    this.#body(nodes, false);
    this.#self = outer;
    this.scope = scope;
    this.block = block;
  }

  #function(node: SyntaxNode, attributes: readonly Expression[]): void {
    const nameNode = field(node, "name");
    const name = nameNode ? this.slice(nameNode) : undefined;
    const body = field(node, "body");
    const scope = this.inScope("function", name, node, (scope) => {
      scope.decorators.push(...attributes);
      this.#parameters(field(node, "parameters"));
      if (body) this.#body(body.children, true);
    });
    if (name === undefined || !nameNode) return;
    const type = field(node, "return_type");
    const binding = {
      name,
      at: spanOf(nameNode),
      origin: "function" as const,
      scope,
      ...(type ? { type: this.#typeText(type) } : {}),
    };
    if (this.scope.kind === "class") this.member(this.scope, binding);
    else this.bind(binding);
  }

  #parameters(node: SyntaxNode | undefined): void {
    const all = (node?.children ?? []).filter((one) => one.type !== "self_parameter" && one.type !== "attribute_item");
    for (const [position, one] of all.entries()) {
      const pattern = one.type === "parameter" ? field(one, "pattern") : one;
      const type = one.type === "parameter" ? field(one, "type") : undefined;
      if (pattern) this.#parameter(pattern, position, type && this.#typeText(type), []);
    }
  }

  #parameter(node: SyntaxNode, position: number, type: string | undefined, path: readonly string[]): void {
    if (node.type === "identifier" || node.type === "shorthand_field_identifier") {
      this.scope.params.push(
        this.bind({
          name: this.slice(node),
          at: spanOf(node),
          origin: "param",
          position,
          ...(type === undefined ? {} : { type }),
          ...(path.length > 0 ? { path } : {}),
        }),
      );
      return;
    }
    for (const one of node.children) if (one.field !== "type") this.#parameter(one, position, type, path);
  }

  /** A type as the resolver reads it: names dotted. */
  #typeText(node: SyntaxNode): string {
    const open = [node];
    for (let one = open.pop(); one; one = open.pop()) {
      if (one.type === "scoped_type_identifier" || one.type === "scoped_identifier") this.#root(one);
      open.push(...one.children);
    }
    return this.slice(node).slice(0, 500).replaceAll("::", ".");
  }

  /** Binds the crate that a path begins with, which needs no import. */
  #root(node: SyntaxNode): void {
    let first = node;
    for (let inner = field(first, "path"); inner; inner = field(first, "path")) first = inner;
    const name = this.slice(first);
    const [module] = this.scopes;
    if (!module || !/^[a-z_]\w*$/.test(name) || module.bindings.has(name)) return;
    if (this.scope.bindings.has(name)) return;
    const from = { module: name, name: "*", typeOnly: false };
    this.rebind({ name, at: { start: first.start, end: first.start }, origin: "import", import: from }, module);
  }

  #let(node: SyntaxNode): void {
    const pattern = field(node, "pattern");
    const value = field(node, "value");
    const type = field(node, "type");
    const otherwise = field(node, "alternative");
    if (!pattern) return;
    let lowered: Expression | undefined;
    const written = type ? { type: this.#typeText(type) } : {};
    if (otherwise && value) {
      const attempt = this.inBlock("try", value, {}, () => {
        lowered = this.expression(value);
      });
      this.#caught(otherwise, attempt, () => this.#body(otherwise.children, false));
    } else if (value) lowered = this.expression(value);
    if (pattern.type === "identifier" && !lowered) {
      this.bind({ name: this.slice(pattern), at: spanOf(pattern), origin: "assign", ...written });
    } else this.#pattern(pattern, lowered, [], written);
  }

  /** A block that runs when something failed. */
  #caught(node: SyntaxNode, of: Block, fill: () => void): void {
    this.inBlock("catch", node, { of }, () => {
      // Even one without a statement handles the error: by this name it is in sight.
      this.bind({ name: "", at: spanOf(node), origin: "catch" });
      fill();
    });
  }

  /** Binds the names of a pattern to the value, or to the parts of it that they name. */
  #pattern(
    node: SyntaxNode,
    value: Expression | undefined,
    path: readonly string[],
    extra: { readonly type?: string } = {},
    origin: "assign" | "catch" | "each" = "assign",
  ): void {
    switch (node.type) {
      case "identifier":
      case "shorthand_field_identifier": {
        const name = this.slice(node);
        if (/^[A-Z]/.test(name)) return;
        const at = spanOf(node);
        const own = node.type === "identifier" ? path : [...path, name];
        this.bind({
          name,
          at,
          origin,
          ...extra,
          ...(value && origin !== "catch" ? { value } : {}),
          ...(own.length > 0 ? { path: own } : {}),
        });
        return;
      }
      case "field_pattern": {
        const name = field(node, "name");
        const inner = field(node, "pattern");
        const own = name && inner ? [...path, this.slice(name)] : path;
        for (const one of inner ? [inner] : name ? [name] : []) this.#pattern(one, value, own, extra, origin);
        return;
      }
      case "tuple_pattern":
        for (const [i, one] of node.children.entries()) {
          this.#pattern(one, value, origin === "each" ? path : [...path, String(i)], extra, origin);
        }
        return;
      case "token_tree":
        return;
      default:
        for (const one of node.children) {
          if (one.field !== "type" && one.field !== "condition") this.#pattern(one, value, path, extra, origin);
        }
    }
  }

  /** The first name of a pattern: `Ok`, `Err`, `Some`. */
  #variant(node: SyntaxNode): string {
    return /[A-Za-z_]\w*/.exec(this.slice(node).split("(")[0]?.split("::").at(-1) ?? "")?.[0] ?? "";
  }

  #choice(node: SyntaxNode, values: readonly (Expression | undefined)[]): Expression {
    const options = values.flatMap((one) => (one ? [one] : []));
    const [only] = options;
    return options.length === 1 && only ? only : { kind: "choice", options, at: spanOf(node) };
  }

  /** What holds statements of its own; undefined for anything else. */
  #compound(node: SyntaxNode, tail: boolean): { value: Expression | undefined } | undefined {
    switch (node.type) {
      case "block":
      case "unsafe_block":
      case "async_block":
      case "const_block":
      case "try_block":
      case "gen_block": {
        const inner = node.type === "block" ? node : ofType(node, "block")[0];
        return { value: this.#body(inner?.children ?? [], tail && node.type !== "async_block") };
      }
      case "if_expression":
        return { value: this.#if(node, tail) };
      case "match_expression":
        return { value: this.#match(node, tail) };
      case "while_expression":
      case "for_expression":
      case "loop_expression":
        this.#loop(node);
        return { value: undefined };
      case "return_expression": {
        const [value] = node.children;
        const lowered = value && this.expression(value);
        this.#returns(lowered, node);
        return { value: undefined };
      }
      default:
        return undefined;
    }
  }

  #if(node: SyntaxNode, tail: boolean): Expression {
    const condition = field(node, "condition");
    const consequence = field(node, "consequence");
    const alternative = field(node, "alternative");
    const values: (Expression | undefined)[] = [];
    const other = (): void => {
      const inner = alternative?.children[0];
      if (inner) values.push(this.#statement(inner, tail));
    };
    const bound = condition?.type === "let_condition" ? condition : undefined;
    const pattern = bound && field(bound, "pattern");
    const value = bound && field(bound, "value");
    if (!pattern || !value) {
      const lowered = condition ? { condition: this.expression(condition) } : {};
      this.inBlock("if", consequence ?? node, lowered, () => {
        values.push(this.#body(consequence?.children ?? [], tail));
      });
      if (alternative) this.inBlock("else", alternative, lowered, other);
      return this.#choice(node, values);
    }
    const variant = this.#variant(pattern);
    let lowered: Expression = this.mix(node, []);
    const attempt = this.inBlock(/^(?:Ok|Err)$/.test(variant) ? "try" : "if", value, {}, () => {
      lowered = this.expression(value);
    });
    const then = (): void => {
      this.#pattern(pattern, lowered, [], {}, variant === "Err" && lowered.kind !== "name" ? "catch" : "assign");
      values.push(this.#body(consequence?.children ?? [], tail));
    };
    if (variant === "Err") {
      this.#caught(consequence ?? node, attempt, then);
      if (alternative) this.inBlock("else", alternative, { condition: lowered }, other);
    } else {
      this.inBlock("if", consequence ?? node, { condition: lowered }, then);
      if (variant === "Ok") this.#caught(alternative ?? { ...node, start: node.end }, attempt, other);
      else if (alternative) this.inBlock("else", alternative, { condition: lowered }, other);
    }
    return this.#choice(node, values);
  }

  #match(node: SyntaxNode, tail: boolean): Expression {
    const subject = field(node, "value");
    let lowered: Expression = this.mix(node, []);
    const arms = ofType(field(node, "body") ?? node, "match_arm");
    const fails = arms.some((arm) => this.#variant(field(arm, "pattern") ?? arm) === "Err");
    let attempt: Block | undefined;
    if (subject && fails) {
      attempt = this.inBlock("try", subject, {}, () => {
        lowered = this.expression(subject);
      });
    } else if (subject) lowered = this.expression(subject);
    const values: (Expression | undefined)[] = [];
    for (const arm of arms) {
      const pattern = field(arm, "pattern");
      const value = field(arm, "value");
      const failed = attempt && this.#variant(pattern ?? arm) === "Err";
      const fill = (): void => {
        // Of a result that was made before, the error tells of that.
        const caught = failed && lowered.kind !== "name";
        if (pattern) this.#pattern(pattern, lowered, [], {}, caught ? "catch" : "assign");
        const guard = pattern && field(pattern, "condition");
        if (guard) this.expression(guard);
        if (value) values.push(this.#statement(value, tail));
      };
      if (failed && attempt) this.#caught(arm, attempt, fill);
      else this.inBlock("if", arm, { condition: lowered }, fill);
    }
    return this.#choice(node, values);
  }

  #loop(node: SyntaxNode): void {
    const source = field(node, node.type === "for_expression" ? "value" : "condition");
    const pattern = field(source?.type === "let_condition" ? source : node, "pattern");
    const inner = source?.type === "let_condition" ? field(source, "value") : source;
    const lowered = inner ? this.expression(inner) : undefined;
    this.inBlock("loop", node, {}, () => {
      if (pattern && lowered) this.#pattern(pattern, lowered, [], {}, "each");
      this.#body(field(node, "body")?.children ?? [], false);
    });
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const compound = this.#compound(node, false);
    if (compound) return compound.value ?? this.mix(node, []);
    const first = (): Expression => (node.children[0] ? this.expression(node.children[0]) : this.mix(node, []));
    switch (node.type) {
      case "identifier":
      case "type_identifier":
      case "crate":
      case "super":
      case "shorthand_field_identifier":
        return this.name(this.slice(node), node);
      case "self":
        return { kind: "name", name: "this", at };
      case "scoped_identifier":
      case "scoped_type_identifier": {
        const path = field(node, "path");
        const name = field(node, "name");
        if (!path || !name) return name ? this.expression(name) : this.mix(node, []);
        this.#root(node);
        const object = this.expression(path);
        return { kind: "member", object, name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "generic_type":
        return this.expression(field(node, "type") ?? node.children[0] ?? node);
      case "generic_function":
        return this.expression(field(node, "function") ?? node.children[0] ?? node);
      case "field_expression": {
        const value = field(node, "value");
        const name = field(node, "field");
        if (!value || !name) return first();
        return { kind: "member", object: this.expression(value), name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "call_expression":
        return this.#call(node);
      case "macro_invocation":
        return new MacroTokens(this).invocation(node);
      case "struct_expression":
        return this.#literal(node);
      case "closure_expression": {
        const body = field(node, "body");
        const scope = this.inScope("function", undefined, node, () => {
          this.#parameters(field(node, "parameters"));
          if (body) this.#statement(body, true);
        });
        return { kind: "function", scope, at };
      }
      case "await_expression":
      case "try_expression":
      case "parenthesized_expression":
        return first();
      case "reference_expression":
      case "type_cast_expression":
        return this.expression(field(node, "value") ?? node.children[0] ?? node);
      case "unary_expression":
        return first();
      case "index_expression": {
        const [object, index] = node.children;
        if (!object || !index) return first();
        return { kind: "index", object: this.expression(object), index: this.expression(index), at };
      }
      case "array_expression":
      case "tuple_expression":
        return { kind: "list", items: node.children.map((child) => this.expression(child)), at };
      case "string_literal":
      case "raw_string_literal":
        return { kind: "text", value: this.string(node), parts: [], at };
      case "assignment_expression":
      case "compound_assignment_expr": {
        const left = field(node, "left");
        const right = field(node, "right");
        if (!left || !right) return first();
        const value = this.expression(right);
        this.#assign(
          left,
          node.type === "assignment_expression" ? value : this.mix(node, [this.expression(left), value]),
        );
        return value;
      }
      case "let_condition": {
        const pattern = field(node, "pattern");
        const value = field(node, "value");
        if (!value) return first();
        const lowered = this.expression(value);
        if (pattern) this.#pattern(pattern, lowered, []);
        return lowered;
      }
      case "binary_expression":
      default:
        return this.mix(
          node,
          node.children.filter((child) => child.field !== "operator").map((child) => this.expression(child)),
        );
    }
  }

  /** A name; `Self` is the type whose functions these are. */
  name(name: string, node: SyntaxNode): Expression {
    return { kind: "name", name: name === "Self" ? (this.#self?.name ?? name) : name, at: spanOf(node) };
  }

  /** What a string literal says, escapes left out. */
  string(node: SyntaxNode): string {
    return node.children.map((one) => (one.type === "string_content" ? this.slice(one) : " ")).join("");
  }

  #assign(left: SyntaxNode, value: Expression): void {
    if (left.type === "identifier") {
      const name = this.slice(left);
      let owner: Scope | undefined;
      for (let at: Scope | undefined = this.scope; at && !owner; at = at.parent) {
        if (at.bindings.has(name)) owner = at;
        else if (at.kind !== "function" || at.name !== undefined) break;
      }
      this.rebind({ name, at: spanOf(left), origin: "assign", value }, owner ?? this.scope);
      return;
    }
    const target = this.expression(left);
    if (target.kind === "member" && target.object.kind === "name" && target.object.name === "this" && this.#self) {
      this.member(this.#self, { name: target.name, at: target.nameAt, origin: "assign", value, valueIn: this.scope });
    }
    this.scope.assignments.push({ target, value, block: this.block });
  }

  #literal(node: SyntaxNode): Expression {
    const name = field(node, "name");
    const callee = name ? this.expression(name) : this.mix(node, []);
    const owner = callee.kind === "name" ? this.#classes.get(callee.name) : undefined;
    const entries = (field(node, "body")?.children ?? []).map((one): Entry => {
      if (one.type === "base_field_initializer") {
        const inner = one.children[0];
        return { name: undefined, value: inner ? this.expression(inner) : this.mix(one, []), spread: true };
      }
      const key = field(one, "field") ?? one.children[0] ?? one;
      const value = field(one, "value") ?? key;
      const entry: Entry = { name: this.slice(key), value: this.expression(value), spread: false };
      if (owner && entry.name !== undefined) {
        this.member(owner, {
          name: entry.name,
          at: spanOf(key),
          origin: "assign",
          value: entry.value,
          valueIn: this.scope,
        });
      }
      return entry;
    });
    return this.call(callee, entries, node, true);
  }

  #call(node: SyntaxNode): Expression {
    const given = field(node, "function");
    const target = given?.type === "generic_function" ? (field(given, "function") ?? given) : given;
    const args = field(node, "arguments");
    if (!target) return this.mix(node, []);
    const at = spanOf(node);
    if (target.type !== "field_expression") return this.#pathCall(node, target, args);
    const value = field(target, "value");
    const nameNode = field(target, "field");
    if (!value || !nameNode) return this.mix(node, []);
    const name = this.slice(nameNode);
    let object: Expression;
    let entries: Entry[];
    if (ON_ERROR.has(name)) {
      let inner: Expression = this.mix(value, []);
      let handlers: Entry[] = [];
      const attempt = this.inBlock("try", value, {}, () => {
        inner = this.expression(value);
      });
      this.#caught(args ?? node, attempt, () => {
        handlers = this.arguments(args);
        if (ON_ERROR.get(name) === true) this.block.throws = true;
      });
      object = inner;
      entries = handlers;
    } else {
      object = this.expression(value);
      entries = this.arguments(args);
    }
    if (KEEPS.has(name) && entries.length <= 1) return object;
    const callee: Expression = { kind: "member", object, name, nameAt: spanOf(nameNode), at };
    if (/^(?:build|build_unchecked)$/.test(name))
      return this.call(callee, [...entries, ...setters(object)], node, true);
    // `client.execute(request)`: what was posted stands in the request.
    if (name === "execute" && entries.length === 1 && entries[0]) {
      return this.call(callee, [...entries, ...this.#posted(entries[0].value, 0)], node);
    }
    if (/^send(?:_json|_string|_form|_bytes)?$/.test(name)) {
      const posted = this.#posted(object, 0);
      // A request of AWS's SDK was told by its builder what is asked.
      const told = posted.some((one) => one.name === "url") ? posted : setters(object);
      return this.call(callee, [...entries, ...told], node);
    }
    return this.call(callee, entries, node);
  }

  /** `Arc::new(x)`, `Ok(x)`, `LazyLock::new(|| x)` and what else is its argument, and calls by path. */
  #pathCall(node: SyntaxNode, target: SyntaxNode, args: SyntaxNode | undefined): Expression {
    const callee = this.expression(target);
    const entries = this.arguments(args);
    const [first] = entries;
    const text = this.slice(target).replace(/::<[^>]{0,100}>/g, "");
    if (first && entries.length === 1 && LAZY.test(text) && first.value.kind === "function") {
      return this.call(first.value, [], node);
    }
    if (first && entries.length === 1 && HOLDERS.test(text)) return first.value;
    // `Client::with_config(OpenAIConfig::new().with_api_base("…"))`: the client was told what its configuration was.
    const told = first && /::(?:with_config|from_conf)$/.test(text) ? this.#told(first.value) : [];
    return this.call(callee, [...entries, ...told], node);
  }

  #told(config: Expression): Entry[] {
    const held =
      config.kind === "name" ? this.scope.bindings.get(config.name)?.findLast((one) => one.value)?.value : config;
    return held ? setters(held).map((one) => ({ ...one, name: one.name?.replace(/^with_/, "") })) : [];
  }

  /** Where a request goes, and its body, as its builder was told: `client.post(url).json(&body)`. */
  #posted(expression: Expression, depth: number): Entry[] {
    if (depth > 4) return [];
    const found: Entry[] = [];
    let at = expression;
    for (; at.kind === "call" && at.callee.kind === "member"; at = at.callee.object) {
      const [first, second] = at.arguments;
      const { name } = at.callee;
      if (name === "post" && first) found.push({ name: "url", value: first.value, spread: false });
      if (name === "request" && second) found.push({ name: "url", value: second.value, spread: false });
      if (/^(?:json|body)$/.test(name) && first) found.push({ name: "json", value: first.value, spread: false });
    }
    if (found.some((one) => one.name === "url") || at.kind !== "name") return found;
    const held = this.scope.bindings.get(at.name)?.findLast((one) => one.value)?.value;
    return held ? [...found, ...this.#posted(held, depth + 1)] : found;
  }

  arguments(node: SyntaxNode | undefined): Entry[] {
    return (node?.children ?? [])
      .filter((one) => one.type !== "attribute_item")
      .map((one) => ({ name: undefined, value: this.expression(one), spread: false }));
  }
}

/** What a builder was told, by its methods' names: the arguments of its `build()`. */
function setters(object: Expression): Entry[] {
  const found: Entry[] = [];
  for (let at = object; at.kind === "call" && at.callee.kind === "member"; at = at.callee.object) {
    const [first] = at.arguments;
    if (first && at.arguments.length === 1) found.push({ name: at.callee.name, value: first.value, spread: false });
  }
  return found.toReversed();
}

/** Methods that give what they are called on, as far as matters here. */
const KEEPS: ReadonlySet<string> = new Set([
  "clone",
  "cloned",
  "to_owned",
  "to_string",
  "into",
  "try_into",
  "as_ref",
  "as_mut",
  "as_str",
  "as_deref",
  "borrow",
  "unwrap",
  "expect",
  "unwrap_or_default",
  "context",
  "lock",
  "get_or_init",
  "get_or_try_init",
  "boxed",
  "into_inner",
  "to_vec",
]);
/** Methods whose function runs when something failed; true where the failure goes on to the caller. */
const ON_ERROR: ReadonlyMap<string, boolean> = new Map([
  ["map_err", true],
  ["inspect_err", true],
  ["or_else", true],
  ["with_context", true],
  ["unwrap_or_else", false],
]);
/** Calls that are what they are given. */
const HOLDERS =
  /^(?:(?:std::sync::|std::rc::|std::boxed::|tokio::sync::)?(?:Arc|Rc|Box|Mutex|RwLock|RefCell|Some|Ok|Cow|Data|Extension|State|Json|String|Pin|web::Data|web::Json|axum::Json)(?:::(?:new|from|pin|clone|Owned|Borrowed))?|serde_json::(?:to_string|to_value|to_vec|to_string_pretty))$/;
const LAZY = /^(?:[\w:]*::)?(?:LazyLock|Lazy|OnceLock|LazyCell)::new$/;

export function lowerRust(text: string, root: SyntaxNode): Program {
  return new RustBuilder(text, root).program();
}
