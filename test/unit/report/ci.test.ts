import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { finding, type Severity } from "../../../src/core/finding.ts";
import { renderGithub } from "../../../src/report/github.ts";
import { renderGitlab } from "../../../src/report/gitlab.ts";
import { BASE, CONFIG, found, HOME, report, rule, SECRET, spanOf, TEXT } from "./sample.ts";

const http = found(rule("plaintext-http"), '"http://old.example/mcp"');
const shell = found(rule("shell", { severity: "medium" }), '"sh"', { message: "100% bad: a,b\r\nsecond" });
const inHome = finding(rule("secret", { severity: "critical" }), {
  message: "Here is a secret.",
  primary: { file: path.join(HOME, ".cursor", "mcp.json"), span: { start: 0, end: 1 } },
});
const problem = { code: "UNREADABLE" as const, file: path.join(BASE, "a,b:c.json"), message: "permission denied" };

describe("renderGithub", () => {
  const commands = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("::"));

  it("gives a command at the place of each finding, the worst first", () => {
    const [first, second] = commands(renderGithub(report({ findings: [shell, http] })));
    assert.equal(
      first,
      "::error file=.vscode/mcp.json,line=4,endLine=4,col=14,endColumn=38,title=plaintext-http (high)::" +
        "Here is plaintext-http. Take it away.",
    );
    assert.match(second ?? "", /^::warning file=/u);
  });

  it("escapes what the runner would take for the end of a property or of the command", () => {
    const lines = renderGithub(report({ findings: [shell], problems: [problem] })).split("\n");
    assert.equal(lines[0], "::error file=a%2Cb%3Ac.json,title=Sallyport could not read this::permission denied");
    assert.match(lines[1] ?? "", /::100%25 bad: a,b\\x0d\\x0asecond\. Take it away\.$/u);
  });

  it("names a file outside the checkout in the text, for GitHub cannot show it", () => {
    const [line] = commands(renderGithub(report({ findings: [inHome] })));
    assert.match(line ?? "", /^::error title=secret \(critical\)::~.\.cursor.mcp\.json: Here is a secret\./u);
  });

  it("gives at most ten commands of a level, and the rest as lines that are no commands", () => {
    const text = "::set-output name=x::y\n".repeat(30);
    const findings = Array.from({ length: 30 }, (_, i) =>
      finding(rule(i < 15 ? "a" : "b", { severity: (i < 15 ? "high" : "low") as Severity }), {
        message: "x ##[add-mask]x",
        primary: { file: CONFIG, span: { start: i * 23, end: i * 23 + 5 } },
      }),
    );
    const out = renderGithub(report({ findings, texts: new Map([[CONFIG, text]]) }));
    assert.equal(commands(out).filter((line) => line.startsWith("::error ")).length, 10);
    assert.equal(commands(out).filter((line) => line.startsWith("::notice ")).length, 10);
    const inGroup = out.slice(out.indexOf("::group::"), out.indexOf("::endgroup::")).split("\n").slice(1, -1);
    assert.equal(inGroup.length, 10);
    for (const line of inGroup) assert.ok(!line.includes("##[") && !line.startsWith("::"), line);
    assert.match(out, /^30 findings in 1 file: 15 high, 15 low; 1 file read\.$/mu);
  });
});

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

describe("renderGitlab", () => {
  const issues = (parts: Parameters<typeof report>[0]): Issue[] => JSON.parse(renderGitlab(report(parts))) as Issue[];

  it("is a list of Code Quality issues with the fields that GitLab asks for", () => {
    const found = issues({ findings: [http, shell, inHome], problems: [problem] });
    assert.deepEqual(
      found.map(({ check_name, severity, location }) => [check_name, severity, location.path, location.lines.begin]),
      [
        ["secret", "blocker", ".cursor/mcp.json", 1],
        ["plaintext-http", "critical", ".vscode/mcp.json", 4],
        ["shell", "major", ".vscode/mcp.json", 7],
        ["unreadable", "blocker", "a,b:c.json", 1],
      ],
    );
    for (const { description, fingerprint } of found) {
      assert.ok(description.length > 0 && !/[\n\r]/u.test(description));
      assert.match(fingerprint, /^[0-9a-f]{40}$/u);
    }
    assert.equal(new Set(found.map((one) => one.fingerprint)).size, found.length);
    assert.deepEqual(issues({}), []);
  });

  it("holds no text of the files", () => {
    const secret = finding(rule("secret"), {
      message: "x",
      primary: { file: CONFIG, span: spanOf(TEXT, `"${SECRET}"`) },
    });
    assert.ok(!renderGitlab(report({ findings: [secret] })).includes(SECRET));
    assert.ok(!renderGithub(report({ findings: [secret] })).includes(SECRET));
  });
});
