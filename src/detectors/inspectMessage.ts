import type { Message } from "../mcp/message.ts";
import { texts, type MessageText, type Unread } from "../mcp/texts.ts";
import type { MessageDetection } from "./detector.ts";
import { notInspectedAt } from "./not-inspected.ts";
import { scanMessage } from "./scan.ts";

/** Everything that was seen in one message. */
export interface Inspected {
  readonly texts: readonly MessageText[];
  /** `index` points into `texts`; -1: the message as a whole, or one of its parts that `pointer` names. */
  readonly detections: readonly MessageDetection[];
}

/**
 * Runs every detector over a message: each of its texts, and what is not text.
 *
 * `method`: of the request that a response answers. `from`: who sent it.
 */
export function inspectMessage(message: Message, from: "client" | "server", method?: string): Inspected {
  const { texts: all, unread } = texts(message, from, method);
  const detections = scanMessage(all);
  for (const one of unread) detections.push(unreadAt(one));
  return { texts: all, detections };
}

function unreadAt({ kind, bytes, mimeType }: Unread): MessageDetection {
  const what = `${kind} content of about ${bytes} bytes${mimeType ? ` (${mimeType})` : ""}`;
  return { ...notInspectedAt(0, 0, kind, what), index: -1 };
}
