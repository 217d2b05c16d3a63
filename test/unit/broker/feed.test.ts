import assert from "node:assert/strict";
import { test } from "node:test";
import { Feed } from "../../../src/broker/feed.ts";
import type { ObserverEvent, TrafficCall } from "../../../src/link/messages.ts";

function traffic(id: string, units = 0): TrafficCall {
  return {
    id,
    state: "allowed",
    at: 0,
    server: "s",
    identity: "i",
    client: "c",
    session: "x",
    direction: "to-server",
    kind: "request",
    method: "tools/call",
    preview: "",
    arguments: { text: "a".repeat(units), truncated: false, total: units },
    bytes: 1,
    findings: [],
    traits: [],
  };
}

function feed(): { feed: Feed; told: ObserverEvent[]; run: () => void; subscriber: { send(e: ObserverEvent): void } } {
  const due: (() => void)[] = [];
  const told: ObserverEvent[] = [];
  const source = {
    servers: () => ({ type: "servers" as const, servers: [] }),
    grants: () => ({ type: "grants" as const, grants: [] }),
    policy: () => ({ type: "policy" as const, layers: [] }),
    head: () => ({ seq: 1, hash: "h" }),
  };
  return {
    feed: new Feed(source, (_, run) => {
      due.push(run);
      return () => {};
    }),
    told,
    run: () => due.splice(0).forEach((one) => one()),
    subscriber: { send: (event) => void told.push(event) },
  };
}

test("a call that changes twice at once is told once, as it stands", () => {
  const { feed: it, told, run, subscriber } = feed();
  it.subscribe(subscriber, 0);
  told.length = 0;
  it.call({ ...traffic("1"), state: "waiting" });
  it.call(traffic("1"));
  run();
  assert.deepEqual(
    told.map((event) => event.type === "traffic" && event.calls.map(({ id, state }) => [id, state])),
    [[["1", "allowed"]]],
  );
});

test("who comes later is told of the last calls; long arguments of old ones are let go, and that is said", () => {
  const { feed: it, told, subscriber } = feed();
  for (let i = 0; i < 1100; i++) it.call(traffic(String(i), 16_384));
  it.subscribe(subscriber, 5000);
  const replay = told.find((event) => event.type === "traffic");
  assert.ok(replay?.type === "traffic");
  assert.equal(replay.calls.length, 1000);
  assert.deepEqual(replay.calls[0]?.arguments, { text: "", truncated: true, total: 16_384 });
  assert.equal(replay.calls.at(-1)?.arguments?.text.length, 16_384);
});

test("long arguments go out in portions that fit a line", () => {
  const { feed: it, told, run, subscriber } = feed();
  it.subscribe(subscriber, 0);
  told.length = 0;
  for (let i = 0; i < 10; i++) it.call(traffic(String(i), 500_000));
  run();
  assert.ok(told.length >= 5);
  assert.ok(told.every((event) => JSON.stringify(event).length < 1.2 * 1024 * 1024));
});
