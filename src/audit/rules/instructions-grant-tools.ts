import { type DataString, type DataValue, partOfString, property } from "../../documents/data.ts";
import type { Span } from "../../core/text.ts";
import { claudeGrant } from "../../clients/permissions/claudeCode.ts";
import { ofGrant } from "../approvals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

interface Grant {
  readonly value: string;
  readonly span: Span;
}

/** The parts of a list as a string: commas and blanks divide, parentheses keep together. */
function listed(source: string, node: DataString): Grant[] {
  const grants: Grant[] = [];
  const add = (from: number, to: number): void => {
    const value = node.value.slice(from, to);
    const start = from + value.length - value.trimStart().length;
    const text = value.trim();
    if (text !== "") grants.push({ value: text, span: partOfString(source, node, start, start + text.length) });
  };
  let depth = 0;
  let from = 0;
  for (let i = 0; i < node.value.length; i++) {
    const char = node.value[i];
    if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0 && (char === "," || char === " ")) {
      add(from, i);
      from = i + 1;
    }
  }
  add(from, node.value.length);
  return grants;
}

function grantsOf(source: string, value: DataValue | undefined): Grant[] {
  if (value?.kind === "string") return listed(source, value);
  if (value?.kind !== "array") return [];
  return value.elements.flatMap((one) => (one.kind === "string" ? [{ value: one.value, span: one.span }] : []));
}

const MODES: ReadonlySet<string> = new Set(["bypassPermissions", "dontAsk", "auto"]);

function* check({ file }: RuleContext): Iterable<Found> {
  const { root, text } = file.document;
  const frontMatter = file.kind.instructions?.frontMatter;
  if (frontMatter === "claude-command") {
    for (const { value, span } of grantsOf(text, property(root, "allowed-tools")?.value)) {
      const grant = claudeGrant(value);
      const verdict = grant && ofGrant(grant);
      if (!verdict) continue;
      const { severity, what } = verdict;
      yield {
        span,
        severity: severity === "critical" ? "high" : "medium",
        message: `While this file is in use, the agent may act without asking: ${JSON.stringify(value.slice(0, 100))} ${what}`,
      };
    }
  }
  if (frontMatter === "claude-agent") {
    const mode = property(root, "permissionMode")?.value;
    if (mode?.kind === "string" && MODES.has(mode.value)) {
      yield { span: mode.span, severity: "high", message: `This subagent works without asking (${mode.value})` };
    }
  }
  const hooks = frontMatter === "none" ? undefined : property(root, "hooks");
  if (hooks) yield { span: hooks.keySpan, severity: "medium", message: "This file brings commands that run on events" };
}

export const instructionsGrantTools: AuditRule = {
  info: {
    id: "instructions-grant-tools",
    title: "Instructions that grant tools",
    summary:
      "Reports front matter that lets the agent act without asking while the file is in use: `allowed-tools` of skills and commands that cover a shell, an interpreter, the network or every tool, a subagent's `permissionMode` that asks for nothing, and hooks. Exact commands and reading tools are none.",
    why: "Whoever loads the skill or runs the command has granted what its author wrote, and has seen only its text.",
    remedy: "Name the exact commands: `Bash(git status)`, `Bash(npx vitest run:*)`.",
    severity: "medium",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI02", "ASI05", "CWE-829"],
  },
  example: { before: `allowed-tools: Bash(*)`, after: `allowed-tools: Bash(git status), Read` },
  check,
};
