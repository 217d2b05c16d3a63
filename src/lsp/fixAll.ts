import type { CodeAction } from "vscode-languageserver";
import type { Finding } from "../core/finding.ts";
import { togetherFixes } from "../core/fixes.ts";
import { workspaceEdit, type Places } from "./convert.ts";

/** Below `source.fixAll`, so that `editor.codeActionsOnSave` can name it. */
export const FIX_ALL_KIND = "source.fixAll.sallyport";

/** One action with every safe fix that can be made together. A fix that the person must look at is never among them. */
export function fixAllOf(findings: readonly Finding[], places: Places): CodeAction | undefined {
  const { edits } = togetherFixes(findings, (fix) => fix.safety === "safe");
  if (edits.length === 0) return undefined;
  return { title: "Apply all safe fixes of Sallyport", kind: FIX_ALL_KIND, edit: workspaceEdit(edits, places) };
}
