import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { it } from "./it.ts";
import { screenshotInThemes } from "./themes.ts";
import { until } from "./until.ts";
import { Workbench } from "./workbench.ts";

describe("the Call Sites view", () => {
  let window: Workbench;
  before(async () => {
    window = await Workbench.open();
    await window.command("sallyport.callSites.focus");
  });
  after(() => window.close());

  const rows = () => window.page.locator(".pane-body .monaco-list-row");

  it("lists every site of the demo with its verdict", async () => {
    await rows().filter({ hasText: "line" }).first().waitFor();
    const shown = await until("the eight sites", async () => {
      const texts = await rows().allTextContents();
      const sites = texts.filter((text) => / · line \d+/.test(text));
      return sites.length >= 8 && sites;
    });
    const verdicts = shown.map((text) => /(unlogged|partly|unknown|logged|instrumented) · line/.exec(text)?.[1]);
    assert.deepEqual(
      verdicts.toSorted((a, b) => String(a).localeCompare(String(b))),
      ["instrumented", "instrumented", "logged", "logged", "partly", "unlogged", "unlogged", "unlogged"],
    );
    await screenshotInThemes(window, "call-sites");
  });

  it("opens the line of a row that is clicked, with the method selected", async () => {
    const row = rows().filter({ hasText: "unlogged · line" }).first();
    const line = Number(/· line (\d+)/.exec((await row.textContent()) ?? "")?.[1]);
    await row.click();
    const caret = await until("an editor at the line", async () => {
      const at = await window.caret();
      return at?.position.line === line - 1 && at;
    });
    assert.match(caret.lineText, /create\(|converse|invoke_model|send\(/);
    await window.screenshot("call-site-opened");
  });
});
