// Findings as the real editor has them, and the fixes that it offers.
import type { Workbench } from "./workbench.ts";
import { until } from "./until.ts";

export interface ShownDiagnostic {
  /** The rule. */
  readonly code: string;
  readonly severity: "Error" | "Warning" | "Information" | "Hint";
  readonly message: string;
  /** Zero-based, in UTF-16 units: line:character-line:character. */
  readonly range: string;
  /** The text that is underlined. */
  readonly text: string;
}

/** What Sallyport shows in a file right now, in the order of its places. */
async function shown(window: Workbench, file: string): Promise<ShownDiagnostic[]> {
  return await window.run(async (api, name: string) => {
    const document = await api.workspace.openTextDocument(api.Uri.file(name));
    return api.languages
      .getDiagnostics(document.uri)
      .filter((one) => one.source === "sallyport")
      .toSorted((a, b) => a.range.start.compareTo(b.range.start))
      .map((one) => ({
        code: String(typeof one.code === "object" ? one.code.value : one.code),
        severity: api.DiagnosticSeverity[one.severity] as ShownDiagnostic["severity"],
        message: one.message,
        range: `${one.range.start.line}:${one.range.start.character}-${one.range.end.line}:${one.range.end.character}`,
        text: document.getText(one.range),
      }));
  }, window.path(file));
}

/** Waits until the file's findings are as asked (default: there are some), and gives them. */
export async function diagnostics(
  window: Workbench,
  file: string,
  asked: (found: ShownDiagnostic[]) => boolean = (found) => found.length > 0,
): Promise<ShownDiagnostic[]> {
  let last: ShownDiagnostic[] = [];
  try {
    return await until(`findings in ${file}`, async () => {
      last = await shown(window, file);
      return asked(last) && last;
    });
  } catch (error) {
    throw new Error(`the findings of ${file} did not become what was expected: ${JSON.stringify(last, null, 2)}`, {
      cause: error,
    });
  }
}

/** Zero-based. */
interface Place {
  readonly line: number;
  readonly character: number;
}

/** Where a finding begins. */
function placeOf(found: ShownDiagnostic): Place {
  const [line = 0, character = 0] = found.range.split("-")[0]?.split(":").map(Number) ?? [];
  return { line, character };
}

/** Puts the caret at a place, or where a finding begins, as the status bar then says, with the keyboard in the editor. */
export async function goTo(window: Workbench, file: string, where: Place | ShownDiagnostic): Promise<void> {
  await window.openFile(file);
  const { line, character } = "range" in where ? placeOf(where) : where;
  await window.run(
    (api, at: { line: number; character: number }) => {
      const editor = api.window.activeTextEditor;
      if (!editor) throw new Error("no editor is open");
      const position = new api.Position(at.line, at.character);
      editor.selection = new api.Selection(position, position);
      editor.revealRange(new api.Range(position, position), api.TextEditorRevealType.InCenter);
    },
    { line, character },
  );
  await window.command("workbench.action.focusActiveEditorGroup");
  await window.statusBarItem(`Ln ${line + 1}, Col ${character + 1}`).waitFor();
}

/** Opens the quick-fix menu at the caret with the keyboard, and gives the entry with this title, visible. */
export async function quickFixMenu(window: Workbench, title: string | RegExp) {
  const entry = window.page.locator(".action-widget").getByText(title).first();
  await until(`the quick fix ${String(title)}`, async () => {
    // The menu is not renewed once it is open, and opens without what no provider has answered yet: ask anew.
    await window.page.keyboard.press("Control+Period");
    const there = await entry.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
    if (!there) await window.page.keyboard.press("Escape");
    return there;
  });
  return entry;
}

/** Applies a quick fix of a finding as a person would: caret, Ctrl+., click. */
export async function applyQuickFix(
  window: Workbench,
  file: string,
  found: ShownDiagnostic,
  title: string | RegExp,
): Promise<void> {
  await goTo(window, file, found);
  const before = await window.textOf(file);
  await (await quickFixMenu(window, title)).click();
  await until("the text to change", async () => (await window.textOf(file)) !== before);
}
