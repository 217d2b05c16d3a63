import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { digest, newReviewerKey } from "../../../src/link/signature.ts";
import { decide, verdicts, World } from "../broker/rig.ts";

/** Changes a file of the broker's state as an agent's shell would. */
function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")), { mode: 0o600 });
}

function sees(world: World, words: RegExp): boolean {
  return world.ledger.records.some((record) => record.kind === "state" && words.test(JSON.stringify(record)));
}

/** A world where a person has allowed send_mail for the session. */
async function granted(): Promise<World> {
  const world = new World();
  world.enrol();
  const { peer, server } = world.proxy();
  world.broker.decide(server, decide(1, "send_mail"));
  const [ask] = world.asks();
  assert.ok(ask);
  assert.equal(world.answer(ask, "session"), "accepted");
  assert.equal((await verdicts(peer))[0]?.effect, "allow");
  return world;
}

test("a grant that a person gave holds after a restart; one that was widened by hand does not, and the ledger says so", async () => {
  const world = await granted();
  world.restart();
  let { peer, server } = world.proxy();
  world.broker.decide(server, decide(2, "send_mail"));
  assert.equal((await verdicts(peer))[0]?.effect, "allow");
  assert.ok(!sees(world, /altered/));
  edit(world.paths.grants, (text) => text.replaceAll("send_mail", "wipe_disk"));
  world.restart();
  ({ peer, server } = world.proxy());
  world.broker.decide(server, decide(3, "wipe_disk"));
  world.broker.decide(server, decide(4, "send_mail"));
  assert.deepEqual(await verdicts(peer), []);
  assert.equal(world.asks().length, 2);
  assert.ok(sees(world, /grants.*altered/));
  world.end();
});

test("a grant that was made up is none, and the ledger says so", async () => {
  const world = new World();
  world.enrol();
  const grant = {
    id: "0".repeat(16),
    identity: digest("outbox"),
    server: "outbox",
    method: "tools/call",
    tool: "send_mail",
    definition: digest(""),
    createdAt: world.now,
    by: "me",
    words: "",
  };
  writeFileSync(world.paths.grants, JSON.stringify([grant]), { mode: 0o600 });
  world.restart();
  const { peer, server } = world.proxy();
  world.broker.decide(server, decide(1, "send_mail"));
  assert.deepEqual(await verdicts(peer), []);
  assert.equal(world.asks().length, 1);
  assert.ok(sees(world, /grants.*altered/));
  world.end();
});

test("a reviewer that was written into the file by hand is none: nobody's answers count until a person looks", () => {
  const world = new World();
  world.enrol();
  const { publicKey } = newReviewerKey();
  edit(world.paths.reviewers, (text) => text.replace(/("publicKey": ?")[^"]+"/, `$1${publicKey}"`));
  assert.throws(() => world.restart(), /reviewers/);
  world.end();
});

test("a taint cannot be taken off a conversation by hand", async () => {
  const world = new World();
  world.enrol();
  const { server } = world.proxy();
  world.broker.decide(server, decide(1, "read_page", { conversation: "c" }));
  const finding = { rule: "prompt-injection", severity: "high", confidence: "high", evidence: "x" } as const;
  world.broker.result(server, {
    type: "result",
    id: 2,
    of: 1,
    outcome: "result",
    digest: digest(""),
    bytes: 1,
    preview: "",
    findings: [finding],
    serverMs: 1,
  });
  edit(world.paths.taints, (text) => text.replace(/[0-9a-f]{32}/, "0".repeat(32)));
  world.restart();
  assert.ok(sees(world, /taints.*altered/));
  world.end();
});

test("what enrols itself first is named in the ledger, with its process, and later windows are told of it", () => {
  const world = new World();
  world.enrol();
  const enrolled = world.ledger.records.find((record) => record.kind === "reviewer" && record.action === "enrolled");
  assert.match(JSON.stringify(enrolled), /"reason":"[^"]*process 1\b/);
  const later = world.reviewer(newReviewerKey().publicKey);
  const [pending] = later.take<{ type: string; id?: number; enrolled?: { name: string }[] }>("enrolment-pending");
  assert.equal(pending?.enrolled?.[0]?.name, "a window");
  world.end();
});
