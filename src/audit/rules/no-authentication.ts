import { property } from "../../documents/data.ts";
import type { ServerEntry } from "../../clients/config.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { recognise } from "../serverCatalogue.ts";

/** Fields by which clients say how they sign in; a command or the environment can bring the credential too. */
const SIGNS_IN = [
  "oauth",
  "auth",
  "authProviderType",
  "headersHelper",
  "bearer_token_env_var",
  "env_http_headers",
  "apiKey",
];
const IN_QUERY = /[?&](?:[\w.-]*(?:key|token|auth|sig|secret))=/i;

function signsIn(entry: ServerEntry, url: URL): boolean {
  return (
    entry.headers.length > 0 ||
    SIGNS_IN.some((key) => property(entry.object, key) !== undefined) ||
    url.username !== "" ||
    IN_QUERY.test(url.search)
  );
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const url = entry.url && parseUrl(entry.url.value);
    if (!entry.url || !url || !/^(?:https?|wss?):$/.test(url.protocol)) continue;
    if (placeOf(url.hostname) !== "public" || signsIn(entry, url)) continue;
    // A catalogued host is known to ask for OAuth after the first answer, or to serve what is public.
    if (recognise(file, entry).server) continue;
    yield {
      entry,
      span: entry.url.node.span,
      confidence: "low",
      message: `The server ${JSON.stringify(entry.name)} is reached at ${url.host} without a visible sign-in`,
    };
  }
}

export const noAuthentication: AuditRule = {
  info: {
    id: "no-authentication",
    title: "Remote server without visible sign-in",
    summary:
      "Reports a remote server on a host that is not known, where the entry has no header, no OAuth and no token. Clients can sign in by OAuth after the first answer, which no file shows: so this is for those who look closely.",
    why: "A server that asks nobody who they are serves everybody: whoever finds it, and whoever stands in its place.",
    remedy: "Let the server ask for OAuth, or send a header whose value comes from a variable.",
    severity: "low",
    persona: "pedantic",
    references: ["MCP07:2025", "ASI03", "CWE-306"],
  },
  example: {
    before: `"tracker": { "url": "https://mcp.tracker.example.com/mcp" }`,
    after: `"tracker": { "url": "https://mcp.tracker.example.com/mcp", "headers": { "Authorization": "Bearer \${TRACKER_TOKEN}" } }`,
  },
  check,
};
