import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { AnswerChoice, Ask } from "../../../src/link/messages.ts";
import { replaceFile } from "../../../src/link/paths.ts";
import { digest, newReviewerKey } from "../../../src/link/signature.ts";
import { decide, verdicts, World, type FakePeer } from "./rig.ts";
import type { Enforcement } from "../../../src/broker/enforcement.ts";

const TOOLS = ["read_note", "send_mail", "wipe_all"] as const;
const CONVERSATIONS = ["a", "b"] as const;
const POLICIES = {
  none: undefined,
  allow: "version: 1\nrules:\n  - { id: mine, match: { tool: send_mail }, effect: allow }\n",
  deny: "version: 1\nrules:\n  - { id: mine, match: { tool: send_mail }, effect: deny }\n",
  broken: "version: 1\nrules: [",
} as const;

type Step =
  | {
      do: "call";
      tool: (typeof TOOLS)[number];
      conversation: (typeof CONVERSATIONS)[number];
      secret: boolean;
      params: number;
    }
  | { do: "answer"; which: number; choice: AnswerChoice; key: "own" | "stranger" | "forged" }
  | { do: "result"; which: number; injection: boolean }
  | { do: "advance"; ms: number }
  | { do: "cancel"; which: number }
  | { do: "crash" }
  | { do: "hang-up" }
  | { do: "ledger"; failing: boolean }
  | { do: "policy"; policy: keyof typeof POLICIES }
  | { do: "withdraw" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      tool: fc.constantFrom("send_mail" as const, ...TOOLS),
      conversation: fc.constantFrom(...CONVERSATIONS),
      secret: fc.nat(5).map((n) => n === 0),
      params: fc.nat(1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      which: fc.nat(3),
      choice: fc.constantFrom<AnswerChoice>("once", "session", "always", "deny"),
      key: fc.constantFrom("own" as const, "own" as const, "own" as const, "stranger" as const, "forged" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("result" as const), which: fc.nat(3), injection: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(1000, 55_000, 700_000, 30_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "crash" }, { do: "hang-up" }, { do: "withdraw" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ledger" as const), failing: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("policy" as const),
      policy: fc.constantFrom(...(Object.keys(POLICIES) as (keyof typeof POLICIES)[])),
    }),
  },
);

interface Sent {
  readonly id: number;
  readonly tool: string;
  readonly conversation: string;
  readonly secret: boolean;
  readonly params: string;
}

/**
 * What a person or a policy has said so far, kept simply: any allow of an acting call must be traced to one of these. It
 * knows nothing of how the broker finds them.
 */
class Said {
  readonly #answered = new Set<number>();
  readonly #sessions: { tool: string; conversation: string; until: number }[] = [];
  readonly #late: { tool: string; conversation: string; params: string; secret: boolean; until: number }[] = [];
  readonly #always = new Set<string>();
  readonly tainted = new Set<string>();
  policy: keyof typeof POLICIES = "none";
  lastGood: keyof typeof POLICIES = "none";

  answer(call: Sent, choice: AnswerChoice, outcome: string, now: number): void {
    if (choice === "deny") return;
    if (outcome === "late-grant") this.#late.push({ ...call, until: now + 600_000 });
    if (outcome !== "accepted") return;
    this.#answered.add(call.id);
    if (choice === "session") this.#sessions.push({ ...call, until: now + 8 * 3_600_000 });
    if (choice === "always") this.#always.add(call.tool);
  }

  withdraw(): void {
    this.#sessions.length = 0;
    this.#late.length = 0;
  }

  resetFile(): void {
    this.#always.clear();
  }

