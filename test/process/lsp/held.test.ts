import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

test("a held entry's proxy starts nothing, and says why", async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport held "));
  const env = { ...process.env, SALLYPORT_HOME: home };
  const program = path.resolve("dist/sallyport.js");
  const mark = path.join(home, "started");
  const code = `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "")`;
  const child = spawn(
    process.execPath,
    [program, "proxy", "--server", "evil", "--held", "--", process.execPath, "-e", code],
    { env, stdio: ["pipe", "pipe", "ignore"] },
  );
  t.after(() => {
    child.kill("SIGKILL");
    spawnSync(process.execPath, [program, "broker", "stop"], { env });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
  const exited = once(child, "exit") as Promise<[number]>;
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const answer = JSON.parse(line) as { error?: { message: string } };
  assert.match(answer.error?.message ?? "", /evil .*it is held, .*release it/);
  child.stdin.end();
  assert.deepEqual((await exited)[0], 127);
  assert.ok(!existsSync(mark));
});
