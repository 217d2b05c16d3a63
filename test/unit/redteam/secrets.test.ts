import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDecisions, gate } from "../proxy/fake.ts";
import { identityOf } from "../../../src/proxy/identity.ts";

/** Made anew each time: nothing here is a credential. */
function fake(n: number): string {
  const letters = "AbCdEfGhJkLmNpQrStUvWxYz23456789";
  let text = "";
  for (let i = 0; i < 36; i++) text += letters[(n * 7 + i * (11 + (n % 5)) + ((i * i) % 13)) % letters.length] ?? "";
  return ["ghp", text].join("_");
}

test("a secret does not get into the ledger's preview or the panel behind a hundred others", async () => {
  const decoys = Array.from({ length: 150 }, (_, n) => fake(n + 1));
  const real = fake(999);
  for (const args of [{ a: real, b: [decoys] }, { b: [decoys], a: real }, { text: decoys.concat(real).join("\n") }]) {
    const g = gate(new FakeDecisions());
    const params = { name: "read", arguments: args };
    await g.send("client", { jsonrpc: "2.0", id: 1, method: "tools/call", params });
    await g.send("server", { jsonrpc: "2.0", id: 1, result: { content: [], structuredContent: args } });
    const told = JSON.stringify([g.decisions.asked[0]?.question, g.decisions.reported[0]?.report, g.log]);
    assert.ok(!told.includes(real), Object.keys(args).join());
    for (const decoy of decoys) assert.ok(!told.includes(decoy));
  }
});

test("the name of a tool, prompt or method may hold a secret, and is not told in clear", async () => {
  const g = gate(new FakeDecisions());
  const real = fake(5);
  const send = (id: number, method: string, params: object): Promise<void> =>
    g.send("client", { jsonrpc: "2.0", id, method, params });
  await send(1, "tools/call", { name: real, arguments: {} });
  await send(2, "prompts/get", { name: real });
  await send(3, "resources/read", { uri: `x://${real}` });
  const told = JSON.stringify(g.decisions.asked.map(({ question }) => question));
  assert.equal(g.decisions.asked.length, 3);
  assert.ok(!told.includes(real), told.slice(0, 400));
});

test("a secret in the server's command line is shown as a placeholder, written with = or apart", () => {
  const machine = { windows: false, cwd: "/w", variable: () => undefined, isProgram: () => false };
  const password = ["hunter", "Zx81qWv77Lp"].join("-");
  const token = fake(3);
  const random = fake(4).slice(4, 30);
  const cases = [
    [`--password=${password}`],
    ["--password", password],
    ["--api-key", random],
    ["-e", `API_TOKEN=${random}`],
    ["--header", `Authorization: Bearer ${password}AbC123dEf456`],
    [token],
    [`postgres://ann:${password}@db.example.org/x`],
  ];
  for (const args of cases) {
    const { args: shown } = identityOf("server", args, machine, () => "hmac:0123456789");
    for (const value of [password, token, random]) assert.ok(!shown.join(" ").includes(value), args.join(" "));
  }
});
