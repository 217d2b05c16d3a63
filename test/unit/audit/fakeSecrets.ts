import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

const HEX = "0123456789abcdef";
const DIGITS = "0123456789";
const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Letters that look random and are always the same for a name: no secret of anybody. */
function letters(name: string, alphabet: string, length: number): string {
  let result = "";
  for (let round = 0; result.length < length; round++) {
    for (const byte of createHash("sha512").update(`${name} ${round}`).digest()) {
      result += alphabet[byte % alphabet.length] ?? "";
    }
  }
  return result.slice(0, length);
}

/** Thirty letters and, as GitHub and npm have it, their CRC-32 in base 62. */
function withChecksum(name: string): string {
  const body = letters(name, BASE62, 30);
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let sum = crc32(body);
  let end = "";
  for (let i = 0; i < 6; i++) {
    end = `${digits[sum % 62] ?? ""}${end}`;
    sum = Math.floor(sum / 62);
  }
  return body + end;
}

/** Credentials of no account, built here so that no file of this repository holds anything that looks like one. */
export const FAKE_SECRETS: Readonly<Record<string, string>> = {
  ghp: `ghp_${withChecksum("ghp")}`,
  npm: `npm_${withChecksum("npm")}`,
  ghpMistyped: `ghp_${letters("ghp", BASE62, 36)}`,
  npmMistyped: `npm_${letters("npm", BASE62, 36)}`,
  githubPat: `github_pat_${letters("pat", BASE62, 22)}_${letters("pat2", BASE62, 59)}`,
  openai: `sk-proj-${letters("openai", BASE62, 64)}`,
  anthropic: `sk-ant-api03-${letters("anthropic", BASE62, 93)}AA`,
  slack: `xoxb-${letters("slack1", DIGITS, 12)}-${letters("slack2", BASE62, 24)}`,
  aws: `AKIA${letters("aws", UPPER, 16)}`,
  google: `AIza${letters("google", BASE62, 35)}`,
  supabase: `sbp_${letters("supabase", HEX, 40)}`,
  stripe: `sk_live_${letters("stripe", BASE62, 24)}`,
  hex32: letters("hex", HEX, 32),
  base40: letters("base", BASE62, 40),
  uuid: letters("uuid", HEX, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
  password: `${letters("password", BASE62, 14)}&3x`,
  jwtAnon: jwt({ iss: "supabase", role: "anon" }),
  jwtService: jwt({ iss: "supabase", role: "service_role" }),
};

function jwt(payload: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "HS256", typ: "JWT" }), part(payload), letters("signature", BASE62, 43)].join(".");
}

/** Fills `{{name}}` in a fixture's text. */
export function withSecrets(text: string): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const secret = FAKE_SECRETS[name];
    if (secret === undefined) throw new Error(`${whole} is no fake secret`);
    return secret;
  });
}
