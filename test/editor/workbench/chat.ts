// VS Code's own chat agent, with the fake model of the bridge. Only on the server kind `agent`.
import type { Locator } from "playwright-core";
import { until } from "./until.ts";
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

/** Waits until the chat says something. Its text is rendered (links, headings), so it is matched as a whole. */
export async function chatSays(window: Workbench, text: RegExp): Promise<void> {
  let shown = "";
  await until(
    () => `${String(text)} in the chat, which says: ${shown}`,
    async () => {
      shown = (await window.page.locator(SESSION).allInnerTexts()).join("\n");
      return text.test(shown);
    },
  );
}

/** A button of the agent's question before a tool call: by its text, since its label is a whole sentence. */
export function chatButton(window: Workbench, text: string): Locator {
  return window.page.locator(".chat-confirmation-widget-buttons .monaco-button", { hasText: text });
}
