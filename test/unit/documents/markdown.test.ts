import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { markdownParts, parseMarkdown } from "../../../src/documents/markdown.ts";
import { valueAt } from "../../../src/documents/data.ts";

test("front matter is data with places in the file; what is no YAML is read line by line", () => {
  const text = '---\r\nname: a\r\ntools:\r\n  - "b c"\r\n---\r\n# Title\r\n';
  const { root, problems } = parseMarkdown("/f.md", text);
  assert.deepEqual(problems, []);
  const tools = valueAt(root, "tools");
  assert.ok(tools?.kind === "array");
  const [tool] = tools.elements;
  assert.equal(tool && text.slice(tool.span.start, tool.span.end), '"b c"');

  const broken = "---\ndescription: What: a colon\nallowed-tools: Bash(x)\n---\ntext";
  const found = valueAt(parseMarkdown("/f.md", broken).root, "allowed-tools");
  assert.ok(found?.kind === "string");
  assert.equal(broken.slice(found.span.start, found.span.end), "Bash(x)");
  assert.equal(parseMarkdown("/f.md", "# no\n---\na: 1\n---\n").root, undefined);
});

test("comments are found outside of code, over lines and without an end; code is fences and spans", () => {
  const text = [
    "<!-- one",
    "still --> `<!-- no -->` <!-- two -->",
    "```sh",
    "<!-- no -->",
    "```",
    "``a ` b`` and `open",
    "~~~",
    "never closed <!-- no -->",
  ].join("\n");
  const { comments, code } = markdownParts(text);
  const shown = (spans: typeof comments): string[] => spans.map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(shown(comments), ["<!-- one\nstill -->", "<!-- two -->"]);
  assert.deepEqual(shown(code), [
    "`<!-- no -->`",
    "```sh\n<!-- no -->\n```",
    "``a ` b``",
    "~~~\nnever closed <!-- no -->",
  ]);
  const open = "a <!-- open";
  assert.deepEqual(markdownParts(open).comments, [{ start: 2, end: open.length }]);
});

test("whatever the text is, the parts are in order, inside of it and apart", () => {
  const pieces = fc.constantFrom(
    "---",
    "\n",
    "\r\n",
    "`",
    "``",
    "```",
    "~~~",
    "<!--",
    "-->",
    "a",
    " ",
    "key: [",
    "- x",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const { comments, code } = markdownParts(text);
      for (const spans of [comments, code]) {
        let last = 0;
        for (const { start, end } of spans) {
          assert.ok(last <= start && start < end && end <= text.length, JSON.stringify(text));
          last = end;
        }
      }
      assert.deepEqual(parseMarkdown("/f.md", text).problems, []);
    }),
    { numRuns: 300 },
  );
});
