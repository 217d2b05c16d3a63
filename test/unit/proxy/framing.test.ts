import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineReader, type Frame } from "../../../src/proxy/framing.ts";

function cut(maxBytes: number, chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new LineReader(maxBytes, (frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return frames;
}

test("lines come out byte for byte, however the stream is cut", () => {
  const bytes = fc.array(fc.constantFrom("a", "é", "\n", "\r\n", "{}", "\u2028"), { maxLength: 60 });
  fc.assert(
    fc.property(bytes, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
      const all = Buffer.from(parts.join(""));
      const chunks: Buffer[] = [];
      for (let i = 0, n = 0; i < all.length; n++) {
        const size = sizes[n % sizes.length] ?? 1;
        chunks.push(all.subarray(i, i + size));
        i += size;
      }
      const frames = cut(1000, chunks);
      const joined = frames.map((frame) => (frame.kind === "line" ? frame.bytes : Buffer.alloc(0)));
      assert.ok(Buffer.concat(joined).equals(all));
      for (const one of joined.slice(0, -1)) assert.equal(one.indexOf(10), one.length - 1);
    }),
  );
});

test("a line over the bound is skipped to its end, its id seen, and the next one is whole", () => {
  const long = Buffer.from(`{"method":"x","params":"${"y".repeat(500)}","id":42}\n`);
  const frames = cut(100, [long.subarray(0, 70), long.subarray(70, 300), long.subarray(300), Buffer.from("{}\n")]);
  assert.deepEqual(frames, [
    { kind: "oversize", length: long.length, sight: { id: 42, hasMethod: true } },
    { kind: "line", bytes: Buffer.from("{}\n") },
  ]);
});

test("an endless line is held in constant memory", () => {
  const reader = new LineReader(1 << 20, () => {});
  const chunk = Buffer.alloc(64 * 1024, "x");
  chunk[0] = 0x22;
  for (let i = 0; i < 64; i++) reader.push(chunk);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 2000; i++) reader.push(Buffer.from(chunk));
  assert.ok(process.memoryUsage().arrayBuffers - before < 200 * chunk.length * 8);
});
