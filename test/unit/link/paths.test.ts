import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { isSallyportError } from "../../../src/core/errors.ts";
import {
  createExclusive,
  ensureFolder,
  ensureFolders,
  linkToken,
  newSocketAddress,
  pathsFor,
} from "../../../src/link/paths.ts";

const posix = process.platform === "win32" ? "there are no modes on Windows" : false;

function environment(os: Environment["os"], home: string, variables: Record<string, string> = {}): Environment {
  return { os, home, cwd: home, variable: (name) => variables[name] };
}

function scratch(run: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-paths-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("everything lies under ~/.sallyport, or where SALLYPORT_HOME says; a relative one is refused", () => {
  assert.equal(pathsFor(environment("linux", "/home/a")).grants, "/home/a/.sallyport/grants.json");
  assert.equal(pathsFor(environment("windows", "C:\\Users\\a")).run, "C:\\Users\\a\\.sallyport\\run");
  assert.equal(pathsFor(environment("linux", "/home/a", { SALLYPORT_HOME: "/x" })).ledger, "/x/ledger");
  assert.throws(
    () => pathsFor(environment("linux", "/home/a", { SALLYPORT_HOME: "x" })),
    (error) => isSallyportError(error, "USAGE"),
  );
  assert.equal(
    pathsFor(environment("macos", "/Users/a")).managedPolicy,
    "/Library/Application Support/Sallyport/policy.yaml",
  );
});

test("folders and the token are for this user alone, and loose modes are mended or refused", { skip: posix }, () => {
  scratch((folder) => {
    const paths = pathsFor(environment("linux", folder));
    mkdirSync(paths.home, { mode: 0o755 });
    ensureFolders(paths);
    assert.equal(lstatSync(paths.home).mode & 0o777, 0o700);
    const token = linkToken(paths);
    assert.match(token, /^[0-9a-f]{64}$/);
    assert.equal(linkToken(paths), token);
    assert.equal(lstatSync(paths.tokenFile).mode & 0o777, 0o600);
    chmodSync(paths.tokenFile, 0o644);
    assert.throws(
      () => linkToken(paths),
      (error) => isSallyportError(error, "REFUSED"),
    );
  });
});

test("a link in the place of a folder of ours is refused", { skip: posix }, () => {
  scratch((folder) => {
    mkdirSync(path.join(folder, "elsewhere"));
    symlinkSync(path.join(folder, "elsewhere"), path.join(folder, "run"));
    assert.throws(
      () => ensureFolder(path.join(folder, "run")),
      (error) => isSallyportError(error, "REFUSED"),
    );
  });
});

test("of several writers of an exclusive file the first wins, and no draft stays", () => {
  scratch((folder) => {
    const file = path.join(folder, "f");
    assert.deepEqual(
      ["a", "b", "c"].map((text) => createExclusive(file, text)),
      [true, false, false],
    );
    assert.deepEqual(readdirSync(folder), ["f"]);
  });
});

test("a socket's name stays short enough however long the home is", { skip: posix }, () => {
  const long = pathsFor(environment("linux", `/${"d".repeat(120)}`));
  const address = newSocketAddress(long);
  assert.ok(Buffer.byteLength(address) <= 100, address);
  assert.equal(lstatSync(path.dirname(address)).mode & 0o777, 0o700);
  assert.match(newSocketAddress(pathsFor(environment("linux", "/h"))), /^\/h\/\.sallyport\/run\/[0-9a-f]{8}\.sock$/);
});
