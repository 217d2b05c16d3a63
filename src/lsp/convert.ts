import {
  CodeActionKind,
  DiagnosticSeverity,
  type CodeAction,
  type Diagnostic,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Edit, Finding, Problem, Severity } from "../core/finding.ts";
import type { LineIndex, Range, Span } from "../core/text.ts";
import { IGNORE_TOKEN } from "../documents/ignoreComments.ts";
import type { PolicyIssue } from "../policy/parse.ts";

/** Where a file's text is known, spans become ranges; `uri` names the file as the editor does. */
export interface Places {
  lines(file: string): LineIndex | undefined;
  uri(file: string): string;
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function rangeOf(places: Places, file: string, span: Span): Range {
  return places.lines(file)?.range(span) ?? START;
}

function severityOf(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case "critical":
    case "high":
      return DiagnosticSeverity.Error;
    case "medium":
      return DiagnosticSeverity.Warning;
    case "low":
      return DiagnosticSeverity.Information;
    case "info":
      return DiagnosticSeverity.Hint;
  }
}

function pendingNote({ pendingIgnore }: Finding): string[] {
  if (!pendingIgnore) return [];
  return [`The repository says to ignore this ("${pendingIgnore.reason}"). That counts once you have accepted it.`];
}

/** A finding as an editor shows it. `page` gives the URI of a rule's documentation, where there is one. */
export function diagnosticOf(finding: Finding, places: Places, page: (rule: string) => string | undefined): Diagnostic {
  const { rule, primary } = finding;
  const href = page(rule.id);
  return {
    range: rangeOf(places, primary.file, primary.span),
    severity: severityOf(finding.severity),
    source: "sallyport",
    code: rule.id,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    message: [finding.message, rule.remedy, ...pendingNote(finding)].join("\n"),
    relatedInformation: finding.related.map((place) => ({
      location: { uri: places.uri(place.file), range: rangeOf(places, place.file, place.span) },
      message: place.message ?? "see also",
    })),
  };
}

export function problemDiagnostic(problem: Problem, places: Places): Diagnostic {
  return {
    range: problem.span ? rangeOf(places, problem.file, problem.span) : START,
    severity: DiagnosticSeverity.Warning,
    source: "sallyport",
    code: problem.code.toLowerCase().replaceAll("_", "-"),
    message: `Not audited: ${problem.message}`,
  };
}

export function workspaceEdit(edits: readonly Edit[], places: Places): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const edit of edits) {
    (changes[places.uri(edit.file)] ??= []).push({
      range: rangeOf(places, edit.file, edit.span),
      newText: edit.newText,
    });
  }
  return { changes };
}

/** The quick fixes of a finding; the first safe one is the preferred. */
export function actionsOf(finding: Finding, diagnostic: Diagnostic, places: Places): CodeAction[] {
  const preferred = finding.fixes.find((fix) => fix.safety === "safe");
  return finding.fixes.map((fix) => ({
    title: fix.safety === "safe" ? fix.title : `${fix.title} (unsafe: check the result)`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: workspaceEdit(fix.edits, places),
    ...(fix === preferred ? { isPreferred: true } : {}),
  }));
}

const COMMENT: Readonly<Record<string, string>> = {
  ".py": "#",
  ".ts": "//",
  ".mts": "//",
  ".cts": "//",
  ".js": "//",
  ".mjs": "//",
  ".cjs": "//",
};

/**
 * An action that writes the comment which accepts a finding, above its line. Only in source files: there an ignore is a
 * decision about the project's own code. The reason is left to be written, and without one the comment has no effect.
 */
export function ignoreAction(finding: Finding, diagnostic: Diagnostic, places: Places): CodeAction[] {
  const { file } = finding.primary;
  const mark = COMMENT[/\.[a-z]+$/.exec(file)?.[0] ?? ""];
  const lines = places.lines(file);
  if (mark === undefined || !lines) return [];
  const { line } = diagnostic.range.start;
  const indent = /^[ \t]*/.exec(lines.lineText(line))?.[0] ?? "";
  const at = { line, character: 0 };
  const newText = `${indent}${mark} ${IGNORE_TOKEN} ${finding.rule.id} -- \n`;
  return [
    {
      title: `Accept this ${finding.rule.id} with a comment`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      edit: { changes: { [places.uri(file)]: [{ range: { start: at, end: at }, newText }] } },
    },
  ];
}

/** What is wrong in a policy file, as an editor shows it. */
export function policyDiagnostic(issue: PolicyIssue, lines: LineIndex): Diagnostic {
  return {
    range: lines.range(issue.span),
    severity: issue.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: "sallyport",
    code: "policy",
    message: issue.message,
  };
}
