import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SpanSet } from "../../../src/report/spanSet.ts";

const span = fc.tuple(fc.nat(60), fc.nat(12)).map(([start, length]) => ({ start, end: start + length }));

describe("SpanSet", () => {
  it("gives the same places as a search of them all", () => {
    fc.assert(
      fc.property(fc.array(span), span, (spans, { start, end }) => {
        const covered = (list: readonly { start: number; end: number }[], at: number): boolean =>
          list.some((one) => one.start <= at && at < one.end);
        const found = new SpanSet(spans).within(start, end);
        for (let at = start; at < end; at++) assert.equal(covered(found, at), covered(spans, at));
        for (const [i, one] of found.entries()) {
          assert.ok(one.start < end && one.end > start);
          if (i > 0) assert.ok((found[i - 1]?.end ?? 0) <= one.start);
        }
      }),
    );
  });
});
