import assert from "node:assert/strict";
import { test } from "node:test";
import { escaped } from "../../../src/lsp/markdown.ts";

test("no text from outside is a link, HTML, code or a line of its own", () => {
  const text = escaped("[run](command:x) <img src=y> `code` **b**\n# head $(icon) https://z.example a\u202eb");
  assert.ok(!/(?<!\\)[[\]()<>`*#$:]/.test(text), text);
  assert.ok(!/[\n\u202e]/.test(text));
  assert.equal(escaped("plain words 12"), "plain words 12");
  assert.ok(escaped("x".repeat(9000)).length <= 2000);
});
