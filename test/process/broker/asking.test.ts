import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connectBroker } from "../../../src/link/client.ts";
import type { Definition } from "../../../src/link/messages.ts";
import { digest, newReviewerKey } from "../../../src/link/signature.ts";
import { call, result, Rig, within } from "./rig.ts";

test("Allow once lets the call through after the ledger has it; the next one is asked again", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const first = proxy.decide(call("send_mail"));
  const { ask } = await window.next("ask");
  assert.equal(ask.own, true);
  assert.match(ask.summary, /wants to call send_mail of outbox/);
  assert.deepEqual(
    ask.choices.map(({ choice }) => choice),
    ["once", "session", "always", "deny"],
  );
  assert.equal((await window.answer(ask, "once")).outcome, "accepted");
  const verdict = await within("a verdict", first.verdict);
  assert.equal(verdict.effect, "allow");
  assert.ok(
    rig.records().some(({ seq, kind, effect }) => seq === verdict.seq && kind === "decision" && effect === "allow"),
  );
  proxy.decide(call("send_mail"));
  assert.notEqual((await window.next("ask")).ask.id, ask.id);
});

test("Deny carries the person's reason to the agent", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const { verdict } = rig.proxy().decide(call("send_mail"));
  const { ask } = await window.next("ask");
  await window.answer(ask, "deny", "use the staging outbox");
  const { effect, code, reason } = await within("a verdict", verdict);
  assert.deepEqual({ effect, code, reason }, { effect: "deny", code: "person", reason: "use the staging outbox" });
});

test("Allow for the session covers the tool in this session only, and ends when it is withdrawn", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const inConversation = (conversation: string, tool = "send_mail") => proxy.decide(call(tool, { conversation }));
  const first = inConversation("one");
  await window.answer((await window.next("ask")).ask, "session");
  await within("a verdict", first.verdict);
  const again = await within("a verdict", inConversation("one").verdict);
  assert.match(again.rule, /^grant\//);
  inConversation("two");
  const other = (await window.next("ask")).ask;
  assert.equal((await window.answer(other, "deny")).outcome, "accepted");
  const withSecret = proxy.decide(
    call("send_mail", {
      conversation: "one",
      findings: [{ rule: "secret", severity: "high", confidence: "high", evidence: "a token" }],
    }),
  );
  const risky = (await window.next("ask")).ask;
  assert.deepEqual(
    risky.choices.map(({ choice }) => choice),
    ["once", "deny"],
    "no standing answer for a call with a secret",
  );
  await window.answer(risky, "deny");
  assert.equal((await within("a verdict", withSecret.verdict)).effect, "deny");
  window.link.send({ type: "grants-withdraw", grant: "all" });
  assert.equal((await window.next("withdrawn")).count, 1);
  inConversation("one");
  await window.next("ask");
});

test("Always writes one rule into the user's policy, which counts for this launch identity only", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const tool = "send*mail {a}";
  const first = proxy.decide(call(tool));
  assert.equal((await window.answer((await window.next("ask")).ask, "always")).message, "The call was let through.");
  assert.equal((await within("a verdict", first.verdict)).effect, "allow");
  assert.match(readFileSync(rig.paths.userPolicy, "utf8"), /Always allow, in a window/);
  const again = await within("a verdict", proxy.decide(call(tool)).verdict);
  assert.match(again.rule, /^user\/always-/);
  proxy.decide(call("sendXmail {a}"));
  assert.equal((await window.next("ask")).ask.tool, "sendXmail {a}", "a name is no glob");
  const impostor = rig.open().identity;
  const other = rig.proxy({ identity: { ...impostor, id: digest("another program of the same name") } });
  other.decide(call(tool));
  await window.next("ask");
});

