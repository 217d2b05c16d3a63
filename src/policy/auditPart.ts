import type { Span } from "../core/text.ts";
import { compileGlobs } from "./globs.ts";
import { parsePolicy, type PolicyIssue } from "./parse.ts";

/** One entry of `audit.ignore`. */
export interface AuditIgnore {
  readonly rules: readonly string[];
  /** Whether it speaks of a file, by its path below the policy's folder, with `/`. */
  readonly fits: (relative: string) => boolean;
  readonly reason: string;
  readonly span: Span;
}

/** What a workspace's policy says to the audit, and what is wrong in it: then it says nothing. Never throws. */
export function readAuditPart(text: string): { issues: readonly PolicyIssue[]; ignores: readonly AuditIgnore[] } {
  const { policy, issues, ignoreSpans } = parsePolicy(text, "workspace");
  const ignores = (policy?.audit?.ignore ?? []).map(({ rule, path, reason }, i): AuditIgnore => {
    const fits = path === undefined ? () => true : compileGlobs(path);
    return { rules: [rule].flat(), fits, reason, span: ignoreSpans[i] ?? { start: 0, end: 0 } };
  });
  return { issues, ignores };
}
