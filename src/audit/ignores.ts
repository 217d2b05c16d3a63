import { createHash } from "node:crypto";
import { type ConfigFile, isShared } from "../clients/config.ts";
import { atLeast, type Finding, finding, type Ignored } from "../core/finding.ts";
import { LineIndex, type Span } from "../core/text.ts";
import {
  applyIgnoreComments,
  findIgnoreComments,
  IGNORE_RULE,
  IGNORE_TOKEN,
  type IgnoreOutcome,
} from "../documents/ignoreComments.ts";

/** One entry of `audit.ignore` in a `sallyport.yaml`. */
export interface ConfigIgnore {
  /** Absolute path of the `sallyport.yaml`. */
  readonly file: string;
  readonly span: Span;
  readonly reason: string;
  readonly rules: readonly string[];
  /** Whether it speaks of a file, by its absolute path. */
  readonly covers: (file: string) => boolean;
}

/** How far what others say to ignore is followed. */
export interface Consent {
  /** False for a folder that the person has not trusted: nothing of `high` or above is hidden there. */
  readonly trusted: boolean;
  /** Digests of single ignores that the person has accepted on this machine; "all": they said so for this run. */
  readonly accepted: ReadonlySet<string> | "all";
}

/**
 * Names one ignore: of this finding, in this file, for this reason. It changes with what is ignored, so an acceptance
 * holds for what the person has seen and for nothing that is put in its place.
 */
export function ignoreDigest(found: Finding, { by, reason }: Ignored): string {
  const parts = [found.primary.file, found.rule.id, found.fingerprint ?? "", by, reason];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The finding as it is reported when somebody who may write into its file says to ignore it. */
function weigh(found: Finding, ignored: Ignored, file: ConfigFile, consent: Consent): Finding {
  // What a person writes into their own files is their own word.
  const own = !isShared(file.scope) && file.scope !== "plugin";
  const weighty = found.rule.needsOwnConsent === true || (!consent.trusted && atLeast(found.severity, "high"));
  if (own || !weighty) return { ...found, ignored };
  const digest = ignoreDigest(found, ignored);
  const accepted = consent.accepted === "all" || consent.accepted.has(digest);
  return accepted ? { ...found, ignored } : { ...found, pendingIgnore: { ...ignored, digest } };
}

/** Marks findings in source code that a `sallyport.yaml` accepts: none of their rules needs consent or is `high`. */
export function applyConfigIgnores(findings: readonly Finding[], ignores: readonly ConfigIgnore[]): Finding[] {
  return findings.map((found): Finding => {
    const entry = found.ignored ? undefined : configIgnoreOf(found, ignores);
    return entry ? { ...found, ignored: { by: "config", reason: entry.reason } } : found;
  });
}

/**
 * Entries that accepted nothing. One that names a rule of another part is left alone: whether that found something is not
 * known here.
 */
export function unusedIgnores(
  ignores: readonly ConfigIgnore[],
  used: ReadonlySet<ConfigIgnore>,
  ids: ReadonlySet<string>,
): Finding[] {
  const unused = ignores.filter((one) => !used.has(one) && one.rules.every((rule) => ids.has(rule)));
  return unused.map(({ file, span, rules }) =>
    finding(IGNORE_RULE.unused, {
      message: `There is no finding of ${rules.join(", ")} that this accepts.`,
      primary: { file, span },
    }),
  );
}

/** The `sallyport.yaml` entry that accepts a finding. */
function configIgnoreOf(found: Finding, ignores: readonly ConfigIgnore[]): ConfigIgnore | undefined {
  return ignores.find(({ rules, covers }) => rules.includes(found.rule.id) && covers(found.primary.file));
}

/** What is wrong with the comments themselves: those of a file of configuration may speak of audit rules only. */
function commentFindings(file: ConfigFile, outcome: IgnoreOutcome, ids: ReadonlySet<string>): Finding[] {
  const malformed = outcome.malformed.map((comment) =>
    finding(IGNORE_RULE.withoutReason, {
      message: "This ignore comment has no effect: it needs the form `sallyport-ignore: rule -- reason`.",
      primary: { file: file.path, span: comment.span },
    }),
  );
  const unused = outcome.unused.flatMap(({ comment, rules }) => {
    const unknown = rules.filter((rule) => !ids.has(rule));
    const message =
      unknown.length > 0
        ? `There is no rule ${unknown.join(", ")} to ignore.`
        : `There is no finding of ${rules.join(", ")} here to ignore.`;
    return [finding(IGNORE_RULE.unused, { message, primary: { file: file.path, span: comment.span } })];
  });
  return [...malformed, ...unused];
}

export interface IgnoreOptions {
  readonly consent: Consent;
  /** Of every `sallyport.yaml` that was read. */
  readonly config: readonly ConfigIgnore[];
  /** Ids of all rules that a comment may name. */
  readonly ids: ReadonlySet<string>;
  /** Entries of `config` that have accepted something are added to it. */
  readonly used?: Set<ConfigIgnore>;
}

/** Whether an offset lies in one of some places, which do not overlap. */
function within(spans: readonly Span[]): (offset: number) => boolean {
  const inOrder = spans.toSorted((a, b) => a.start - b.start);
  return (offset) => {
    let low = 0;
    let high = inOrder.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((inOrder[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return (inOrder[low]?.start ?? Infinity) <= offset;
  };
}

/**
 * Marks the findings of one file that a comment in it, or a `sallyport.yaml`, accepts; what is not followed stays
 * reported and says so. Comments that are malformed or accept nothing are findings themselves.
 */
export function applyIgnores(file: ConfigFile, findings: readonly Finding[], options: IgnoreOptions): Finding[] {
  const { text, comments } = file.document;
  const { consent } = options;
  const config = options.config.filter((one) => one.covers(file.path));
  let marked: readonly Finding[] = findings;
  let own: Finding[] = [];
  if (text.includes(IGNORE_TOKEN)) {
    const index = new LineIndex(text);
    const found = findIgnoreComments(text, index, file.document.format === "text" ? undefined : within(comments));
    const outcome = applyIgnoreComments(findings, found, index);
    marked = outcome.findings;
    own = commentFindings(file, outcome, options.ids);
  }
  const weighed = marked.map((one, i): Finding => {
    const plain = findings[i] ?? one;
    if (one.ignored) return weigh(plain, one.ignored, file, consent);
    const entry = configIgnoreOf(one, config);
    if (!entry) return one;
    options.used?.add(entry);
    return weigh(plain, { by: "config", reason: entry.reason }, file, consent);
  });
  return [...weighed, ...own];
}
