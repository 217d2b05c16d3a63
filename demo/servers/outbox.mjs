// An MCP server that "sends" messages: each one becomes a line of ../.outbox/sent.jsonl. Nothing leaves the machine.
import { appendFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve, text } from "./stdio.mjs";

const FILE = fileURLToPath(new URL("../.outbox/sent.jsonl", import.meta.url));
const SHOWN = 20;

async function sendMessage({ to, subject = "", body }) {
  const message = { at: new Date().toISOString(), from: process.env.OUTBOX_SENDER ?? "office@harbor.example", to };
  await mkdir(path.dirname(FILE), { recursive: true });
  await appendFile(FILE, `${JSON.stringify({ ...message, subject, body })}\n`);
  return text(`Sent to ${to}.`);
}

async function listSent() {
  const lines = await readFile(FILE, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const sent = [];
  for (const line of lines.split("\n").filter(Boolean).slice(-SHOWN)) {
    try {
      const { at, to, subject } = JSON.parse(line);
      sent.push(`${at} to ${to}: ${subject || "(no subject)"}`);
    } catch {
      sent.push("(a line of the outbox that is not JSON)");
    }
  }
  return text(sent.join("\n") || "Nothing has been sent.");
}

serve({
  name: "harbor-outbox",
  title: "Harbor outbox",
  version: "1.0.0",
  instructions: "Sends messages in the harbor office's name.",
  tools: [
    {
      name: "send_message",
      title: "Send a message",
      description: "Sends a message to one recipient outside the office.",
      inputSchema: {
        type: "object",
        properties: {
          to: { type: "string", description: "The recipient's address", minLength: 1, maxLength: 320 },
          subject: { type: "string", description: "One line", maxLength: 200 },
          body: { type: "string", description: "Plain text", maxLength: 16_000 },
        },
        required: ["to", "body"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
      run: sendMessage,
    },
    {
      name: "list_sent",
      title: "List sent messages",
      description: `The last ${SHOWN} messages that were sent: when, to whom, subject.`,
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      annotations: { readOnlyHint: true, openWorldHint: false },
      run: listSent,
    },
  ],
});
