// Agents & Servers: the view, what leads out of it, and the person's own files.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { it } from "./it.ts";
import { screenshotInThemes } from "./themes.ts";
import { until } from "./until.ts";
import { webview } from "./webviews.ts";
import { Workbench } from "./workbench.ts";

const HOME = `{
  "servers": {
    // mine
    "lighthouse": { "type": "stdio", "command": "node", "args": ["lighthouse.mjs"] },
    "buoys": { "type": "http", "url": "http://buoys.harbor.example/mcp" }
  }
}
`;

describe("the Agents & Servers view", () => {
  let window: Workbench;
  let home: string;
  before(async () => {
    window = await Workbench.open();
    // Where a desktop VS Code of this home would keep its user's servers.
    home = path.join(window.server.home, ".config", "Code", "User", "mcp.json");
    mkdirSync(path.dirname(home), { recursive: true });
    writeFileSync(home, HOME);
    await window.command("sallyport.servers.focus");
    await window.command("sallyport.refreshServers");
  });
  after(async () => {
    rmSync(home, { force: true });
    await window.close();
  });

  const rows = () => window.page.locator(".pane-body .monaco-list-row");
  const row = (text: string | RegExp) => rows().filter({ hasText: text }).first();

  it("lists the workspace's and the person's servers, with their state", async () => {
    await row("lighthouse").waitFor();
    const texts = await rows().allTextContents();
    const line = (name: string) => texts.find((text) => text.startsWith(name)) ?? assert.fail(texts.join("\n"));
    assert.match(line("lighthouse"), /not protected/);
    assert.match(line("buoys"), /\d findings? · not protected · host buoys\.harbor\.example/);
    assert.match(line("tracker"), /\d findings? · not protected/);
    await screenshotInThemes(window, "servers");
  });

  it("opens the place of a row, where a file of the person's then shows what is wrong with it", async () => {
    assert.deepEqual(await findings(home), []);
    await row("buoys").click();
    const caret = await until("an editor at the entry", async () => {
      const at = await window.caret();
      return at?.lineText.includes("buoys.harbor") && at;
    });
    assert.equal(caret.position.line, 4);
    await until("its findings", async () => (await findings(home)).length > 0);
    assert.ok((await findings(home)).includes("plaintext-http"));
    await window.screenshot("servers-home-file");
  });

  it("explains an entry in a hover", async () => {
    await window.command("editor.action.showHover");
    const hover = window.page.locator(".monaco-hover-content").first();
    await hover.getByText("buoys connects to host buoys.harbor.example").waitFor();
    await window.screenshot("servers-hover");
    await window.page.keyboard.press("Escape");
  });

  it("shows what is found and what may be reached above an entry, and leads to its row", async () => {
    const lens = window.page.locator(".codelens-decoration a", { hasText: /\d finding/ }).last();
    await lens.waitFor();
    await lens.click();
    await window.page.locator(".pane-body .monaco-list-row.focused", { hasText: "buoys" }).waitFor();
    await window.screenshot("servers-lens");
  });

  it("mends a finding from its row", async () => {
    const finding = row("Remote server over plain HTTP");
    await finding.hover();
    await finding.getByRole("button", { name: "Fix…" }).click();
    await window.page.locator(".action-widget").getByText("Use https://").first().click();
    await until("the fix", async () => {
      await window.run((api) => api.workspace.saveAll(false));
      return readFileSync(home, "utf8").includes('"https://buoys.harbor.example/mcp"');
    });
    await until("the finding to go", async () => !(await findings(home)).includes("plaintext-http"));
  });

  it("protects a server from its row, in the file on the disk", async () => {
    await row("lighthouse").hover();
    await row("lighthouse").getByRole("button", { name: "Protect" }).click();
    await until("the entry on the disk", () => readFileSync(home, "utf8").includes("--server=lighthouse"));
    await row(/lighthouse.*protected, by its file/).waitFor();
    assert.match(readFileSync(home, "utf8"), /\/\/ mine/);
  });

  it("tells of a change that an agent wrote, shows it, and takes it back", async () => {
    const file = window.path(".cursor/mcp.json");
    const before = readFileSync(file, "utf8");
    const evil = before.replace(/"mcpServers": \{/, '$&\n    "evil": { "command": "node", "args": ["evil.mjs"] },');
    assert.notEqual(evil, before);
    writeFileSync(file, evil);
    const text = /mcp\.json was changed, not by a save here: it adds the server "evil"/;
    const told = await window.listedNotification(text);
    await window.screenshot("change-notification");
    await told.getByText("Show Difference").click();
    await window.page.locator(".monaco-diff-editor").getByText("evil.mjs").first().waitFor();
    const news = window.page.getByText("1 file changed without a save here").first();
    await news.waitFor();
    await screenshotInThemes(window, "change-difference");
    await (await window.listedNotification(text)).getByText("Revert").click();
    await until("the old text", () => readFileSync(file, "utf8") === before);
    await news.waitFor({ state: "detached" });
  });

  it("tells of a change of the person's own file", async () => {
    const before = readFileSync(home, "utf8");
    writeFileSync(home, before.replace("buoys.harbor.example", "elsewhere.example"));
    const told = await window.listedNotification(/changes what "buoys" starts/);
    await told.getByText("Keep").click();
    await window.page.getByText("1 file changed").waitFor({ state: "detached" });
    assert.match(readFileSync(home, "utf8"), /elsewhere/);
  });

  it("holds what an agent adds, where the person wants that, until a click on a card", async () => {
    const file = window.path(".cursor/mcp.json");
    const before = readFileSync(file, "utf8");
    const setHold = (value: boolean | undefined) =>
      window.run(
        (api, on: boolean | null) =>
          api.workspace
            .getConfiguration("sallyport")
            .update("holdNewServers", on ?? undefined, api.ConfigurationTarget.Global),
        value ?? null,
      );
    await setHold(true);
    writeFileSync(
      file,
      before.replace(/"mcpServers": \{/, '$&\n    "evil": { "command": "node", "args": ["evil.mjs"] },'),
    );
    await until("the entry to be held", () => readFileSync(file, "utf8").includes('"--held"'));
    await window.listedNotification(/adds the server "evil"; held until you release it/);
    await window.command("notifications.hideList");
    await window.command("sallyport.revealServer", await uriOf(file), "evil");
    const held = row(/^evil.*held, not started/);
    await held.waitFor();
    await screenshotInThemes(window, "held-server");
    await held.hover();
    await held.getByRole("button", { name: "Release…" }).click();
    const card = (await webview(window, "sallyport-panel")).locator("article.loosening", { hasText: "Release evil" });
    await card.waitFor();
    await window.screenshot("held-release");
    assert.match(readFileSync(file, "utf8"), /"--held"/);
    await card.locator('[data-choice="confirm"]').click();
    await until("the entry to be released", () => !readFileSync(file, "utf8").includes('"--held"'));
    assert.match(readFileSync(file, "utf8"), /"--server=evil"/);
    await setHold(undefined);
    await window.command("workbench.action.closePanel");
  });

  it("follows a repository's ignores once the person has accepted them on a card", async () => {
    const file = window.path(".vscode/settings.json");
    const line = '"curl": true';
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes(line));
    writeFileSync(file, text.replace(line, `// sallyport-ignore: auto-approve -- harbor rules\n  ${line}`));
    const approvals = async () => (await findings(file)).filter((one) => one === "auto-approve").length;
    await window.listedNotification(/This repository says to ignore/);
    await window.command("notifications.hideList");
    const before = await until("the finding", approvals);
    await window.begin("sallyport.acceptIgnores");
    const card = (await webview(window, "sallyport-panel")).locator("article.loosening", { hasText: "harbor rules" });
    await card.waitFor();
    await window.screenshot("ignores-card");
    assert.equal(await approvals(), before);
    await card.locator('[data-choice="confirm"]').click();
    await until("the finding to go", async () => (await approvals()) < before);
    await window.command("workbench.action.closePanel");
  });

  it("stays legible when it is narrow, and when it is wide", async () => {
    await window.page.setViewportSize({ width: 640, height: 900 });
    await window.screenshot("servers-narrow");
    await window.page.setViewportSize({ width: 1900, height: 1000 });
    await window.screenshot("servers-wide");
    await window.page.setViewportSize({ width: 1400, height: 900 });
  });

  async function uriOf(file: string): Promise<string> {
    return await window.run((api, name: string) => api.Uri.file(name).toString(), file);
  }

  async function findings(file: string): Promise<string[]> {
    return await window.run(
      (api, name: string) =>
        api.languages
          .getDiagnostics(api.Uri.file(name))
          .map((one) => String(typeof one.code === "object" ? one.code.value : one.code)),
      file,
    );
  }
});
