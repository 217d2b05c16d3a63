import type { Tree } from "web-tree-sitter";

/**
 * A node of a parsed text as a plain object: the tree's own memory can be freed, and reading a property costs no call
 * into WASM. Only named nodes, and unnamed ones that stand in a field (operators).
 */
export interface SyntaxNode {
  readonly type: string;
  /** The field of its parent that it stands in. */
  readonly field: string | undefined;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

export interface Syntax {
  readonly root: SyntaxNode;
  readonly comments: readonly SyntaxNode[];
  /** True when something lay deeper than the bound and was left out. */
  readonly cut: boolean;
}

/** Deeper nodes are left out: whoever walks the copy may then recurse without fear for the stack. */
const MAX_DEPTH = 600;

type Growing = { -readonly [K in keyof SyntaxNode]: K extends "children" ? Growing[] : SyntaxNode[K] };

/** Copies a tree. Comments are listed apart and stand nowhere else, since they may stand anywhere. */
export function copySyntax(tree: Tree): Syntax {
  const cursor = tree.walk();
  const comments: SyntaxNode[] = [];
  let cut = false;
  const node = (): Growing => ({
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  });
  try {
    const root = node();
    const open = [root];
    let descend = cursor.gotoFirstChild();
    while (open.length > 0) {
      if (!descend) {
        if (cursor.gotoNextSibling()) {
          descend = true;
          open.pop();
          if (open.length === 0) break;
        } else {
          if (!cursor.gotoParent()) break;
          open.pop();
          descend = false;
          continue;
        }
      }
      const parent = open.at(-1);
      if (!parent) break;
      const here = node();
      if (here.type === "comment") comments.push(here);
      else if (cursor.nodeIsNamed || here.field === "operator") parent.children.push(here);
      open.push(here);
      descend = false;
      if (cursor.nodeIsNamed) {
        if (open.length < MAX_DEPTH) descend = cursor.gotoFirstChild();
        else cut = true;
      }
    }
    return { root, comments, cut };
  } finally {
    cursor.delete();
  }
}

export function field(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === name);
}

export function fields(node: SyntaxNode, name: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === name);
}

export function ofType(node: SyntaxNode, ...types: readonly string[]): SyntaxNode[] {
  return node.children.filter((child) => types.includes(child.type));
}
