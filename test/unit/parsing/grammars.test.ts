import assert from "node:assert/strict";
import { test } from "node:test";
import { Grammars } from "../../../src/parsing/grammars.ts";
import { readWasm } from "../../../src/system/wasm.ts";

test("each grammar parses its language, and is loaded only when asked for", async () => {
  const read: string[] = [];
  const grammars = new Grammars((name) => {
    read.push(name);
    return readWasm(name);
  });
  assert.deepEqual(read, []);
  const root = async (name: Parameters<Grammars["parse"]>[0], text: string) => {
    const parsed = await grammars.parse(name, text, (tree) => `${tree.rootNode.type} ${tree.rootNode.hasError}`);
    return parsed.ok ? parsed.value : parsed.why;
  };
  assert.equal(await root("python", "x = 1\n"), "module false");
  assert.deepEqual(read, ["web-tree-sitter.wasm", "tree-sitter-python.wasm"]);
  assert.equal(await root("typescript", "let x: number = 1;"), "program false");
  assert.equal(await root("tsx", "const a = <b c={1}/>;"), "program false");
  assert.equal(await root("javascript", "const a = <b/>;"), "program false");
  assert.equal(await root("python", "def ("), "module true");
  assert.equal(read.length, 5);
});

test("a text that is too long or too slow to parse gives the reason", async () => {
  let now = 0;
  const grammars = new Grammars(readWasm, () => (now += 1000));
  const long = await grammars.parse("python", "x".repeat(11), () => 1, { length: 10 });
  assert.equal(!long.ok && long.why, "too-large");
  const slow = await grammars.parse("python", "f(x)\n".repeat(20_000), () => 1, { milliseconds: 1 });
  assert.equal(!slow.ok && slow.why, "too-slow");
});

test("a hundred thousand brackets are no crash", async () => {
  const grammars = new Grammars(readWasm);
  for (const name of ["python", "javascript"] as const) {
    const parsed = await grammars.parse(name, "(".repeat(100_000), (tree) => tree.rootNode.hasError);
    assert.ok(!parsed.ok || parsed.value);
  }
});
