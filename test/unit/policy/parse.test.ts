import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultPolicy } from "../../../src/policy/defaultPolicy.ts";
import { parsePolicy } from "../../../src/policy/parse.ts";
import { MAX_RULES, type PolicyLayer } from "../../../src/policy/schema.ts";

/** The text that the first issue points at, and what it says. */
function issue(text: string, layer: PolicyLayer = "user"): { at: string; says: string; usable: boolean } {
  const { policy, issues } = parsePolicy(text, layer);
  const first = issues[0];
  assert.ok(first, "there is an issue");
  return { at: text.slice(first.span.start, first.span.end), says: first.message, usable: policy !== undefined };
}

const rules = (...lines: string[]): string => `version: 1\nrules:\n${lines.map((line) => `  - ${line}\n`).join("")}`;

test("the default policy is a policy, and JSON is read like YAML", () => {
  assert.ok(defaultPolicy().rules.length > 5);
  const json = '{"version":1,"rules":[{"id":"a","match":{"tool":["x","y*"]},"effect":"deny"}]}';
  assert.equal(parsePolicy(json, "user").policy?.rules[0]?.effect, "deny");
});

test("a fault is reported where it stands, and makes the whole file unusable", () => {
  const cases: [string, string, RegExp][] = [
    [rules("{ id: a, effect: allow, tol: x }"), "tol", /has no key "tol"/],
    [rules("{ id: a, effect: alow }"), "alow", /rules\[0\]\.effect/],
    [rules("{ id: a, effect: ask, match: { trait: flies } }"), "flies", /rules\[0\]\.match\.trait/],
    [rules("{ id: a, effect: ask }", "{ id: a, effect: deny }"), "a", /used twice/],
    [rules("{ id: a, effect: allow, redact: true }"), "true", /cannot redact/],
    [rules("{ id: a, effect: deny, always: true }"), "true", /always belongs to an ask/],
    [rules(`{ id: a, effect: ask, match: { tool: "${"*a".repeat(11)}" } }`), `"${"*a".repeat(11)}"`, /stars/],
    [rules(`{ id: a, effect: ask, match: { tool: "{1..9}{1..9}{1..9}" } }`), "", /alternatives/],
    ["version: 1\nrules: [\n", "", /./],
    ["", "", /empty/],
    ["version: 2\nrules: []\n", "2", /version/],
    ["a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", "", /alias/i],
  ];
  for (const [text, at, says] of cases) {
    const found = issue(text);
    assert.match(found.says, says, text);
    if (at !== "") assert.equal(found.at, at);
    assert.equal(found.usable, false, text);
  }
});

test("more rules than the bound are no policy", () => {
  const many = rules(...Array.from({ length: MAX_RULES + 1 }, (_, i) => `{ id: r${i}, effect: deny }`));
  assert.match(issue(many).says, /rules/);
});

test("a rule that loosens is reported in a workspace and in a managed policy, and the rest still applies", () => {
  for (const layer of ["workspace", "managed"] as const) {
    const found = issue(rules("{ id: a, effect: allow }", "{ id: b, effect: deny }"), layer);
    assert.equal(found.at, "allow");
    assert.match(found.says, /no effect/);
    assert.ok(found.usable);
  }
});
