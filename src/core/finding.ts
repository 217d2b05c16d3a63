import { SallyportError } from "./errors.ts";
import type { Span } from "./text.ts";

/** How bad it is if the finding is true. */
export type Severity = "critical" | "high" | "medium" | "low" | "info";
/** How sure the rule is that it is true. */
export type Confidence = "high" | "medium" | "low";
/** Who wants to see it: everyone, people who asked for more, people who audit. A noise level, not a severity. */
export type Persona = "regular" | "pedantic" | "auditor";

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** True when `a` is at least as severe as `b`. */
export function atLeast(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b);
}

/** One step down; `info` stays. For disabled servers and fixture folders. */
export function lower(severity: Severity): Severity {
  return SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)] ?? "info";
}

/** What a rule says about itself: the one source for docs, SARIF, `--explain` and hovers. */
export interface RuleInfo {
  /** Kebab-case: the file name, docs anchor, SARIF rule id and ignore token. Published ids never change. */
  readonly id: string;
  /** A short noun phrase, sentence case, no full stop. */
  readonly title: string;
  /** What it does, one or two sentences. */
  readonly summary: string;
  /** Why it is bad. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The severity a plain case has; variants may differ. */
  readonly severity: Severity;
  readonly persona: Persona;
  /** OWASP MCP Top 10 (2025), OWASP Agentic (2026), CWE, CVE: `MCP01:2025`, `ASI03`, `CWE-798`. */
  readonly references: readonly string[];
  /**
   * About what a repository makes happen by itself: approvals, hooks, launch commands, instructions. What the repository
   * says to ignore of it is shown all the same until the person has accepted that ignore.
   */
  readonly needsOwnConsent?: boolean;
}

/** A place in a file. `file` is an absolute path in the system's own form. */
export interface Location {
  readonly file: string;
  readonly span: Span;
  /** What is to be seen there. */
  readonly message?: string;
}

export interface Edit {
  readonly file: string;
  readonly span: Span;
  readonly newText: string;
}

/** A change that removes the finding. `safe`: the meaning for the person stays; `unsafe`: they must look at it. */
export interface Fix {
  readonly title: string;
  readonly safety: "safe" | "unsafe";
  readonly edits: readonly Edit[];
}

export interface Finding {
  readonly rule: RuleInfo;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly persona: Persona;
  /** One sentence that names what was found. Never contains a secret. */
  readonly message: string;
  readonly primary: Location;
  readonly related: readonly Location[];
  readonly fixes: readonly Fix[];
  /**
   * What it is recognised by when lines have moved: of the rule and the place in the document's structure, without
   * secrets and without the file's path. Unique in its file. Findings in source code get theirs when they are reported.
   */
  readonly fingerprint?: string;
  /** An ignore comment, a `sallyport.yaml` or a baseline accepted it: counted, not reported. */
  readonly ignored?: Ignored;
  /** The repository says to ignore it, and the person has not accepted that: reported, and `digest` names the ignore. */
  readonly pendingIgnore?: Ignored & { readonly digest: string };
}

export interface Ignored {
  readonly by: "comment" | "config" | "baseline";
  readonly reason: string;
}

export interface FindingInput {
  readonly message: string;
  readonly primary: Location;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly persona?: Persona;
  readonly related?: readonly Location[];
  readonly fixes?: readonly Fix[];
}

/** Builds a finding, and refuses one that is malformed: a fault of the rule, so an INTERNAL error. */
export function finding(rule: RuleInfo, input: FindingInput): Finding {
  const refuse = (why: string): never => {
    throw new SallyportError("INTERNAL", `rule ${rule.id}: ${why}`);
  };
  const check = (at: Span, what: string): void => {
    if (!(at.start >= 0 && at.end >= at.start)) refuse(`${what} has the span ${at.start}..${at.end}`);
  };
  if (input.message.trim() === "") refuse("a finding needs a message");
  check(input.primary.span, "the primary location");
  for (const place of input.related ?? []) check(place.span, "a related location");
  for (const fix of input.fixes ?? []) {
    if (fix.edits.length === 0) refuse(`the fix "${fix.title}" changes nothing`);
    /** How far the edits of each file reach so far. */
    const ends = new Map<string, number>();
    for (const edit of fix.edits.toSorted((a, b) => a.span.start - b.span.start)) {
      check(edit.span, `an edit of "${fix.title}"`);
      const before = ends.get(edit.file) ?? 0;
      if (before > edit.span.start) refuse(`the fix "${fix.title}" has edits that overlap`);
      ends.set(edit.file, Math.max(before, edit.span.end));
    }
  }
  return {
    rule,
    severity: input.severity ?? rule.severity,
    confidence: input.confidence ?? "high",
    persona: input.persona ?? rule.persona,
    message: input.message,
    primary: input.primary,
    related: input.related ?? [],
    fixes: input.fixes ?? [],
  };
}

/** Applies edits of one file to its text. Edits may come in any order; they must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  const inOrder = edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  for (const { span, newText } of inOrder) {
    parts.push(text.slice(at, span.start), newText);
    at = Math.max(at, span.end);
  }
  return parts.join("") + text.slice(at);
}

/** Something that could not be looked at: never a silent gap. Makes the exit code 3. */
export interface Problem {
  readonly code: "UNREADABLE" | "TOO_LARGE" | "MALFORMED" | "UNAVAILABLE";
  readonly file: string;
  /** One sentence, without the file's name. */
  readonly message: string;
  /** Where in the file, when it is known. */
  readonly span?: Span;
}