test("answers that do not count: an unenrolled key, a wrong key, another nonce, other digests, twice, unknown", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const stranger = await rig.reviewer();
  await stranger.next("enrolment-pending");
  const proxy = rig.proxy();
  const { verdict } = proxy.decide(call("send_mail"));
  const { ask } = await window.next("ask");
  assert.equal((await stranger.answer(ask, "once")).outcome, "not-enrolled");
  assert.equal((await window.answer(ask, "once", "", newReviewerKey())).outcome, "wrong-signature");
  assert.equal((await window.answer({ ...ask, nonce: "0".repeat(64) }, "once")).outcome, "wrong-signature");
  const digests = { ...ask.digests, params: digest("other arguments") };
  assert.equal((await window.answer({ ...ask, digests }, "once")).outcome, "wrong-signature");
  assert.equal((await window.answer({ ...ask, id: "feedfeedfeedfeed" }, "once")).outcome, "unknown");
  assert.equal((await window.answer(ask, "deny", "no")).outcome, "accepted");
  assert.equal((await window.answer(ask, "once")).outcome, "duplicate");
  assert.equal((await within("a verdict", verdict)).effect, "deny");
  assert.equal(rig.records().filter((record) => record["effect"] === "allow").length, 0);
});

test("a second window counts only after an enrolled one confirmed it", async (t) => {
  const rig = new Rig(t);
  const first = await rig.enrolled();
  const second = await rig.reviewer();
  const pending = await second.next("enrolment-pending");
  assert.equal(pending.first, false);
  second.enrol(pending.reviewer, pending.nonce, true);
  const proposal = await first.next("enrolment-ask");
  rig.proxy().decide(call("send_mail"));
  const { ask } = await first.next("ask");
  assert.equal((await second.answer(ask, "once")).outcome, "not-enrolled", "its own click does not enrol it");
  first.enrol(proposal.reviewer, proposal.nonce, true);
  await second.next("enrolled");
  assert.equal((await second.answer((await second.next("ask")).ask, "once")).outcome, "accepted");
  assert.equal((await first.next("ask-closed")).by, "a window");
});

test("nobody there: refused after the wait; a window that comes within it is asked", async (t) => {
  const rig = new Rig(t, { reviewerSeconds: 0.05 });
  const { code, remedy } = await within("a verdict", rig.proxy().decide(call("send_mail")).verdict);
  assert.equal(code, "no-reviewer");
  assert.doesNotMatch(remedy, /sallyport|grant|policy\.yaml/);
  await rig.stop();
  rig.write("broker.json", JSON.stringify({ reviewerSeconds: 60 }));
  const { verdict } = rig.proxy().decide(call("send_mail"));
  const window = await rig.enrolled();
  await window.answer((await window.next("ask")).ask, "once");
  assert.equal((await within("a verdict", verdict)).effect, "allow");
});

test("an answer that comes late lets the same call through once, and no other", async (t) => {
  const rig = new Rig(t, { askSeconds: 0.05 });
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const secret = { rule: "secret", severity: "high", confidence: "high", evidence: "a token" } as const;
  const message = call("send_mail", { findings: [secret] });
  const first = proxy.decide(message);
  const { ask } = await window.next("ask");
  assert.equal((await within("a verdict", first.verdict)).code, "expired");
  assert.equal((await window.next("ask-closed")).outcome, "expired");
  assert.equal((await window.answer(ask, "once")).outcome, "late-grant");
  const other = await within("a verdict", proxy.decide({ ...message, paramsDigest: digest("other") }).verdict);
  assert.equal(other.code, "expired");
  assert.equal((await within("a verdict", proxy.decide(message).verdict)).effect, "allow");
  assert.equal((await within("a verdict", proxy.decide(message).verdict)).code, "expired", "only once");
});

test("a caller that cancels or goes away closes its card", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const cancel = new AbortController();
  const { verdict } = rig.proxy().decide(call("send_mail"), { signal: cancel.signal });
  await window.next("ask");
  cancel.abort();
  assert.equal((await within("a verdict", verdict)).code, "cancelled");
  assert.equal((await window.next("ask-closed")).outcome, "cancelled");
  const proxy = rig.proxy();
  proxy.decide(call("send_mail"));
  await window.next("ask");
  proxy.close("the client is gone");
  assert.equal((await window.next("ask-closed")).outcome, "cancelled");
});

