import type { RuleInfo } from "../core/finding.ts";
import type { Detection } from "./detector.ts";

/** What a bound kept us from looking at. Never silence: a text that carries it counts as untrusted. */
export const notInspected: RuleInfo = {
  id: "not-inspected",
  title: "Content that was not inspected",
  summary: "Part of a message lies beyond a bound of the detectors, or cannot be read as text.",
  why: "Whoever wants to hide something from a scanner makes it larger, deeper or longer than the scanner looks.",
  remedy: "Treat the source as untrusted. Ask the server for less at a time.",
  severity: "medium",
  persona: "regular",
  references: ["MCP03:2025", "CWE-400"],
};

/** `what` completes the sentence "Not inspected: ...". */
export function notInspectedAt(start: number, end: number, variant: string, what: string): Detection {
  return {
    rule: notInspected.id,
    variant,
    severity: notInspected.severity,
    confidence: "high",
    span: { start, end },
    evidence: `Not inspected: ${what}`,
  };
}
