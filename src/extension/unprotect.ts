import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { notification } from "../core/notification.ts";
import { RELEASE_REQUEST, UNPROTECT_REQUEST, type EntryParams, type UnprotectAnswer } from "../lsp/protocol.ts";
import type { TrafficView } from "./trafficView.ts";

interface Words {
  readonly request: string;
  readonly summary: string;
  readonly consequence: string;
  readonly confirm: string;
  /** "unprotected", "released" */
  readonly done: string;
}

/** Lets a held entry start, after a person's click on a card of the panel. */
export async function release(
  api: typeof vscode,
  client: LanguageClient,
  panel: TrafficView,
  params: EntryParams,
): Promise<void> {
  await loosen(api, client, panel, params, {
    request: RELEASE_REQUEST,
    summary: `Release ${params.server}`,
    consequence: "Its client may start it from now on. Its calls go through Sallyport.",
    confirm: "Release",
    done: "released",
  });
}

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
  await loosen(api, client, panel, params, {
    request: UNPROTECT_REQUEST,
    summary: `Take the protection off ${params.server}`,
    consequence: "Its tool calls will no longer be inspected, decided or recorded once its client starts it anew.",
    confirm: "Unprotect",
    done: "unprotected",
  });
}

async function loosen(
  api: typeof vscode,
  client: LanguageClient,
  panel: TrafficView,
  params: EntryParams,
  words: Words,
): Promise<void> {
  const { request, done, summary, consequence, confirm } = words;
  const answer = await client.sendRequest<UnprotectAnswer>(request, params);
  if (answer.status === "unchanged") return;
  if (answer.status === "refused") {
    void api.window.showWarningMessage(notification(`${params.server} cannot be ${done}: ${answer.reason}.`));
    return;
  }
  const document = await api.workspace.openTextDocument(api.Uri.parse(params.uri));
  const { version } = document;
  const accepted = await panel.confirm({
    summary,
    consequence,
    change: { before: answer.before, after: answer.after },
    confirm,
  });
  if (!accepted) return;
  if (document.version !== version) {
    void api.window.showWarningMessage(
      notification(`${params.server} was not ${done}: its file changed while you were asked.`),
    );
    return;
  }
  const edit = new api.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(document.uri, new api.Range(new api.Position(0, 0), end), answer.text);
  if (await api.workspace.applyEdit(edit)) await document.save();
}
