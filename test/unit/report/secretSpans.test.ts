import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { finding } from "../../../src/core/finding.ts";
import { renderText } from "../../../src/report/text.ts";
import { BASE, CONFIG, report, rule, SECRET, spanOf } from "./sample.ts";

const options = { colours: false, width: 160 };
/** Of a published form, and none that was ever issued: put together so that no scanner takes it for one. */
const PROVIDER = ["sk", "live", "4f7Kq92LmXw8TzR1vBn3"].join("_");

function shown(file: string, text: string, place: string, id = "unlogged-llm-call"): string {
  const one = finding(rule(id), { message: "x", primary: { file, span: spanOf(text, place) } });
  return renderText(report({ findings: [one], texts: new Map([[file, text]]) }), options);
}

describe("secrets that no rule has pointed at", () => {
  it("are masked in source code that is shown", () => {
    for (const secret of [SECRET, PROVIDER]) {
      const text = `OpenAI(api_key="${secret}").chat.completions.create(model="gpt-5-mini-2025-08-07")\n`;
      const output = shown(path.join(BASE, "app.py"), text, "create");
      assert.ok(!output.includes(secret), output);
      assert.match(output, /api_key="\*{8}"\)\.chat\.completions\.create\(model="gpt-5-mini-2025-08-07"\)/u);
    }
  });

  it("are masked in the line of a file that is broken there", () => {
    const text = `{ "env": { "TOKEN": ${SECRET} } }\n`;
    const problem = { code: "MALFORMED", file: CONFIG, message: "is wrong", span: spanOf(text, SECRET) } as const;
    const output = renderText(report({ problems: [problem], texts: new Map([[CONFIG, text]]) }), options);
    assert.match(output, /"TOKEN": \*{8} \}/u);
    assert.ok(!output.includes(SECRET));
  });

  it("of a known form are masked in a configuration; ordinary names are not", () => {
    const text = `{ "a": { "args": ["-y", "pkg@1.2.3-beta.20250101", "${PROVIDER}"], "id": "${SECRET}" } }`;
    const output = shown(CONFIG, text, '"args"', "shell");
    assert.match(output, /"pkg@1\.2\.3-beta\.20250101", "\*{8}"\], "id": "q7V/u);
  });
});
