import type { Confidence, Severity } from "../core/finding.ts";
import type { ScanContext } from "./detector.ts";
import { isMadeOfWords, isPlaceholder, looksRandom } from "./placeholder.ts";
import type { SecretKind } from "./secretKinds.ts";
import { hasTokenChecksum, SECRET_KINDS, stretch } from "./secretKinds.ts";

/** A secret with its place; `name` is what a person calls it. */
export interface FoundSecret {
  readonly variant: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly confidence: Confidence;
}

type Matcher = (text: string, start: number, end: number) => FoundSecret | undefined;

/** What to do at each anchor. */
const anchors: { readonly phrase: string; readonly match: Matcher }[] = [
  ...SECRET_KINDS.flatMap((kind) =>
    kind.prefixes.map((prefix) => ({ phrase: `${prefix}*`, match: ofKind(kind, prefix) })),
  ),
  { phrase: "eyJ*", match: jsonWebToken },
  { phrase: "-----BEGIN*", match: privateKey },
  { phrase: "://*", match: connectionString },
  { phrase: "bearer", match: bearer },
  { phrase: "basic", match: basic },
  ...[
    "password*",
    "passwd*",
    "passphrase*",
    "pwd*",
    "secret*",
    "token*",
    "apikey*",
    "api_key*",
    "api-key*",
    "api key*",
    "access_key*",
    "accesskey*",
    "access-key*",
    "private_key*",
    "privatekey*",
    "client_secret*",
    "clientsecret*",
    "auth_key*",
    "authkey*",
    "authorization*",
    "credential*",
    "x-api-key*",
    "signing_key*",
    "encryption_key*",
    "account_key*",
    "sessionid*",
    "session_id*",
    "connection_string*",
  ].map((phrase) => ({ phrase, match: assigned })),
];

/** What the one-pass scan looks for on behalf of this detector. */
export const secretAnchors: readonly string[] = anchors.map(({ phrase }) => phrase);

/** Looks at one anchor that the shared pass found. `anchor` is its index in `secretAnchors`. Bounded work. */
export function matchSecret(anchor: number, text: string, start: number, end: number): FoundSecret | undefined {
  return anchors[anchor]?.match(text, start, end);
}

function isWordUnit(text: string, at: number): boolean {
  return /[A-Za-z0-9_]/.test(text[at] ?? "");
}

function ofKind(kind: SecretKind, prefix: string): Matcher {
  // A prefix of letters must begin a word; one that begins with a sign belongs to what stands before it.
  const begins = /^[A-Za-z]/.test(prefix);
  return (text, start) => {
    if (!text.startsWith(prefix, start) || (begins && isWordUnit(text, start - 1))) return undefined;
    const end = stretch(text, start + prefix.length, kind.alphabet, kind.max + 1);
    const length = end - start - prefix.length;
    if (length < kind.min || length > kind.max || (kind.max < 1000 && isWordUnit(text, end))) return undefined;
    const value = text.slice(start, end);
    if (isPlaceholder(value) || (kind.check && !kind.check(value))) return undefined;
    const body = value.slice(prefix.length);
    if (!/\d/.test(body) && kind.alphabet !== "base32" && body.length < 60) return undefined;
    const sure = !/^(?:gh[a-z]_|npm_)/.test(value) || hasTokenChecksum(value);
    const from = prefix.startsWith(":") || prefix.startsWith(".") ? wordBefore(text, start) : start;
    if (from === undefined) return undefined;
    return found(kind.id, kind.name, from, end, "high", sure ? "high" : "medium");
  };
}

/** Where the id before a sign begins: a bot's number, an organisation's token id. */
function wordBefore(text: string, end: number): number | undefined {
  let start = end;
  while (start > 0 && end - start < 40 && isWordUnit(text, start - 1)) start--;
  return end - start >= 8 && !isWordUnit(text, start - 1) ? start : undefined;
}

