import { field, fields, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Binding, type Entry, type Expression, type Program, type Scope, spanOf } from "../program.ts";
import { JvmBuilder } from "./jvm.ts";

/** Annotations of fields and parameters that a test's library fills with something that answers by itself. */
const MOCKED = /^(?:Mock|MockBean|MockitoBean|Spy|SpyBean|MockitoSpyBean|InjectMock)$/;
const MOCKS = /(?:^|\.)(?:mock|spy|createMock|mockk)$/;
/** Annotations, of an interface or its methods, by which a library implements the interface with a model. */
const SERVICE = /^(?:AiService|RegisterAiService|SystemMessage|UserMessage)$/;

/** Lowers Java's syntax. */
class JavaBuilder extends JvmBuilder {
  constructor(text: string, root: SyntaxNode) {
    super(text, root, "java", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: SyntaxNode | undefined): void {
    if (!node) return;
    switch (node.type) {
      case "package_declaration":
        return;
      case "import_declaration":
        return this.#import(node);
      case "class_declaration":
      case "interface_declaration":
      case "record_declaration":
      case "enum_declaration":
        this.#class(node);
        return;
      case "method_declaration":
        this.#method(node);
        return;
      case "local_variable_declaration":
      case "field_declaration":
        return this.#variables(node);
      case "expression_statement":
        for (const child of node.children) this.expression(child);
        return;
      case "return_statement":
        this.scope.returns.push({
          value: node.children[0] && this.expression(node.children[0]),
          at: spanOf(node),
          block: this.block,
        });
        return;
      case "throw_statement":
        for (const child of node.children) this.expression(child);
        this.block.throws = true;
        return;
      case "yield_statement":
        for (const child of node.children) this.#yielded.push(this.expression(child));
        return;
      case "if_statement":
        return this.#if(node);
      case "try_statement":
      case "try_with_resources_statement":
        return this.#try(node);
      case "switch_expression":
        this.#switch(node);
        return;
      case "enhanced_for_statement": {
        const value = field(node, "value");
        const iterable = value && this.expression(value);
        this.inBlock("loop", node, {}, () => {
          this.#bound(field(node, "name"), iterable, field(node, "type"), "each");
          this.#statement(field(node, "body"));
        });
        return;
      }
      case "for_statement":
      case "while_statement":
      case "do_statement": {
        const body = field(node, "body");
        this.inBlock("loop", node, {}, () => {
          for (const child of node.children) if (child !== body) this.#statement(child);
          this.#statement(body);
        });
        return;
      }
      default:
        if (CONTAINERS.has(node.type)) this.statements(node.children);
        else this.expression(node);
    }
  }

  #import(node: SyntaxNode): void {
    const [path] = node.children;
    if (!path) return;
    const full = this.slice(path).replace(/\s/g, "");
    const at = spanOf(path);
    const all = ofType(node, "asterisk").length > 0;
    const isStatic = /^import\s+static\b/.test(this.text.slice(node.start, node.start + 40));
    this.scope.sideEffects.push({ module: full, at });
    const split = (name: string): [string, string] => {
      const dot = name.lastIndexOf(".");
      return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
    };
    if (all) {
      if (!isStatic)
        this.bind({ name: "*", at, origin: "import", import: { module: full, name: "*", typeOnly: false } });
      return;
    }
    const [module, name] = split(full);
    if (!isStatic) {
      this.bind({ name, at, origin: "import", import: { module, name, typeOnly: false } });
      return;
    }
    const [home, owner] = split(module);
    const hidden = `static ${owner}`;
    this.bind({ name: hidden, at, origin: "import", import: { module: home, name: owner, typeOnly: false } });
    const object: Expression = { kind: "name", name: hidden, at };
    this.bind({ name, at, origin: "assign", value: { kind: "member", object, name, nameAt: at, at } });
  }

