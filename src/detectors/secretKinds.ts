/** A format of secrets that can be told by its own shape. */
export interface SecretKind {
  /** Kebab-case; stands in findings and placeholders. */
  readonly id: string;
  /** What a person calls it. */
  readonly name: string;
  /** How it begins, exactly. Each is an anchor of the one-pass scan. */
  readonly prefixes: readonly string[];
  /** What may follow, and how many units of it. */
  readonly alphabet: Alphabet;
  readonly min: number;
  readonly max: number;
  /** A test of the whole, for formats with more structure. */
  readonly check?: (value: string) => boolean;
}

export type Alphabet = "alnum" | "base64url" | "dotted" | "base64" | "hex" | "base32" | "lower";

const ALPHABETS: Readonly<Record<Alphabet, string>> = {
  alnum: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
  dotted: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.",
  base64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
  hex: "0123456789abcdefABCDEF",
  base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  lower: "abcdefghijklmnopqrstuvwxyz0123456789",
};

const MEMBERS = new Map<Alphabet, Uint8Array>(
  (Object.keys(ALPHABETS) as Alphabet[]).map((name) => {
    const table = new Uint8Array(128);
    for (let i = 0; i < ALPHABETS[name].length; i++) table[ALPHABETS[name].charCodeAt(i)] = 1;
    return [name, table];
  }),
);

/** End of the stretch of an alphabet that begins at `start`, at most `max` units on. */
export function stretch(text: string, start: number, alphabet: Alphabet, max: number): number {
  const table = MEMBERS.get(alphabet);
  let end = start;
  while (end < text.length && end - start < max && table?.[text.charCodeAt(end)] === 1) end++;
  return end;
}

