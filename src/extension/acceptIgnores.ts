import type * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { notification, oneLine } from "../core/notification.ts";
import { acceptIgnores } from "../link/acceptedIgnores.ts";
import { PENDING_IGNORES_REQUEST, type PendingIgnoresAnswer } from "../lsp/protocol.ts";
import { realEnvironment } from "../system/environment.ts";
import type { TrafficView } from "./trafficView.ts";

/** What a person reads before one click: more is done in several. */
const MAX_AT_ONCE = 50;
const MAX_REASON = 4096;

/**
 * Puts what repositories say to ignore before the person, on a card of the panel, and remembers what they accept for this
 * machine. A program can ask for the card; only a person's click answers it. True where something was accepted.
 */
export async function reviewIgnores(
  api: typeof vscode,
  client: LanguageClient,
  panel: Pick<TrafficView, "confirm">,
): Promise<boolean> {
  const { ignores } = await client.sendRequest<PendingIgnoresAnswer>(PENDING_IGNORES_REQUEST);
  const shown = ignores.filter((one) => one.reason.length <= MAX_REASON).slice(0, MAX_AT_ONCE);
  if (shown.length === 0) return false;
  const items = shown.map((one) => ({
    place: oneLine(`${one.label}:${one.line + 1}`),
    text: oneLine(one.message),
    note: `${one.rule}, because: ${oneLine(one.reason)}`,
  }));
  const count = shown.length === 1 ? "an ignore" : `${shown.length} ignores`;
  const accepted = await panel.confirm({
    summary: `Accept ${count} of this repository`,
    items,
    consequence:
      "These findings are about what the repository makes happen by itself. They will no longer be shown on this machine, " +
      "as long as the finding, its place and the reason stay the same.",
    confirm: "Accept",
  });
  if (!accepted) return false;
  try {
    acceptIgnores(realEnvironment(), shown);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void api.window.showErrorMessage(notification(`The ignores could not be remembered: ${why}`));
    return false;
  }
  return true;
}
