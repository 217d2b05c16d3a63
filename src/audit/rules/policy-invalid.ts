import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ policyIssues }: RuleContext): Iterable<Found> {
  for (const { severity, message, span } of policyIssues) {
    if (severity === "error") yield { span, message: `The policy cannot be used: ${message}` };
  }
}

export const policyInvalid: AuditRule = {
  info: {
    id: "policy-invalid",
    title: "Policy that cannot be used",
    summary:
      "Reports every place of a workspace's `sallyport.yaml` that is no policy: broken YAML, an unknown key, a glob that cannot be matched, a redaction, an id that comes twice.",
    why: "A file that is wrong in one place is not used in the others: until it is mended every call of that workspace asks.",
    remedy: "Mend it at the place; docs/policy.md has the whole format.",
    severity: "medium",
    persona: "regular",
    references: ["MCP07:2025", "CWE-1188"],
  },
  example: {
    before: `{ "version": 1, "rules": [{ "id": "no-shell", "match": { "tools": "run_*" }, "effect": "deny" }] }`,
    after: `{ "version": 1, "rules": [{ "id": "no-shell", "match": { "tool": "run_*" }, "effect": "deny" }] }`,
  },
  check,
};