test("a result with an injection taints the conversation: acting asks, grants notwithstanding, also after a restart", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const granted = proxy.decide(call("send_mail", { conversation: "c" }));
  await window.answer((await window.next("ask")).ask, "session");
  await granted.verdict;
  const read = proxy.decide(call("read_page", { conversation: "c" }));
  await read.verdict;
  const injection = { rule: "prompt-injection", severity: "high", confidence: "high", evidence: "an order" } as const;
  assert.equal((await proxy.result(result(read, { findings: [injection] }))).effect, "allow");
  proxy.decide(call("send_mail", { conversation: "c" }));
  const { ask } = await window.next("ask");
  assert.equal(ask.session.taint?.rule, "prompt-injection");
  assert.equal(ask.risk, "high");
  assert.equal(
    (await within("a verdict", proxy.decide(call("read_page", { conversation: "c" })).verdict)).effect,
    "allow",
  );
  rig.kill();
  const later = await rig.reviewer(window.key);
  await later.next("enrolled");
  rig.proxy().decide(call("send_mail", { conversation: "c" }));
  assert.equal((await later.next("ask")).ask.session.taint?.rule, "prompt-injection");
});

test("a changed definition asks, with the change, until a person accepts it", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const proxy = rig.proxy();
  const tool: Definition = {
    name: "read_note",
    fingerprint: digest("one"),
    description: "Reads a note",
    parameters: ["id"],
    findings: [],
  };
  const changed = {
    ...tool,
    fingerprint: digest("two"),
    description: "Reads a note. And more",
    parameters: ["id", "to"],
  };
  await proxy.connect();
  proxy.definitions({ list: "tools", entries: [tool] });
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
  proxy.definitions({ list: "tools", entries: [changed] });
  const { verdict } = proxy.decide(call("read_note"));
  const { ask } = await window.next("ask");
  assert.equal(ask.definitionChange?.before.description, "Reads a note");
  assert.equal(ask.definitionChange?.after.description, "Reads a note. And more");
  assert.deepEqual(
    ask.choices.map(({ choice }) => choice),
    ["once", "always", "deny"],
  );
  // A broker that is started anew is told what the server offers: killing the old one makes no tool pass for its old self.
  rig.kill();
  assert.equal((await within("a verdict", verdict)).code, "broker-lost");
  const later = await rig.reviewer(window.key);
  const again = proxy.decide(call("read_note")).verdict;
  const { ask: anew } = await later.next("ask");
  assert.equal(anew.why[0]?.rule, "changed-definition");
  await later.answer(anew, "always");
  assert.equal((await within("a verdict", again)).effect, "allow");
  assert.equal((await within("a verdict", proxy.decide(call("read_note")).verdict)).effect, "allow");
});

test("an observer sees a call wait, be answered and finish, and the ledger's head move", async (t) => {
  const rig = new Rig(t);
  const window = await rig.enrolled();
  const observer = await connectBroker("observer", rig.options);
  const states: string[] = [];
  let head = 0;
  const done = new Promise<void>((resolve) => {
    observer.onMessage((message) => {
      if (message.type === "head") head = message.seq;
      if (message.type === "traffic")
        for (const { state } of message.calls) if (states.at(-1) !== state) states.push(state);
      if (states.at(-1) === "finished" && head > 5) resolve();
    });
  });
  observer.send({ type: "subscribe", replay: 0 });
  const proxy = rig.proxy();
  const decision = proxy.decide(call("send_mail"));
  const { ask } = await window.next("ask");
  await window.answer(ask, "once");
  await decision.verdict;
  await proxy.result(result(decision));
  await within("the call's end", done);
  observer.close();
  assert.equal(states.at(-1), "finished");
});
