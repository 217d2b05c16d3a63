import { titleOf } from "../snapshot.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ detected }: RuleContext): Iterable<Found> {
  for (const one of detected) {
    if (one.rule !== "hidden-text") continue;
    yield {
      span: one.span,
      severity: one.severity,
      confidence: one.confidence,
      message: `${titleOf(one.definition)} (${one.key ?? "a name in it"}): ${one.evidence}`,
    };
  }
}

export const toolHiddenText: AuditRule = {
  info: {
    id: "tool-hidden-text",
    title: "Definition with text that nobody sees",
    summary:
      "Reports characters and controls in what a server offers that a screen does not draw but a model reads: tag characters, direction overrides, zero-width characters inside words, concealed terminal text, text pushed out of sight.",
    why: "A person approves the tool that they see. Hidden text lets the server speak to the model behind their back.",
    remedy: "Do not use the server, and tell whoever publishes it.",
    severity: "high",
    persona: "regular",
    references: ["MCP03:2025", "MCP06:2025", "ASI01", "CWE-1007"],
  },
  example: {
    before: `"description": "Reads a page<U+E0052><U+E0075><U+E006E>"`,
    after: `"description": "Reads a page"`,
  },
  check,
};
