import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Home } from "./harness.ts";

const home = new Home();
after(() => home.close());

/** JSON that parsing and writing anew would change. */
const EXOTIC = [
  "9007199254740993",
  "-0",
  "0.0",
  "1.0",
  "1e2",
  "1E+2",
  "1e400",
  "-1e-400",
  "123456789012345678901234567890.10",
  `"\\u0041\\/\\b"`,
  `"\\ud800"`,
  `"\\udc00\\ud800"`,
  `"\u2028\u2029\u0085\u007f"`,
  `"é\u0301😀"`,
  `"\\u0000"`,
  `{"b":1,"a":2,"1":3,"0":4}`,
  `{"__proto__":{"x":1},"constructor":null,"toString":[]}`,
  `{"":{"":""}}`,
  `[ 1 ,\t2 , [ ] , { } ]`,
  `"${"x".repeat(70_000)}"`,
  `${"[".repeat(190)}${"]".repeat(190)}`,
];

test("every byte of what passes is the sender's, to the server and back", async () => {
  const client = home.client();
  await client.open();
  const start = client.received().length;
  let expected = "";
  for (const [i, value] of EXOTIC.entries()) {
    const line = `{ "params":{"arguments":{"v":${value}},"x-unknown":${value}, "name":"read_never"} ,"jsonrpc":"2.0","method":"tools/call","x-more":[${i}],"id":${i}}`;
    client.send(i % 2 === 0 ? line : `${line}\r`);
    expected += `${line}${i % 2 === 0 ? "" : "\r"}\n`;
  }
  client.send({ jsonrpc: "2.0", id: "fence", method: "x/unknown" });
  await client.answer("fence");
  const received = client.received().slice(start);
  assert.equal(received.slice(0, expected.length), expected);

  for (const [i, value] of EXOTIC.entries()) {
    const id = `r${i}`;
    const line = `\t{"result":{"content":[], "v": ${value} ,"x":{}},"id":$ID,"jsonrpc":"2.0"}${i % 2 === 0 ? "" : "\r"}\n`;
    client.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "read_raw", arguments: { line } } });
    const want = line.replace("$ID", JSON.stringify(id));
    await client.until(id, () => client.lines.find((one) => one === want));
  }
});

test("order is kept both ways, and nothing is lost, under a thousand calls at once", async () => {
  const client = home.client();
  await client.open();
  const count = 1000;
  for (let i = 0; i < count; i++)
    client.send({
      jsonrpc: "2.0",
      id: i,
      method: "tools/call",
      params: { name: "read_echo", arguments: { text: `${i}` } },
    });
  await client.answer(count - 1);
  const ids = client
    .answers()
    .map((one) => one.id)
    .filter((id) => typeof id === "number");
  assert.deepEqual(
    ids,
    Array.from({ length: count }, (_, i) => i),
  );
  const seen = [...client.received().matchAll(/"text":"(\d+)"/g)].map((match) => Number(match[1]));
  assert.deepEqual(
    seen,
    Array.from({ length: count }, (_, i) => i),
  );
});