function found(
  variant: string,
  name: string,
  start: number,
  end: number,
  severity: Severity,
  confidence: Confidence,
): FoundSecret {
  return { variant, name, start, end, severity, confidence };
}

/** RFC 7519: three base64url parts, the first a JSON object with `alg`. */
function jsonWebToken(text: string, start: number): FoundSecret | undefined {
  if (!text.startsWith("eyJ", start) || isWordUnit(text, start - 1)) return undefined;
  const parts: string[] = [];
  let at = start;
  for (let part = 0; part < 3; part++) {
    const end = stretch(text, at, "base64url", 4096);
    parts.push(text.slice(at, end));
    if (part < 2 && text[end] !== ".") return undefined;
    at = part < 2 ? end + 1 : end;
  }
  const [header, payload, signature] = parts.map((part) => Buffer.from(part, "base64url").toString("utf8"));
  if (!header?.includes('"alg"') || (parts[2]?.length ?? 0) < 20 || signature === undefined) return undefined;
  if (isPlaceholder(parts[2] ?? "")) return undefined;
  // The anonymous role of a Supabase project is meant to be published.
  const isPublic = /"role"\s*:\s*"anon"/.test(payload ?? "");
  return found(
    "json-web-token",
    isPublic ? "JSON web token (public role)" : "JSON web token",
    start,
    at,
    isPublic ? "info" : "high",
    "high",
  );
}

/** RFC 7468 and OpenSSH: the whole block, or to the end of the text when its end was cut off. */
function privateKey(text: string, start: number): FoundSecret | undefined {
  const head = /^-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(start, start + 90));
  if (!head) return undefined;
  const from = start + head[0].length;
  // No key has dashes inside, so the next ones end it, whatever they begin.
  const dashes = text.indexOf("-----", from);
  const end = dashes < 0 ? Math.min(text.length, from + 8192) : Math.min(dashes, from + 16384);
  const body = text.slice(from, end).replaceAll(/\\[nr]|\s/g, "");
  if (body.length < 40 || isPlaceholder(body.slice(0, 400)) || !/[A-Za-z0-9+/]{24}/.test(body)) return undefined;
  const tail = /^-----END [A-Z0-9 ]{0,60}-----/.exec(text.slice(end, end + 80));
  const last = end + (tail?.[0].length ?? 0);
  return found("private-key", `${head[1] ?? ""}private key`.trim(), start, last, "high", "high");
}

