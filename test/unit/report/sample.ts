import path from "node:path";
import { finding, type Finding, type FindingInput, type Problem, type RuleInfo } from "../../../src/core/finding.ts";
import type { Span } from "../../../src/core/text.ts";
import { inOrder, type Report } from "../../../src/report/report.ts";
import { secretSpans } from "../../../src/report/secretSpans.ts";

export const BASE = path.resolve("/work folder/harbor");
export const HOME = path.resolve("/home/sam");
export const CONFIG = path.join(BASE, ".vscode", "mcp.json");
/** Looks like nothing that a scanner knows. */
export const SECRET = "q7Vd2mXk9RwT4bLzH8nC";

export function rule(id: string, more: Partial<RuleInfo> = {}): RuleInfo {
  return {
    id,
    title: `Title of ${id}`,
    summary: `Reports ${id}.`,
    why: "It is bad.",
    remedy: "Take it away.",
    severity: "high",
    persona: "regular",
    references: ["MCP01:2025", "CWE-79"],
    ...more,
  };
}

export const TEXT = `{
  "servers": {
    "out": {
      "url": "http://old.example/mcp",
      "headers": { "X-Token": "${SECRET}" }
    },
    "höhe 🚢": { "command": "sh", "args": ["-c", "run\u{e0041}\u{e0042}\u{e0043}"] }
  }
}
`;

/** Where `what` stands in the text, which must hold it once. */
export function spanOf(text: string, what: string): Span {
  const start = text.indexOf(what);
  if (start < 0 || text.includes(what, start + 1)) throw new Error(`${what} does not stand there once`);
  return { start, end: start + what.length };
}

export function found(info: RuleInfo, what: string, input: Partial<FindingInput> = {}): Finding {
  const primary = { file: CONFIG, span: spanOf(TEXT, what) };
  return finding(info, { message: `Here is ${info.id}.`, primary, ...input });
}

interface Parts {
  readonly findings?: readonly Finding[];
  readonly ignored?: readonly Finding[];
  readonly problems?: readonly Problem[];
  readonly hidden?: Report["hidden"];
  readonly texts?: ReadonlyMap<string, string>;
  readonly base?: string;
}

export function report(parts: Parts): Report {
  const findings = inOrder(parts.findings ?? []);
  const ignored = parts.ignored ?? [];
  const texts = parts.texts ?? new Map([[CONFIG, TEXT]]);
  return {
    version: "1.2.3",
    base: parts.base ?? BASE,
    home: HOME,
    rules: [...new Set([...findings, ...ignored].map((one) => one.rule))],
    findings,
    ignored,
    problems: parts.problems ?? [],
    hidden: parts.hidden ?? { severity: 0, persona: 0 },
    filesRead: 1,
    texts,
    secrets: secretSpans([...findings, ...ignored], parts.problems ?? [], texts),
  };
}
