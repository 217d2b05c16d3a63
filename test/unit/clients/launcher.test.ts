import assert from "node:assert/strict";
import { test } from "node:test";
import { readLauncher } from "../../../src/clients/launcher.ts";

test("our own launcher is known in each of its forms", () => {
  const tail = ["proxy", "--server", "notes", "--", "node", "notes.mjs"];
  for (const [command, ...args] of [
    ["/home/mina/.sallyport/bin/sallyport", ...tail],
    ["${userHome}/.sallyport/bin/sallyport", ...tail],
    ["sallyport", ...tail],
    ["node", "C:\\Users\\mina\\.sallyport\\bin\\sallyport.cjs", ...tail],
    ["npx", "-y", "sallyport@0.1.0", ...tail],
  ]) {
    const wrapped = readLauncher(command, args);
    assert.equal(args[wrapped?.command ?? -1], "node", command);
  }
  const url = ["proxy", "--server", "a", "--url", "https://mcp.example.com"];
  assert.deepEqual(readLauncher("sallyport", url), { url: 4 });
});

test("nothing else is", () => {
  assert.equal(readLauncher("node", ["server.mjs", "--", "sallyport"]), undefined);
  assert.equal(readLauncher("npx", ["-y", "sallyport-tools", "--", "x"]), undefined);
  assert.equal(readLauncher("sallyport", ["audit"]), undefined);
  assert.equal(readLauncher(undefined, []), undefined);
});
