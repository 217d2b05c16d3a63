import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { after, test } from "node:test";
import { Home, PROGRAM } from "./harness.ts";

/** No policy of the person's own: the default one decides. */
const home = new Home(null);
after(() => home.close());
const demo = (name: string) =>
  home.client("", { command: [process.execPath, path.resolve(`demo/servers/${name}.mjs`)] });

test("the demo under the default policy: reading passes, sending is asked, and is refused where nobody answers", async () => {
  const [notes, outbox] = [demo("notes"), demo("outbox")];
  await Promise.all([notes.open(), outbox.open()]);
  assert.equal((await notes.call(1, "list_notes")).result?.isError ?? false, false);
  assert.equal((await outbox.call(1, "list_sent")).result?.isError ?? false, false);
  const acting = await Promise.all([
    notes.call(2, "write_note", { name: "x", content: "y" }),
    outbox.call(2, "send_message", { to: "harbour@example.org", subject: "s", body: "t" }),
  ]);
  for (const { result } of acting) {
    assert.equal(result?.isError, true);
    assert.match(result.content?.[0]?.text ?? "", /Sallyport refused/);
  }
});

test("what happened is in the ledger, and the ledger is intact", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, "log", ...args], {
      encoding: "utf8",
      env: { ...process.env, SALLYPORT_HOME: home.home },
    });
  const log = run("--format", "json").stdout;
  for (const tool of ["list_notes", "write_note", "send_message", "list_sent"]) assert.ok(log.includes(tool), tool);
  const verified = run("verify");
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});
