/** A credential whose form its provider has published. */
interface Provider {
  /** As a sentence names it, with its article. */
  readonly what: string;
  /** Linear; matched between boundaries. */
  readonly pattern: string;
  /** Letters that end in a base-62 CRC-32 of the ones before: GitHub's and npm's tokens. */
  readonly checksum?: boolean;
}

/** From the providers' own documentation of their token formats. */
const PROVIDERS: readonly Provider[] = [
  { what: "a GitHub token", pattern: "gh[pousr]_[A-Za-z0-9]{36}", checksum: true },
  { what: "a GitHub token", pattern: "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}" },
  { what: "a GitLab token", pattern: "gl(?:pat|dt|rt|ft|soat)-[\\w-]{20,300}" },
  { what: "an Anthropic API key", pattern: "sk-ant-[a-z0-9]{3,10}-[\\w-]{80,120}" },
  { what: "an OpenRouter API key", pattern: "sk-or-v1-[0-9a-f]{64}" },
  { what: "a Langfuse secret key", pattern: "sk-lf-[0-9a-f-]{36}" },
  { what: "an OpenAI API key", pattern: "sk-(?:proj|svcacct|admin|None)-[\\w-]{40,200}" },
  {
    what: "an OpenAI-style API key",
    pattern: "sk-(?:[A-Za-z0-9]{48}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[0-9a-f]{32})",
  },
  { what: "a Slack token", pattern: "xox[abeoprs]-[0-9A-Za-z][0-9A-Za-z-]{20,250}" },
  { what: "a Slack app token", pattern: "xapp-\\d-[A-Z0-9]{8,15}-\\d{10,15}-[0-9a-f]{40,80}" },
  { what: "an AWS access key", pattern: "(?:AKIA|ASIA)[A-Z2-7]{16}" },
  { what: "a Google API key", pattern: "AIza[\\w-]{35}" },
  { what: "a Google OAuth client secret", pattern: "GOCSPX-[\\w-]{28}" },
  { what: "a Notion token", pattern: "ntn_[A-Za-z0-9]{40,60}" },
  { what: "a Notion token", pattern: "secret_[A-Za-z0-9]{43}" },
  { what: "a Hugging Face token", pattern: "hf_[A-Za-z0-9]{34,40}" },
  { what: "an npm token", pattern: "npm_[A-Za-z0-9]{36}", checksum: true },
  { what: "a PyPI token", pattern: "pypi-AgEI[\\w-]{50,250}" },
  { what: "a Tavily API key", pattern: "tvly-[\\w-]{20,60}" },
  { what: "a Firecrawl API key", pattern: "fc-[0-9a-f]{32}" },
  { what: "a Brave Search API key", pattern: "BSA[\\w-]{24,32}" },
  { what: "a Perplexity API key", pattern: "pplx-[A-Za-z0-9]{40,64}" },
  { what: "a Groq API key", pattern: "gsk_[A-Za-z0-9]{52}" },
  { what: "an xAI API key", pattern: "xai-[A-Za-z0-9]{80}" },
  { what: "a Replicate token", pattern: "r8_[A-Za-z0-9]{37}" },
  { what: "a Linear API key", pattern: "lin_api_[A-Za-z0-9]{40}" },
  { what: "a DigitalOcean token", pattern: "do[opr]_v1_[0-9a-f]{64}" },
  { what: "a Stripe live key", pattern: "[sr]k_live_[A-Za-z0-9]{16,250}" },
  { what: "an Atlassian API token", pattern: "ATATT3[\\w=-]{50,300}" },
  { what: "a Context7 API key", pattern: "ctx7sk-[0-9a-f-]{36}" },
  { what: "a Ref API key", pattern: "ref-[0-9a-f]{20}" },
  { what: "a Docker token", pattern: "dckr_(?:pat|oat)_[\\w-]{20,60}" },
  { what: "a Supabase token", pattern: "sbp_[0-9a-f]{40}" },
  { what: "a Supabase secret key", pattern: "sb_secret_[\\w-]{20,60}" },
  { what: "a Figma token", pattern: "figd_[\\w-]{40,50}" },
  { what: "a SendGrid API key", pattern: "SG\\.[\\w-]{22}\\.[\\w-]{43}" },
  { what: "a Telegram bot token", pattern: "\\d{8,10}:AA[\\w-]{33}" },
  { what: "an Airtable token", pattern: "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}" },
  { what: "a Databricks token", pattern: "dapi[0-9a-f]{32}" },
  { what: "a Sentry token", pattern: "sntry[su]_[\\w=+/-]{40,300}" },
  { what: "a Grafana token", pattern: "glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}" },
  { what: "an Apify token", pattern: "apify_api_[A-Za-z0-9]{34,40}" },
  { what: "a Postman API key", pattern: "PMAK-[0-9a-f]{24}-[0-9a-f]{34}" },
  { what: "a Shopify token", pattern: "shp(?:at|ca|pa|ss)_[0-9a-f]{32}" },
  { what: "a New Relic key", pattern: "NRAK-[A-Z0-9]{27}" },
  { what: "a HubSpot token", pattern: "pat-(?:na|eu)\\d-[0-9a-f-]{36}" },
  { what: "a Pinecone API key", pattern: "pcsk_[\\w-]{50,80}" },
  { what: "a PlanetScale token", pattern: "pscale_(?:tkn|oauth|pw)_[\\w-]{32,64}" },
  { what: "an ElevenLabs API key", pattern: "sk_[0-9a-f]{48}" },
  { what: "a private key", pattern: "-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----" },
];

