import assert from "node:assert/strict";
import { test } from "node:test";
import { Lane } from "../../../src/proxy/lane.ts";

function lane() {
  const out: string[] = [];
  return { out, lane: new Lane({ write: (bytes) => out.push(bytes.toString()) }) };
}
const MESSAGE = { kind: "notification", method: "x/y", params: undefined } as const;
const b = (text: string): Buffer => Buffer.from(text);

test("messages leave in the order they came, whatever the order of their verdicts", () => {
  const { out, lane: way } = lane();
  const [one, two, three] = [way.add(1, MESSAGE), way.add(1, MESSAGE), way.add(1, MESSAGE)];
  three.release(b("3"));
  two.drop();
  assert.deepEqual(out, []);
  one.release(b("1"));
  assert.deepEqual(out, ["1", "3"]);
  assert.equal(way.waiting + way.heldBytes, 0);
});

test("a message that waits for a person is stepped around", () => {
  const { out, lane: way } = lane();
  const [one, two] = [way.add(1, MESSAGE), way.add(1, MESSAGE)];
  two.release(b("2"));
  one.park();
  assert.deepEqual([way.heldBytes, way.parkedBytes], [0, 1]);
  assert.deepEqual(out, ["2"]);
  one.release(b("1"));
  one.release(b("again"));
  assert.equal(way.heldBytes + way.parkedBytes + way.waiting, 0);
  assert.deepEqual(out, ["2", "1"]);
});
