import path from "node:path";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { finding, type Finding, type Problem } from "../core/finding.ts";
import { LineIndex } from "../core/text.ts";
import { decodeText } from "../documents/decode.ts";
import {
  applyIgnoreComments,
  findIgnoreComments,
  IGNORE_RULE,
  type IgnoreOutcome,
} from "../documents/ignoreComments.ts";
import { foreignReason, walkFiles } from "../documents/walk.ts";
import type { Grammars } from "../parsing/grammars.ts";
import { type Loaded, load, sitesOf } from "./analyse.ts";
import type { CallSite } from "./callSite.ts";
import { mentionsToken } from "./catalogue/tokens.ts";
import { familyOf, familyOfFile, languageOf } from "./languages.ts";
import { byNames } from "./modules/declarations.ts";
import type { Family } from "./program.ts";
import { ProjectFiles } from "./project.ts";
import { CALL_SITE_RULE, CALL_SITE_RULES } from "./rules.ts";

/** A text beyond this is looked at for the marks of a generator before its imports are. */
const MAX_NEIGHBOUR = 200_000;
/** A source file beyond this is not read: 2 MiB. */
export const MAX_SOURCE_BYTES = 2 * 1024 * 1024;
/** A notebook holds what its cells put out beside the program. */
const MAX_NOTEBOOK_BYTES = 8 * 1024 * 1024;

const limitOf = (file: string): number => (file.endsWith(".ipynb") ? MAX_NOTEBOOK_BYTES : MAX_SOURCE_BYTES);

export interface CallSitesOptions {
  readonly files: Files;
  /** Absolute paths of files or folders. */
  readonly roots: readonly string[];
  readonly grammars: Grammars;
  /** Files below a root that evidence may stand in, and in which no calls are looked for: the rest of an index. */
  readonly around?: { readonly files: Files; readonly root: string };
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
  /** For analysing one changed file again with the evidence in the others. */
  readonly project: ProjectFiles;
}

export interface SourceOptions {
  /** Absolute path; its name says the language. */
  readonly file: string;
  readonly text: string;
  readonly grammars: Grammars;
  /** The files around it, from an earlier search: evidence in them counts. */
  readonly project?: ProjectFiles;
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
    const kind = site.vendorOnly ? "unlogged" : site.verdict;
    if (kind !== "unlogged" && kind !== "partly") continue;
    const rule = CALL_SITE_RULE[kind];
    const model = site.model === undefined ? "" : ` to ${site.model}`;
    const what = site.vendorOnly
      ? "leaves no record of your own"
      : kind === "unlogged"
        ? "leaves no record"
        : "is recorded only in part";
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
  return analyse(options, true);
}

/** `keep`: whether the file stays loaded for those that are analysed after it. */
async function analyse(options: SourceOptions, keep: boolean): Promise<SourceResult> {
  const { file, text, grammars } = options;
  const language = languageOf(path.basename(file));
  if (!language) return NOTHING;
  const { project } = options;
  // A loaded file counts only while it has this very text; else the new one takes its place for the others, too.
  const known = project?.loaded(file, text);
  const outcome = known
    ? { ok: true as const, loaded: known }
    : await load({ file, text, language }, grammars, project);
  if (!outcome.ok) return { ...NOTHING, problems: [{ code: outcome.code, file, message: outcome.message }] };
  if (!project) return resultOf(outcome.loaded, sitesOf(outcome.loaded));
  const { loaded } = outcome;
  if (keep) project.keep(loaded);
  project.note(file, text);
  loaded.resolver.forget(1);
  const alone = sitesOf(loaded);
  // The files around it are read only where they can say more: for a client from elsewhere, or a record from elsewhere.
  if (loaded.resolver.exhausted) return resultOf(loaded, alone);
  const settled = alone.every(({ verdict }) => verdict === "logged" || verdict === "instrumented");
  if (settled && (alone.length > 0 || !mentionsCall(familyOf(loaded.language), text))) return resultOf(loaded, alone);
  const neighbours = await project.prepare(file);
  if (neighbours.length === 0) return resultOf(loaded, alone);
  loaded.resolver.forget(0);
  return resultOf(loaded, sitesOf(loaded, neighbours));
}

