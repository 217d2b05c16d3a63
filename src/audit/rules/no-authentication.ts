import { property } from "../../documents/data.ts";
import type { ServerEntry } from "../../clients/config.ts";
import { isKnownHost } from "../data/knownHosts.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { looksRandom } from "../secrets.ts";
import { recognise } from "../serverCatalogue.ts";

/** Fields by which clients say how they sign in, beside those that every entry is read for. */
const SIGNS_IN = [
  "authProviderType",
  "oauthClientId",
  "oauth_client_id",
  "clientId",
  "targetServiceAccount",
  "authorization",
  "authorization_token",
  "token",
  "tokenEnv",
  "credentials",
];
const IN_QUERY = /[?&](?:[\w.-]*(?:key|token|auth|sig|secret|code))=/i;
/** What a service hands out as a whole address: whoever has it is let in. */
const IN_PATH = /\/[\w-]{24,200}(?=\/|$)/g;

function signsIn(entry: ServerEntry, url: URL): boolean {
  const { headers, headersHelper, apiKey, oauth, passed, object } = entry;
  const fields = [headersHelper, apiKey, oauth, ...headers, ...passed.filter((one) => one.as === "header")];
  const options = property(object, "requestOptions")?.value;
  return (
    fields.some((one) => one !== undefined) ||
    // `auth: true` and `oauth: {}` say that the client is to sign in; `false` says that it is not.
    [...SIGNS_IN, "oauth", "auth"].some((key) => {
      const value = property(object, key)?.value;
      return value !== undefined && value.kind !== "null" && !(value.kind === "boolean" && !value.value);
    }) ||
    property(options, "clientCertificate") !== undefined ||
    url.username !== "" ||
    IN_QUERY.test(url.search) ||
    // A variable in the address is where a secret of it is put in.
    /^[a-z]{2,5}:\/\/[^/]{1,300}\/.{0,2000}[${]/s.test(entry.url?.value ?? "") ||
    Array.from(url.pathname.slice(0, 2000).matchAll(IN_PATH)).some(([part]) => looksRandom(part.slice(1), 24))
  );
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const url = entry.url && parseUrl(entry.url.value);
    if (!entry.url || !url || !/^(?:https?|wss?):$/.test(url.protocol)) continue;
    if (placeOf(url.hostname) !== "public" || signsIn(entry, url)) continue;
    // A catalogued host is known to ask for OAuth after the first answer, or to serve what is public.
    if (recognise(file, entry).server || isKnownHost(url.hostname)) continue;
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
      "Reports a remote server on a host that is not known, where the entry has no header, no OAuth, no token, no command or variable that brings one, and no secret in its address. Clients can sign in by OAuth after the first answer, which no file shows: so this is for those who look closely.",
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
