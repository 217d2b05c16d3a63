import type { Span } from "../core/text.ts";

/** Languages by what they share: how modules are named, and which SDKs there are. TypeScript and its like are one. */
export type Family = "python" | "javascript" | "go" | "java" | "kotlin" | "csharp" | "ruby" | "rust" | "php";

/** Where an import's names hang on its module by dots (`a.b.C`); in the others a module is one name (`@a/b`, `x.org/a/b`). */
export function isDotted(family: Family): boolean {
  return family !== "javascript" && family !== "go";
}

/**
 * What the languages have in common, as far as finding model calls and their records needs it. A language's file lowers
 * its syntax to this; everything after it is the same for all.
 */
export type Expression =
  | { readonly kind: "name"; readonly name: string; readonly at: Span }
  | {
      readonly kind: "member";
      readonly object: Expression;
      readonly name: string;
      readonly nameAt: Span;
      readonly at: Span;
      /** Where the member is a method, reading it calls it: Ruby. */
      readonly reads?: true;
    }
  | { readonly kind: "index"; readonly object: Expression; readonly index: Expression; readonly at: Span }
  | Call
  | {
      readonly kind: "text";
      /** With each interpolation as U+0000. */
      readonly value: string;
      readonly parts: readonly Expression[];
      readonly at: Span;
    }
  | { readonly kind: "object"; readonly entries: readonly Entry[]; readonly at: Span }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly at: Span }
  | { readonly kind: "function"; readonly scope: Scope; readonly at: Span }
  /** One of these: `a ?? b`, `a or b`, `c ? a : b`. */
  | { readonly kind: "choice"; readonly options: readonly Expression[]; readonly at: Span }
  /** Python's `a | b`, by which LangChain composes. */
  | { readonly kind: "pipe"; readonly left: Expression; readonly right: Expression; readonly at: Span }
  /** Something that depends on its parts. `text` tells `not x` from `x` where a condition is looked at. */
  | { readonly kind: "mix"; readonly parts: readonly Expression[]; readonly at: Span };

export interface Call {
  readonly kind: "call";
  readonly callee: Expression;
  readonly arguments: readonly Entry[];
  readonly isNew: boolean;
  readonly at: Span;
}

/** An argument, or an entry of an object: with its name, without one, or spread into its surroundings. */
export interface Entry {
  readonly name: string | undefined;
  readonly value: Expression;
  readonly spread: boolean;
}

export interface Import {
  /** As it is written: `openai`, `./llm`, `..core.llm`. */
  readonly module: string;
  /** The exported name, `default`, or `*` for the whole module. */
  readonly name: string;
  readonly typeOnly: boolean;
}

export type Origin = "import" | "param" | "assign" | "function" | "class" | "catch" | "each" | "with";

export interface Binding {
  readonly name: string;
  readonly at: Span;
  readonly origin: Origin;
  readonly block: Block;
  readonly value?: Expression;
  /** Where the value stands, when that is another scope than the one that owns the name. */
  readonly valueIn?: Scope;
  /** Which part of the value, where it was destructured. */
  readonly path?: readonly string[];
  /** The type as written. */
  readonly type?: string;
  readonly import?: Import;
  /** The function or class that it names. */
  readonly scope?: Scope;
  /** Position among the parameters; -1 for one that takes the rest or only a name. */
  readonly position?: number;
}

export type BlockKind = "body" | "try" | "catch" | "finally" | "if" | "else" | "loop" | "with";

/** A stretch of code with one way in. */
export interface Block {
  readonly kind: BlockKind;
  readonly parent: Block | undefined;
  readonly at: Span;
  /** Of `if`, `else` (the same one), `loop`. */
  readonly condition?: Expression;
  /** Of a catch: the `try` it belongs to. */
  readonly of?: Block;
  /** True when a throw stands directly in it or in a block of it. */
  throws: boolean;
}

export interface CallUse {
  readonly call: Call;
  readonly scope: Scope;
  readonly block: Block;
}

export interface Assignment {
  readonly target: Expression;
  readonly value: Expression;
  readonly block: Block;
}

export interface Return {
  readonly value: Expression | undefined;
  readonly at: Span;
  readonly block: Block;
}

/** A module, a function or a class. */
export interface Scope {
  readonly kind: "module" | "function" | "class";
  /** A class of which only the type is written: an interface. It is bound as `typeName(name)`, apart from values. */
  readonly shape: boolean;
  readonly name: string | undefined;
  readonly at: Span;
  readonly parent: Scope | undefined;
  readonly body: Block;
  readonly params: Binding[];
  readonly decorators: Expression[];
  readonly bindings: Map<string, Binding[]>;
  /** Of a class: what its instances carry. */
  readonly members: Map<string, Binding[]>;
  readonly bases: Expression[];
  /** Calls that stand directly in it, by place. */
  readonly calls: CallUse[];
  readonly assignments: Assignment[];
  readonly returns: Return[];
  readonly children: Scope[];
  /** A property's getter, which is called by being read. */
  readonly getter: boolean;
  /** Modules that are imported for their effect only. */
  readonly sideEffects: { readonly module: string; readonly at: Span }[];
}

export interface Program {
  readonly module: Scope;
  /** Every scope, outermost first. */
  readonly scopes: readonly Scope[];
  readonly text: string;
  readonly language: Family;
  /** What an instance calls itself: `self`, `this`. */
  readonly self: string;
}

/** Under which name a type is bound: a value may have the same name. */
export function typeName(name: string): string {
  return `type ${name}`;
}

export function spanOf(node: { readonly start: number; readonly end: number }): Span {
  return { start: node.start, end: node.end };
}

/** Whether `inner` lies within `outer`, a block being within itself. */
export function within(inner: Block | undefined, outer: Block): boolean {
  for (let block = inner; block; block = block.parent) if (block === outer) return true;
  return false;
}

/** The class whose instance `self` or `this` is in a scope. */
export function enclosingClass(scope: Scope | undefined): Scope | undefined {
  for (let at = scope; at; at = at.parent) if (at.kind === "class") return at;
  return undefined;
}
