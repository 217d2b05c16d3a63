import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { protectFile } from "../../../src/protect/protect.ts";
import { realEnvironment } from "../../../src/system/environment.ts";

const root = mkdtempSync(path.join(tmpdir(), "sallyport-protect-"));
after(() => rmSync(root, { recursive: true, force: true }));
const environment: Environment = { ...realEnvironment(), home: root, variable: () => undefined };

let folders = 0;
function written(text: string | Uint8Array): string {
  const folder = path.join(root, String(++folders), ".vscode");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "mcp.json"), text);
  return path.join(folder, "mcp.json");
}

const run = (file: string, server = "s") => protectFile({ file, server }, environment, process.execPath);

test("a file keeps its byte order mark, its line ends, its mode and its link", async () => {
  const text = '\ufeff{\r\n  "servers": { "s": { "command": "x" } } // é\r\n}\r\n';
  const file = written(text);
  if (process.platform !== "win32") chmodSync(file, 0o640);
  const link = path.join(path.dirname(file), "link.json");
  let through = file;
  try {
    symlinkSync(file, link);
    through = link;
  } catch {
    // Windows lets not everyone make links.
  }
  assert.deepEqual(await run(through), { status: "rewritten", shared: true });
  const now = readFileSync(file, "utf8");
  assert.match(
    now,
    /^\ufeff\{\r\n {2}"servers": \{ "s": \{ "command": ".*sallyport.*", "args": \[.*"--", "x"\] \} \} \/\/ é\r\n\}\r\n$/,
  );
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o640);
  if (through === link) assert(lstatSync(link).isSymbolicLink());
  assert.equal((await run(through)).status, "unchanged");
  assert.deepEqual(
    readdirSync(path.dirname(file)).filter((name) => name.startsWith(".")),
    [],
  );
});

test("what cannot be protected is an error with file, line and reason, and the file stays as it was", async () => {
  const text = '{\n "servers": {\n  "s": { "uri": "https://x.example" }\n }\n}';
  const file = written(text);
  await assert.rejects(run(file), (error: Error & { code?: string }) => {
    assert.equal(error.code, "REFUSED");
    assert(error.message.startsWith(`${file}:3:10: "s" cannot be protected: it is reached by URL`), error.message);
    return true;
  });
  await assert.rejects(run(file, "other"), { code: "REFUSED" });
  assert.equal(readFileSync(file, "utf8"), text);
  await assert.rejects(run(written(Uint8Array.of(0x7b, 0xff, 0x7d))), { code: "MALFORMED" });
  await assert.rejects(run(path.join(root, "nowhere.json")), { code: "UNREADABLE" });
});
