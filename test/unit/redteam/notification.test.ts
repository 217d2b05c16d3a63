import assert from "node:assert/strict";
import { test } from "node:test";
import { notification } from "../../../src/core/notification.ts";

test("text from outside makes no link, no second line and no hidden turn in a notification", () => {
  const link = "Agent wants to call [Review](command:workbench.action.terminal.new) of x";
  const shown = notification(link);
  // VS Code makes a link of [text](target), and of nothing else.
  assert.doesNotMatch(shown, /\[[^\]]*\]\(/);
  assert.ok(shown.includes("command:workbench.action.terminal.new"), "what was written is still told");
  assert.equal(notification("a\nb\r\n\tc"), "a b c");
  assert.equal(notification("a\u202eb\u200bc\u0007"), "abc");
  assert.equal(notification("x".repeat(1000)).length, 300);
  assert.equal(notification("delete_note of notes"), "delete_note of notes");
});