  #annotations(node: SyntaxNode): Expression[] {
    return ofType(node, "modifiers")
      .flatMap((one) => ofType(one, "marker_annotation", "annotation"))
      .map((one) => {
        const name = field(one, "name");
        const callee: Expression = name
          ? { kind: "name", name: this.slice(name), at: spanOf(name) }
          : this.mix(one, []);
        const args = field(one, "arguments");
        if (!args) return callee;
        return { kind: "call", callee, arguments: this.#pairs(args), isNew: false, at: spanOf(one) };
      });
  }

  #pairs(node: SyntaxNode): Entry[] {
    return node.children.map((one): Entry => {
      const key = field(one, "key");
      const value = field(one, "value") ?? one;
      return { name: key && this.slice(key), value: this.expression(value), spread: false };
    });
  }

  #class(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    const name = nameNode && this.slice(nameNode);
    const isShape = node.type === "interface_declaration";
    const outer = this.scope;
    const decorators = this.#annotations(node);
    const bases = node.children
      .filter((one) => /^(?:superclass|super_interfaces|extends_interfaces)$/.test(one.type))
      .flatMap((one) => (one.children[0]?.type === "type_list" ? one.children[0].children : one.children));
    const members = bodyOf(node);
    const components = node.type === "record_declaration" ? (field(node, "parameters")?.children ?? []) : [];
    const scope = this.inScope(
      "class",
      name,
      node,
      (own) => {
        own.decorators.push(...decorators);
        own.bases.push(...bases.map((one) => this.#typeExpression(one)));
        this.memberNames.set(own, new Set([...members, ...components].flatMap((one) => this.#declared(one))));
        for (const one of components) this.#bound(field(one, "name"), undefined, field(one, "type"), "assign");
        if (isShape) own.bases.push(...this.#services(members, decorators));
        for (const one of members) this.#member(one);
      },
      false,
      isShape,
    );
    if (name === undefined || !nameNode) return;
    const binding = { name, at: spanOf(nameNode), origin: "class" as const, scope };
    this.bind(binding);
    if (outer.kind === "class") {
      this.member(outer, binding);
      const [module] = this.scopes;
      if (module && !module.bindings.has(name)) this.bind(binding, module);
    }
  }

  /** Annotations that say that calls of an interface's methods are model calls. */
  #services(members: readonly SyntaxNode[], decorators: readonly Expression[]): Expression[] {
    const all = [...decorators, ...members.flatMap((one) => this.#annotations(one))];
    return all
      .map((one) => (one.kind === "call" ? one.callee : one))
      .filter((one) => one.kind === "name" && SERVICE.test(one.name))
      .slice(0, 1);
  }

  /** The names that a member of a class declares. */
  #declared(node: SyntaxNode): string[] {
    const own = field(node, "name");
    const names = own ? [own] : fields(node, "declarator").flatMap((one) => fields(one, "name"));
    return names.map((one) => this.slice(one));
  }

  #member(node: SyntaxNode): void {
    switch (node.type) {
      case "method_declaration":
      case "annotation_type_element_declaration":
        this.#method(node);
        return;
      case "constructor_declaration":
      case "compact_constructor_declaration":
        this.#method(node, "constructor");
        return;
      case "enum_constant": {
        const name = field(node, "name");
        const args = this.#arguments(field(node, "arguments"));
        if (name)
          this.#bound(
            name,
            this.mix(
              node,
              args.map((one) => one.value),
            ),
            undefined,
            "assign",
          );
        for (const one of field(node, "body")?.children ?? []) this.#member(one);
        return;
      }
      case "block":
      case "static_initializer":
        this.inScope("function", undefined, node, () => this.statements(node.children));
        return;
      default:
        this.#statement(node);
    }
  }

  #method(node: SyntaxNode, as?: string): void {
    const nameNode = field(node, "name");
    const name = as ?? (nameNode && this.slice(nameNode));
    const body = field(node, "body");
    const type = this.#typeText(field(node, "type"));
    const decorators = this.#annotations(node);
    const owner = this.scope;
    const at = spanOf(nameNode ?? node);
    // What a method without a body gives stands for the method: calling it gives that.
    if (!body && owner.kind === "class" && name !== undefined) {
      this.member(owner, { name, at, origin: "assign", ...(type === undefined ? {} : { type }) });
      return;
    }
    const scope = this.inScope("function", name, node, (own) => {
      own.decorators.push(...decorators);
      this.#parameters(field(node, "parameters"));
      if (body) this.statements(body.children);
    });
    if (name === undefined) return;
    const binding = { name, at, origin: "function" as const, scope, ...(type === undefined ? {} : { type }) };
    if (owner.kind === "class") this.member(owner, binding);
    else this.bind(binding);
  }

  #parameters(node: SyntaxNode | undefined): void {
    if (!node) return;
    const all = node.type === "identifier" ? [node] : node.children;
    let position = 0;
    for (const one of all) {
      if (one.type === "receiver_parameter") continue;
      const declarator = ofType(one, "variable_declarator")[0];
      const name = one.type === "identifier" ? one : (field(one, "name") ?? (declarator && field(declarator, "name")));
      if (!name) continue;
      const isRest = one.type === "spread_parameter";
      const typeNode = field(one, "type") ?? (isRest ? one.children.find((it) => it.type !== "modifiers") : undefined);
      const mocked = this.#annotations(one).some((it) => it.kind === "name" && MOCKED.test(it.name));
      const type = mocked ? undefined : this.#typeText(typeNode);
      const at = isRest ? -1 : position++;
      this.scope.params.push(
        this.bind({
          name: this.slice(name),
          at: spanOf(name),
          origin: "param",
          position: at,
          ...(type === undefined ? {} : { type }),
        }),
      );
    }
  }

  #variables(node: SyntaxNode): void {
    const type = field(node, "type");
    const mocked =
      this.mocks &&
      this.#annotations(node).some((one) => (one.kind === "name" || one.kind === "call") && MOCKED.test(nameOf(one)));
    for (const one of fields(node, "declarator")) {
      const value = field(one, "value");
      const lowered = value && this.expression(value);
      const isMock = mocked || (this.mocks && lowered?.kind === "call" && MOCKS.test(nameOf(lowered)));
      if (isMock) this.#bound(field(one, "name"), this.mix(one, []), undefined, "assign");
      else this.#bound(field(one, "name"), lowered, type, "assign");
    }
  }

  /** Binds a local variable, or a field where the code stands in a class. */
  #bound(
    nameNode: SyntaxNode | undefined,
    value: Expression | undefined,
    type: SyntaxNode | undefined,
    origin: Binding["origin"],
  ): void {
    if (!nameNode) return;
    const written = this.#typeText(type);
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

  #typeText(node: SyntaxNode | undefined): string | undefined {
    const text = node && this.slice(node);
    return text === undefined || /^(?:var|void|String|int|long|double|float|boolean|Object)$/.test(text)
      ? undefined
      : text;
  }

  #typeExpression(node: SyntaxNode): Expression {
    const plain = node.type === "generic_type" ? (node.children[0] ?? node) : node;
    const [first = "", ...rest] = this.slice(plain)
      .replace(/<[^]*$/, "")
      .split(".");
    const at = spanOf(plain);
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
    const resources = field(node, "resources");
    const block = this.inBlock("try", body ?? node, {}, () => {
      for (const one of resources?.children ?? []) {
        const value = field(one, "value");
        const lowered = value && this.expression(value);
        if (lowered) this.#bound(field(one, "name"), lowered, field(one, "type"), "with");
      }
      if (body) this.statements(body.children);
    });
    for (const one of ofType(node, "catch_clause")) {
      this.inBlock("catch", one, { of: block }, () => {
        const [caught] = ofType(one, "catch_formal_parameter");
        const name = caught && field(caught, "name");
        if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "catch" });
        this.#statement(field(one, "body"));
      });
    }
    for (const one of ofType(node, "finally_clause"))
      this.inBlock("finally", one, {}, () => this.statements(one.children));
  }

  /** What the branches of the switch that is being lowered give. */
  #yielded: Expression[] = [];

  #switch(node: SyntaxNode): Expression {
    const test = field(node, "condition");
    const condition = test && this.expression(test);
    const outer = this.#yielded;
    this.#yielded = [];
    for (const one of field(node, "body")?.children ?? []) {
      this.inBlock("if", one, condition ? { condition } : {}, () => {
        for (const child of one.children) {
          if (child.type === "switch_label") continue;
          if (one.type === "switch_rule" && child.type === "expression_statement") {
            this.#yielded.push(...child.children.map((inner) => this.expression(inner)));
          } else this.#statement(child);
        }
      });
    }
    const options = this.#yielded;
    this.#yielded = outer;
    return { kind: "choice", options, at: spanOf(node) };
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const of = (name: string): Expression => {
      const child = field(node, name);
      return child ? this.expression(child) : this.mix(node, []);
    };
    switch (node.type) {
      case "identifier":
        return this.inherited(this.named(this.slice(node), at));
      case "this":
      case "super":
        return { kind: "name", name: "this", at };
      case "field_access": {
        const name = field(node, "field");
        if (!name) return of("object");
        return { kind: "member", object: of("object"), name: this.slice(name), nameAt: spanOf(name), at };
      }
      case "scoped_identifier":
      case "scoped_type_identifier":
      case "type_identifier":
      case "generic_type":
        return this.#typeExpression(node);
      case "array_access":
        return { kind: "index", object: of("array"), index: of("index"), at };
      case "method_invocation": {
        const name = field(node, "name");
        const object = field(node, "object");
        const lowered = object && this.expression(object);
        const args = this.#arguments(field(node, "arguments"));
        return name ? this.invoke(lowered, name, args, node) : this.mix(node, lowered ? [lowered] : []);
      }
      case "explicit_constructor_invocation": {
        const args = this.#arguments(field(node, "arguments"));
        return this.mix(
          node,
          args.map((one) => one.value),
        );
      }
      case "object_creation_expression":
        return this.#creation(node);
      case "string_literal":
        return this.#string(node);
      case "binary_expression":
        return this.#binary(node, of("left"), of("right"));
      case "lambda_expression":
        return this.#lambda(node);
      case "method_reference":
        return this.#reference(node);
      case "ternary_expression":
        of("condition");
        return { kind: "choice", options: [of("consequence"), of("alternative")], at };
      case "switch_expression":
        return this.#switch(node);
      case "cast_expression":
        return of("value");
      case "parenthesized_expression":
        return node.children[0] ? this.expression(node.children[0]) : this.mix(node, []);
      case "assignment_expression":
        return this.#assignment(node);
      case "instanceof_expression": {
        const value = of("left");
        const name = field(node, "name");
        if (name) this.#bound(name, value, field(node, "right"), "assign");
        return this.mix(node, [value]);
      }
      case "array_creation_expression": {
        const value = field(node, "value");
        return value ? this.expression(value) : this.mix(node, []);
      }
      case "array_initializer":
      case "element_value_array_initializer":
        return { kind: "list", items: node.children.map((one) => this.expression(one)), at };
      case "block":
        this.statements(node.children);
        return this.mix(node, []);
      default:
        return this.mix(
          node,
          node.children.map((one) => this.expression(one)),
        );
    }
  }

  #arguments(node: SyntaxNode | undefined): Entry[] {
    return (node?.children ?? []).map((one) => ({ name: undefined, value: this.expression(one), spread: false }));
  }

  #creation(node: SyntaxNode): Expression {
    const type = field(node, "type");
    const callee = type ? this.#typeExpression(type) : this.mix(node, []);
    const args = this.#arguments(field(node, "arguments"));
    const call = this.call(callee, args, node, true);
    const [body] = ofType(node, "class_body");
    if (!body) return call;
    // A class written in place is a bundle of functions for whoever it is given to.
    const entries = body.children.flatMap((one): Entry[] => {
      const name = field(one, "name");
      if (one.type !== "method_declaration" || !name) {
        this.#statement(one);
        return [];
      }
      const scope = this.inScope("function", undefined, one, () => {
        this.#parameters(field(one, "parameters"));
        this.statements(field(one, "body")?.children ?? []);
      });
      return [{ name: this.slice(name), value: { kind: "function", scope, at: spanOf(one) }, spread: false }];
    });
    return { kind: "object", entries, at: spanOf(node) };
  }

  #binary(node: SyntaxNode, left: Expression, right: Expression): Expression {
    const operator = field(node, "operator");
    if (!operator || this.slice(operator) !== "+") return this.mix(node, [left, right]);
    const text = (one: Expression): string => (one.kind === "text" ? one.value : "\0");
    const parts = [left, right].flatMap((one) => (one.kind === "text" ? one.parts : [one]));
    return { kind: "text", value: text(left) + text(right), parts, at: spanOf(node) };
  }

  #lambda(node: SyntaxNode): Expression {
    const scope = this.inScope("function", undefined, node, (own) => {
      this.#parameters(field(node, "parameters"));
      const body = field(node, "body");
      if (body?.type === "block") this.statements(body.children);
      else if (body) own.returns.push({ value: this.expression(body), at: spanOf(body), block: this.block });
    });
    return { kind: "function", scope, at: spanOf(node) };
  }

  /** `this::record` is a function that calls what it names with what it is given. */
  #reference(node: SyntaxNode): Expression {
    const [object, name] = node.children;
    const at = spanOf(node);
    if (!object) return this.mix(node, []);
    if (!name) return this.expression(object);
    const scope = this.inScope("function", undefined, node, (own) => {
      const it = this.bind({ name: "it", at, origin: "param", position: 0 });
      own.params.push(it);
      const given: Entry = { name: undefined, value: { kind: "name", name: "it", at }, spread: false };
      const callee = this.memberOf(this.expression(object), this.slice(name), spanOf(name));
      own.returns.push({ value: this.call(callee, [given], node), at, block: this.block });
    });
    return { kind: "function", scope, at };
  }

  #assignment(node: SyntaxNode): Expression {
    const left = field(node, "left");
    const right = field(node, "right");
    if (!left || !right) return this.mix(node, []);
    const plain = this.text.slice(left.end, right.start).trim() === "=";
    const target = this.expression(left);
    const given = this.expression(right);
    const value = plain ? given : this.mix(node, [target, given]);
    const owner = target.kind === "member" ? this.#ownerOf(target.object) : undefined;
    if (target.kind === "name") {
      const binding = { name: target.name, at: target.at, origin: "assign" as const, value };
      this.rebind(binding, this.#holder(target.name));
    } else {
      if (target.kind === "member" && owner)
        this.member(owner, { name: target.name, at: target.nameAt, origin: "assign", value });
      this.scope.assignments.push({ target, value, block: this.block });
    }
    return value;
  }

  /** The class whose member `this.x`, or `Outer.x`, is. */
  #ownerOf(object: Expression): Scope | undefined {
    if (object.kind !== "name") return undefined;
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      if (scope.kind === "class" && (object.name === "this" || object.name === scope.name)) return scope;
    }
    return undefined;
  }

  #holder(name: string): Scope {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.kind !== "class" && scope.bindings.has(name)) return scope;
    return this.scope;
  }

  #string(node: SyntaxNode): Expression {
    const value = node.children
      .map((one) => (one.type === "escape_sequence" ? (ESCAPES[this.slice(one)] ?? " ") : this.slice(one)))
      .join("");
    return { kind: "text", value, parts: [], at: spanOf(node) };
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\" };

const CONTAINERS: ReadonlySet<string> = new Set([
  "program",
  "block",
  "constructor_body",
  "ERROR",
  "labeled_statement",
  "synchronized_statement",
  "module_body",
]);

const nameOf = (expression: Expression): string => {
  const callee = expression.kind === "call" ? expression.callee : expression;
  return callee.kind === "name" || callee.kind === "member" ? callee.name : "";
};

/** What stands in a class's body. */
function bodyOf(node: SyntaxNode): SyntaxNode[] {
  return (field(node, "body")?.children ?? []).flatMap((one) =>
    one.type === "enum_body_declarations" ? one.children : [one],
  );
}

export function lowerJava(text: string, root: SyntaxNode): Program {
  return new JavaBuilder(text, root).program();
}
