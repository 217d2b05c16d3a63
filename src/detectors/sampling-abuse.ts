import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import { isObject, own, ownString, type Json } from "../mcp/json.ts";
import { shown } from "./shown.ts";
import { askedBy, type Asked, type StructureDetection, type StructureDetector } from "./structure.ts";

const rule: RuleInfo = {
  id: "sampling-abuse",
  title: "A server that uses the model for its own ends",
  summary:
    "A request to the client's model that wants other servers' context, the conversation or secrets in it, or spends without measure.",
  why: "Sampling spends the person's money and lets a server write into a conversation with their model.",
  remedy: "Decline. Let a server sample only for what it says it does.",
  severity: "high",
  persona: "regular",
  references: ["MCP06:2025", "ASI02", "CWE-441"],
};

/** What of the session a server has no claim on. */
const SESSION =
  /\b(?:(?:this|the|our|your|entire|full|whole|previous|prior|earlier|above|user'?s) (?:\w{1,15} )?(?:conversation|chat|session|dialogue|messages|context|transcript)|conversation (?:history|so far)|chat history|system prompt|(?:your|the) (?:instructions|memory|memories)|other (?:servers?|tools?)|everything (?:you|the user|above)|what the user (?:said|asked|typed)|verlauf|historique de la conversation|historial de la conversaci|\u804a\u5929\u8bb0\u5f55|\u4f1a\u8a71\u5c65\u6b74|\u5bf9\u8bdd\u5386\u53f2)\b/iu;
const SECRETS =
  /\b(?:api[ _-]?keys?|passwords?|credentials?|secrets?|access tokens?|private keys?|environment variables?|env vars?|\.env|ssh keys?|cookies|tokens? (?:and|or) )\b/i;
const GIVES =
  /\b(?:list|print|repeat|return|output|quote|copy|reproduce|reveal|extract|summari[sz]e|dump|include|give|write out|recite|collect|encode|report|show|tell me|send|provide|reply with|find)\b/i;
/** More than any answer of a model that people use has, in tokens. */
const MANY_TOKENS = 32_000;

export const samplingAbuse: StructureDetector = {
  rule,
  scan(structure) {
    return askedBy(structure)
      .filter(({ method }) => method === "sampling/createMessage")
      .flatMap(judge);
  },
};

function judge({ params, pointer }: Asked): StructureDetection[] {
  const found: StructureDetection[] = [];
  const add = (
    variant: string,
    severity: Severity,
    confidence: Confidence,
    where: string,
    text: string,
    evidence: string,
  ): void => {
    found.push({
      rule: rule.id,
      variant,
      severity,
      confidence,
      span: { start: 0, end: text.length },
      evidence,
      pointer: `${pointer}${where}`,
    });
  };
  const include = ownString(params, "includeContext");
  if (include === "allServers")
    add("other-context", "medium", "high", "/includeContext", include, "The server wants what other servers have said");
  const tokens = own(params, "maxTokens");
  if (typeof tokens === "number" && tokens > MANY_TOKENS)
    add("spends", "low", "medium", "", "", `The server wants up to ${tokens} tokens at once`);
  const messages = own(params, "messages");
  const list = Array.isArray(messages) ? (messages as readonly Json[]) : [];
  if (list.length > 200)
    add("spends", "low", "medium", "/messages", "", `The server sends ${list.length} messages at once`);
  for (const [text, where] of textsOf(params, list)) {
    const session = SESSION.exec(text);
    const secrets = SECRETS.exec(text);
    if (session && GIVES.test(text))
      add(
        "takes-context",
        "high",
        "medium",
        where,
        text,
        `The server asks the model for the session (${shown(session[0])}): ${shown(text)}`,
      );
    else if (
      secrets &&
      GIVES.test(text) &&
      /\b(?:you|your|user|found|any|all|environment|context|above)\b/i.test(text)
    ) {
      add(
        "takes-secrets",
        "high",
        "medium",
        where,
        text,
        `The server asks the model for secrets (${shown(secrets[0])}): ${shown(text)}`,
      );
    }
  }
  return found;
}

const MAX_TEXT = 20_000;

function textsOf(params: Asked["params"], messages: readonly Json[]): [string, string][] {
  const found: [string, string][] = [];
  const system = ownString(params, "systemPrompt");
  if (system !== undefined) found.push([system.slice(0, MAX_TEXT), "/systemPrompt"]);
  for (const [i, message] of messages.slice(0, 200).entries()) {
    if (!isObject(message)) continue;
    const content = own(message, "content") ?? null;
    const parts = Array.isArray(content) ? (content as readonly Json[]) : [content];
    for (const [j, part] of parts.entries()) {
      const text = isObject(part) ? ownString(part, "text") : undefined;
      if (text !== undefined)
        found.push([text.slice(0, MAX_TEXT), `/messages/${i}/content${Array.isArray(content) ? `/${j}` : ""}/text`]);
    }
  }
  return found;
}
