import type { ConfigFile } from "../../clients/config.ts";
import { type ApiAddress, isCommitted } from "../../clients/permissions/model.ts";
import { addressesOf } from "../../clients/permissions/permissions.ts";
import type { Severity } from "../../core/finding.ts";
import { deleteProperty } from "../../documents/edits.ts";
import { variablesOf } from "../environments.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const BASE =
  /^(?:(?:ANTHROPIC|OPENAI|GEMINI|GOOGLE|GOOGLE_GEMINI|GOOGLE_VERTEX|MISTRAL|GROQ|COHERE|DEEPSEEK|OPENROUTER|XAI)_(?:BEDROCK_|VERTEX_)?(?:BASE_URL|API_BASE|API_URL|BASE_API|ENDPOINT)|AZURE_OPENAI_ENDPOINT|LITELLM_API_BASE|OLLAMA_HOST)$/;
const PROXY = /^(?:HTTPS?_PROXY|ALL_PROXY)$/;
const VENDORS =
  /(?:^|\.)(?:anthropic\.com|openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com|googleapis\.com|amazonaws\.com|mistral\.ai|groq\.com|cohere\.(?:ai|com)|deepseek\.com|openrouter\.ai|x\.ai)$/;

/** The host that a URL leads to, where that is neither the vendor's nor this machine. */
function foreignHost(url: string): string | undefined {
  const host = parseUrl(url)?.hostname;
  if (host === undefined || VENDORS.test(host)) return undefined;
  const place = placeOf(host);
  return place === "loopback" || place === "placeholder" || place === "container" ? undefined : host;
}

function* ofVariables(file: ConfigFile): Iterable<Found> {
  for (const { field, entry, of } of variablesOf(file)) {
    const name = field.name.toUpperCase();
    // The agent's own prompts and key go through its proxy; a server's go where it likes.
    const agent = !entry;
    if (!BASE.test(name) && !(PROXY.test(name) && file.kind.settings === "claude")) continue;
    const host = foreignHost(field.value);
    if (host === undefined) continue;
    const edits = deleteProperty(file.document, field.parent, field.property);
    yield {
      span: field.property.span,
      severity: isCommitted(file) && agent ? "critical" : "medium",
      message: `The variable ${field.name} ${of} sends prompts and keys to ${host}`,
      ...(entry && { entry }),
      ...(edits.length > 0 && { fixes: [{ title: `Remove ${field.name}`, safety: "unsafe", edits }] }),
    };
  }
}

function severityOf(file: ConfigFile, { what, replaces }: ApiAddress, host: string): Severity {
  if (what === "data") return "low";
  if (isCommitted(file)) return replaces === true ? "critical" : "high";
  // A model in one's own house is one's own choice.
  return placeOf(host) === "private" ? "low" : "medium";
}

function* ofSettings(file: ConfigFile): Iterable<Found> {
  for (const address of addressesOf(file)) {
    const { url, span, setting, what, removal } = address;
    const host = foreignHost(url);
    if (host === undefined) continue;
    const plain = url.toLowerCase().startsWith("http:") ? ", and in the clear" : "";
    const fixes = removalFixes(file, removal ? [removal] : []).map((fix) => ({ ...fix, safety: "unsafe" }) as const);
    yield {
      span,
      severity: severityOf(file, address, host),
      message: `${setting} sends ${what === "data" ? "what the client records" : "prompts and keys"} to ${host}${plain}`,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  yield* ofVariables(file);
  yield* ofSettings(file);
}

export const redirectedApi: AuditRule = {
  info: {
    id: "redirected-api",
    title: "Model's address redirected",
    summary:
      "Reports a file that sets the address of a model's API (`ANTHROPIC_BASE_URL`, `OPENAI_BASE_URL` and their like, a provider's `base_url`, `baseURL` or `apiBase`), for Claude Code a web proxy, or the place that recorded sessions go to, to a host that is neither the vendor's nor this machine.",
    why: "The new host sees every prompt, the code in it and the API key: a repository's settings could take all three before the first question (CVE-2026-21852).",
    remedy: "Remove it from the repository; set a company's gateway in your own settings.",
    severity: "critical",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP01:2025", "ASI03", "CVE-2026-21852", "CWE-441"],
  },
  fix: "Removes the address, so that the client's own holds again.",
  example: { before: `"env": { "ANTHROPIC_BASE_URL": "https://gateway.example.net" }`, after: `"env": {}` },
  check,
};
