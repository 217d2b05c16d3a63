import path from "node:path";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { finding, type Finding, type Problem } from "../core/finding.ts";
import { LineIndex } from "../core/text.ts";
import { decodeText } from "../documents/decode.ts";
import { applyIgnoreComments, findIgnoreComments, type IgnoreOutcome } from "../documents/ignoreComments.ts";
import { foreignReason, walkFiles } from "../documents/walk.ts";
import type { Grammars } from "../parsing/grammars.ts";
import { type Loaded, load, sitesOf } from "./analyse.ts";
import type { CallSite } from "./callSite.ts";
import { mentionsToken } from "./catalogue/tokens.ts";
import { languageOf } from "./languages.ts";
import { CALL_SITE_RULE, CALL_SITE_RULES, IGNORE_RULE } from "./rules.ts";

/** A source file beyond this is not read: 2 MiB. */
export const MAX_SOURCE_BYTES = 2 * 1024 * 1024;

export interface CallSitesOptions {
  readonly files: Files;
  /** Absolute paths of files or folders. */
  readonly roots: readonly string[];
  readonly grammars: Grammars;
  readonly signal?: AbortSignal;
}

export interface Skipped {
  readonly file: string;
  readonly reason: "generated" | "minified";
}

export interface CallSitesResult {
  /** By file in walking order, then by place. */
  readonly sites: CallSite[];
  /** Ignored ones among them, marked. */
  readonly findings: Finding[];
  readonly problems: Problem[];
  /** Files in a language that is analysed, whether or not they mention a model's SDK. */
  readonly filesSearched: number;
  /** Of these, how many were parsed. */
  readonly filesParsed: number;
  /** Files that mention an SDK and are nobody's own writing. */
  readonly skipped: Skipped[];
}

export interface SourceOptions {
  /** Absolute path; its name says the language. */
  readonly file: string;
  readonly text: string;
  readonly grammars: Grammars;
}

export interface SourceResult {
  readonly sites: CallSite[];
  readonly findings: Finding[];
  readonly problems: Problem[];
}

const NOTHING: SourceResult = { sites: [], findings: [], problems: [] };

function findingsOf(sites: readonly CallSite[]): Finding[] {
  const found: Finding[] = [];
  for (const site of sites) {
    const rule = site.verdict === "unlogged" || site.verdict === "partly" ? CALL_SITE_RULE[site.verdict] : undefined;
    if (!rule) continue;
    const model = site.model === undefined ? "" : ` to ${site.model}`;
    const what = site.verdict === "unlogged" ? "leaves no record" : "is recorded only in part";
    found.push(
      finding(rule, {
        message: `The ${site.provider} call ${site.method}${model} ${what}: ${site.reason}. ${site.fix}`,
        primary: { file: site.file, span: site.span },
        confidence: site.confidence,
        related: site.evidence.map(({ file, span, what }) => ({ file, span, message: what })),
      }),
    );
  }
  return found;
}

function ignoreFindings(file: string, outcome: IgnoreOutcome): Finding[] {
  const ours = new Set(CALL_SITE_RULES.map((rule) => rule.id));
  const malformed = outcome.malformed.map((comment) =>
    finding(IGNORE_RULE.withoutReason, {
      message: "This ignore comment has no effect: it needs the form `sallyport-ignore: rule -- reason`.",
      primary: { file, span: comment.span },
    }),
  );
  const unused = outcome.unused.flatMap(({ comment, rules }) => {
    const named = rules.filter((rule) => ours.has(rule));
    if (named.length === 0) return [];
    const message = `There is no finding of ${named.join(", ")} here to ignore.`;
    return [finding(IGNORE_RULE.unused, { message, primary: { file, span: comment.span } })];
  });
  return [...malformed, ...unused];
}

/**
 * Finds the call sites of one document: sites, findings (ignored ones marked) and what could not be analysed. A file in
 * another language gives nothing. Never throws for what the text holds.
 */
export async function analyseSource(options: SourceOptions): Promise<SourceResult> {
  const { file, text, grammars } = options;
  const language = languageOf(path.basename(file));
  if (!language) return NOTHING;
  const outcome = await load({ file, text, language }, grammars);
  if (!outcome.ok) return { ...NOTHING, problems: [{ code: outcome.code, file, message: outcome.message }] };
  return resultOf(outcome.loaded, sitesOf(outcome.loaded));
}

function resultOf(loaded: Loaded, sites: CallSite[]): SourceResult {
  const { file, program } = loaded.resolver;
  const index = new LineIndex(program.text);
  const comments = findIgnoreComments(program.text, index, loaded.isComment);
  const ignores = applyIgnoreComments(findingsOf(sites), comments, index);
  return { sites, findings: [...ignores.findings, ...ignoreFindings(file, ignores)], problems: [] };
}

/** How many files are read at once: enough to hide the disk's latency, few enough to bound memory. */
const AT_ONCE = 16;

/**
 * Finds the call sites below the roots. A file is searched byte by byte for what the catalogue's SDKs need in a source,
 * and parsed only if it mentions one.
 */
export async function findCallSites(options: CallSitesOptions): Promise<CallSitesResult> {
  const { files, grammars, signal } = options;
  const walked = await walkFiles({
    files,
    roots: options.roots,
    wanted: (name) => languageOf(name) !== undefined,
    ...(signal ? { signal } : {}),
  });
  const sources = walked.files.filter((file) => languageOf(path.basename(file)) !== undefined);
  const results: { result: SourceResult; parsed: boolean; skipped?: Skipped }[] = [];
  let next = 0;

  const one = async (file: string): Promise<{ result: SourceResult; parsed: boolean; skipped?: Skipped }> => {
    let bytes;
    try {
      bytes = await files.read(file, MAX_SOURCE_BYTES);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      const code = error.code === "TOO_LARGE" ? "TOO_LARGE" : "UNREADABLE";
      const message = code === "TOO_LARGE" ? `over ${MAX_SOURCE_BYTES} bytes: not searched` : "the file cannot be read";
      return { result: { ...NOTHING, problems: [{ code, file, message }] }, parsed: false };
    }
    const family = languageOf(path.basename(file)) === "python" ? "python" : "javascript";
    if (!mentionsToken(family, bytes)) return { result: NOTHING, parsed: false };
    const { text } = decodeText(file, bytes);
    const reason = foreignReason(path.basename(file), text);
    if (reason) return { result: NOTHING, parsed: false, skipped: { file, reason } };
    return { result: await analyseSource({ file, text, grammars }), parsed: true };
  };

  const worker = async (): Promise<void> => {
    for (let at = next++; at < sources.length; at = next++) {
      if (signal?.aborted) return;
      const file = sources[at];
      if (file !== undefined) results[at] = await one(file);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    sites: results.flatMap(({ result }) => result.sites),
    findings: results.flatMap(({ result }) => result.findings),
    problems: [...walked.problems, ...results.flatMap(({ result }) => result.problems)],
    filesSearched: sources.length,
    filesParsed: results.filter(({ parsed }) => parsed).length,
    skipped: results.flatMap(({ skipped }) => (skipped ? [skipped] : [])),
  };
}
