import { field, ofType, type SyntaxNode } from "../../parsing/syntax.ts";
import { type Binding, type Entry, type Expression, type Program, type Scope, spanOf } from "../program.ts";
import { JvmBuilder } from "./jvm.ts";

const TYPES: ReadonlySet<string> = new Set(["user_type", "nullable_type", "function_type", "non_nullable_type"]);
const CONTAINERS: ReadonlySet<string> = new Set(["source_file", "block", "ERROR", "function_body", "statements"]);

/** Lowers Kotlin's syntax. */
class KotlinBuilder extends JvmBuilder {
  constructor(text: string, root: SyntaxNode) {
    super(text, root, "kotlin", "this");
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: SyntaxNode): void {
    switch (node.type) {
      case "package_header":
        return;
      case "import":
        return this.#import(node);
      case "class_declaration":
      case "object_declaration":
      case "companion_object":
        return this.#class(node);
      case "function_declaration":
        return this.#function(node);
      case "property_declaration":
        return this.#property(node);
      case "anonymous_initializer":
        this.inScope("function", undefined, node, () => this.statements(node.children));
        return;
      case "for_statement":
      case "while_statement":
      case "do_while_statement":
        return this.#loop(node);
      default:
        if (CONTAINERS.has(node.type)) this.statements(node.children);
        else this.expression(node);
    }
  }

