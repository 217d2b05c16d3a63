// Sallyport's own panel: Agent Traffic.
import type { Frame, Locator } from "playwright-core";
import { webview } from "./webviews.ts";
import type { Workbench } from "./workbench.ts";

/** Shows the panel and gives its page. */
export async function openPanel(window: Workbench): Promise<Frame> {
  await window.command("sallyport.showPanel");
  return await webview(window, "sallyport-panel");
}

/**
 * Makes this window the one that answers, as a person does: a click on the card that the first window of a machine
 * shows. Each window of the tests has a browser profile, and so a key, of its own: one a server can be the first.
 */
export async function answerHere(panel: Frame): Promise<void> {
  await panel.locator('[data-choice="enrol"]').click();
  await panel.locator('[data-choice="enrol"]').waitFor({ state: "hidden" });
}

/** The card of a call that waits. */
export function askCard(panel: Frame, text: string | RegExp): Locator {
  return panel.locator("[data-ask]", { hasText: text });
}

/** Answers a waiting call; a reason goes with a denial, and reaches the agent. */
export async function answer(
  card: Locator,
  choice: "once" | "session" | "always" | "deny",
  reason?: string,
): Promise<void> {
  if (reason !== undefined) await card.locator("input.reason").fill(reason);
  await card.locator(`[data-choice="${choice}"]`).click();
}
