import { realpathSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { AUDIT_RULES } from "../audit/rules.ts";
import { auditConfigs } from "../audit/run.ts";
import { CALL_SITE_RULES } from "../callsites/rules.ts";
import { SallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import type { Finding, Problem, RuleInfo } from "../core/finding.ts";
import { decodeText } from "../documents/decode.ts";
import { below, inOrder } from "../report/report.ts";
import { diskFiles } from "../system/disk.ts";
import { realEnvironment } from "../system/environment.ts";
import { readWasm } from "../system/wasm.ts";
import { applyFixes } from "./auditFix.ts";
import { openStagedFiles } from "./auditStaged.ts";
import type { ParsedOptions } from "./optionTable.ts";

/** A fix can make another one possible; a round that changes nothing ends it, and so does this. */
const MAX_FIX_ROUNDS = 10;

/** Where one run looks. */
export interface Scope {
  readonly files: Files;
  readonly roots: readonly string[];
  readonly home: boolean;
}

/** What one run of both parts found, before anything is left out. */
export interface Outcome {
  readonly rules: readonly RuleInfo[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly filesRead: number;
  readonly texts: Map<string, string>;
}

/** An operand's absolute path, in git's spelling where git's index is asked. */
function resolveOperand(operand: string, staged: boolean): string {
  const absolute = path.resolve(operand);
  if (!staged) return absolute;
  try {
    return realpathSync.native(absolute);
  } catch {
    // Staged, and gone from the disk since: only the index can tell.
    return absolute;
  }
}

/** Where to look, by the command line: the disk, or git's index. */
export async function scopeOf(options: ParsedOptions): Promise<Scope> {
  const staged = options.flag("staged");
  const roots = options.operands.map((operand) => resolveOperand(operand, staged));
  if (!staged) {
    return { files: diskFiles, roots: roots.length > 0 ? roots : [process.cwd()], home: !options.flag("no-home") };
  }
  const { files, root } = await openStagedFiles(process.cwd());
  // A commit is whole, wherever in the tree one stands; a path that has nothing staged has nothing to audit.
  const there = await Promise.all(roots.map(async (one) => ((await files.kind(one)) === "missing" ? [] : [one])));
  return { files, roots: roots.length > 0 ? there.flat() : [root], home: false };
}

/** Reads the texts that findings and problems point into, for those that the parts did not hand over. */
async function addTexts(files: Files, texts: Map<string, string>, wanted: Iterable<string>): Promise<void> {
  for (const file of wanted) {
    if (texts.has(file)) continue;
    try {
      texts.set(file, decodeText(file, await files.read(file, MAX_CONFIG_BYTES)).text);
    } catch (error) {
      // Without its text a place is shown as the file alone.
      if (!(error instanceof SallyportError)) throw error;
    }
  }
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    // A path that neither part can open is one problem, in the words of the first.
    const key = `${problem.code}\0${problem.file}\0${problem.span?.start ?? ""}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

/** Configurations, then call sites. */
export async function auditAll(scope: Scope, options: ParsedOptions): Promise<Outcome> {
  const only = options.value("only");
  const { files, roots } = scope;
  const rules: RuleInfo[] = [];
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  const texts = new Map<string, string>();
  let filesRead = 0;
  if (only !== "callsites") {
    const trusted = options.flag("trusted");
    const environment = realEnvironment();
    const lock = options.flag("locked") ? "required" : options.flag("staged") ? "off" : "shown";
    const result = await auditConfigs({ files, environment, roots, home: scope.home, trusted, lock });
    rules.push(...AUDIT_RULES.map((rule) => rule.info));
    findings.push(...result.findings);
    problems.push(...result.problems);
    filesRead += result.filesRead.length;
    for (const config of result.configs) texts.set(config.path, config.document.text);
  }
  if (only !== "configs") {
    // Loaded here, so that an audit of configurations alone starts without the parsers.
    const { findCallSites } = await import("../callsites/run.ts");
    const { Grammars } = await import("../parsing/grammars.ts");
    const result = await findCallSites({ files, roots, grammars: new Grammars(readWasm) });
    rules.push(...CALL_SITE_RULES);
    findings.push(...result.findings);
    problems.push(...result.problems);
    filesRead += result.filesSearched;
  }
  const places = findings.flatMap((found) => [
    found.primary.file,
    ...found.related.map((one) => one.file),
    ...found.fixes.flatMap((fix) => fix.edits.map((edit) => edit.file)),
  ]);
  const broken = problems.flatMap((problem) => (problem.span ? [problem.file] : []));
  await addTexts(files, texts, new Set([...places, ...broken]));
  return { rules, findings, problems: withoutRepeats(problems), filesRead, texts };
}

/** Fixes in rounds until nothing more can be fixed: what is left, and what was done. */
export async function fixAll(
  scope: Scope,
  first: Outcome,
  options: ParsedOptions,
): Promise<{ outcome: Outcome; fixed: number; files: number }> {
  let outcome = first;
  let fixed = 0;
  const changed = new Set<string>();
  const allowed = (file: string): boolean =>
    options.flag("home") || scope.roots.some((root) => root === file || below(root, file) !== undefined);
  for (let round = 0; round < MAX_FIX_ROUNDS; round++) {
    const open = inOrder(outcome.findings.filter((found) => !found.ignored));
    const done = await applyFixes(open, { unsafe: options.flag("unsafe"), allowed, texts: outcome.texts });
    if (done.files.length === 0) break;
    fixed += done.fixed;
    for (const file of done.files) changed.add(file);
    outcome = await auditAll(scope, options);
  }
  return { outcome, fixed, files: changed.size };
}
