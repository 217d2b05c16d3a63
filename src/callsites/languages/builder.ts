import { type SyntaxNode } from "../../parsing/syntax.ts";
import {
  type Binding,
  type Block,
  type BlockKind,
  type Call,
  type Entry,
  type Expression,
  type Program,
  type Scope,
  spanOf,
} from "../program.ts";

/** What one lowering is doing: where it stands. */
export abstract class Builder {
  readonly scopes: Scope[] = [];
  scope: Scope;
  block: Block;

  constructor(
    readonly text: string,
    readonly root: SyntaxNode,
    readonly language: Program["language"],
    readonly self: string,
  ) {
    this.block = { kind: "body", parent: undefined, at: spanOf(root), throws: false };
    this.scope = this.#scope("module", undefined, root, undefined, false);
  }

  abstract statements(nodes: readonly SyntaxNode[]): void;

  program(): Program {
    this.statements(this.root.children);
    for (const scope of this.scopes) scope.calls.sort((a, b) => a.call.at.start - b.call.at.start);
    const [module] = this.scopes;
    return {
      module: module ?? this.scope,
      scopes: this.scopes,
      text: this.text,
      language: this.language,
      self: this.self,
    };
  }

  slice(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  #scope(
    kind: Scope["kind"],
    name: string | undefined,
    node: SyntaxNode,
    parent: Scope | undefined,
    getter: boolean,
    shape = false,
  ): Scope {
    const scope: Scope = {
      kind,
      shape,
      name,
      at: spanOf(node),
      parent,
      body: this.block,
      params: [],
      decorators: [],
      bindings: new Map(),
      members: new Map(),
      bases: [],
      calls: [],
      assignments: [],
      returns: [],
      children: [],
      getter,
      sideEffects: [],
    };
    this.scopes.push(scope);
    parent?.children.push(scope);
    return scope;
  }

  /** Runs `fill` inside a new scope and gives it. */
  inScope(
    kind: "function" | "class",
    name: string | undefined,
    node: SyntaxNode,
    fill: (scope: Scope) => void,
    getter = false,
    shape = false,
  ): Scope {
    const { scope: outer, block: outerBlock } = this;
    this.block = { kind: "body", parent: outerBlock, at: spanOf(node), throws: false };
    const scope = this.#scope(kind, name, node, outer, getter, shape);
    this.scope = scope;
    fill(scope);
    this.scope = outer;
    this.block = outerBlock;
    return scope;
  }

  /** Runs `fill` inside a new block and gives it. A throw inside counts for the blocks around it, up to a `try`. */
  inBlock(kind: BlockKind, node: SyntaxNode, extra: { condition?: Expression; of?: Block }, fill: () => void): Block {
    const outer = this.block;
    const block: Block = { kind, parent: outer, at: spanOf(node), throws: false, ...extra };
    this.block = block;
    fill();
    this.block = outer;
    if (block.throws && kind !== "try" && outer.kind !== "body") outer.throws = true;
    return block;
  }

  bind(binding: Omit<Binding, "block">, scope: Scope = this.scope): Binding {
    const full: Binding = { ...binding, block: this.block };
    const list = scope.bindings.get(full.name);
    if (list) list.push(full);
    else scope.bindings.set(full.name, [full]);
    return full;
  }

  /** Binds a name in the scope that owns it, which may be one around the assignment. */
  rebind(binding: Omit<Binding, "block">, owner: Scope): Binding {
    return this.bind(owner === this.scope ? binding : { ...binding, valueIn: this.scope }, owner);
  }

  member(owner: Scope, binding: Omit<Binding, "block">): void {
    const full: Binding = { ...binding, block: this.block };
    const list = owner.members.get(full.name);
    if (list) list.push(full);
    else owner.members.set(full.name, [full]);
  }

  call(callee: Expression, args: readonly Entry[], node: SyntaxNode, isNew = false): Call {
    const call: Call = { kind: "call", callee, arguments: args, isNew, at: spanOf(node) };
    this.scope.calls.push({ call, scope: this.scope, block: this.block });
    return call;
  }

  /** Something whose parts matter and whose own meaning does not. */
  mix(node: SyntaxNode, parts: readonly Expression[]): Expression {
    return { kind: "mix", parts, at: spanOf(node) };
  }
}
