import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { compareVersions, readInstallations, withInstallation } from "../../../src/protect/installations.ts";

const root = mkdtempSync(path.join(tmpdir(), "sallyport-installations-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("versions are ordered newest first, a release before its previews", () => {
  const sorted = ["0.9.0", "1.0.0-rc.1", "0.10.0", "1.0.0", "0.10.0-alpha", "1.0.0-beta"].toSorted(compareVersions);
  assert.deepEqual(sorted, ["1.0.0", "1.0.0-rc.1", "1.0.0-beta", "0.10.0", "0.10.0-alpha", "0.9.0"]);
});

test("what is gone is dropped, what is registered again replaces itself, the newest comes first", () => {
  const program = (name: string): string => {
    const file = path.join(root, name);
    writeFileSync(file, "");
    return file;
  };
  const installation = (version: string, file: string) => ({
    version,
    program: file,
    runtime: "/bin/node",
    electron: false,
  });
  const [old, current] = [installation("0.1.0", program("old")), installation("0.2.0", program("new"))];
  const gone = installation("9.0.0", path.join(root, "gone"));
  assert.deepEqual(withInstallation([old, gone], current), [current, old]);
  assert.deepEqual(withInstallation([current, old], { ...old, version: "0.3.0" }), [
    { ...old, version: "0.3.0" },
    current,
  ]);
  assert.throws(() => withInstallation([], installation("1.0.0", "relative.js")), { code: "USAGE" });
});

test("a registry that is missing or does not read back is empty", () => {
  const file = path.join(root, "registry.json");
  assert.deepEqual(readInstallations(file), []);
  for (const text of ["", "{", "{}", '[1, {"version": 1}]']) {
    writeFileSync(file, text);
    assert.deepEqual(readInstallations(file), []);
  }
});
