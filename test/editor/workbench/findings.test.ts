import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { applyQuickFix, diagnostics, goTo, quickFixMenu } from "./diagnostics.ts";
import { it } from "./it.ts";
import { screenshotInThemes } from "./themes.ts";
import { Workbench } from "./workbench.ts";

const FILE = ".vscode/mcp.json";
/** Those that are there for the reader; others depend on where the copy lies. */
const SHOWN = ["secret", "plaintext-http", "unpinned", "shell"];

describe("findings in the demo's mcp.json", () => {
  let window: Workbench;
  before(async () => {
    window = await Workbench.open();
  });
  after(() => window.close());

  it("stand at their exact ranges", async () => {
    await window.openFile(FILE);
    const found = await diagnostics(window, FILE, (all) =>
      SHOWN.every((rule) => all.some(({ code }) => code === rule)),
    );
    assert.deepEqual(
      found
        .filter(({ code }) => SHOWN.includes(code))
        .map(({ code, severity, range, text }) => [code, severity, range, text]),
      [
        ["secret", "Error", "18:28-18:50", '"q7Vd2mXk9RwT4bLzH8nC"'],
        ["plaintext-http", "Error", "25:13-25:48", '"http://tracker.harbor.example/mcp"'],
        ["unpinned", "Warning", "31:35-31:70", "@modelcontextprotocol/server-memory"],
        ["shell", "Warning", "36:22-36:53", "cd servers && exec node web.mjs"],
      ],
    );
  });

  it("are underlined, and listed in Problems", async () => {
    await window.command("workbench.actions.view.problems");
    // A list as long as this one has only the rows that are to be seen.
    await window.page.locator(".markers-panel").getByText("sallyport").first().waitFor();
    await window.page.locator(".squiggly-error").first().waitFor();
    await screenshotInThemes(window, "findings");
  });

  it("are mended by the quick fix that a person chooses", async () => {
    const [http] = await diagnostics(window, FILE, (all) => all.some(({ code }) => code === "plaintext-http")).then(
      (all) => all.filter(({ code }) => code === "plaintext-http"),
    );
    assert.ok(http);
    await goTo(window, FILE, http);
    await quickFixMenu(window, "Use https://");
    await window.screenshot("quick-fix");
    await window.page.keyboard.press("Escape");
    await applyQuickFix(window, FILE, http, "Use https://");
    assert.match(await window.textOf(FILE), /"url": "https:\/\/tracker\.harbor\.example\/mcp"/);
    const left = await diagnostics(window, FILE, (all) => all.every(({ code }) => code !== "plaintext-http"));
    assert.deepEqual(
      left.map(({ code }) => code).filter((code) => SHOWN.includes(code)),
      ["secret", "unpinned", "shell"],
    );
  });
});
