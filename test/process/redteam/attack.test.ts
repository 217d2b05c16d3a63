import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { connect } from "node:net";
import { currentBroker } from "../../../src/link/election.ts";
import { pathsFor } from "../../../src/link/paths.ts";
import { Home } from "../proxy/harness.ts";

const home = new Home(null);
after(() => home.close());

function ledger(): string {
  const { ledger: folder } = pathsFor(home.environment);
  const days = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return days.map((name) => readFileSync(path.join(folder, name), "utf8")).join("");
}

/** Made anew each time: nothing here is a credential. */
function fake(): string {
  const letters = "AbCdEfGhJkLmNpQrStUvWxYz23456789";
  return ["ghp", Array.from({ length: 36 }, () => letters[Math.floor(Math.random() * letters.length)]).join("")].join(
    "_",
  );
}

test("secrets in arguments, results and the command line are in no byte of the ledger", async () => {
  const [argument, result, flag] = [fake(), fake(), fake()];
  const server = path.resolve("test/process/proxy/fixtures/server.mjs");
  const client = home.client("", { command: [process.execPath, server, "normal", `--token=${flag}`] });
  await client.open();
  await client.call(1, "read_echo", { text: `the key is ${argument}` });
  const line = `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${result}"}]}}\n`;
  await client.call(2, "read_raw", { line });
  client.end();
  await client.exit;
  const text = ledger();
  assert.match(text, /\[secret:github-token:/);
  for (const secret of [argument, result, flag]) assert.ok(!text.includes(secret));
});

test("connections that say nothing, by the hundred, end, and the broker serves again", async () => {
  const client = home.client();
  await client.open();
  const address = currentBroker(pathsFor(home.environment))?.address ?? "";
  const ends = Array.from({ length: 400 }, () => {
    const socket = connect(address);
    socket.on("error", () => {});
    return new Promise((resolve) => socket.once("close", resolve));
  });
  // Who is connected is served all the while.
  assert.equal((await client.call(1, "read_echo", { text: "on" })).result?.content?.[0]?.text, "on");
  await Promise.all(ends);
  const later = home.client();
  await later.open();
  assert.equal((await later.call(1, "read_echo", { text: "again" })).result?.content?.[0]?.text, "again");
});
