import type { Message } from "../mcp/message.ts";
import { texts, type MessageText, type Unread } from "../mcp/texts.ts";
import { MAX_DETECTIONS, type MessageDetection, type ScanOptions } from "./detector.ts";
import { elicitationPhishing } from "./elicitation-phishing.ts";
import { notInspectedAt } from "./not-inspected.ts";
import { samplingAbuse } from "./sampling-abuse.ts";
import { scanMessage } from "./scan.ts";
import { schemaAnomaly } from "./schema-anomaly.ts";
import type { StructureDetection, StructureDetector } from "./structure.ts";
import { toolPoisoning } from "./tool-poisoning.ts";

/** Everything that was seen in one message. */
export interface Inspected {
  readonly texts: readonly MessageText[];
  /** `index` points into `texts`; -1: the message as a whole, or one of its parts that `pointer` names. */
  readonly detections: MessageDetection[];
}

/** What looks at a message as a whole, in the order of their findings. */
const structureDetectors: readonly StructureDetector[] = [
  toolPoisoning,
  schemaAnomaly,
  elicitationPhishing,
  samplingAbuse,
];

/**
 * Runs every detector over a message: each of its texts, what its fields mean together, and what is not text.
 *
 * `method`: of the request that a response answers. `from`: who sent it.
 */
export function inspectMessage(
  message: Message,
  from: "client" | "server",
  method?: string,
  options: Pick<ScanOptions, "also"> = {},
): Inspected {
  const { texts: all, unread } = texts(message, from, method);
  const detections = scanMessage(all, options);
  for (const detector of structureDetectors) {
    const found = detector.scan({ message, from, method });
    detections.push(...placed(found.slice(0, MAX_DETECTIONS), all));
    if (found.length > MAX_DETECTIONS) {
      detections.push({
        ...notInspectedAt(0, 0, "too-many", `more than ${MAX_DETECTIONS} ${detector.rule.id}`),
        index: -1,
      });
    }
  }
  for (const one of unread) detections.push(unreadAt(one));
  return { texts: all, detections };
}

/** Finds the text of each finding by its pointer. */
function placed(found: readonly StructureDetection[], all: readonly MessageText[]): MessageDetection[] {
  if (found.length === 0) return [];
  const wanted = new Map<string, number>(found.map(({ pointer }) => [pointer, -1]));
  for (const [index, text] of all.entries()) {
    const { pointer } = text;
    if (wanted.get(pointer) === -1) wanted.set(pointer, index);
  }
  return found.map((one): MessageDetection => {
    const index = wanted.get(one.pointer) ?? -1;
    const length = all[index]?.text.length ?? 0;
    const span = { start: Math.min(one.span.start, length), end: Math.min(one.span.end, length) };
    return { ...one, span, index };
  });
}

function unreadAt({ kind, bytes, mimeType }: Unread): MessageDetection {
  const what = `${kind} content of about ${bytes} bytes${mimeType ? ` (${mimeType})` : ""}`;
  return { ...notInspectedAt(0, 0, kind, what), index: -1 };
}
