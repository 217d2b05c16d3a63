import assert from "node:assert/strict";
import { test } from "node:test";
import { inferTraits } from "../../../src/broker/traits.ts";

function traits(name: string, definition?: Parameters<typeof inferTraits>[1]): string[] {
  return inferTraits(name, definition)
    .map(({ trait }) => trait)
    .toSorted();
}

test("tools are sorted by what their names and arguments say", () => {
  const cases: [string, string[], string[]][] = [
    ["read_note", ["id"], ["looks-read-only"]],
    ["listNotes", [], ["looks-read-only"]],
    ["get_command_history", [], ["looks-read-only"]],
    ["search_notes", ["query"], ["looks-read-only"]],
    ["fetch_page", ["url"], ["leaves-the-machine", "looks-read-only", "reads-untrusted"]],
    ["write_note", ["id", "text"], ["writes"]],
    ["send_message", ["to", "body"], ["leaves-the-machine"]],
    ["create_issue", ["title"], ["writes"]],
    ["delete_file", ["path"], ["destroys"]],
    ["get_and_delete", [], ["destroys"]],
    ["run_query", ["sql"], ["executes"]],
    ["query", ["sql"], ["executes"]],
    ["executeCommand", ["command"], ["executes"]],
    ["git.push", [], ["leaves-the-machine"]],
    ["HTTPGet", ["url"], ["leaves-the-machine", "looks-read-only", "reads-untrusted"]],
    ["frobnicate", [], []],
    ["", [], []],
  ];
  for (const [name, parameters, expected] of cases) assert.deepEqual(traits(name, { parameters }), expected, name);
});

test("a server's claim is never believed against the name, and decides where the name says nothing", () => {
  const claims = { annotations: { readOnlyHint: true } };
  assert.deepEqual(traits("delete_all", claims), ["destroys"]);
  assert.deepEqual(traits("frobnicate", claims), ["looks-read-only"]);
  assert.deepEqual(traits("frobnicate", { ...claims, parameters: ["command"] }), ["executes"]);
  assert.ok(!traits("get_thing", { annotations: { readOnlyHint: false } }).includes("looks-read-only"));
  assert.ok(traits("frobnicate", { annotations: { destructiveHint: true } }).includes("destroys"));
});

test("every trait says from what it was inferred", () => {
  const [trait] = inferTraits("send_mail", undefined);
  assert.deepEqual(trait, { trait: "leaves-the-machine", evidence: "its name says “send”" });
});
