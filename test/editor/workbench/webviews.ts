import type { Frame } from "playwright-core";
import type { Workbench } from "./workbench.ts";
import { until } from "./until.ts";

/**
 * The document inside a webview: an iframe in an iframe, told by something that only it shows.
 * @param selector a CSS selector, or Playwright's `text=…`
 */
export async function webview(window: Workbench, selector: string): Promise<Frame> {
  return await until(`a webview with ${selector}`, async () => {
    for (const frame of window.page.frames()) {
      if (frame !== window.page.mainFrame() && (await frame.locator(selector).count()) > 0) return frame;
    }
    return undefined;
  });
}
