import assert from "node:assert/strict";
import { createCipheriv, createHmac, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import fc from "fast-check";
import type { Place } from "../../../src/detectors/detector.ts";
import { isPlaceholder } from "../../../src/detectors/placeholder.ts";
import { redact } from "../../../src/detectors/redact.ts";
import { secret } from "../../../src/detectors/secret.ts";

const scan = (text: string, place: Place = "result", key?: string) => secret.scan(text, { place, key });

/** Always the same bytes: a run that fails once fails again. */
const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, "seed"), Buffer.alloc(16));

/** No secret stands in this file: all are drawn when it runs. */
function draw(length: number, from = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
  const drawn = Array.from(stream.update(Buffer.alloc(length)), (byte) => from[byte % from.length]).join("");
  // One in a few hundred has no digit, and is taken for words.
  return length < 16 || /\d.*\d/.test(drawn) ? drawn : draw(length, from);
}
const hex = (length: number): string => draw(length, "0123456789abcdef");
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const secrets: Record<string, () => string> = {
  "github-token": () => `ghp_${draw(36)}`,
  "github fine-grained": () => `github_pat_${draw(22)}_${draw(59)}`,
  "gitlab-token": () => `glpat-${draw(20)}`,
  "anthropic-key": () => `sk-ant-api03-${draw(93)}AA`,
  "openai-key": () => `sk-proj-${draw(64)}`,
  "old openai key": () => `sk-${draw(20)}T3BlbkFJ${draw(20)}`,
  "slack-token": () => `xoxb-${draw(12, "0123456789")}-${draw(12, "0123456789")}-${draw(24)}`,
  "aws-key": () => `AKIA${draw(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  "google-key": () => `AIza${draw(35)}`,
  "huggingface-token": () => `hf_${draw(34)}`,
  "npm-token": () => `npm_${draw(36)}`,
  "pypi-token": () => `pypi-AgEIcHlwaS5vcmc${draw(120)}`,
  "stripe-key": () => `sk_live_${draw(24)}`,
  "sendgrid-key": () => `SG.${draw(22)}.${draw(43)}`,
  "linear-key": () => `lin_api_${draw(40)}`,
  "digitalocean-token": () => `dop_v1_${hex(64)}`,
  "supabase-token": () => `sbp_${hex(40)}`,
  "figma-token": () => `figd_${draw(43)}`,
  "docker-token": () => `dckr_pat_${draw(27)}`,
  "notion-token": () => `ntn_${draw(46)}`,
  "tavily-key": () => `tvly-${draw(32)}`,
  "atlassian-token": () => `ATATT3${draw(180)}`,
  "shopify-token": () => `shpat_${hex(32)}`,
  "telegram-token": () => `${draw(10, "123456789")}:AA${draw(33)}`,
  "json-web-token": () => `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: draw(10) })}.${draw(43)}`,
  "private-key": () =>
    generateKeyPairSync("ed25519", {
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    }).privateKey.trim(),
};

for (const [name, make] of Object.entries(secrets)) {
  test(`${name} is found exactly, wherever it stands`, () => {
    const value = make();
    for (const [before, after] of [
      ["", ""],
      ["token: ", "\n"],
      ['{"x":"', '"}'],
      ["--key=", " --verbose"],
      ["see (", ")."],
      ["日本 ", " 語"],
    ]) {
      const text = `${before}${value}${after}`;
      const found = scan(text);
      const at = before?.length ?? 0;
      assert.deepEqual(
        found.map(({ span }) => span),
        [{ start: at, end: at + value.length }],
        `${name}: ${text}`,
      );
      assert.equal(found[0]?.severity, "high");
      assert.ok(!found.some(({ evidence }) => evidence.includes(value)));
    }
  });
}

test("credentials in a connection string, a header and under a telling name", () => {
  const password = draw(18);
  for (const [text, key] of [
    [`postgres://app:${password}@db.internal:5432/app`],
    [`mongodb+srv://svc:${password}@cluster0.abc.mongodb.net/?retryWrites=true`],
    [`Authorization: Bearer ${password}`],
    [`DB_PASSWORD=${password}`],
    [`"client_secret": "${password}"`],
    [`export API_KEY='${password}'`],
    [password, "API_TOKEN"],
    [password, "apiKey"],
  ] as const) {
    const [found] = scan(text, "config", key);
    assert.equal(text.slice(found?.span.start, found?.span.end), password, text);
  }
  const basic = Buffer.from(`svc:${password}`).toString("base64");
  assert.equal(scan(`Authorization: Basic ${basic}`)[0]?.variant, "basic-credentials");
});

