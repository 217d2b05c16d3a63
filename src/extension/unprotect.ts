import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { notification } from "../core/notification.ts";
import { UNPROTECT_REQUEST, type EntryParams, type UnprotectAnswer } from "../lsp/protocol.ts";
import type { TrafficView } from "./trafficView.ts";

/**
 * Takes the protection off an entry, after a person's click on a card of the panel. An agent can run the command; all it
 * gets is the card.
 */
export async function unprotect(
  api: typeof vscode,
  client: LanguageClient,
  panel: TrafficView,
  params: EntryParams,
): Promise<void> {
  const answer = await client.sendRequest<UnprotectAnswer>(UNPROTECT_REQUEST, params);
  if (answer.status === "unchanged") return;
  if (answer.status === "refused") {
    void api.window.showWarningMessage(notification(`${params.server} cannot be unprotected: ${answer.reason}.`));
    return;
  }
  const document = await api.workspace.openTextDocument(api.Uri.parse(params.uri));
  const { version } = document;
  const accepted = await panel.confirm({
    summary: `Take the protection off ${params.server}`,
    consequence: "Its tool calls will no longer be inspected, decided or recorded once its client starts it anew.",
    change: { before: answer.before, after: answer.after },
    confirm: "Unprotect",
  });
  if (!accepted) return;
  if (document.version !== version) {
    void api.window.showWarningMessage(
      notification(`${params.server} was not unprotected: its file changed while you were asked.`),
    );
    return;
  }
  const edit = new api.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new api.Range(new api.Position(0, 0), end), answer.text);
  if (await api.workspace.applyEdit(edit)) await document.save();
}