const ANY_PROVIDER = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${PROVIDERS.map((one) => `(${one.pattern})`).join("|")})(?![A-Za-z0-9_-])`,
);
const JWT = /(?<![A-Za-z0-9_-])eyJ[\w-]{10,2000}\.(eyJ[\w-]{4,4000})\.[\w-]{20,1000}(?![A-Za-z0-9_-])/;

/** What was recognised inside a text. `start` and `end` are offsets into it. */
export interface SecretMatch {
  readonly what: string;
  readonly start: number;
  readonly end: number;
  /**
   * Of a token that ends in a checksum of the provider: whether it holds, and so the token was issued. One that fails was
   * mistyped, cut or made up, or its provider counts otherwise by now.
   */
  readonly checksum?: "holds" | "fails";
}

/** CRC-32 (ISO 3309) of ASCII, as GitHub's and npm's tokens use it. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** True when the last six letters of a token are the checksum of the thirty before them. */
function checksumHolds(token: string): boolean {
  const body = token.slice(token.indexOf("_") + 1);
  let sum = crc32(body.slice(0, -6));
  let expected = "";
  for (let i = 0; i < 6; i++) {
    expected = (BASE62[sum % 62] ?? "") + expected;
    sum = Math.floor(sum / 62);
  }
  return expected === body.slice(-6);
}

/** A key that a provider means to be public: Supabase's anonymous role. */
function isPublicToken(payload: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && "role" in claims && claims.role === "anon";
  } catch {
    // No JSON inside: whatever it is, it is not known to be public.
    return false;
  }
}

/** Letters that a person makes up to show the form of a key: runs, counting, EXAMPLE. */
function isMadeUp(token: string): boolean {
  // `your` alone would be found by chance in one long key of some thousands.
  if (/example|(?<![A-Za-z0-9])your|your[-_]|redacted|placeholder|sample|change[-_]?me/i.test(token)) return true;
  if (/(?<![A-Za-z0-9])dummy|dummy(?![A-Za-z0-9])/i.test(token)) return true;
  if (/(.)\1{5}/.test(token) || /01234567|12345678|abcdefgh/i.test(token)) return true;
  return false;
}

/** Finds a credential of a known form in a text; made-up ones and public ones are left out. */
export function findProviderSecret(text: string): SecretMatch | undefined {
  const found = ANY_PROVIDER.exec(text);
  if (found && !isMadeUp(found[0])) {
    const provider = PROVIDERS[found.slice(1).findIndex((group) => group !== undefined)];
    if (provider) {
      const place = { what: provider.what, start: found.index, end: found.index + found[0].length };
      return provider.checksum === true ? { ...place, checksum: checksumHolds(found[0]) ? "holds" : "fails" } : place;
    }
  }
  const token = JWT.exec(text);
  if (token?.[1] !== undefined && !isPublicToken(token[1]) && !isMadeUp(token[0])) {
    return { what: "a signed token (JWT)", start: token.index, end: token.index + token[0].length };
  }
  return undefined;
}

/** A value that stands for one that comes from elsewhere: a variable, or a text that asks to be replaced. */
export function isPlaceholder(value: string, name?: string): boolean {
  const text = value.trim();
  if (text === "" || (name !== undefined && text.toLowerCase() === name.toLowerCase())) return true;
  if (/\$\{|\{\{|\$\(/.test(text)) return true;
  if (/^\$[A-Za-z_]\w*$|^%[A-Za-z_]\w*%$|^\{[\w: ./~-]+\}$|^<[^<>]*>$|^\[[^[\]]*\]$|^\*+$/.test(text)) return true;
  if (/^(?:your|my|the|enter|insert|paste|add|put|replace|set|todo|some|get)[-_ ]/i.test(text)) return true;
  if (/[-_ ](?:here|goes[-_ ]here)$/i.test(text) || /^(?:here|none|null|undefined|true|false)$/i.test(text))
    return true;
  if (/^(?:sk|pk|ghp|key|token|xoxb)[-_.]*(?:\.{3}|…|x{3,}|\*{3,})/i.test(text) || /^x+$/i.test(text)) return true;
  return isMadeUp(text);
}

/** Bits a character, by the frequencies inside the text itself. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

const CREDENTIAL =
  /(?:^|_)(?:API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|AUTH_?KEY|APP_?KEY|MASTER_?KEY|ADMIN_?KEY|SERVICE_?(?:ROLE_?)?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|KEY|SECRET|TOKEN|ACCESS_?TOKEN|AUTH_?TOKEN|BOT_?TOKEN|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|PAT|CREDENTIALS?|BEARER|AUTHORIZATION|COOKIE)(?:_VALUE)?(?:_\d+)?$|(?:API_?(?:KEY|TOKEN)|ACCESS_?TOKEN|AUTH_?TOKEN|SECRET_?KEY|PASSWORD)(?:_\d+)?$/;
const NO_CREDENTIAL = /(?:^|_)(?:PUBLIC|PUBLISHABLE|ANON|MAX|SORT|PRIMARY|FOREIGN|CACHE|PARTITION)_|_TOKENS$/;
const PASSWORD = /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD)(?:_\d+)?$/;

/** Longer names are cut: what says that a value is a credential stands at their start or is not there. */
const MAX_NAME = 200;

/** `apiKey`, `api-key`, `--api-key`, `X-Api-Key` as `API_KEY`, `X_API_KEY`. */
export function nameOf(text: string): string {
  const words = text.slice(0, MAX_NAME).replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  return words
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .join("_")
    .toUpperCase();
}

/** True for a name that says that its value is a credential. */
export function isCredentialName(name: string): boolean {
  const normal = nameOf(name);
  return CREDENTIAL.test(normal) && !NO_CREDENTIAL.test(normal);
}

export function isPasswordName(name: string): boolean {
  return PASSWORD.test(nameOf(name));
}

const DEFAULT_PASSWORDS = new Set([
  "postgres",
  "password",
  "root",
  "admin",
  "mysql",
  "guest",
  "test",
  "secret",
  "neo4j",
]);

/** A password that everybody knows: of a development database. */
export function isDefaultPassword(value: string): boolean {
  return DEFAULT_PASSWORDS.has(value.toLowerCase());
}

/** Forms that are no credential whatever their name: paths, URLs, numbers, file names, addresses, plain words. */
function isOrdinary(value: string): boolean {
  return (
    /^(?:[/~.]|[A-Za-z]:[\\/])|:\/\/|\s/.test(value) ||
    /^[\d.,:+-]+$/.test(value) ||
    /^[\w.-]+\.(?:json|pem|key|txt|env|ya?ml|toml|crt|cer|p12|pfx|js|ts|py)$/i.test(value) ||
    /^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$/.test(value) ||
    /^(?:op|vault|keyring|keychain|file|env|aws|gcp|azure|secret|sm):/i.test(value)
  );
}

/** True for a value that looks like chance, as issued credentials do: long, with digits, of many different letters. */
export function looksRandom(value: string, minimum: number): boolean {
  if (value.length < minimum || isOrdinary(value) || !/\d/.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f-]+$/i.test(value) ? 2.5 : 3);
}

/** A password that a person chose: shorter and less random, so only under a name that says so. */
export function looksLikePassword(value: string): boolean {
  return value.length >= 8 && !isOrdinary(value) && !isDefaultPassword(value) && entropy(value) >= 2.25;
}
