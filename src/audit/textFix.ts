import type { ConfigFile } from "../clients/config.ts";
import type { Fix } from "../core/finding.ts";
import { replaceText, type TextChange } from "../documents/textEdits.ts";

/**
 * The fix that writes other text in the place of parts of strings, in the file's own syntax; none where it cannot be
 * written there.
 */
export function textFix(
  { document }: ConfigFile,
  title: string,
  safety: Fix["safety"],
  ...changes: readonly TextChange[]
): Fix[] {
  const edits = replaceText(document, ...changes);
  return edits.length === 0 ? [] : [{ title, safety, edits }];
}