  #import(node: SyntaxNode): void {
    const [path, alias] = node.children;
    if (!path) return;
    const full = this.slice(path).replace(/\s/g, "");
    const at = spanOf(path);
    this.scope.sideEffects.push({ module: full, at });
    if (/\*\s*$/.test(this.slice(node))) {
      this.bind({ name: "*", at, origin: "import", import: { module: full, name: "*", typeOnly: false } });
      return;
    }
    const dot = full.lastIndexOf(".");
    const name = full.slice(dot + 1);
    const module = full.slice(0, Math.max(0, dot));
    this.bind({
      name: alias ? this.slice(alias) : name,
      at,
      origin: "import",
      import: { module, name, typeOnly: false },
    });
  }

  #typeOf(node: SyntaxNode): string | undefined {
    const type = node.children.findLast((one) => TYPES.has(one.type));
    const text = type && this.slice(type);
    return text === undefined || /^(?:String|Int|Long|Boolean|Unit|Any)\??$/.test(text) ? undefined : text;
  }

  #typeName(node: SyntaxNode): Expression {
    const [first = "", ...rest] = this.slice(node)
      .replace(/[<(?][^]*$/, "")
      .trim()
      .split(".");
    const at = spanOf(node);
    let found: Expression = { kind: "name", name: first, at };
    for (const name of rest) found = { kind: "member", object: found, name, nameAt: at, at };
    return found;
  }

  #annotations(node: SyntaxNode): Expression[] {
    return ofType(node, "modifiers")
      .flatMap((one) => ofType(one, "annotation"))
      .flatMap((one) => ofType(one, "user_type", "constructor_invocation"))
      .map((one) => this.#typeName(one.type === "user_type" ? one : (one.children[0] ?? one)));
  }

  #class(node: SyntaxNode): void {
    const nameNode = node.children.find((one) => one.type === "identifier");
    const name = nameNode && this.slice(nameNode);
    const isShape = /^[^{]{0,200}\binterface\s/.test(this.text.slice(node.start, nameNode?.start ?? node.start));
    const outer = this.scope;
    const decorators = this.#annotations(node);
    const members = ofType(node, "class_body", "enum_class_body").flatMap((one) => one.children);
    const params = ofType(node, "primary_constructor")
      .flatMap((one) => ofType(one, "class_parameters"))
      .flatMap((one) => ofType(one, "class_parameter"));
    const bases = ofType(node, "delegation_specifiers").flatMap((one) => one.children);
    const scope = this.inScope(
      "class",
      name,
      node,
      (own) => {
        own.decorators.push(...decorators);
        for (const one of bases) {
          const [inner] = one.children;
          const type = inner && TYPES.has(inner.type) ? inner : inner?.children[0];
          if (type) own.bases.push(this.#typeName(type));
        }
        const inside = members.flatMap((one) =>
          one.type === "companion_object" ? ofType(one, "class_body").flatMap((body) => body.children) : [one],
        );
        const names = [...inside, ...params].flatMap((one) => this.#declared(one));
        this.memberNames.set(own, new Set(names));
        if (params.length > 0) this.#primary(node, params, own);
        if (isShape) {
          const services = [...decorators, ...members.flatMap((one) => this.#annotations(one))];
          own.bases.push(...services.filter((one) => one.kind === "name" && SERVICE.test(one.name)).slice(0, 1));
        }
        this.statements(inside);
      },
      false,
      isShape,
    );
    if (name === undefined || !nameNode) return;
    const binding = { name, at: spanOf(nameNode), origin: "class" as const, scope };
    this.bind(binding);
    const [module] = this.scopes;
    if (outer.kind === "class") {
      this.member(outer, binding);
      if (module && !module.bindings.has(name)) this.bind(binding, module);
    }
  }

  /** The parameters of a class are its constructor's, and its fields. */
  #primary(node: SyntaxNode, params: readonly SyntaxNode[], owner: Scope): void {
    const scope = this.inScope("function", "constructor", node, (own) => {
      for (const [i, one] of params.entries()) own.params.push(...this.#parameter(one, i));
    });
    for (const param of scope.params) {
      const { name, at, type, value } = param;
      this.member(owner, { name, at, origin: "assign", ...(type ? { type } : {}), ...(value ? { value } : {}) });
    }
    this.member(owner, { name: "constructor", at: scope.at, origin: "function", scope });
  }

  #declared(node: SyntaxNode): string[] {
    const own = field(node, "name") ?? node.children.find((one) => one.type === "identifier");
    const variables = ofType(node, "variable_declaration").flatMap((one) => ofType(one, "identifier"));
    return [...(own ? [own] : []), ...variables].map((one) => this.slice(one));
  }

  #parameter(node: SyntaxNode, position: number): Binding[] {
    const name = node.children.find((one) => one.type === "identifier");
    if (!name) return [];
    const type = this.#typeOf(node);
    const last = node.children.at(-1);
    const value = last && last !== name && !TYPES.has(last.type) && !last.type.endsWith("modifiers") ? last : undefined;
    const lowered = value && this.expression(value);
    return [
      this.bind({
        name: this.slice(name),
        at: spanOf(name),
        origin: "param",
        position,
        ...(type === undefined ? {} : { type }),
        ...(lowered ? { value: lowered } : {}),
      }),
    ];
  }

  #function(node: SyntaxNode): void {
    const nameNode = field(node, "name");
    if (!nameNode) return;
    const name = this.slice(nameNode);
    const at = spanOf(nameNode);
    const [body] = ofType(node, "function_body");
    const type = this.#typeOf({ ...node, children: node.children.filter((one) => one.start > nameNode.end) });
    const owner = this.scope;
    if (!body && owner.kind === "class") {
      this.member(owner, { name, at, origin: "assign", ...(type === undefined ? {} : { type }) });
      return;
    }
    const decorators = this.#annotations(node);
    const scope = this.inScope("function", name, node, (own) => {
      own.decorators.push(...decorators);
      const all = ofType(node, "function_value_parameters").flatMap((one) => ofType(one, "parameter"));
      for (const [i, one] of all.entries()) own.params.push(...this.#parameter(one, i));
      const [only] = body?.children ?? [];
      if (only?.type === "block") this.statements(only.children);
      else if (only) own.returns.push({ value: this.expression(only), at: spanOf(only), block: this.block });
    });
    const binding = { name, at, origin: "function" as const, scope, ...(type === undefined ? {} : { type }) };
    if (owner.kind === "class") this.member(owner, binding);
    else this.bind(binding);
  }

  #property(node: SyntaxNode): void {
    const delegate = ofType(node, "property_delegate")[0];
    const declared = ofType(node, "variable_declaration", "multi_variable_declaration")[0];
    const value =
      delegate?.children[0] ??
      node.children.find((one) => one.start > (declared?.end ?? node.start) && !/^(?:getter|setter)$/.test(one.type));
    let lowered = value && this.expression(value);
    // `by lazy { X() }` is what its function gives.
    const given = delegate && lowered?.kind === "call" ? lowered.arguments.at(-1)?.value : undefined;
    if (given?.kind === "function") lowered = given.scope.returns.at(-1)?.value ?? lowered;
    const mocked = this.mocks && value !== undefined && /^(?:mock|mockk|spyk|spy)\b/.test(this.slice(value));
    const names = declared?.type === "variable_declaration" ? [declared] : (declared?.children ?? []);
    for (const one of names) {
      const name = one.children.find((it) => it.type === "identifier");
      if (!name) continue;
      const type = mocked ? undefined : this.#typeOf(one);
      const binding = {
        name: this.slice(name),
        at: spanOf(name),
        origin: "assign" as const,
        ...(lowered && !mocked ? { value: lowered } : {}),
        ...(type === undefined ? {} : { type }),
      };
      if (this.scope.kind === "class") this.member(this.scope, binding);
      else this.bind(binding);
    }
  }

  #loop(node: SyntaxNode): void {
    const [first, second] = node.children;
    const each = node.type === "for_statement" && second ? this.expression(second) : undefined;
    this.inBlock("loop", node, {}, () => {
      if (each && first) {
        for (const one of first.type === "variable_declaration" ? [first] : first.children) {
          const [name] = one.children;
          if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "each", value: each });
        }
      }
      this.statements(each ? node.children.slice(2) : node.children);
    });
  }

  /** A branch: what its last expression gives. */
  #branch(node: SyntaxNode): Expression {
    const all = node.type === "block" ? node.children : [node];
    this.statements(all.slice(0, -1));
    const last = all.at(-1);
    return last ? this.#valueOf(last) : this.mix(node, []);
  }

  #valueOf(node: SyntaxNode): Expression {
    if (!/_declaration$|^(?:for|while|do_while)_statement$/.test(node.type)) return this.expression(node);
    this.#statement(node);
    return this.mix(node, []);
  }

  #if(node: SyntaxNode): Expression {
    const test = field(node, "condition");
    const condition = test && this.expression(test);
    const extra = condition ? { condition } : {};
    const options: Expression[] = [];
    for (const [i, one] of node.children.filter((it) => it !== test).entries())
      this.inBlock(i === 0 ? "if" : "else", one, extra, () => options.push(this.#branch(one)));
    return { kind: "choice", options, at: spanOf(node) };
  }

  #when(node: SyntaxNode): Expression {
    const [subject] = ofType(node, "when_subject");
    const about = subject?.children.at(-1);
    const outer = about && this.expression(about);
    const options: Expression[] = [];
    for (const one of ofType(node, "when_entry")) {
      const test = field(one, "condition");
      const condition = outer ?? (test && this.expression(test));
      const body = one.children.filter((it) => it.field !== "condition").at(-1);
      if (body) this.inBlock("if", one, condition ? { condition } : {}, () => options.push(this.#branch(body)));
    }
    return { kind: "choice", options, at: spanOf(node) };
  }

  #try(node: SyntaxNode): Expression {
    const [body] = ofType(node, "block");
    const options: Expression[] = [];
    const block = this.inBlock("try", body ?? node, {}, () => {
      if (body) options.push(this.#branch(body));
    });
    for (const one of ofType(node, "catch_block")) {
      this.inBlock("catch", one, { of: block }, () => {
        const name = one.children.find((it) => it.type === "identifier");
        if (name) this.bind({ name: this.slice(name), at: spanOf(name), origin: "catch" });
        for (const inner of ofType(one, "block")) this.statements(inner.children);
      });
    }
    for (const one of ofType(node, "finally_block"))
      this.inBlock("finally", one, {}, () => this.statements(one.children));
    return { kind: "choice", options, at: spanOf(node) };
  }

  expression(node: SyntaxNode): Expression {
    const at = spanOf(node);
    const [first, second] = node.children;
    switch (node.type) {
      case "identifier":
        return this.inherited(this.named(this.slice(node), at));
      case "this_expression":
      case "super_expression":
        return { kind: "name", name: "this", at };
      case "navigation_expression": {
        const last = node.children.at(-1);
        if (!first || !last || last === first) return this.mix(node, first ? [this.expression(first)] : []);
        return this.memberOf(this.expression(first), this.slice(last), spanOf(last));
      }
      case "index_expression":
        if (!first || !second) return this.mix(node, []);
        return { kind: "index", object: this.expression(first), index: this.expression(second), at };
      case "call_expression":
        return this.#call(node);
      case "string_literal":
      case "multiline_string_literal":
        return this.#string(node);
      case "lambda_literal":
      case "anonymous_function":
        return this.#lambda(node);
      case "annotated_lambda":
      case "parenthesized_expression":
        return first ? this.expression(node.children.at(-1) ?? first) : this.mix(node, []);
      case "if_expression":
        return this.#if(node);
      case "when_expression":
        return this.#when(node);
      case "try_expression":
        return this.#try(node);
      case "as_expression":
        return first ? this.expression(first) : this.mix(node, []);
      case "return_expression": {
        const value = node.children.find((one) => one.field !== "label");
        this.scope.returns.push({ value: value && this.expression(value), at, block: this.block });
        return this.mix(node, []);
      }
      case "throw_expression":
        this.block.throws = true;
        return this.mix(
          node,
          node.children.map((one) => this.expression(one)),
        );
      case "assignment":
        return this.#assignment(node);
      case "binary_expression":
        return this.#binary(node);
      case "object_literal": {
        const entries = ofType(node, "class_body").flatMap((body) =>
          ofType(body, "function_declaration").map((one): Entry => {
            const name = field(one, "name");
            const scope = this.inScope("function", undefined, one, (own) => {
              const all = ofType(one, "function_value_parameters").flatMap((it) => ofType(it, "parameter"));
              for (const [i, it] of all.entries()) own.params.push(...this.#parameter(it, i));
              for (const inner of ofType(one, "function_body")) this.statements(inner.children);
            });
            return {
              name: name && this.slice(name),
              value: { kind: "function", scope, at: spanOf(one) },
              spread: false,
            };
          }),
        );
        return { kind: "object", entries, at };
      }
      default:
        return this.mix(
          node,
          node.children.filter((one) => !TYPES.has(one.type)).map((one) => this.#valueOf(one)),
        );
    }
  }

  #binary(node: SyntaxNode): Expression {
    const [left, right] = [field(node, "left"), field(node, "right")];
    const operator = field(node, "operator");
    if (!left || !right)
      return this.mix(
        node,
        node.children.map((one) => this.expression(one)),
      );
    const parts = [this.expression(left), this.expression(right)];
    const sign = operator ? this.slice(operator) : "";
    if (sign === "?:") return { kind: "choice", options: parts, at: spanOf(node) };
    if (sign !== "+") return this.mix(node, parts);
    const value = parts.map((one) => (one.kind === "text" ? one.value : "\0")).join("");
    return {
      kind: "text",
      value,
      parts: parts.flatMap((one) => (one.kind === "text" ? one.parts : [one])),
      at: spanOf(node),
    };
  }

  #call(node: SyntaxNode): Expression {
    let callee = node.children[0];
    const nodes = [node];
    // `f(a) { … }` is a call of a call to the grammar.
    if (callee?.type === "call_expression" && ofType(node, "annotated_lambda").length > 0) {
      if (ofType(callee, "annotated_lambda").length === 0) {
        nodes.unshift(callee);
        callee = callee.children[0];
      }
    }
    if (!callee) return this.mix(node, []);
    const name = callee.type === "navigation_expression" ? callee.children.at(-1) : callee;
    const isMember = callee.type === "navigation_expression" && callee.children.length > 1;
    const object = isMember && callee.children[0] ? this.expression(callee.children[0]) : undefined;
    const args = nodes.flatMap((one) => this.#arguments(one));
    if (!name || (!isMember && name.type !== "identifier")) {
      return this.call(this.expression(callee), args, node);
    }
    if (!object && /^[A-Z]/.test(this.slice(name))) {
      const made = this.call(this.expression(callee), args, node, true);
      return made;
    }
    return this.invoke(object, name, args, node);
  }

  #arguments(node: SyntaxNode): Entry[] {
    const given = ofType(node, "value_arguments")
      .flatMap((one) => ofType(one, "value_argument"))
      .map((one): Entry => {
        const value = one.children.at(-1);
        const name = one.children.length > 1 && one.children[0]?.type === "identifier" ? one.children[0] : undefined;
        return {
          name: name && this.slice(name),
          value: value ? this.expression(value) : this.mix(one, []),
          spread: false,
        };
      });
    const lambdas = ofType(node, "annotated_lambda").map((one): Entry => ({
      name: undefined,
      value: this.expression(one),
      spread: false,
    }));
    return [...given, ...lambdas];
  }

  #lambda(node: SyntaxNode): Expression {
    const scope = this.inScope("function", undefined, node, (own) => {
      const params = ofType(node, "lambda_parameters").flatMap((one) => one.children);
      for (const [i, one] of params.entries()) own.params.push(...this.#parameter(one, i));
      const body = node.children.filter((one) => one.type !== "lambda_parameters");
      const at = spanOf(node);
      if (params.length === 0 && /\bit\b/.test(this.slice(node)))
        own.params.push(this.bind({ name: "it", at, origin: "param", position: 0 }));
      this.statements(body.slice(0, -1));
      const last = body.at(-1);
      if (last) own.returns.push({ value: this.#valueOf(last), at: spanOf(last), block: this.block });
    });
    return { kind: "function", scope, at: spanOf(node) };
  }

  #assignment(node: SyntaxNode): Expression {
    const [left, right] = [field(node, "left"), field(node, "right")];
    if (!left || !right) return this.mix(node, []);
    const target = this.expression(left);
    const given = this.expression(right);
    const plain = this.text.slice(left.end, right.start).trim() === "=";
    const value = plain ? given : this.mix(node, [target, given]);
    const owner = this.classAround();
    if (target.kind === "name") this.bind({ name: target.name, at: target.at, origin: "assign", value });
    else {
      if (target.kind === "member" && owner && target.object.kind === "name" && target.object.name === "this")
        this.member(owner, { name: target.name, at: target.nameAt, origin: "assign", value });
      this.scope.assignments.push({ target, value, block: this.block });
    }
    return value;
  }

  #string(node: SyntaxNode): Expression {
    const parts: Expression[] = [];
    let value = "";
    let dollar = false;
    for (const one of node.children) {
      const text = this.slice(one);
      if (one.type === "interpolation") {
        value += "\0";
        const [inner] = one.children;
        parts.push(inner ? this.expression(inner) : this.mix(one, []));
      } else if (text === "$") dollar = true;
      else if (dollar && /^[A-Za-z_]/.test(text)) {
        // `$name` in a plain string is text to the grammar.
        const name = /^\w+/.exec(text)?.[0] ?? "";
        const at = { start: one.start, end: one.start + name.length };
        parts.push(this.inherited(this.named(name, at)));
        value += `\0${text.slice(name.length)}`;
        dollar = false;
      } else value += one.type === "escape_sequence" ? " " : text;
    }
    return { kind: "text", value, parts, at: spanOf(node) };
  }
}

const SERVICE = /^(?:AiService|RegisterAiService|SystemMessage|UserMessage)$/;

export function lowerKotlin(text: string, root: SyntaxNode): Program {
  return new KotlinBuilder(text, root).program();
}