/** GitHub and npm end their tokens in the CRC-32 of the rest, six base-62 digits (github.blog, 2021-04-05). */
function hasChecksum(value: string): boolean {
  const body = value.slice(value.indexOf("_") + 1);
  if (body.length !== 36) return true;
  let crc = 0xffffffff;
  for (let i = 0; i < 30; i++) {
    crc ^= body.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return body.endsWith(digits);
}

export { hasChecksum as hasTokenChecksum };

/** From the providers' own documentation of their token formats. */
export const SECRET_KINDS: readonly SecretKind[] = [
  kind("github-token", "GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "alnum", 36, 255),
  kind("github-token", "GitHub fine-grained token", ["github_pat_"], "base64url", 60, 255),
  kind(
    "gitlab-token",
    "GitLab token",
    ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glagent-", "gloas-"],
    "base64url",
    20,
    255,
  ),
  kind("anthropic-key", "Anthropic API key", ["sk-ant-"], "base64url", 24, 200),
  kind("openai-key", "OpenAI API key", ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"], "base64url", 32, 255),
  kind("openrouter-key", "OpenRouter API key", ["sk-or-v1-"], "hex", 32, 80),
  kind("langsmith-key", "LangSmith API key", ["lsv2_pt_", "lsv2_sk_"], "base64url", 32, 80),
  kind("openai-key", "API key", ["sk-"], "alnum", 32, 64),
  kind("groq-key", "Groq API key", ["gsk_"], "alnum", 40, 80),
  kind("xai-key", "xAI API key", ["xai-"], "alnum", 60, 100),
  kind("perplexity-key", "Perplexity API key", ["pplx-"], "alnum", 32, 80),
  kind("huggingface-token", "Hugging Face token", ["hf_", "api_org_"], "alnum", 30, 60),
  kind("replicate-token", "Replicate token", ["r8_"], "alnum", 36, 42),
  kind(
    "slack-token",
    "Slack token",
    ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.xoxp-", "xoxc-", "xoxd-"],
    "base64url",
    24,
    255,
  ),
  kind("slack-token", "Slack app token", ["xapp-"], "base64url", 40, 200),
  kind(
    "aws-key",
    "AWS access key id",
    ["AKIA", "ASIA", "ABIA", "ACCA"],
    "base32",
    16,
    16,
    (v) => /[2-7]/.test(v.slice(4)) || distinct(v) > 9,
  ),
  kind("google-key", "Google API key", ["AIza"], "base64url", 35, 35),
  kind("google-oauth", "Google OAuth secret", ["GOCSPX-"], "base64url", 28, 28),
  kind("google-oauth", "Google OAuth token", ["ya29."], "base64url", 40, 2000),
  kind("azure-key", "Azure storage key", ["AccountKey="], "base64", 86, 90),
  kind("stripe-key", "Stripe key", ["sk_live_", "rk_live_", "whsec_"], "alnum", 20, 255),
  kind(
    "square-token",
    "Square token",
    ["sq0atp-", "sq0csp-", "EAAA"],
    "base64url",
    22,
    80,
    (v) => !v.startsWith("EAAA") || v.length >= 60,
  ),
  kind("npm-token", "npm token", ["npm_"], "alnum", 36, 36),
  kind("pypi-token", "PyPI token", ["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZ"], "base64url", 40, 300),
  kind("docker-token", "Docker Hub token", ["dckr_pat_", "dckr_oat_"], "base64url", 24, 60),
  kind("digitalocean-token", "DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], "hex", 64, 64),
  kind("supabase-token", "Supabase token", ["sbp_"], "hex", 40, 60),
  kind("supabase-token", "Supabase secret key", ["sb_secret_"], "base64url", 24, 80),
  kind("figma-token", "Figma token", ["figd_", "figo_"], "base64url", 36, 80),
  kind("notion-token", "Notion token", ["ntn_"], "alnum", 40, 60),
  kind("notion-token", "Notion token", ["secret_"], "alnum", 43, 43),
  kind("linear-key", "Linear API key", ["lin_api_", "lin_oauth_"], "alnum", 32, 80),
  kind("tavily-key", "Tavily API key", ["tvly-"], "base64url", 24, 80),
  kind("firecrawl-key", "Firecrawl API key", ["fc-"], "hex", 32, 32),
  kind(
    "brave-key",
    "Brave Search API key",
    ["BSA"],
    "base64url",
    24,
    32,
    (v) => /\d/.test(v) && /[a-z]/.test(v) && distinct(v) > 14,
  ),
  kind("context7-key", "Context7 API key", ["ctx7sk-"], "base64url", 20, 80),
  kind(
    "atlassian-token",
    "Atlassian token",
    ["ATATT3", "ATCTT3", "ATBB"],
    "base64url",
    24,
    255,
    (v) => !v.startsWith("ATBB") || v.length >= 32,
  ),
  kind("sendgrid-key", "SendGrid API key", ["SG."], "dotted", 60, 72),
  kind("mailgun-key", "Mailgun key", ["key-"], "hex", 32, 32),
  kind("postman-key", "Postman API key", ["PMAK-"], "base64url", 50, 70),
  kind("newrelic-key", "New Relic key", ["NRAK-", "NRII-"], "alnum", 27, 40),
  kind("grafana-token", "Grafana token", ["glsa_", "glc_"], "base64url", 32, 200),
  kind("sentry-token", "Sentry token", ["sntrys_", "sntryu_"], "base64url", 40, 400),
  kind("shopify-token", "Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], "hex", 32, 32),
  kind("databricks-token", "Databricks token", ["dapi"], "hex", 32, 34),
  kind("vault-token", "Vault token", ["hvs.", "hvb."], "base64url", 24, 255),
  kind("terraform-token", "Terraform token", [".atlasv1."], "base64url", 60, 80),
  kind("age-key", "age key", ["AGE-SECRET-KEY-1"], "alnum", 58, 58),
  kind("telegram-token", "Telegram bot token", [":AA"], "base64url", 32, 34),
  kind("onepassword-token", "1Password token", ["ops_eyJ"], "base64url", 100, 2000),
  kind("airtable-token", "Airtable token", ["pat"], "dotted", 79, 79, (v) => v[17] === "."),
  kind("doppler-token", "Doppler token", ["dp.pt.", "dp.st.", "dp.sa."], "alnum", 40, 60),
  kind("planetscale-token", "PlanetScale token", ["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], "base64url", 32, 64),
  kind("fly-token", "Fly.io token", ["FlyV1 fm2_", "fo1_"], "base64url", 40, 2000),
  kind("render-key", "Render API key", ["rnd_"], "alnum", 28, 40),
];

function kind(
  id: string,
  name: string,
  prefixes: readonly string[],
  alphabet: Alphabet,
  min: number,
  max: number,
  check?: (value: string) => boolean,
): SecretKind {
  return { id, name, prefixes, alphabet, min, max, ...(check ? { check } : {}) };
}

function distinct(value: string): number {
  return new Set(value).size;
}
