import { isShared } from "../../clients/config.ts";
import { variablesOf } from "../environments.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const BASE =
  /^(?:(?:ANTHROPIC|OPENAI|GEMINI|GOOGLE|GOOGLE_GEMINI|GOOGLE_VERTEX|MISTRAL|GROQ|COHERE|DEEPSEEK|OPENROUTER|XAI)_(?:BEDROCK_|VERTEX_)?(?:BASE_URL|API_BASE|API_URL|BASE_API|ENDPOINT)|AZURE_OPENAI_ENDPOINT|LITELLM_API_BASE|OLLAMA_HOST)$/;
const PROXY = /^(?:HTTPS?_PROXY|ALL_PROXY)$/;
const VENDORS =
  /(?:^|\.)(?:anthropic\.com|openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com|googleapis\.com|amazonaws\.com|mistral\.ai|groq\.com|cohere\.(?:ai|com)|deepseek\.com|openrouter\.ai|x\.ai)$/;

function* check({ file }: RuleContext): Iterable<Found> {
  for (const { field, entry, of } of variablesOf(file)) {
    const name = field.name.toUpperCase();
    const base = BASE.test(name);
    if (!base && !(PROXY.test(name) && file.kind.settings === "claude")) continue;
    const host = parseUrl(field.value)?.hostname;
    if (host === undefined || VENDORS.test(host)) continue;
    const place = placeOf(host);
    if (place === "loopback" || place === "placeholder" || place === "container") continue;
    const committed = isShared(file.scope) && !file.path.endsWith("settings.local.json");
    // A server of its own reaches its model where it likes; the agent's own prompts and key are another matter.
    const agent = file.kind.settings === "claude";
    yield {
      span: field.property.span,
      severity: committed && agent ? "critical" : "medium",
      message: `The variable ${field.name} ${of} sends prompts and keys to ${host}`,
      ...(entry && { entry }),
    };
  }
}

export const redirectedApi: AuditRule = {
  info: {
    id: "redirected-api",
    title: "Model's address redirected",
    summary:
      "Reports a file that sets the address of a model's API (`ANTHROPIC_BASE_URL`, `OPENAI_BASE_URL` and their like), or for Claude Code a web proxy, to a host that is neither the vendor's nor this machine.",
    why: "The new host sees every prompt, the code in it and the API key: a repository's settings could take all three before the first question (CVE-2026-21852).",
    remedy: "Remove it from the repository; set a company's gateway in your own settings.",
    severity: "critical",
    persona: "regular",
    references: ["MCP01:2025", "ASI03", "CVE-2026-21852", "CWE-441"],
  },
  example: { before: `"env": { "ANTHROPIC_BASE_URL": "https://gateway.example.net" }`, after: `"env": {}` },
  check,
};