/** RFC 3986 user information with a password: `scheme://user:password@host`. Only the password is the secret. */
function connectionString(text: string, start: number): FoundSecret | undefined {
  const rest = text.slice(start + 3, start + 3 + 300);
  const info = /^([^\s:/?#@"'`<>]{0,100}):([^\s/?#"'`<>@]{3,150})@[A-Za-z0-9[]/.exec(rest);
  const password = info?.[2];
  if (
    password === undefined ||
    isPlaceholder(password) ||
    /^(?:password|passwd|pass|pwd|secret|user|postgres|root|admin|guest|token)$/i.test(password)
  )
    return undefined;
  const from = start + 3 + (info?.[1]?.length ?? 0) + 1;
  return found(
    "connection-string",
    "Password in a connection string",
    from,
    from + password.length,
    password.length >= 8 ? "high" : "medium",
    password.length >= 8 ? "high" : "low",
  );
}

/** RFC 6750. */
function bearer(text: string, start: number, end: number): FoundSecret | undefined {
  if (isWordUnit(text, start - 1) || text[end] !== " ") return undefined;
  const from = end + 1;
  const to = stretch(text, from, "base64url", 4096);
  const value = text.slice(from, to);
  if (!looksRandom(value) || isPlaceholder(value)) return undefined;
  return found("bearer-token", "Bearer token", from, to, "high", "high");
}

/** RFC 7617: base64 of `user:password`. */
function basic(text: string, start: number, end: number): FoundSecret | undefined {
  if (isWordUnit(text, start - 1) || text[end] !== " ") return undefined;
  const to = stretch(text, end + 1, "base64", 512);
  const plain = Buffer.from(text.slice(end + 1, to), "base64").toString("utf8");
  if (to - end < 13 || !isUserAndPassword(plain) || isPlaceholder(plain)) return undefined;
  return found("basic-credentials", "Basic credentials", end + 1, to, "high", "high");
}

function isUserAndPassword(plain: string): boolean {
  const colon = plain.indexOf(":");
  return colon > 0 && plain.length - colon > 4 && /^[ -~]+$/.test(plain);
}

/** A value that a telling name is given: `db_password = "..."`, `--token=...`, `"apiKey": "..."`. */
function assigned(text: string, start: number, end: number): FoundSecret | undefined {
  // Our own placeholder says of what kind it is.
  if (text[start - 1] === "[") return undefined;
  // The rest of the name, then a sign of assignment with little around it.
  const nameEnd = stretch(text, end, "base64url", 30);
  const sign = /^["'`\]]{0,2}\s{0,3}(?:=>|:=|=|:)\s{0,3}(?:["'`]{0,3})/.exec(text.slice(nameEnd, nameEnd + 16));
  if (!sign) return undefined;
  const name = text.slice(Math.max(0, start - 24), nameEnd);
  const from = nameEnd + sign[0].length;
  const value = /^[^\s"'`,;<>(){}[\]|\\&=]{8,200}={0,2}/.exec(text.slice(from, from + 220))?.[0];
  if (value === undefined || isPublicName(name)) return undefined;
  return judged(value, /pass|pwd/i.test(text.slice(start, end)), from);
}

/** The text is the value of a telling key. */
export function secretUnderKey(text: string, context: ScanContext): FoundSecret | undefined {
  const key = context.key ?? "";
  if (context.place === "definition" || !isTellingKey(key) || isPublicName(key)) return undefined;
  const value = text.trim();
  if (value.length < 8 || value.length > 4096 || /\s/.test(value)) return undefined;
  return judged(value, /pass|pwd/i.test(key), text.indexOf(value));
}

function judged(value: string, password: boolean, start: number): FoundSecret | undefined {
  if (
    isPlaceholder(value) ||
    /^https?:\/\/[^@]*$/.test(value) ||
    (/^[\w.-]*[/\\][\w./\\-]*$/.test(value) && !looksRandom(value))
  )
    return undefined;
  if (looksRandom(value))
    return found("credential", "Credential under a telling name", start, start + value.length, "medium", "medium");
  // A password that a person chose: several sorts of characters, no words of a program.
  const sorts = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_.:/-]/].filter((sort) => sort.test(value)).length;
  if (password && sorts >= 3 && !isMadeOfWords(value) && !/[.(]\w+[.(]/.test(value))
    return found("password", "Password", start, start + value.length, "medium", "low");
  return undefined;
}

/** Names under which credentials are kept. Of a name's words, the last decides: `tokenLimit` is a number. */
function isTellingKey(key: string): boolean {
  return (
    /(?:password|passwd|passphrase|pwd|secret|token|api[-_ ]?key|access[-_]?key|private[-_]?key|signing[-_]?key|encryption[-_]?key|account[-_]?key|auth[-_]?key|credentials?|authorization|bearer|jwt|session[-_]?id|connection[-_]?string|dsn|pat)s?(?:[-_]?(?:value|id|base64))?$/i.test(
      key,
    ) || /(?:^|[-_])key$/i.test(key)
  );
}

/** Names of things that are public, or are no values: a count of tokens, a page token, the name of a secret. */
function isPublicName(name: string): boolean {
  return /public|max_?tokens?|tokens?_?(?:count|limit|used|usage|type|url|endpoint|uri|name|id)|(?:next|page|continuation|cursor|sync|csrf|progress)[-_]?(?:page)?[-_]?token|secret_?(?:name|ref|id|arn|path)|key_?(?:name|path|file|id|type)|password_?(?:hash|policy|file|field|length|reset)/i.test(
    name,
  );
}
