import type { RuleInfo } from "../core/finding.ts";
import { SEVERITIES } from "../core/finding.ts";
import type { Detector } from "./detector.ts";
import type { FoundSecret } from "./secretMatchers.ts";
import { matchSecret, secretUnderKey } from "./secretMatchers.ts";
import { anchorOf, survey } from "./survey.ts";

const rule: RuleInfo = {
  id: "secret",
  title: "Secret in plain text",
  summary:
    "A credential: a provider's key, a token, a private key, a password in a connection string or under a telling name.",
  why: "Whatever a model reads it can repeat, and whatever it sends leaves the machine: into logs, prompts and other people's servers.",
  remedy: "Rotate the credential, and pass it by reference: an input, an environment variable, a secret store.",
  severity: "high",
  persona: "regular",
  references: ["MCP01:2025", "ASI03", "CWE-798", "CWE-200"],
};

export const secret: Detector = {
  rule,
  scan(text, context, hits = survey(text)) {
    const found: FoundSecret[] = [];
    for (let i = 0; i < hits.phrase.length; i++) {
      const anchor = anchorOf(hits.phrase[i] ?? 0);
      if (anchor < 0) continue;
      const match = matchSecret(anchor, text, hits.start[i] ?? 0, hits.end[i] ?? 0);
      if (match) found.push(match);
    }
    const whole = secretUnderKey(text, context);
    if (whole) found.push(whole);
    return apart(found).map((one) => ({
      rule: rule.id,
      variant: one.variant,
      severity: one.severity,
      confidence: one.confidence,
      span: { start: one.start, end: one.end },
      evidence: `${one.name}, ${one.end - one.start} characters`,
    }));
  },
};

/** Keeps the graver, then the surer, of two that overlap. */
function apart(found: readonly FoundSecret[]): FoundSecret[] {
  const rank = (one: FoundSecret): number =>
    SEVERITIES.indexOf(one.severity) * 3 + ["high", "medium", "low"].indexOf(one.confidence);
  const kept: FoundSecret[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end)) {
    const last = kept.at(-1);
    if (!last || one.start >= last.end) kept.push(one);
    else if (rank(one) < rank(last)) kept[kept.length - 1] = one;
  }
  return kept;
}