// Written for this test.
const none: Record<string, readonly [string, string?]> = {
  "a variable": ["API_KEY=${API_KEY}"],
  "an input": ["${input:github-token}", "GITHUB_TOKEN"],
  "a template": ["token: {{ secrets.TOKEN }}"],
  "a stand-in": [`ghp_your_token_here_xxxxxxxxxxxxxxxxxxxxxxxxxx`],
  "Amazon's own example": [`AKIAIOSFODNN7EXAMPLE`],
  "a run of one letter": [`ghp_${"a".repeat(36)}`],
  counting: ["SECRET_TOKEN=0123456789abcdef0123456789abcdef"],
  "a commit": ["commit 048f84bc39fd17b10c94d2b9af61860456cd48a4"],
  "a digest": ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  "a UUID": ["id: 550e8400-e29b-41d4-a716-446655440000"],
  "a count of tokens": ["max_tokens: 16384000"],
  "a page token": ["nextPageToken: CAUQAA8hJ7f6g5h4j3k2l1m0n9b8"],
  "the token by which MCP names a request's progress": ["3f2b8c1e-9a47-4d60-b5f3-7c1e0a9d2b64", "progressToken"],
  prose: ["The password must be at least 12 characters. Token: required. Secret: see the vault."],
  "a sentence with sk-": ["The desk-based risk-averse task-runner ask-me-anything-about-this-thing-please-now"],
  "a URL without a password": ["https://user@example.org/path and https://example.org:8080/@scope/pkg"],
  "a default password": ["postgres://postgres:postgres@localhost/db"],
  "a public key": [
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
  ],
  "a header's name": ["-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"],
  "a path": ["/home/me/.config/app/token.json", "TOKEN"],
  "a name": ["keyboard-shortcuts-v2", "primary_key"],
  code: ["const token = await getAccessToken(session); password = os.environ['DB_PASSWORD']"],
};
for (const [name, [text, key]] of Object.entries(none)) {
  test(`${name} is no secret`, () => assert.deepEqual(scan(text, "config", key), []));
}

test("the anonymous role's token is told apart, being public", () => {
  const token = `${part({ alg: "HS256" })}.${part({ role: "anon", iss: "supabase" })}.${draw(43)}`;
  assert.equal(scan(token)[0]?.severity, "info");
});

test("whatever secretlint's preset finds among these, is found too", async () => {
  let theirs = 0;
  for (const [name, make] of Object.entries(secrets)) {
    const content = `token = ${make()}\n`;
    const { messages } = await lintSource({
      source: { filePath: "/a.txt", content, contentType: "text", ext: ".txt" },
      options: { config: { rules: [{ id: "preset", rule: creator }] }, noPhysicFilePath: true },
    });
    theirs += Math.min(1, messages.length);
    for (const { range } of messages) {
      assert.ok(
        scan(content).some(({ span }) => span.start <= range[0] && span.end >= range[1] - 1),
        `${name}: secretlint finds ${content}`,
      );
    }
  }
  assert.ok(theirs >= 8, `secretlint found only ${theirs}: the comparison compares nothing`);
});

test("redaction is stable for a value, differs between values, and leaves nothing of them", () => {
  const [a = "", b = ""] = [secrets["github-token"]?.(), secrets["google-key"]?.()];
  const text = `first ${a}, then ${b}, and ${a} again`;
  const digest = (value: string): string => createHmac("sha256", "a key").update(value).digest("hex");
  const redacted = redact(text, scan(text), digest);
  assert.match(
    redacted.text,
    /^first (\[secret:github-token:[0-9a-f]{8}\]), then \[secret:google-key:[0-9a-f]{8}\], and \1 again$/,
  );
  assert.deepEqual(
    redacted.replaced.map(({ start, end }) => text.slice(start, end)),
    [a, b, a],
  );
  assert.deepEqual(scan(redacted.text), []);
});

test("no key is taken for a stand-in because of a short word that it spells by chance", () => {
  for (const word of ["fAke", "TOdo", "fake", "XxxX", "Dummy", "myKey", "lorem", "FIXME"]) {
    for (let i = 0; i < 100; i++) {
      const key = `sk-ant-api03-${draw(i % 80)}Q${word}Z${draw(88 - (i % 80))}AA`;
      assert.ok(!isPlaceholder(key), key);
    }
  }
  for (const standIn of [
    "sk-ant-FAKE-9f8e7d6c5b4a39281706",
    "sk-ant-api03-thisisafakekey9182736450",
    "ghp_todo9f8e7d6c5b4a3928170619283746",
    "ghp_XXXX9f8e7d6c5b4a3928170619283746",
    "sk-proj-9f8e7d6c5b4a39281706xxxx",
    "sk-proj-9f8e7d6c5bxxxxxxxxxxxx281706",
    "my-secret-9f8e7d6c5b4a39281706",
  ])
    assert.ok(isPlaceholder(standIn), standIn);
});

test("a secret is found at any place of any text, and redaction keeps the rest", () => {
  const filler = fc.array(fc.constantFrom("a", " ", "\n", "=", "日", "😀", "-", "token ", '"', "\u200b"), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(filler, filler, (left, right) => {
      const value = secrets["anthropic-key"]?.() ?? "";
      const [before, after] = [`${left.join("")} `, ` ${right.join("")}`];
      const text = before + value + after;
      const redacted = redact(text, scan(text), () => "0".repeat(8));
      assert.equal(redacted.text, `${before}[secret:anthropic-key:00000000]${after}`);
    }),
    { numRuns: 150 },
  );
});
