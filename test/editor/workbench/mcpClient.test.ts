import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { chatButton, chatText, say } from "./chat.ts";
import { confirmTool, demoServers, invokeTool, startMcpServers } from "./mcp.ts";
import { Workbench } from "./workbench.ts";

const FILES = demoServers("notes", "outbox");
const TOOLS = ["mcp_harbor_notes_read_note", "mcp_harbor_outbox_send_message"];

describe("VS Code's own MCP client with the demo's servers", () => {
  let window: Workbench;
  before(async () => {
    window = await Workbench.open({ files: FILES });
    await startMcpServers(window, TOOLS);
  });
  after(() => window.close());

  it("calls a tool that only reads without asking", async () => {
    const { text } = await invokeTool(window, "mcp_harbor_notes_read_note", { name: "reservations" });
    assert.equal(text, window.savedTextOf("notes/reservations.md"));
  });

  it("asks before one that does more", async () => {
    const call = invokeTool(window, "mcp_harbor_notes_write_note", { name: "new", content: "text" });
    await confirmTool(window);
    assert.match((await call).text ?? "", /Wrote the note/);
    assert.equal(window.savedTextOf("notes/new.md"), "text");
  });
});

describe("VS Code's own chat agent with the fake model", () => {
  let window: Workbench;
  before(async () => {
    window = await Workbench.open({ server: "agent", files: FILES });
    await startMcpServers(window, TOOLS);
  });
  after(() => window.close());

  it("reads with a tool, unasked", async () => {
    await say(window, 'use mcp_harbor_notes_read_note with {"name":"reservations"} please');
    await chatText(window, "the tool said:").waitFor();
  });

  it("asks before it writes, and takes a no", async () => {
    await say(window, 'use mcp_harbor_notes_write_note with {"name":"agent","content":"text"} please');
    await chatButton(window, "Skip").waitFor();
    await window.screenshot("agent-asks");
    await chatButton(window, "Skip").click();
    await chatText(window, /the tool said:.*skip/i).waitFor();
    assert.throws(() => window.savedTextOf("notes/agent.md"));
  });
});
