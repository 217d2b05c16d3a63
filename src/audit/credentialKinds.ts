/** What a credential's own form says about it, without asking anybody. */
export interface CredentialKind {
  /** With its article: "a fine-grained personal access token of GitHub". */
  readonly kind: string;
  readonly scopes?: readonly string[];
  /** ISO 8601, UTC. */
  readonly expires?: string;
}

/** Prefixes of providers, from their own documentation of token formats; the first that fits. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ["github_pat_", "a fine-grained personal access token of GitHub"],
  ["ghp_", "a classic personal access token of GitHub"],
  ["gho_", "an OAuth access token of GitHub"],
  ["ghu_", "a token of a GitHub App for a person"],
  ["ghs_", "a token of a GitHub App's installation"],
  ["ghr_", "a refresh token of a GitHub App"],
  ["glpat-", "a personal, project or group access token of GitLab"],
  ["gldt-", "a deploy token of GitLab"],
  ["sk-ant-admin", "an admin key of Anthropic"],
  ["sk-ant-oat", "an OAuth token of Anthropic"],
  ["sk-ant-", "an API key of Anthropic"],
  ["sk-admin-", "an admin key of OpenAI"],
  ["sk-svcacct-", "a service account's key of OpenAI"],
  ["sk-proj-", "a project key of OpenAI"],
  ["xoxb-", "a bot token of Slack"],
  ["xoxp-", "a user token of Slack"],
  ["xapp-", "an app-level token of Slack"],
  ["AKIA", "a long-lived access key of AWS"],
  ["ASIA", "a temporary access key of AWS"],
  ["AIza", "an API key of Google"],
  ["sk_live_", "a live secret key of Stripe"],
  ["rk_live_", "a live restricted key of Stripe"],
  ["sk_test_", "a test secret key of Stripe"],
  ["sbp_", "a personal access token of Supabase"],
  ["sb_secret_", "a secret key of Supabase, which bypasses row level security"],
  ["sb_publishable_", "a publishable key of Supabase"],
  ["npm_", "an access token of npm"],
  ["pypi-", "an API token of PyPI"],
  ["hf_", "an access token of Hugging Face"],
  ["ntn_", "an integration token of Notion"],
  ["lin_api_", "a personal API key of Linear"],
  ["figd_", "a personal access token of Figma"],
  ["ATATT", "an API token of Atlassian"],
  ["dckr_pat_", "a personal access token of Docker"],
];

const JWT = /^eyJ[\w-]{1,4000}\.(eyJ[\w-]{1,8000})\.[\w-]{0,4000}$/;
/** More scopes than this are cut. */
const MAX_SCOPES = 30;

function strings(value: unknown): string[] {
  if (typeof value === "string") return value.split(/[\s,]+/).filter(Boolean);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** A moment in seconds since 1970; undefined for what is none. */
function moment(seconds: unknown): string | undefined {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0 || seconds > 1e11) return undefined;
  return new Date(seconds * 1000).toISOString();
}

function ofToken(payload: string): CredentialKind {
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    // What is not legible says nothing about itself.
    return { kind: "a signed token (JWT)" };
  }
  const read = new Map(Object.entries(typeof claims === "object" && claims !== null ? claims : {}));
  const role = read.get("role");
  const scopes = [...strings(read.get("scope")), ...strings(read.get("scp"))];
  const named = typeof role === "string" ? [`role ${role.slice(0, 60)}`] : [];
  const all = [...scopes.map((one) => one.slice(0, 100)), ...named].slice(0, MAX_SCOPES);
  const expires = moment(read.get("exp"));
  return { kind: "a signed token (JWT)", ...(all.length > 0 && { scopes: all }), ...(expires && { expires }) };
}

/** What a value's form says. The value itself is in nothing that is returned. */
export function credentialKind(value: string): CredentialKind | undefined {
  const token = JWT.exec(value.slice(0, 20_000))?.[1];
  if (token !== undefined) return ofToken(token);
  const known = PREFIXES.find(([prefix]) => value.startsWith(prefix) && value.length >= prefix.length + 12);
  if (known) return { kind: known[1] };
  if (/^-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----/.test(value)) return { kind: "a private key" };
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const signature = parsed?.searchParams.get("sig");
  if (parsed && signature) {
    const [expires, permissions] = [parsed.searchParams.get("se"), parsed.searchParams.get("sp")];
    const at = expires === null ? Number.NaN : Date.parse(expires);
    return {
      kind: "a shared access signature of Azure",
      ...(permissions !== null && { scopes: [`permissions ${permissions.slice(0, 20)}`] }),
      ...(Number.isFinite(at) && { expires: new Date(at).toISOString() }),
    };
  }
  if (parsed && parsed.password !== "") return { kind: "an account in an address" };
  return undefined;
}
