import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import type { CallSite, Verdict } from "../../../src/callsites/callSite.ts";
import { renderCallSitesCsv } from "../../../src/report/callSitesCsv.ts";
import { renderCallSitesMarkdown } from "../../../src/report/callSitesMarkdown.ts";
import { renderCycloneDx } from "../../../src/report/cycloneDx.ts";
import { validateCycloneDx } from "./cycloneDxSchema.ts";

const root = path.resolve("/app");
const shown = (file: string): string => path.relative(root, file).split(path.sep).join("/");

function site(verdict: Verdict, more: Partial<CallSite> = {}): CallSite {
  return {
    file: path.join(root, "src", "ask.ts"),
    language: "typescript",
    span: { start: 10, end: 16 },
    line: 3,
    endLine: 5,
    provider: "openai",
    sdk: "openai",
    method: "chat.completions.create",
    api: "chat",
    confidence: "high",
    streaming: false,
    verdict,
    reason: "nothing records it",
    evidence: [],
    fields: { present: [], missing: ["who", "when", "model", "content", "tokens", "outcome"] },
    notes: [],
    fix: "",
    ...more,
  };
}

const HOSTILE = 'a|b`c<img>\u001b[2J\u202e,"=1\r\n';

describe("the inventory of call sites", () => {
  it("as CSV keeps every field in its column, and gives a spreadsheet no formula", () => {
    const evidence = [
      { file: path.join(root, "log.ts"), line: 9, span: { start: 0, end: 1 }, what: "log.info gets it" },
    ];
    const text = renderCallSitesCsv(
      [site("unlogged", { model: "=HYPERLINK(1)", reason: 'says "no", twice' }), site("logged", { evidence })],
      shown,
    );
    const [head, first, second, end] = text.split("\r\n");
    assert.equal(head?.split(",").length, 16);
    assert.equal(
      first,
      'src/ask.ts,3,5,typescript,openai,openai,chat.completions.create,chat,\'=HYPERLINK(1),false,high,unlogged,"says ""no"", twice",,,who when model content tokens outcome',
    );
    assert.match(second ?? "", /,log\.ts:9 log\.info gets it,/);
    assert.equal(end, "");
    assert.equal(renderCallSitesCsv([site("unlogged", { reason: HOSTILE })], shown).split("\r\n").length, 3);
  });

  it("as Markdown counts by provider, lists what has no record, and shows all text as text", () => {
    const text = renderCallSitesMarkdown(
      [
        site("unlogged", { model: "gpt-4o" }),
        site("instrumented"),
        site("partly", { provider: "anthropic", method: HOSTILE, reason: HOSTILE }),
      ],
      shown,
    );
    assert.match(text, /^\*\*1 of 3 model calls leaves a record\.\*\*$/m);
    assert.match(text, /^\| openai \| 2 \| 1 \| {2}\| {2}\| {2}\| 1 \| `gpt-4o` \|$/m);
    assert.match(
      text,
      /^\| `src\/ask\.ts:3` \| `openai chat\.completions\.create` \| unlogged \| nothing records it \|$/m,
    );
    const hostile = text.split("\n").find((line) => line.includes("anthropic a")) ?? "";
    assert.ok(!/[\u001b\u202e]/.test(text));
    assert.equal(hostile.replaceAll("\\|", "").split("|").length, 6, hostile);
    assert.match(hostile, /a\\\|b\\`c\\<img\\>/);
    assert.equal(renderCallSitesMarkdown([], shown), "No call of a language model was found.\n");
  });

  it("as CycloneDX 1.6 is valid by the schema, and the same for the same sites", () => {
    const sites = [
      site("unlogged", { model: "gpt-4o" }),
      site("logged", { model: "gpt-4o", line: 8 }),
      site("unknown", { sdk: "@ai-sdk/openai", provider: "vercel-ai" }),
      site("partly", { sdk: "http", provider: "ollama", language: "python", reason: HOSTILE, method: HOSTILE }),
      site("partly", { sdk: "github.com/openai/openai-go", language: "go", model: HOSTILE }),
    ];
    const text = renderCycloneDx(sites, { name: HOSTILE, version: "1.2.3", shown });
    assert.equal(renderCycloneDx(sites, { name: HOSTILE, version: "1.2.3", shown }), text);
    const bom = JSON.parse(text) as Record<string, { [key: string]: unknown; name?: string; purl?: string }[]>;
    assert.ok(validateCycloneDx(bom), JSON.stringify(validateCycloneDx.errors, undefined, 1));
    assert.deepEqual(
      bom["components"]?.flatMap((one) => one.purl ?? []),
      ["pkg:golang/github.com/openai/openai-go", "pkg:npm/%40ai-sdk/openai", "pkg:npm/openai"],
    );
    assert.deepEqual(
      bom["services"]?.map((one) => [one.name, one["x-trust-boundary"]]),
      [
        ["ollama", false],
        ["openai", true],
        ["vercel-ai", true],
      ],
    );
    assert.ok(validateCycloneDx(JSON.parse(renderCycloneDx([], { name: "x", version: "1", shown }))));
  });

  it("a broken bill of materials is not valid: the schema is really asked", () => {
    assert.ok(!validateCycloneDx({ bomFormat: "CycloneDX", specVersion: "1.6", components: [{ type: "model" }] }));
  });
});
