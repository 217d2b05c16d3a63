import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { acceptIgnores, readAcceptedIgnores } from "../../../src/link/acceptedIgnores.ts";

test("accepted ignores are kept in a file of the person's own, each once; a broken file accepts nothing", () => {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport-accepted-"));
  try {
    const os = process.platform === "win32" ? "windows" : "linux";
    const environment: Environment = { os, home, cwd: home, variable: () => undefined };
    const one = { digest: "a".repeat(64), file: "/work/.mcp.json", rule: "shell", reason: "ours" };
    const two = { ...one, digest: "b".repeat(64), rule: "hook-command" };
    assert.deepEqual(readAcceptedIgnores(environment), []);
    acceptIgnores(environment, [one]);
    acceptIgnores(environment, [one, two]);
    assert.deepEqual(readAcceptedIgnores(environment), [one, two]);
    const file = path.join(home, ".sallyport", "accepted-ignores.json");
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
    writeFileSync(file, JSON.stringify({ accepted: [{ ...one, digest: "*" }, null, two, "x"] }));
    assert.deepEqual(readAcceptedIgnores(environment), [two]);
    writeFileSync(file, "{");
    assert.deepEqual(readAcceptedIgnores(environment), []);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