/** Whether a text without sites holds the end of a chain that a client from another file could have. */
function mentionsCall(family: Family, text: string): boolean {
  if (family === "rust") return RUST_CALL.test(text);
  if (byNames(family)) return true;
  return /\.(?:create|stream|parse|converse\w*|invoke\w*|send|generate\w*|complete|chat|run|ainvoke|post)\s*\(/.test(
    text,
  );
}

/** `send` alone is every channel's in Rust. */
const RUST_CALL =
  /\.(?:create(?:_stream|_byot)?|prompt|chat|exec_chat\w{0,20}|send_chat\w{0,30}|generate\w{0,20}|converse\w{0,20}|invoke\w{0,40}|chat_completion\w{0,20}|embed\w{0,20}|create_message\w{0,20}|messages|transcribe|speech|stream_prompt|stream_chat|complete|extract|execute)\s*\(/;

function resultOf(loaded: Loaded, sites: CallSite[]): SourceResult {
  const { resolver } = loaded;
  const { file, program } = resolver;
  const index = new LineIndex(resolver.source);
  const comments = findIgnoreComments(program.text, new LineIndex(program.text), loaded.isComment).map((comment) => {
    const span = resolver.place(comment.span);
    return { ...comment, span, line: index.position(span.start).line };
  });
  const ignores = applyIgnoreComments(findingsOf(sites), comments, index);
  const message = "holds more calls and definitions than are analysed in one file: some verdicts are unknown";
  const problems: Problem[] = loaded.resolver.exhausted ? [{ code: "TOO_LARGE", file, message }] : [];
  return { sites, findings: [...ignores.findings, ...ignoreFindings(file, ignores)], problems };
}

/** Files around the searched ones that are read for their imports. */
const MAX_AROUND = 5000;

/** How many files are read at once: enough to hide the disk's latency, few enough to bound memory. */
const AT_ONCE = 16;

interface Searched {
  readonly problem?: Problem;
  readonly skipped?: Skipped;
  /** It mentions what an SDK needs in a source. */
  readonly mentions?: true;
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Whether any of the sources may hold a call: only then the files around them are worth reading. */
async function mentionAny(files: Files, sources: readonly string[]): Promise<boolean> {
  for (const file of sources) {
    try {
      if (mentionsToken(familyOfFile(path.basename(file)), latin(await files.read(file, limitOf(file))))) return true;
    } catch (error) {
      // Reported when it is searched.
      if (!isSallyportError(error)) throw error;
    }
  }
  return false;
}

async function filesAround({ files, root }: NonNullable<CallSitesOptions["around"]>, own: readonly string[]) {
  const wanted = (name: string): boolean => languageOf(name) !== undefined;
  const walked = await walkFiles({ files, roots: [root], wanted, maxFiles: MAX_AROUND });
  const known = new Set(own);
  return walked.files.filter((file) => !known.has(file));
}

/**
 * Finds the call sites below the roots. A file is searched byte by byte for what the catalogue's SDKs need in a source,
 * and parsed only if it mentions one, or when evidence for a call in another file may be in it.
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
  const around = options.around && (await mentionAny(files, sources)) ? await filesAround(options.around, sources) : [];
  const isOwn = new Set(sources);
  const bytesOf = (file: string): Promise<Uint8Array> =>
    (isOwn.has(file) ? files : (options.around?.files ?? files)).read(file, limitOf(file));
  const read = async (file: string): Promise<string | undefined> => {
    try {
      return decodeText(file, await bytesOf(file)).text;
    } catch (error) {
      // A neighbour that is gone or too large says nothing; as a file of its own it is a problem.
      if (!isSallyportError(error)) throw error;
      return undefined;
    }
  };
  const project = new ProjectFiles([...sources, ...around], grammars, read);

  const search = async (file: string): Promise<Searched> => {
    let bytes;
    try {
      bytes = await bytesOf(file);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      const code = error.code === "TOO_LARGE" ? "TOO_LARGE" : "UNREADABLE";
      const message = code === "TOO_LARGE" ? `over ${limitOf(file)} bytes: not searched` : "the file cannot be read";
      return { problem: { code, file, message } };
    }
    const family = familyOfFile(path.basename(file));
    const text = latin(bytes);
    const mentions = mentionsToken(family, text);
    const reason = mentions || text.length > MAX_NEIGHBOUR ? foreignReason(path.basename(file), text) : undefined;
    if (reason) return mentions ? { skipped: { file, reason } } : {};
    project.note(file, text);
    return mentions ? { mentions } : {};
  };

  const searched: Searched[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < sources.length + around.length; at = next++) {
      if (signal?.aborted) return;
      const file = sources[at];
      if (file !== undefined) searched[at] = await search(file);
      // Of a file around them only its imports are noted.
      else await search(around[at - sources.length] ?? "");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  const results: SourceResult[] = [];
  let filesParsed = 0;
  const mentioning = sources.filter((_, i) => searched[i]?.mentions);
  let ahead = mentioning[0] === undefined ? undefined : read(mentioning[0]);
  for (const [i, file] of mentioning.entries()) {
    if (signal?.aborted) break;
    const text = await ahead;
    // The next one is read while this one is analysed.
    const next = mentioning[i + 1];
    ahead = next === undefined ? undefined : read(next);
    if (text === undefined) continue;
    filesParsed++;
    results.push(await analyse({ file, text, grammars, project }, project.isLinked(file)));
  }
  await ahead;
  project.release();
  return {
    sites: results.flatMap(({ sites }) => sites),
    findings: results.flatMap(({ findings }) => findings),
    problems: [
      ...walked.problems,
      ...searched.flatMap((one) => (one?.problem ? [one.problem] : [])),
      ...results.flatMap(({ problems }) => problems),
    ],
    filesSearched: sources.length,
    filesParsed,
    skipped: searched.flatMap((one) => (one?.skipped ? [one.skipped] : [])),
    project,
  };
}
