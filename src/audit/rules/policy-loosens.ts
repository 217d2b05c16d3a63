import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ policyIssues }: RuleContext): Iterable<Found> {
  for (const { severity, message, span } of policyIssues) {
    if (severity === "warning") yield { span, message: `The policy tries to loosen: ${message}` };
  }
}

export const policyLoosens: AuditRule = {
  info: {
    id: "policy-loosens",
    title: "Policy of a repository that loosens",
    summary:
      "Reports a rule of a workspace's `sallyport.yaml` that allows. It has no effect: a repository can only ask or deny.",
    why: "Whoever wrote it believes that calls are allowed, or wants them to be: look at what else the repository asks for.",
    remedy: "Remove the rule. What you want to allow belongs into your own policy.",
    severity: "medium",
    persona: "regular",
    references: ["MCP02:2025", "ASI09", "CWE-863"],
  },
  example: {
    before: `{ "version": 1, "rules": [{ "id": "trust-me", "match": { "tool": "*" }, "effect": "allow" }] }`,
    after: `{ "version": 1, "rules": [] }`,
  },
  check,
};
