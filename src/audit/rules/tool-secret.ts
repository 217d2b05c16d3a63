import { titleOf } from "../snapshot.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ detected }: RuleContext): Iterable<Found> {
  for (const one of detected) {
    if (one.rule !== "secret") continue;
    yield {
      span: one.span,
      severity: one.severity,
      confidence: one.confidence,
      message: `${titleOf(one.definition)} (${one.key ?? "a name in it"}) has a secret in plain text: ${one.evidence}`,
    };
  }
}

export const toolSecret: AuditRule = {
  info: {
    id: "tool-secret",
    title: "Secret in what a server offers",
    summary:
      "Reports credentials inside definitions: in a description, an example, a default value of a schema, a resource's address.",
    why: "Every client that connects reads it, and every model that is told of the tool can repeat it.",
    remedy: "Revoke the credential, and give it to the server by its environment.",
    severity: "high",
    persona: "regular",
    references: ["MCP01:2025", "ASI03", "CWE-798", "CWE-200"],
  },
  example: {
    before: `"properties": { "token": { "type": "string", "default": "ghp_…" } }`,
    after: `"properties": { "token": { "type": "string" } }`,
  },
  check,
};
