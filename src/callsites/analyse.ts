import type { LineIndex } from "../core/text.ts";
import type { GrammarName, Grammars } from "../parsing/grammars.ts";
import type { CallSite } from "./callSite.ts";

export interface AnalyseOptions {
  readonly file: string;
  readonly text: string;
  readonly language: GrammarName;
  readonly grammars: Grammars;
  readonly index: LineIndex;
}

export type AnalyseOutcome =
  | {
      readonly ok: true;
      readonly sites: CallSite[];
      /** Whether an offset lies in a comment of the language. */
      readonly isComment: (offset: number) => boolean;
    }
  | { readonly ok: false; readonly code: "TOO_LARGE"; readonly message: string };

/** The spans of comments, from the tree; comments do not nest in these languages. */
function commentTest(spans: readonly { start: number; end: number }[]): (offset: number) => boolean {
  return (offset) => spans.some((span) => offset >= span.start && offset < span.end);
}

/** Parses one text and finds its call sites. */
export async function analyse(options: AnalyseOptions): Promise<AnalyseOutcome> {
  const parsed = await options.grammars.parse(options.language, options.text, (tree) =>
    tree.rootNode.descendantsOfType("comment").map((node) => ({ start: node.startIndex, end: node.endIndex })),
  );
  if (!parsed.ok) return { ok: false, code: "TOO_LARGE", message: parsed.message };
  return { ok: true, sites: [], isComment: commentTest(parsed.value) };
}
