// VS Code's own chat agent, with the fake model of the bridge. Only on the server kind `agent`.
import type { Locator } from "playwright-core";
import type { Workbench } from "./workbench.ts";

const SESSION = ".interactive-session";

/**
 * Says something to the agent in a new chat; the answer comes when it comes. The fake model understands
 * `use <tool> with <JSON> please`.
 */
export async function say(window: Workbench, query: string): Promise<void> {
  // While an answer is under way, a message would be queued behind it.
  await window.page.locator(`${SESSION} .codicon-stop-circle`).waitFor({ state: "hidden" });
  await window.command("workbench.action.chat.newChat");
  await window.begin("workbench.action.chat.open", { query, mode: "agent" });
}

/** Something that the chat shows. */
export function chatText(window: Workbench, text: string | RegExp): Locator {
  return window.page.locator(SESSION).getByText(text).first();
}

/** A button of the agent's question before a tool call: by its text, since its label is a whole sentence. */
export function chatButton(window: Workbench, text: string): Locator {
  return window.page.locator(".chat-confirmation-widget-buttons .monaco-button", { hasText: text });
}
