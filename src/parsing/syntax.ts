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

/** Named nodes without children in these grammars: asking for their first child would be a call for nothing. */
const LEAVES: ReadonlySet<string> = new Set([
  "identifier",
  "property_identifier",
  "private_property_identifier",
  "shorthand_property_identifier",
  "shorthand_property_identifier_pattern",
  "type_identifier",
  "statement_identifier",
  "string_start",
  "string_content",
  "string_end",
  "string_fragment",
  "escape_sequence",
  "integer",
  "float",
  "number",
  "true",
  "false",
  "none",
  "null",
  "undefined",
  "this",
  "super",
  "comment",
  "pass_statement",
  "predefined_type",
  "accessibility_modifier",
]);

/** What the grammars call their comments. */
const COMMENTS: ReadonlySet<string> = new Set(["comment", "line_comment", "block_comment", "multiline_comment"]);

/** Nodes whose operator, an unnamed child, is worth knowing. */
const WITH_OPERATOR: ReadonlySet<string> = new Set([
  "binary_operator",
  "binary_expression",
  "augmented_assignment",
  "augmented_assignment_expression",
]);

/**
 * Copies a tree. Comments are listed apart and stand nowhere else, since they may stand anywhere. Every property that
 * is read of a tree is a call into WASM, and this is what a file costs after its parsing: so none is read twice, and of
 * unnamed nodes only the type.
 */
export function copySyntax(tree: Tree): Syntax {
  const { types, fields: fieldNames } = tree.language;
  const named = namedTypes(tree);
  const cursor = tree.walk();
  const comments: SyntaxNode[] = [];
  let cut = false;
  const node = (type: string): Growing => ({
    type,
    field: fieldNames[cursor.currentFieldId] ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  });
  try {
    const root = node(cursor.nodeType);
    const open = [root];
    let parent = root;
    let more = cursor.gotoFirstChild();
    while (more) {
      const id = cursor.nodeTypeId;
      const type = types[id] ?? "ERROR";
      let descended = false;
      if (named[id] !== 0) {
        const here = node(type);
        if (COMMENTS.has(type)) comments.push(here);
        else parent.children.push(here);
        if (!LEAVES.has(type)) {
          if (open.length >= MAX_DEPTH) cut = true;
          else if (cursor.gotoFirstChild()) {
            open.push(here);
            parent = here;
            descended = true;
          }
        }
      } else if (WITH_OPERATOR.has(parent.type)) {
        const here = node(type);
        if (here.field === "operator") parent.children.push(here);
      }
      if (descended) continue;
      while (!cursor.gotoNextSibling()) {
        open.pop();
        const above = open.at(-1);
        more = above !== undefined && cursor.gotoParent();
        if (!above || !more) break;
        parent = above;
      }
    }
    return { root, comments, cut };
  } finally {
    cursor.delete();
  }
}

const namedByLanguage = new WeakMap<object, Uint8Array>();

/** By type id: 1 for named types. Error nodes have an id beyond the table and count as named. */
function namedTypes(tree: Tree): Uint8Array {
  const { language } = tree;
  let named = namedByLanguage.get(language);
  if (!named) {
    named = Uint8Array.from({ length: language.nodeTypeCount }, (_, id) => Number(language.nodeTypeIsNamed(id)));
    namedByLanguage.set(language, named);
  }
  return named;
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
