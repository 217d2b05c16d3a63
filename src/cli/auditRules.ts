import { AUDIT_RULES } from "../audit/rules.ts";
import { CALL_SITE_RULES } from "../callsites/rules.ts";
import { SallyportError } from "../core/errors.ts";
import { type RuleInfo, SEVERITIES } from "../core/finding.ts";
import { plainLine, wrap } from "../report/plain.ts";

/** Every rule of both parts, in output order. */
export const ALL_RULES: readonly RuleInfo[] = [...AUDIT_RULES.map((rule) => rule.info), ...CALL_SITE_RULES];

/** Every rule, one a line: id, severity, title. */
export function listRules(): string {
  const width = Math.max(...ALL_RULES.map((rule) => rule.id.length));
  const severity = Math.max(...SEVERITIES.map((one) => one.length));
  return ALL_RULES.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(severity)}  ${rule.title}\n`).join(
    "",
  );
}

/** What a rule says about itself. Throws USAGE for an id that no rule has. */
export function explain(id: string, columns: number): string {
  const rule = ALL_RULES.find((candidate) => candidate.id === id);
  if (!rule) {
    throw new SallyportError(
      "USAGE",
      `there is no rule ${JSON.stringify(plainLine(id))}; see sallyport audit --list-rules`,
    );
  }
  const width = Math.min(100, columns);
  const prose = (label: string, text: string): string =>
    wrap(text, width - 9)
      .map((line, i) => `${(i === 0 ? label : "").padEnd(9)}${line}\n`)
      .join("");
  return [
    `${rule.id}: ${rule.title} (${rule.severity}${rule.persona === "regular" ? "" : `, shown to ${rule.persona}`})\n\n`,
    prose("what", rule.summary),
    prose("why", rule.why),
    prose("remedy", rule.remedy),
    prose("see", rule.references.join(", ")),
  ].join("");
}
