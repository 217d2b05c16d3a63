import Anthropic from "@anthropic-ai/sdk";
import pino from "pino";

const logger = pino({ name: "digest" });
const anthropic = new Anthropic();

/** The weekly digest, from the reservations of the week. */
export async function digest(week: string, reservations: string): Promise<string> {
  const message = await anthropic.messages.create({
    model: "claude-sonnet-4-5",
    max_tokens: 800,
    messages: [{ role: "user", content: `Write the digest of ${week}:\n\n${reservations}` }],
  });
  logger.info(
    { week, model: message.model, id: message.id, usage: message.usage, stopReason: message.stop_reason },
    "model call",
  );
  return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
