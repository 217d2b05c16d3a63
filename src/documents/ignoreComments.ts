import type { Finding, RuleInfo } from "../core/finding.ts";
import type { LineIndex, Span } from "../core/text.ts";

/** The word that starts an ignore comment, in any language's comment: `sallyport-ignore: rule[, rule] -- reason`. */
export const IGNORE_TOKEN = "sallyport-ignore:";

/** One ignore comment as it stands in a document. Without a reason it is reported and has no effect. */
export interface IgnoreComment {
  readonly rules: readonly string[];
  readonly reason: string | undefined;
  /** From the token to the end of the reason. */
  readonly span: Span;
  /** Zero-based line of the comment. */
  readonly line: number;
  /** True when nothing but the comment is on the line: it then speaks of the next line of code. */
  readonly alone: boolean;
}

/** What may open a comment in front of the token: `#`, `//`, `/*`, `*`, `<!--`, `--`, `;`, `%`, `'`, `REM`. */
const OPENER = /(?:#|\/\/|\/\*+|\*|<!--|--|;|%|'|\bREM)[#/!*\s-]*$/i;
const CLOSERS = ["*/}", "*/", "-->", "--%>"];
const RULE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Longer reasons are cut; longer lists of rules are no comment of ours. */
const MAX_DIRECTIVE = 1000;
const BEFORE = 40;

function withoutCloser(text: string): string {
  const trimmed = text.trimEnd();
  const closer = CLOSERS.find((candidate) => trimmed.endsWith(candidate));
  return closer === undefined ? trimmed : trimmed.slice(0, -closer.length).trimEnd();
}

function separator(body: string): number {
  const match = /(?:^|\s)--(?:\s|$)/.exec(body);
  return match ? match.index + match[0].indexOf("--") : -1;
}

/**
 * Finds the ignore comments of a text in any comment syntax. `isComment` says whether an offset lies in a comment, where
 * the caller has a parser; without it a comment's opener in front of the token is enough.
 */
export function findIgnoreComments(
  text: string,
  index: LineIndex,
  isComment?: (offset: number) => boolean,
): IgnoreComment[] {
  const found: IgnoreComment[] = [];
  for (let at = text.indexOf(IGNORE_TOKEN); at >= 0; at = text.indexOf(IGNORE_TOKEN, at + IGNORE_TOKEN.length)) {
    const { line } = index.position(at);
    const lineStart = index.lineStart(line);
    const before = text.slice(Math.max(lineStart, at - BEFORE), at);
    const opener = OPENER.exec(before);
    if (isComment ? !isComment(at) : !opener) continue;
    const start = at + IGNORE_TOKEN.length;
    const rest = withoutCloser(text.slice(start, lineStart + index.lineText(line).length).slice(0, MAX_DIRECTIVE));
    const split = separator(rest);
    const names = (split < 0 ? rest : rest.slice(0, split)).split(",").map((name) => name.trim());
    const rules = names.filter((name) => RULE.test(name));
    const reason = split < 0 ? "" : rest.slice(split + 2).trim();
    const lead = opener ? before.slice(0, opener.index) : before;
    found.push({
      rules,
      reason: reason === "" || rules.length === 0 || rules.length < names.length ? undefined : reason,
      span: { start: at, end: start + rest.length },
      line,
      alone: at - lineStart <= BEFORE && lead.trim() === "",
    });
  }
  return found;
}

export interface IgnoreOutcome {
  /** The same findings in the same order; those that a comment accepted carry `ignored`. */
  readonly findings: Finding[];
  /** Comments without a reason, without a rule, or with a malformed one: they accept nothing. */
  readonly malformed: readonly IgnoreComment[];
  /** Well-formed comments with at least one rule that accepted no finding. */
  readonly unused: readonly { readonly comment: IgnoreComment; readonly rules: readonly string[] }[];
}

/**
 * Marks the findings of one document that its ignore comments accept: those whose primary location starts on the
 * comment's own line or, for a comment that stands alone, on the next line that is not another such comment.
 */
export function applyIgnoreComments(
  findings: readonly Finding[],
  comments: readonly IgnoreComment[],
  index: LineIndex,
): IgnoreOutcome {
  const alone = new Set(comments.filter((comment) => comment.alone).map((comment) => comment.line));
  const speaksOf = new Map<number, IgnoreComment[]>();
  const add = (line: number, comment: IgnoreComment): void => {
    const there = speaksOf.get(line);
    if (there) there.push(comment);
    else speaksOf.set(line, [comment]);
  };
  // From the last line up: a run of such comments speaks of the line after it.
  const after = new Map<number, number>();
  for (const line of [...alone].toSorted((a, b) => b - a)) after.set(line, after.get(line + 1) ?? line + 1);
  for (const comment of comments) {
    if (comment.reason === undefined) continue;
    add(comment.line, comment);
    const next = comment.alone ? after.get(comment.line) : undefined;
    if (next !== undefined) add(next, comment);
  }
  const used = new Map<IgnoreComment, Set<string>>();
  const marked = findings.map((finding): Finding => {
    const { line } = index.position(finding.primary.span.start);
    const comment = speaksOf.get(line)?.find((candidate) => candidate.rules.includes(finding.rule.id));
    if (comment?.reason === undefined) return finding;
    used.set(comment, (used.get(comment) ?? new Set()).add(finding.rule.id));
    return { ...finding, ignored: { by: "comment", reason: comment.reason } };
  });
  const unused = comments
    .filter((comment) => comment.reason !== undefined)
    .map((comment) => ({ comment, rules: comment.rules.filter((rule) => !used.get(comment)?.has(rule)) }))
    .filter(({ rules }) => rules.length > 0);
  return { findings: marked, malformed: comments.filter((comment) => comment.reason === undefined), unused };
}

const IGNORE_WITHOUT_REASON: RuleInfo = {
  id: "ignore-without-reason",
  title: "Ignore comment without a reason",
  summary: "Reports a sallyport-ignore comment that names no rule or gives no reason after `--`. It has no effect.",
  why: "A silenced finding that nobody explained cannot be reviewed.",
  remedy: "Write `sallyport-ignore: rule -- reason`, or remove the comment.",
  severity: "low",
  persona: "regular",
  references: ["CWE-1116"],
};

const UNUSED_IGNORE: RuleInfo = {
  id: "unused-ignore",
  title: "Ignore comment that ignores nothing",
  summary: "Reports a sallyport-ignore comment for a rule that has no finding at its place, or that does not exist.",
  why: "It would silence the next finding at that place, which nobody has looked at.",
  remedy: "Remove the comment.",
  severity: "info",
  persona: "pedantic",
  references: ["CWE-1116"],
};

/** The rules about ignore comments themselves, wherever they stand. */
export const IGNORE_RULE = { withoutReason: IGNORE_WITHOUT_REASON, unused: UNUSED_IGNORE } as const;
