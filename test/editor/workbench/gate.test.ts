import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { it } from "./it.ts";
import { confirmTool, invokeTool, startMcpServers } from "./mcp.ts";
import { screenshotInThemes } from "./themes.ts";
import { until } from "./until.ts";
import { webview } from "./webviews.ts";
import { Workbench } from "./workbench.ts";

/** Only local servers of the demo: nothing here is protected yet. */
const CONFIG = `{
  "servers": {
    // What the harbor office knows.
    "notes": {
      "type": "stdio",
      "command": "node",
      "args": ["\${workspaceFolder}/servers/notes.mjs"],
    },
    "outbox": {
      "type": "stdio",
      "command": "node",
      "args": ["\${workspaceFolder}/servers/outbox.mjs"],
    },
  },
}
`;
const FILE = ".vscode/mcp.json";
const SEND = "mcp_harbor_outbox_send_message";

describe("the gate, in the real editor", () => {
  let window: Workbench;
  let panel: Frame;

  before(async () => {
    // The demo's settings format on saving, which is the person's business and not ours.
    const files = { [FILE]: CONFIG, ".vscode/settings.json": "{}\n", ".mcp.json": "{}\n" };
    window = await Workbench.open({ files });
  });
  after(() => window.close());

  async function card(): Promise<void> {
    await panel.locator("article.ask").waitFor();
  }

  /** Clicks the first of these lenses until only `rest` are left: the editor draws lenses anew whenever it likes. */
  async function clickLens(lens: Locator, rest: number): Promise<void> {
    await until("a lens to click", async () => (await lens.count()) === rest + 1);
    await until("the lens to go", async () => {
      if ((await lens.count()) === rest) return true;
      await lens.first().click({ timeout: 2000 });
      return await until("the click to count", async () => (await lens.count()) === rest, 5000);
    });
  }

  it("protects an entry from the lens above it, and changes nothing else", async () => {
    await window.openFile(FILE);
    const lens = window.page.locator(".codelens-decoration a", { hasText: "Protect this server" });
    await lens.first().waitFor();
    assert.equal(await lens.count(), 2);
    await window.screenshot("protect-lens");
    for (const [rest, name] of [
      [1, "notes"],
      [0, "outbox"],
    ] as const) {
      await clickLens(lens, rest);
      await until(`${name} to be protected`, () => window.savedTextOf(FILE).includes(`"--server=${name}"`));
    }
    await window.page.locator(".codelens-decoration a", { hasText: "Unprotect" }).first().waitFor();
    const text = window.savedTextOf(FILE);
    assert.ok(text.includes("// What the harbor office knows."));
    assert.ok(text.includes('"node"') && text.includes(".sallyport/bin/sallyport"));
    await window.screenshot("protected-lens");
  });

  it("shows the first window a card, and a click makes it the reviewer", async () => {
    await window.command("sallyport.showPanel");
    panel = await webview(window, "sallyport-panel");
    const enrol = panel.locator('[data-choice="enrol"]');
    await enrol.waitFor();
    await window.screenshot("panel-first-run");
    await enrol.click();
    await enrol.waitFor({ state: "detached" });
  });

  it("lets a reading tool of VS Code's own MCP client pass, and shows it", async () => {
    await startMcpServers(window, ["mcp_harbor_notes_list_notes", SEND]);
    const answer = await invokeTool(window, "mcp_harbor_notes_list_notes", {});
    assert.match(answer.text ?? answer.error ?? "", /reservations/);
    await panel.locator(".call.allowed", { hasText: "list_notes" }).waitFor();
  });

  it("holds a sending tool until a click on Allow, and the result arrives", async () => {
    const answer = invokeTool(window, SEND, {
      to: "crew@harbor.example",
      subject: "Tide",
      body: "High water at 10:40.",
    });
    await confirmTool(window);
    await card();
    assert.match((await panel.locator("article.ask pre").textContent()) ?? "", /High water at 10:40/);
    await window.statusBarItem(/1 call waits/).waitFor();
    await screenshotInThemes(window, "panel-approval");
    await panel.locator('article.ask [data-choice="once"]').click();
    assert.match((await answer).text ?? "", /sent|Sent/);
    await panel.locator("article.ask").waitFor({ state: "detached" });
    await panel.locator(".call.allowed", { hasText: "send_message" }).waitFor();
  });

  it("asks no more after Allow for this session, and tells of a waiting call in a notification", async () => {
    const first = invokeTool(window, SEND, { to: "quay@harbor.example", subject: "Crane", body: "Moved." });
    await confirmTool(window);
    await window.listedNotification(/wants to call send_message of outbox/);
    await window.command("notifications.hideList");
    await card();
    await panel.locator('article.ask [data-choice="session"]').click();
    assert.match((await first).text ?? "", /sent|Sent/);
    const second = invokeTool(window, SEND, { to: "quay@harbor.example", subject: "Crane", body: "Back again." });
    await confirmTool(window);
    assert.match((await second).text ?? "", /sent|Sent/);
    assert.equal(await panel.locator("article.ask").count(), 0);
  });

  it("lets a person withdraw what was granted", async () => {
    const withdraw = panel.locator('[data-choice="withdraw"]');
    await panel.locator("details.grants summary").click();
    await window.screenshot("panel-grants");
    await withdraw.first().click();
    await withdraw.waitFor({ state: "detached" });
  });

  it("brings a denial's reason to the agent", async () => {
    const answer = invokeTool(window, SEND, { to: "all@harbor.example", subject: "Pay", body: "Now." });
    await confirmTool(window);
    await card();
    await panel.locator("article.ask input.reason").fill("Not to everybody.");
    await panel.locator('article.ask [data-choice="deny"]').click();
    const { text, error } = await answer;
    assert.match(text ?? error ?? "", /Not to everybody\./);
    const row = panel.locator(".call.denied", { hasText: "all@harbor.example" });
    await row.waitFor();
    await row.locator("button.row").click();
    await screenshotInThemes(window, "panel-traffic");
  });

  it("cannot be answered by a script in the page", async () => {
    const answer = invokeTool(window, SEND, { to: "x@harbor.example", subject: "x", body: "x" });
    await confirmTool(window);
    await card();
    await panel.evaluate(() => {
      const page = globalThis as unknown as { document: { querySelector(selector: string): { click(): void } } };
      page.document.querySelector('article.ask [data-choice="once"]').click();
    });
    // Another round trip through the page: had the click counted, the card would be answered by now.
    assert.notEqual(await panel.locator("article.ask .countdown").textContent(), "answered");
    await panel.locator('article.ask [data-choice="deny"]').click();
    const { text, error } = await answer;
    assert.match(text ?? error ?? "", /Sallyport refused/);
  });

  it("has an intact ledger with both answers in it, as the command line sees it", async () => {
    const program = path.resolve("dist/sallyport.js");
    const env = { ...process.env, SALLYPORT_HOME: window.server.sallyportHome, NO_COLOR: "1" };
    const run = (...args: string[]): string =>
      execFileSync(process.execPath, [program, "log", ...args], { env, encoding: "utf8" });
    assert.match(run("verify"), /^intact/);
    const log = run("--limit", "0");
    assert.match(log, /Not to everybody\./);
    const code = await window.run((api) => api.commands.executeCommand("sallyport.verifyLedger"));
    assert.equal(code, 0);
    await panel.locator(".notice.info").waitFor();
    await window.screenshot("ledger-verified");
  });

  it("shows that a tail was cut, by what this window remembers", async () => {
    const cut = mkdtempSync(path.join(tmpdir(), "sallyport-cut-"));
    cpSync(window.server.sallyportHome, cut, { recursive: true, filter: (file) => !file.endsWith(".sock") });
    const days = readdirSync(path.join(cut, "ledger")).filter((name) => name.endsWith(".jsonl"));
    const last = path.join(cut, "ledger", days.toSorted().at(-1) ?? "");
    const lines = readFileSync(last, "utf8").split("\n");
    // Heads are told at most once a second: what is cut is older than that.
    writeFileSync(last, `${lines.slice(0, Math.floor(lines.length / 2)).join("\n")}\n`);
    const witnesses = await window.run((api) => {
      const path = api.extensions.getExtension("sallyport.sallyport")?.exports as { witnesses?: string } | undefined;
      return path?.witnesses ?? "";
    });
    const verify = (...more: string[]) =>
      spawnSync(process.execPath, [path.resolve("dist/sallyport.js"), "log", "verify", ...more], {
        env: { ...process.env, SALLYPORT_HOME: cut, NO_COLOR: "1" },
        encoding: "utf8",
      });
    const alone = verify();
    assert.equal(alone.status, 0);
    assert.match(alone.stdout, /cannot be known without a witness/);
    const seen = verify("--witness", witnesses);
    assert.equal(seen.status, 1, seen.stdout + seen.stderr);
    rmSync(cut, { recursive: true, force: true });
  });

  it("unprotects only after a click on its card, byte for byte", async () => {
    await window.openFile(FILE);
    const lens = window.page.locator(".codelens-decoration a", { hasText: "Unprotect" });
    await until("both lenses", async () => (await lens.count()) === 2);
    for (const [rest, name] of [
      [1, "notes"],
      [0, "outbox"],
    ] as const) {
      const confirm = panel.locator('article.loosening [data-choice="confirm"]');
      await until(`the card for ${name}`, async () => {
        if ((await confirm.count()) > 0) return true;
        await lens.first().click({ timeout: 2000 });
        return await until("the click to count", async () => (await confirm.count()) > 0, 5000);
      });
      if (name === "notes") await window.screenshot("unprotect-card");
      await confirm.click();
      await confirm.waitFor({ state: "detached" });
      await until(`${name} to be unprotected`, () => !window.savedTextOf(FILE).includes(`"--server=${name}"`));
      await until(`${name}'s lens to go`, async () => (await lens.count()) === rest);
    }
    await until("the file to be as it was", () => window.savedTextOf(FILE) === CONFIG);
  });
});
