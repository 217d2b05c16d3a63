import { SallyportError } from "../core/errors.ts";
import type { Detector, MessageDetection, MessageText, ScanOptions } from "./detector.ts";
import { MAX_DETECTIONS, MAX_UNITS } from "./detector.ts";
import { commandInjection } from "./command-injection.ts";
import { exfiltration } from "./exfiltration.ts";
import { hiddenText } from "./hidden-text.ts";
import { pathEscape } from "./path-escape.ts";
import { personalData } from "./personal-data.ts";
import { promptInjection } from "./prompt-injection.ts";
import { secret } from "./secret.ts";
import { survey } from "./survey.ts";
import { notInspectedAt } from "./not-inspected.ts";

/** Found only where it is asked for, by `also` or `only`. */
const optional: readonly Detector[] = [personalData];

/** Every detector of text that runs unasked, in the order of their findings. */
export const detectors: readonly Detector[] = [
  secret,
  promptInjection,
  hiddenText,
  exfiltration,
  pathEscape,
  commandInjection,
];

/**
 * Runs every detector over every text of a message. Detections come in the order of the texts, then of the registry.
 * Texts beyond a bound give `not-inspected`, never silence.
 * @throws SallyportError USAGE when `only` names no detector.
 */
export function scanMessage(texts: readonly MessageText[], options: ScanOptions = {}): MessageDetection[] {
  const chosen = choose(options);
  const found: MessageDetection[] = [];
  const counts = new Map<string, number>();
  let left = options.maxUnits ?? MAX_UNITS;
  for (const [index, one] of texts.entries()) {
    const text = one.text.length > left ? one.text.slice(0, left) : one.text;
    const add = (detection: Omit<MessageDetection, "index" | "pointer">): void => {
      const count = (counts.get(detection.rule) ?? 0) + 1;
      counts.set(detection.rule, count);
      if (count > MAX_DETECTIONS + 1) return;
      const kept =
        count <= MAX_DETECTIONS || detection.rule === "not-inspected"
          ? detection
          : notInspectedAt(
              detection.span.start,
              text.length,
              "too-many",
              `more than ${MAX_DETECTIONS} ${detection.rule}`,
            );
      found.push({ ...kept, index, pointer: one.pointer });
    };
    const shared = survey(text);
    for (const detector of chosen) for (const detection of detector.scan(text, one, shared)) add(detection);
    if (text.length < one.text.length) {
      add(notInspectedAt(left, one.text.length, "too-long", `${one.text.length - left} characters beyond the bound`));
    }
    left -= text.length;
  }
  return found;
}

function choose({ only, also }: ScanOptions): readonly Detector[] {
  const all = [...detectors, ...optional];
  for (const id of [...(only ?? []), ...(also ?? [])]) {
    if (!all.some(({ rule }) => rule.id === id)) throw new SallyportError("USAGE", `no detector is called ${id}`);
  }
  if (only) return all.filter(({ rule }) => only.includes(rule.id));
  return also ? all.filter((one) => detectors.includes(one) || also.includes(one.rule.id)) : detectors;
}
