import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isSallyportError } from "../../../src/core/errors.ts";
import { type ByteSource, openArchive, readMember } from "../../../src/documents/zip.ts";
import { makeZip, type ZipMember } from "./makeZip.ts";

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (start, length) => Promise.resolve(bytes.subarray(start, start + length)),
});

async function read(bytes: Uint8Array, name = "manifest.json", max = 1000): Promise<string | undefined> {
  const found = await readMember(await openArchive(sourceOf(bytes)), name, max);
  return found && Buffer.from(found).toString("utf8");
}

async function refusal(bytes: Uint8Array, max?: number): Promise<string> {
  try {
    await read(bytes, "manifest.json", max);
  } catch (error) {
    if (!isSallyportError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return "read";
}

const MANIFEST: ZipMember = { name: "manifest.json", data: '{"name":"notes"}' };

test("a member is read, stored or deflated, among others and before a comment or a signature", async () => {
  const other = { name: "server/index.js", data: "x".repeat(5000) };
  for (const stored of [true, false]) {
    const members = [other, { ...MANIFEST, stored }];
    assert.equal(await read(makeZip(members)), MANIFEST.data);
    assert.equal(await read(makeZip(members, { comment: Buffer.from("made by hand") })), MANIFEST.data);
    assert.equal(await read(makeZip(members, { after: Buffer.from("MCPB_SIG_V1....MCPB_SIG_END") })), MANIFEST.data);
  }
  assert.equal(await read(makeZip([other])), undefined);
  assert.equal(await read(makeZip([])), undefined);
  const signed = await openArchive(sourceOf(makeZip([MANIFEST], { after: Buffer.from("signature") })));
  assert.equal(Buffer.from(signed.after).toString(), "signature");
});

test("what is broken, hidden, too large or leaves its folder is refused, and the message says what and where", async () => {
  const good = makeZip([MANIFEST]);
  const directoryAt = good.indexOf("PK\x01\x02");
  const broken = (at: number): Buffer => {
    const copy = Buffer.from(good);
    copy.writeUInt8((copy[at] ?? 0) ^ 0xff, at);
    return copy;
  };
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.from(""), /^MALFORMED: is no ZIP archive/],
    [Buffer.from("PK"), /^MALFORMED: is no ZIP archive/],
    [good.subarray(0, good.length - 5), /^MALFORMED: is no ZIP archive/],
    [good.subarray(10), /^MALFORMED: has a broken directory: it does not end at byte \d+/],
    [broken(directoryAt), /^MALFORMED: has a broken directory: no record of a member at byte \d+/],
    [broken(0), /^MALFORMED: has no member at byte 0/],
    [broken(30 + MANIFEST.name.length + 3), /^MALFORMED: has manifest\.json at byte 43 broken/],
    [makeZip([{ ...MANIFEST, crc: 1 }]), /broken: it is not what was packed/],
    [makeZip([{ ...MANIFEST, size: 3 }]), /broken: it is not what was packed/],
    [makeZip([{ ...MANIFEST, size: 900 }]), /broken: it is not what was packed/],
    [makeZip([{ ...MANIFEST, size: 1001 }]), /^TOO_LARGE: holds manifest\.json with 1001 bytes/],
    [makeZip([{ ...MANIFEST, packed: 900 }]), /^MALFORMED: has a member at byte 0 that runs into the directory/],
    [makeZip([{ ...MANIFEST, method: 12 }]), /^MALFORMED: has manifest\.json packed by method 12/],
    [makeZip([{ ...MANIFEST, flags: 1 }]), /^MALFORMED: has manifest\.json encrypted/],
    [makeZip([{ ...MANIFEST, localName: "manifest.jsoN" }]), /^MALFORMED: calls the member at byte 0 something else/],
    [makeZip([MANIFEST, MANIFEST]), /^MALFORMED: holds manifest\.json twice/],
    [makeZip([MANIFEST], { count: 2 }), /^MALFORMED: has a broken directory/],
    [makeZip([MANIFEST, MANIFEST], { count: 1 }), /^MALFORMED: has a broken directory: \d+ bytes too many/],
    [makeZip([MANIFEST], { count: 0xffff }), /^TOO_LARGE: is of the ZIP64 format/],
    [makeZip([MANIFEST], { count: 60_000 }), /^TOO_LARGE: has 60000 members/],
    [makeZip([MANIFEST, { name: "n".repeat(2000), data: "" }]), /^TOO_LARGE: has a name of 2000 bytes/],
    [makeZip([MANIFEST, { name: "big", data: "", size: 0xffff_fff0 }]), /^TOO_LARGE: would become \d+ bytes/],
    [makeZip([MANIFEST, { name: "big", data: "", size: 0xffff_ffff }]), /^TOO_LARGE: .*ZIP64/],
    ...["../x", "a/../../x", "a\\..\\x", "/etc/x", "\\x", "C:x", "a\0b", ""].map(
      (name) => [makeZip([MANIFEST, { name, data: "" }]), /^MALFORMED: holds /] as const,
    ),
  ];
  for (const [i, [bytes, expected]] of cases.entries()) assert.match(await refusal(bytes), expected, `case ${i}`);
});

test("a manifest that becomes a thousand times its size is not unpacked beyond what is read", async () => {
  const bomb = makeZip([{ ...MANIFEST, data: Buffer.alloc(50_000_000), size: 900 }]);
  assert.match(await refusal(bomb, 60_000), /broken: it is not what was packed/);
});

test("any bytes, and an archive with any bytes changed, give a member or an error, and never another exception", async () => {
  const archive = makeZip([{ name: "a", data: "aaaa", stored: true }, MANIFEST], { comment: Buffer.from("c") });
  const changed = fc
    .array(fc.tuple(fc.nat({ max: archive.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const copy = Buffer.from(archive);
      for (const [at, value] of changes) copy.writeUInt8(value, at);
      return copy;
    });
  const cut = fc.nat({ max: archive.length }).map((at) => archive.subarray(at));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 80 }), changed, cut), async (bytes) => {
      const answer = await refusal(bytes);
      assert.match(answer, /^(?:read$|MALFORMED: |TOO_LARGE: )/);
    }),
    { numRuns: 500 },
  );
});