  /** Why a call may pass; undefined: it may not. */
  why(call: Sent, now: number): string | undefined {
    if (this.#answered.has(call.id)) return "answered";
    const index = this.#late.findIndex(
      (late) =>
        late.tool === call.tool &&
        late.conversation === call.conversation &&
        late.params === call.params &&
        late.secret === call.secret &&
        late.until > now,
    );
    const plain = !call.secret && !this.tainted.has(call.conversation);
    if (this.lastGood === "allow" && call.tool === "send_mail") return "policy";
    if (plain && this.#always.has(call.tool)) return "always";
    const fits = ({ tool, conversation, until }: { tool: string; conversation: string; until: number }): boolean =>
      tool === call.tool && conversation === call.conversation && until > now;
    if (plain && this.#sessions.some(fits)) return "session";
    if (call.tool === "read_note" && !call.secret) return "reads";
    if (index !== -1) {
      this.#late.splice(index, 1);
      return "late";
    }
    return undefined;
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  const world = new World();
  try {
    world.enrol();
    const said = new Said();
    const stranger = newReviewerKey();
    let { peer, server }: { peer: FakePeer; server: Enforcement } = world.proxy();
    let next = 1;
    const open = new Map<number, Sent>();
    const passed: Sent[] = [];
    const asked: { ask: Ask; call: Sent }[] = [];
    const look = async (): Promise<void> => {
      for (const verdict of await verdicts(peer)) {
        const call = open.get(verdict.id);
        assert.ok(call, "one verdict for one call");
        open.delete(verdict.id);
        if (verdict.effect === "deny") continue;
        const record = world.ledger.records.find(({ seq }) => seq === verdict.seq);
        assert.ok(
          record?.kind === "decision" && record.effect === "allow" && record.tool === call.tool,
          "recorded first",
        );
        assert.ok(said.why(call, world.now), `nobody allowed ${JSON.stringify(call)}, yet ${verdict.rule} did`);
        assert.ok(said.lastGood !== "deny" || call.tool !== "send_mail", "deny beats all");
        passed.push(call);
      }
      for (const ask of world.asks()) {
        const call = [...open.values()].find(({ id }) => server.calls.get(id)?.ask === ask.id);
        if (call) asked.push({ ask, call });
      }
    };
    for (const one of steps) {
      switch (one.do) {
        case "call": {
          const call = { ...one, id: next++, params: digest(String(one.params)) };
          open.set(call.id, call);
          const secret = { rule: "secret", severity: "high", confidence: "high", evidence: "a token" } as const;
          const findings = call.secret ? [secret] : [];
          const { conversation, params: paramsDigest } = call;
          world.broker.decide(server, decide(call.id, call.tool, { conversation, paramsDigest, findings }));
          break;
        }
        case "answer": {
          const question = asked[one.which % Math.max(asked.length, 1)];
          if (!question) break;
          const { ask, call } = question;
          if (one.key === "own") said.answer(call, one.choice, world.answer(ask, one.choice), world.now);
          else if (one.key === "forged") assert.notEqual(world.answer(ask, one.choice, stranger), "accepted");
          else {
            const window = world.reviewer(stranger.publicKey);
            assert.equal(world.answer(ask, one.choice, stranger, window), "not-enrolled");
            world.reviewing.gone(window);
          }
          break;
        }
        case "result": {
          const call = passed.splice(one.which, 1)[0];
          if (!call || !server.calls.has(call.id)) break;
          const injection = { rule: "prompt-injection", severity: "high", confidence: "high", evidence: "x" } as const;
          const findings = one.injection ? [injection] : [];
          const result = {
            outcome: "result",
            digest: digest(""),
            bytes: 1,
            preview: "",
            findings,
            serverMs: 1,
          } as const;
          world.broker.result(server, { type: "result", id: next++, of: call.id, ...result });
          const [verdict] = peer.take<{ type: string; effect: string }>("result-verdict");
          // A result that could not be recorded was not forwarded: nobody has read it.
          if (one.injection && verdict?.effect === "allow") said.tainted.add(call.conversation);
          assert.equal(verdict?.effect, world.ledger.failing ? "deny" : "allow");
          break;
        }
        case "advance":
          world.advance(one.ms);
          break;
        case "cancel": {
          const call = [...open.values()][one.which];
          if (call) world.broker.cancel(server, call.id);
          break;
        }
        case "crash":
        case "hang-up":
          if (one.do === "hang-up") world.broker.gone(server, "hung up");
          else {
            if (world.ledger.failing) break; // it could not start
            world.restart();
            if (said.policy === "broken") said.resetFile();
            said.lastGood = said.policy === "broken" ? "none" : said.policy;
            asked.length = 0;
          }
          open.clear();
          passed.length = 0;
          if (world.ledger.failing) world.ledger.failing = false;
          ({ peer, server } = world.proxy());
          break;
        case "ledger":
          world.ledger.failing = one.failing;
          break;
        case "policy": {
          said.policy = one.policy;
          if (one.policy !== "broken") {
            said.resetFile();
            said.lastGood = one.policy;
          }
          const text = POLICIES[one.policy];
          replaceFile(world.paths.userPolicy, text ?? "version: 1\nrules: []\n");
          world.broker.lookAtPolicy(); // as the server does every second
          break;
        }
        case "withdraw":
          world.broker.withdraw("all");
          said.withdraw();
          break;
      }
      await look();
    }
    world.advance(120_000);
    await look();
    assert.equal(open.size, 0, "every call got its verdict");
    assert.equal(existsSync(world.folder), true);
  } finally {
    world.end();
  }
}

test("no sequence of calls, answers, lapses, crashes and edits lets a call pass that nobody allowed", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), play), {
    numRuns: Number(process.env["SALLYPORT_RUNS"] ?? 25),
  });
});
