import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { cells } from "../../../src/report/plain.ts";
import { renderText } from "../../../src/report/text.ts";
import { CONFIG, found, HOME, report, rule, SECRET, spanOf, TEXT } from "./sample.ts";

const plainText = { colours: false, width: 100 };
const SHOWN = path.join(".vscode", "mcp.json");

const http = found(rule("plaintext-http", { severity: "high" }), '"http://old.example/mcp"', {
  fixes: [
    {
      title: "Use https",
      safety: "unsafe",
      edits: [{ file: CONFIG, span: spanOf(TEXT, "http:"), newText: "https:" }],
    },
  ],
});
const secret = found(rule("secret", { severity: "critical" }), `"${SECRET}"`, { confidence: "medium" });
const shell = found(rule("shell", { severity: "medium" }), '"sh"', {
  related: [{ file: CONFIG, span: spanOf(TEXT, '"-c"'), message: "the command stands here" }],
});

describe("renderText", () => {
  it("shows place, severity, rule, message, the line, remedy, fixes, related places and a summary", () => {
    const text = renderText(report({ findings: [shell, secret, http] }), plainText);
    assert.equal(
      text,
      `${SHOWN} ${"─".repeat(100 - SHOWN.length - 28 - 2)} 1 critical, 1 high, 1 medium

high  plaintext-http  ${SHOWN}:4:14
  Here is plaintext-http.
    4 │ "url": "http://old.example/mcp",
      │        ^^^^^^^^^^^^^^^^^^^^^^^^
  remedy   Take it away.
  fix      Use https (unsafe)

 critical   secret (medium confidence)  ${SHOWN}:5:31
  Here is secret.
    5 │ "headers": { "X-Token": "********" }
      │                         ^^^^^^^^^^
  remedy   Take it away.

medium  shell  ${SHOWN}:7:29
  Here is shell.
    7 │ "höhe 🚢": { "command": "sh", "args": ["-c", "run<3 hidden characters>"] }
      │                         ^^^^
  remedy   Take it away.
  see      ${SHOWN}:7:44: the command stands here

3 findings in 1 file: 1 critical, 1 high, 1 medium; 1 file read.
1 can be fixed with --fix --unsafe; look at the result.
`,
    );
  });

  it("says the same with colours", () => {
    const all = report({ findings: [shell, secret, http] });
    const coloured = renderText(all, { colours: true, width: 100 });
    assert.notEqual(coloured, renderText(all, plainText));
    assert.equal(stripVTControlCharacters(coloured), renderText(all, plainText));
  });

  it("keeps to the terminal's width", () => {
    const long = found(rule("shell", { remedy: "word ".repeat(40) }), '"sh"', {
      message: `A message ${"that is long ".repeat(20)}`,
      related: [{ file: CONFIG, span: spanOf(TEXT, '"-c"'), message: "a note that is long too, ".repeat(5) }],
    });
    for (const width of [40, 60, 80, 140]) {
      for (const line of renderText(report({ findings: [long, http, secret] }), { colours: false, width }).split(
        "\n",
      )) {
        assert.ok(cells(line) <= width, `${width}: ${line}`);
      }
    }
  });

  it("says what was not shown, and why", () => {
    const ignored = { ...secret, ignored: { by: "comment", reason: "a test" } as const };
    const text = renderText(report({ ignored: [ignored], hidden: { severity: 2, persona: 1 } }), plainText);
    assert.match(text, /^No findings, 1 file read\.$/mu);
    assert.match(text, /^1 finding ignored: 1 by comments\.$/mu);
    assert.match(text, /^2 below --min-severity not shown\.$/mu);
    assert.match(text, /^1 more with --persona auditor\.$/mu);
  });

  it("shows what could not be read, with its place", () => {
    const gone = path.join(HOME, ".cursor", "mcp.json");
    const problems = [
      { code: "MALFORMED", file: CONFIG, message: "has an invalid symbol", span: spanOf(TEXT, '"sh"') } as const,
      { code: "UNREADABLE", file: gone, message: "may not be read: permission denied" } as const,
    ];
    const text = renderText(report({ problems }), plainText);
    assert.match(
      text,
      new RegExp(`^error  ${SHOWN.replaceAll(/[.\\]/gu, "\\$&")}:7:29\n  has an invalid symbol\n`, "mu"),
    );
    assert.ok(text.includes(`error  ~${path.sep}${path.join(".cursor", "mcp.json")}\n  may not be read`));
    assert.match(text, /^2 problems: the audit is not complete\.$/mu);
  });

  it("lets nothing from outside reach the terminal as it is", () => {
    const evil = path.join(path.dirname(CONFIG), "\u001b[2Jmcp\n.json");
    const text = renderText(
      report({
        findings: [
          found(rule("shell"), '"sh"', {
            message: "\u001b]0;title\u0007 and \u202e",
            primary: { file: evil, span: { start: 0, end: 3 } },
          }),
        ],
        problems: [{ code: "MALFORMED", file: evil, message: "\u001b[31m" }],
        texts: new Map([[evil, "\u001b[41m\r\n"]]),
      }),
      plainText,
    );
    assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Default_Ignorable_Code_Point}]/u);
  });
});
