import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { finding } from "../../../src/core/finding.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { BASE, found, report, rule, SECRET } from "./sample.ts";
import { type Element, parseXml } from "./xml.ts";

/** Attributes and children as the schema that Jenkins publishes for JUnit reports has them: what is required, what may be. */
const SCHEMA: Readonly<Record<string, { required: string[]; optional: string[]; children: string[] }>> = {
  testsuites: { required: [], optional: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"] },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    optional: ["time", "skipped"],
    children: ["testcase"],
  },
  testcase: {
    required: ["name", "classname"],
    optional: ["time", "file", "line"],
    children: ["failure", "error", "skipped"],
  },
  failure: { required: [], optional: ["message", "type"], children: [] },
  error: { required: [], optional: ["message", "type"], children: [] },
  skipped: { required: [], optional: ["message"], children: [] },
};

function check(element: Element): void {
  const rules = SCHEMA[element.name];
  assert.ok(rules, `no element ${element.name}`);
  const given = Object.keys(element.attributes);
  for (const name of rules.required) assert.ok(given.includes(name), `${element.name} lacks ${name}`);
  for (const name of given) assert.ok([...rules.required, ...rules.optional].includes(name), `${element.name} ${name}`);
  for (const child of element.children) {
    assert.ok(rules.children.includes(child.name), `${child.name} in ${element.name}`);
    check(child);
  }
}

function junit(parts: Parameters<typeof report>[0]): Element {
  const root = parseXml(renderJunit(report(parts)));
  check(root);
  return root;
}

const http = found(rule("plaintext-http"), '"http://old.example/mcp"');
const secret = found(rule("secret", { severity: "critical" }), `"${SECRET}"`);

describe("renderJunit", () => {
  it("has a suite for each file, a failure for each finding, and counts that add up", () => {
    const ignored = {
      ...found(rule("shell"), '"sh"'),
      ignored: { by: "comment" as const, reason: 'a "test" & <more>' },
    };
    const problem = { code: "UNREADABLE" as const, file: path.join(BASE, "b.json"), message: "permission denied" };
    const root = junit({ findings: [http, secret], ignored: [ignored], problems: [problem] });
    assert.deepEqual(root.attributes, { name: "sallyport audit", tests: "4", failures: "2", errors: "1", time: "0" });
    const suites = root.children.map(({ attributes: { name, tests, failures, errors, skipped } }) => [
      name,
      tests,
      failures,
      errors,
      skipped,
    ]);
    assert.deepEqual(suites, [
      [path.join(".vscode", "mcp.json"), "3", "2", "0", "1"],
      ["b.json", "1", "0", "1", "0"],
    ]);
    const [first] = root.children[0]?.children ?? [];
    assert.equal(first?.attributes["line"], "4");
    assert.equal(first.children[0]?.attributes["message"], "Here is plaintext-http.");
    assert.match(first.children[0].text, /^high, high confidence\nHere is plaintext-http\.\nTake it away\.\n/u);
    const skipped = root.children[0]?.children.flatMap((one) => one.children).find((one) => one.name === "skipped");
    assert.equal(skipped?.attributes["message"], 'a "test" & <more>');
  });

  it("has one case that passed where there is nothing to say", () => {
    const root = junit({});
    assert.deepEqual(root.attributes, { name: "sallyport audit", tests: "1", failures: "0", errors: "0", time: "0" });
    assert.deepEqual(root.children[0]?.children[0]?.children, []);
  });

  it("is well-formed whatever a message holds, and without secrets", () => {
    const hostile = finding(rule("shell"), {
      message: "]]> <x a='\"'/> &amp; \u0000\u001b[31m \ud800 \uffff\u{1fffe} line\nfeed\ttab",
      primary: { file: path.join(BASE, 'a"<&>\n.json'), span: { start: 0, end: 0 } },
    });
    const root = junit({ findings: [hostile, secret] });
    assert.match(
      root.children.at(-1)?.children[0]?.children[0]?.attributes["message"] ?? "",
      /^\]\]> <x a='"'\/> &amp; \\x00/u,
    );
    assert.ok(!renderJunit(report({ findings: [secret] })).includes(SECRET));
  });

  it("the checker refuses what is not well-formed, and what the schema does not have", () => {
    const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
    for (const text of ["<a>", "<a></b>", '<a b="&"/>', '<a b="1" b="2"/>', "<a>\u0001</a>", "<a/><b/>"]) {
      assert.throws(() => parseXml(head + text), text);
    }
    assert.throws(() => check(parseXml(`${head}<testsuites><testcase name="x" classname="y"/></testsuites>`)));
  });
});
