import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RuleSet, type Facts, type LayerState } from "../../../src/policy/decide.ts";
import { defaultPolicy } from "../../../src/policy/defaultPolicy.ts";
import type { Effect, PolicyRule } from "../../../src/policy/schema.ts";

const call: Facts = {
  server: "notes",
  launch: "a".repeat(64),
  client: "Visual Studio Code",
  direction: "to-server",
  method: "tools/call",
  tool: "read_note",
  findings: [],
  traits: ["looks-read-only"],
  tainted: false,
  definition: { changed: false, flagged: false },
};
const acts = { ...call, tool: "send_mail", traits: ["leaves-the-machine"] };

function rule(effect: Effect, more: Partial<PolicyRule> = {}): PolicyRule {
  return { id: `r-${effect}`, effect, ...more };
}

const byDefault = defaultPolicy();

function set(
  layers: Partial<Record<"managed" | "user" | "workspace" | "default", PolicyRule[] | LayerState>>,
): RuleSet {
  const state = (value: PolicyRule[] | LayerState | undefined): LayerState =>
    Array.isArray(value) ? { version: 1, rules: value } : (value ?? "absent");
  return new RuleSet({
    managed: state(layers.managed),
    user: state(layers.user),
    workspace: state(layers.workspace),
    default: state(layers.default ?? byDefault),
  });
}

test("the default: reads pass, acts and unknown tools ask, other methods pass", () => {
  const rules = set({});
  assert.equal(rules.evaluate(call).effect, "allow");
  assert.equal(rules.evaluate(acts).effect, "ask");
  assert.equal(rules.evaluate(acts).always, false);
  assert.equal(rules.evaluate({ ...call, traits: [] }).effect, "ask");
  assert.equal(rules.evaluate({ ...call, method: "resources/read", tool: undefined }).effect, "allow");
  const fromServer = { ...call, direction: "to-client", method: "sampling/createMessage", tool: undefined } as const;
  assert.equal(rules.evaluate(fromServer).effect, "allow");
  assert.equal(
    rules.evaluate({ ...fromServer, findings: [{ rule: "prompt-injection", severity: "high" }] }).effect,
    "ask",
  );
});

test("the default asks always: a secret in an argument, a tainted session, a changed or flagged definition", () => {
  const rules = set({});
  const cases: Facts[] = [
    { ...call, findings: [{ rule: "secret", severity: "high" }] },
    { ...acts, tainted: true },
    { ...call, definition: { changed: true, flagged: false } },
    { ...call, definition: { changed: false, flagged: true } },
  ];
  for (const facts of cases) {
    const { effect, always } = rules.evaluate(facts);
    assert.deepEqual({ effect, always }, { effect: "ask", always: true });
  }
  assert.equal(rules.evaluate({ ...call, tainted: true }).effect, "allow", "reading goes on in a tainted session");
  assert.equal(rules.evaluate({ ...call, findings: [{ rule: "secret", severity: "low" }] }).effect, "allow");
});

test("a user's allow beats the default's ask; managed and workspace only tighten", () => {
  const allow = [rule("allow", { match: { tool: "send_*" } })];
  assert.equal(set({ user: allow }).evaluate(acts).effect, "allow");
  assert.equal(set({ user: allow, workspace: [rule("ask")] }).evaluate(acts).effect, "ask");
  assert.equal(set({ user: allow, managed: [rule("deny")] }).evaluate(acts).effect, "deny");
  assert.equal(set({ workspace: [rule("allow")], managed: [rule("allow")] }).evaluate(acts).effect, "ask");
  assert.equal(set({ user: allow }).evaluate({ ...acts, tool: "wipe" }).effect, "ask", "other tools keep the default");
});

test("within a layer the strictest rule that fits wins, and except takes a rule away", () => {
  const user = [
    rule("allow", { match: { server: "notes" } }),
    rule("deny", {
      match: { tool: "send_*" },
      except: [{ launch: call.launch, session: "tainted" }, { tool: "send_ping" }],
    }),
  ];
  assert.equal(set({ user }).evaluate(acts).effect, "deny");
  assert.equal(set({ user }).evaluate({ ...acts, tainted: true }).effect, "allow");
  assert.equal(set({ user }).evaluate({ ...acts, tool: "send_ping" }).effect, "allow");
});

test("a file that cannot be used: user and workspace ask for everything, managed denies everything", () => {
  assert.equal(set({ user: "failed" }).evaluate(call).effect, "ask");
  assert.equal(set({ workspace: "failed", user: [rule("allow")] }).evaluate(call).effect, "ask");
  assert.equal(set({ managed: "failed", user: [rule("allow")] }).evaluate(call).effect, "deny");
  const opening = { ...call, method: "initialize", tool: undefined };
  assert.equal(set({ user: "failed" }).evaluate(opening).effect, "allow", "opening a connection is not held");
  assert.equal(set({ managed: "failed" }).evaluate(opening).effect, "deny");
});

test("where nothing fits, it is asked", () => {
  assert.deepEqual(
    set({ default: [] })
      .evaluate(call)
      .why.map((hit) => hit.rule),
    ["nothing-fits"],
  );
});

test("no rules of a workspace make any message pass that would not pass without them", () => {
  const effect = fc.constantFrom<Effect>("allow", "ask", "deny");
  const match = fc.record(
    {
      tool: fc.constantFrom("send_mail", "read_*", "**"),
      direction: fc.constantFrom("to-server" as const, "to-client" as const),
      session: fc.constant("tainted" as const),
      trait: fc.constantFrom("looks-read-only" as const, "leaves-the-machine" as const),
    },
    { requiredKeys: [] },
  );
  const anyRule = fc.record(
    { id: fc.constant("x"), effect, match, except: fc.array(match, { maxLength: 2 }) },
    { requiredKeys: ["id", "effect"] },
  );
  const rank = { allow: 0, ask: 1, deny: 2 };
  fc.assert(
    fc.property(
      fc.array(anyRule, { maxLength: 4 }),
      fc.array(anyRule, { maxLength: 4 }),
      fc.boolean(),
      (workspace, user, tainted) => {
        const without = set({ user });
        const withIt = set({ user, workspace });
        for (const facts of [call, acts]) {
          const before = without.evaluate({ ...facts, tainted }).effect;
          assert.ok(rank[withIt.evaluate({ ...facts, tainted }).effect] >= rank[before]);
        }
      },
    ),
  );
});

test("a glob costs little whatever the name is", () => {
  const slow = set({ user: [rule("deny", { match: { tool: "*a*a*a*a*a*a*a*a*a*b" } })] });
  assert.notEqual(slow.evaluate({ ...call, tool: "a".repeat(256) }).effect, "deny");
});
