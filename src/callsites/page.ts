import type { RuleInfo } from "../core/finding.ts";

interface Example {
  readonly before: string;
  readonly after: string;
}

/** Code before and after, by rule. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  "unlogged-llm-call": {
    before: [
      "def summarise(text):",
      '    answer = client.responses.create(model="gpt-5-mini", input=text)',
      "    return answer.output_text",
    ].join("\n"),
    after: [
      "def summarise(text):",
      '    answer = client.responses.create(model="gpt-5-mini", input=text)',
      '    logger.info("model call", extra={"model": answer.model, "id": answer.id, "usage": answer.usage.to_dict()})',
      "    return answer.output_text",
    ].join("\n"),
  },
  "partly-logged-llm-call": {
    before: [
      "try:",
      '    answer = client.responses.create(model="gpt-5-mini", input=text)',
      "except OpenAIError as error:",
      '    logger.error("failed: %s", error)',
      "    raise",
    ].join("\n"),
    after: [
      "try:",
      '    answer = client.responses.create(model="gpt-5-mini", input=text)',
      '    logger.info("model call", extra={"model": answer.model, "id": answer.id, "usage": answer.usage.to_dict()})',
      "except OpenAIError as error:",
      '    logger.error("failed: %s", error)',
      "    raise",
    ].join("\n"),
  },
  "ignore-without-reason": {
    before: "client.responses.create(**request)  # sallyport-ignore: unlogged-llm-call",
    after:
      "client.responses.create(**request)  # sallyport-ignore: unlogged-llm-call -- offline evaluation, no user data",
  },
  "unused-ignore": {
    before: "total = sum(costs)  # sallyport-ignore: unlogged-llm-call -- offline evaluation",
    after: "total = sum(costs)",
  },
};

function link(reference: string): string {
  const cwe = /^CWE-(\d+)$/.exec(reference)?.[1];
  if (cwe !== undefined) return `[${reference}](https://cwe.mitre.org/data/definitions/${cwe}.html)`;
  if (reference.startsWith("LLM")) return `[OWASP ${reference}](https://genai.owasp.org/llm-top-10/)`;
  return `[OWASP ${reference}](https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/)`;
}

/** The documentation page of a call-site rule, from what the rule says of itself. */
export function rulePage(rule: RuleInfo): string {
  const example = EXAMPLES[rule.id];
  const shown = rule.persona === "regular" ? "everyone" : `${rule.persona} and above`;
  const code = (label: string, text: string): string[] => [`${label}:`, "", "```python", text, "```", ""];
  return [
    `# ${rule.id}: ${rule.title}`,
    "",
    "| severity | shown to | works offline | quick fix | since |",
    "|---|---|---|---|---|",
    `| ${rule.severity} | ${shown} | yes | no | 0.1.0 |`,
    "",
    "## What it does",
    "",
    rule.summary,
    "",
    "## Why it is bad",
    "",
    rule.why,
    "",
    "## Remediation",
    "",
    rule.remedy,
    "",
    ...(example ? [...code("Before", example.before), ...code("After", example.after)] : []),
    `To accept a finding, say why on its line or the line above: \`# sallyport-ignore: ${rule.id} -- reason\`.`,
    "[What the verdicts mean](README.md).",
    "",
    "## References",
    "",
    ...rule.references.map((reference) => `- ${link(reference)}`),
    "",
  ].join("\n");
}
