// VS Code's own chat agent, with a model of ours, through protected servers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, describe } from "node:test";
import type { Frame } from "playwright-core";
import { chatButton, chatSays, say } from "./chat.ts";
import { demoServers, startMcpServers } from "./mcp.ts";
import { answer, answerHere, askCard, openPanel } from "./panel.ts";
import { it } from "./it.ts";
import { Workbench } from "./workbench.ts";

const SENT = ".outbox/sent.jsonl";
const send = (to: string) => `use mcp_harbor_outbox_send_message with {"to":"${to}","body":"Berth 7 is yours."} please`;

describe("the chat agent, with protected servers", () => {
  let window: Workbench;
  let panel: Frame;
  before(async () => {
    window = await Workbench.open({ server: "agent", files: demoServers("notes", "outbox") });
    for (const name of ["notes", "outbox"]) {
      const program = path.join(import.meta.dirname, "../../../dist/sallyport.js");
      execFileSync(process.execPath, [program, "protect", window.path(".vscode/mcp.json"), name], {
        env: { ...process.env, SALLYPORT_HOME: window.server.sallyportHome },
      });
    }
    panel = await openPanel(window);
    await answerHere(panel);
    await startMcpServers(window, ["mcp_harbor_notes_list_notes", "mcp_harbor_outbox_send_message"]);
  });
  after(() => window.close());

  it("reads without a question of anybody's", async () => {
    await say(window, 'use mcp_harbor_notes_read_note with {"name":"reservations"} please');
    await chatSays(window, /the tool said:.*Petrel, from Monday/s);
  });

  it("sends after a click on Allow in the panel", async () => {
    await say(window, send("guest@harbor.example"));
    await chatButton(window, "Allow in this Session").click();
    const card = askCard(panel, "guest@harbor.example");
    await card.waitFor();
    assert.throws(() => window.savedTextOf(SENT), "nothing was sent yet");
    await window.screenshot("agent-asks");
    await answer(card, "once");
    // VS Code's own question: the tool says that its result comes from an open world.
    await chatButton(window, "Allow Without Review in this Session").click();
    await chatSays(window, /the tool said:.*Sent to guest@harbor\.example/s);
    assert.match(window.savedTextOf(SENT), /guest@harbor\.example/);
  });

  it("reads the reason of a denial, and nothing was sent", async () => {
    await say(window, send("stranger@elsewhere.example"));
    await answer(askCard(panel, "stranger@elsewhere.example"), "deny", "we do not know this address");
    await chatSays(window, /the tool said:.*we do not know this address/s);
    await window.screenshot("agent-denied");
    assert.doesNotMatch(window.savedTextOf(SENT), /stranger/);
  });
});
