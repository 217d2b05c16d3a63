import type { ServerEntry, TextField } from "../../clients/config.ts";
import type { Severity } from "../../core/finding.ts";
import { partOfString } from "../../documents/data.ts";
import { placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { findProviderSecret, isCredentialName, isDefaultPassword, isPlaceholder, nameOf } from "../secrets.ts";
import { byVariable } from "../variables.ts";

const MAX_URL = 4000;
/** In a value with more of them each ends at the latest where the next begins: no part of it is looked at again and again. */
const MANY_URLS = 100;
const MAX_SCHEME = 30;

/** The URLs and connection strings inside a value, each up to the first blank, quote or bracket. */
function* urlsIn(text: string): Iterable<{ url: string; index: number }> {
  let count = 0;
  for (let at = text.indexOf("://"), next; at >= 0; at = next) {
    next = text.indexOf("://", at + 3);
    let index = at;
    while (at - index < MAX_SCHEME && /[a-z0-9+.-]/i.test(text[index - 1] ?? "")) index--;
    if (index === at) continue;
    const most = at + MAX_URL;
    const rest = text.slice(at, ++count > MANY_URLS && next >= 0 ? Math.min(next, most) : most);
    const end = rest.search(/[\s"'`<>]/);
    yield { url: text.slice(index, at) + (end < 0 ? rest : rest.slice(0, end)), index };
  }
}

const QUERY_KEYS = new Set(["KEY", "TOKEN", "API_KEY", "APIKEY", "ACCESS_TOKEN", "AUTH", "SIG", "SECRET", "PASSWORD"]);
const SAMPLE_USERS = /^(?:user|username|usr|<.*>)$/i;
const SAMPLE_PASSWORDS = /^(?:pass|password|passwd|pwd|secret|<.*>)$/i;

interface Leak {
  readonly what: string;
  readonly severity: Severity;
  /** Offsets into the URL's text of the credential itself. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** As the client sends it: a password of `%40…%21` would else look like a variable of Windows. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that escapes nothing is itself.
    return text;
  }
}

function passwordLeak(url: string): Leak | undefined {
  const authority = url.indexOf("://") + 3;
  const end = url.slice(authority).search(/[/?#]/);
  const host = end < 0 ? url.length : authority + end;
  const at = url.lastIndexOf("@", host - 1);
  const colon = url.indexOf(":", authority);
  if (at < authority || colon < 0 || colon > at) return undefined;
  const user = decoded(url.slice(authority, colon));
  const password = decoded(url.slice(colon + 1, at));
  if (isPlaceholder(password) || (SAMPLE_USERS.test(user) && SAMPLE_PASSWORDS.test(password))) return undefined;
  const hostname = url.slice(at + 1, host).replace(/:\d+$/, "");
  const local = placeOf(hostname.split(",")[0] ?? "") !== "public";
  const weak = isDefaultPassword(password) || password === user;
  if (weak && placeOf(hostname) === "placeholder") return undefined;
  const severity: Severity = local ? (weak ? "low" : "high") : "critical";
  return { what: "a password", severity, start: colon + 1, end: at, name: "PASSWORD" };
}

function queryLeak(url: string): Leak | undefined {
  const question = url.indexOf("?");
  if (question < 0) return undefined;
  let next = question + 1;
  for (const pair of (url.slice(next).split("#")[0] ?? "").split("&")) {
    const index = next;
    next += pair.length + 1;
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    const key = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    const name = nameOf(decoded(key));
    const text = decoded(value);
    const start = index + equals + 1;
    const known = findProviderSecret(text);
    const named = (QUERY_KEYS.has(name) || isCredentialName(name)) && text.length >= 8 && !isPlaceholder(text, key);
    if (known || named) {
      const what = known?.what ?? `the parameter ${JSON.stringify(key)}`;
      return { what, severity: "critical", start, end: start + value.length, name };
    }
  }
  return undefined;
}

function elsewhere(url: string): Leak | undefined {
  const known = findProviderSecret(url);
  return known && { what: known.what, severity: "critical", start: known.start, end: known.end, name: "TOKEN" };
}

interface Place {
  readonly field: TextField;
  readonly named: string;
}

function places(entry: ServerEntry): Place[] {
  return [
    ...(entry.url ? [{ field: entry.url, named: "The address" }] : []),
    ...(entry.command ? [{ field: entry.command, named: "The command" }] : []),
    ...entry.args.map((field) => ({ field, named: "An argument" })),
    ...entry.env.map((field) => ({ field, named: `The variable ${JSON.stringify(field.name)}` })),
  ];
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const { field, named } of places(entry)) {
      for (const { url, index } of urlsIn(field.value)) {
        const leak = passwordLeak(url) ?? queryLeak(url) ?? elsewhere(url);
        if (!leak) continue;
        const span = partOfString(file.document.text, field.node, index + leak.start, index + leak.end);
        const name = `${nameOf(entry.name) || "SERVER"}_${leak.name}`;
        const fix = byVariable(file, span, name, `${name} for ${entry.name}`);
        yield {
          entry,
          span: field.node.span,
          severity: leak.severity,
          message: `${named} of the server ${JSON.stringify(entry.name)} has ${leak.what} inside a URL`,
          ...(fix && { fixes: [fix] }),
        };
        break;
      }
    }
  }
}

export const urlCredentials: AuditRule = {
  info: {
    id: "url-credentials",
    title: "Credentials inside a URL",
    summary:
      "Reports a URL or connection string with a password, or with a credential in its query or path, in a server's address, arguments or environment. Default passwords of a local database weigh little; samples and variables are none.",
    why: "URLs are logged by proxies, servers, shells and crash reports, and go along in a Referer.",
    remedy:
      "Give the user and the password in variables of their own, or the token in a header, and revoke what stood in the file.",
    severity: "critical",
    persona: "regular",
    references: ["MCP01:2025", "CWE-522", "CWE-598"],
  },
  fix: "Puts the client's own form of a variable in the credential's place.",
  example: {
    before: `"env": { "DATABASE_URI": "postgresql://app:<password>@db.example.com:5432/app" }`,
    after: `"env": { "DATABASE_URI": "\${input:database-uri}" }`,
  },
  check,
};
