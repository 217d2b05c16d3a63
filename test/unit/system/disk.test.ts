import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { isSallyportError } from "../../../src/core/errors.ts";
import { diskFiles } from "../../../src/system/disk.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport disk-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

test("reads a file, and says what stands in the way of one that cannot be read", async () => {
  writeFileSync(at("a"), "hello");
  mkdirSync(at("folder"));
  assert.equal(Buffer.from(await diskFiles.read(at("a"), 5)).toString(), "hello");
  await assert.rejects(
    () => diskFiles.read(at("a"), 4),
    (e) => isSallyportError(e, "TOO_LARGE") && /5 bytes/.test(e.message),
  );
  await assert.rejects(
    () => diskFiles.read(at("none"), 4),
    (e) => isSallyportError(e, "UNREADABLE") && /does not exist/.test(e.message),
  );
  await assert.rejects(
    () => diskFiles.read(at("folder"), 4),
    (e) => isSallyportError(e, "UNREADABLE") && /is a directory/.test(e.message),
  );
  await assert.rejects(
    () => diskFiles.list(at("none")),
    (e) => isSallyportError(e, "UNREADABLE"),
  );
});

test("a device is not opened", { skip: process.platform === "win32" }, async () => {
  assert.equal(await diskFiles.kind("/dev/zero"), "other");
  await assert.rejects(
    () => diskFiles.read("/dev/zero", 10),
    (e) => isSallyportError(e, "UNREADABLE"),
  );
});

test("a file without a size is read up to the bound", { skip: process.platform !== "linux" }, async () => {
  assert.ok((await diskFiles.read("/proc/self/status", 1 << 20)).length > 100);
  await assert.rejects(
    () => diskFiles.read("/proc/self/status", 20),
    (e) => isSallyportError(e, "TOO_LARGE"),
  );
});

test("kinds and listings see through links, in name order", async () => {
  const links = path.join(folder, "links");
  mkdirSync(links);
  writeFileSync(path.join(links, "b"), "");
  mkdirSync(path.join(links, "a"));
  symlinkSync(path.join(links, "b"), path.join(links, "to-file"));
  symlinkSync(path.join(links, "gone"), path.join(links, "to-nothing"));
  assert.deepEqual(await diskFiles.list(links), [
    { name: "a", kind: "directory", link: false },
    { name: "b", kind: "file", link: false },
    { name: "to-file", kind: "file", link: true },
    { name: "to-nothing", kind: "other", link: true },
  ]);
  assert.equal(await diskFiles.kind(path.join(links, "to-nothing")), "other");
  assert.equal(await diskFiles.kind(path.join(links, "b", "below-a-file")), "missing");
});
