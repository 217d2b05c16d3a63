import { realpathSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { applyBaseline, type BaselineEntry, fileIn, nameIn } from "../audit/baseline.ts";
import { onDisk } from "../audit/bundle.ts";
import { placeOf } from "../audit/discover.ts";
import { applyConfigIgnores, type ConfigIgnore } from "../audit/ignores.ts";
import { POLICY_NAME, readIgnores } from "../audit/policyFile.ts";
import { AUDIT_RULES } from "../audit/rules.ts";
import { auditConfigs } from "../audit/run.ts";
import { CALL_SITE_RULES } from "../callsites/rules.ts";
import { SallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import type { Finding, Problem, RuleInfo } from "../core/finding.ts";
import type { ClientId } from "../clients/config.ts";
import { decodeText } from "../documents/decode.ts";
import { IGNORE_RULE } from "../documents/ignoreComments.ts";
import { Places } from "../report/places.ts";
import { below as belowFolder, inOrder } from "../report/report.ts";
import { secretSpans } from "../report/secretSpans.ts";
import type { SpanSet } from "../report/spanSet.ts";
import { readAcceptedIgnores } from "../link/acceptedIgnores.ts";
import { diskFiles } from "../system/disk.ts";
import { realEnvironment } from "../system/environment.ts";
import { thisMachine } from "../system/machine.ts";
import { readWasm } from "../system/wasm.ts";
import { applyFixes } from "./auditFix.ts";
import { type Baseline, readBaseline } from "./auditBaseline.ts";
import { ALL_RULES } from "./auditRules.ts";
import { optimiseAsUsual } from "./optimising.ts";
import type { ParsedOptions } from "./optionTable.ts";

/** A fix can make another one possible; a round that changes nothing ends it, and so does this. */
const MAX_FIX_ROUNDS = 10;

/** Where one run looks, and what it is held against. */
export interface Scope {
  readonly files: Files;
  readonly roots: readonly string[];
  readonly home: boolean;
  /** Which of some files are reported on; all where it is absent. */
  readonly changed?: (files: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Files that are not reported on, and that those which are depend on. */
  readonly around?: { readonly files: Files; readonly root: string };
  /** What `sallyport.yaml` files accept that are not among the audited ones. */
  readonly ignores?: readonly ConfigIgnore[];
  readonly baseline?: Baseline;
}

/** What one run of both parts found, before anything is left out for the reader's sake. */
export interface Outcome {
  /** Those that were asked for. */
  readonly rules: readonly RuleInfo[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly filesRead: number;
  readonly texts: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, SpanSet>;
  readonly baseline?: {
    readonly file: string;
    /** Entries that no finding answers to, where the run looked. */
    readonly stale: readonly BaselineEntry[];
    /** Entries that the run could know nothing about. */
    readonly unseen: readonly BaselineEntry[];
  };
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
  const named = options.value("baseline");
  const baseline =
    named === undefined ? {} : { baseline: await readBaseline(path.resolve(named), options.flag("update-baseline")) };
  const since = options.value("since");
  // A saved result is audited for itself, unless it is to be held against a workspace.
  if (options.value("tools") !== undefined && roots.length === 0 && !options.flag("locked") && !staged) {
    return { files: diskFiles, roots, home: false, ...baseline };
  }
  if (!staged) {
    const where = roots.length > 0 ? roots : [process.cwd()];
    const home = !options.flag("no-home") && since === undefined;
    // What asks git is loaded where git is asked.
    const changed =
      since === undefined ? {} : { changed: await (await import("./auditSince.ts")).changedSince(since, where) };
    return { files: diskFiles, roots: where, home, ...changed, ...baseline };
  }
  const opened = await (await import("./auditStaged.ts")).openStagedFiles(process.cwd());
  const { files, root, index } = opened;
  // A commit is whole, wherever in the tree one stands; a path that has nothing staged has nothing to audit.
  const there = await Promise.all(roots.map(async (one) => ((await files.kind(one)) === "missing" ? [] : [one])));
  const policies = await opened.named(POLICY_NAME);
  const ignores = await readIgnores(policies.files, policies.paths);
  return {
    files,
    roots: roots.length > 0 ? there.flat() : [root],
    home: false,
    ignores,
    around: { files: index, root },
    ...baseline,
  };
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

/** What the parts found together. */
interface Found {
  readonly rules: readonly RuleInfo[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly filesRead: number;
  readonly texts: Map<string, string>;
  /** Whose files the configurations are, by path. */
  readonly clients: ReadonlyMap<string, ClientId>;
}

/** Configurations, then call sites. */
async function runParts(scope: Scope, options: ParsedOptions): Promise<Found> {
  const { files, roots, home, around } = scope;
  const only = options.value("only");
  const rules: RuleInfo[] = [];
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  const texts = new Map<string, string>();
  const clients = new Map<string, ClientId>();
  let { ignores } = scope;
  let filesRead = 0;
  const environment = realEnvironment();
  if (only !== "callsites") {
    const trusted = options.flag("trusted");
    const accepted = readAcceptedIgnores(environment).map(({ digest }) => digest);
    const acceptedIgnores = trusted ? ("all" as const) : new Set(accepted);
    const lock = options.flag("locked") ? "required" : options.flag("staged") ? "off" : "shown";
    const tools = options.value("tools");
    const snapshots = tools === undefined ? [] : [path.resolve(tools)];
    const accepting = { trusted, acceptedIgnores, ...(ignores && { ignores }) };
    const machine = thisMachine({ runsGit: true });
    const result = await auditConfigs({ files, environment, roots, home, ...accepting, machine, lock, snapshots });
    rules.push(...AUDIT_RULES.map((rule) => rule.info), ...Object.values(IGNORE_RULE));
    findings.push(...result.findings);
    problems.push(...result.problems);
    filesRead += result.filesRead.length;
    ignores = result.ignores;
    for (const config of result.configs) {
      texts.set(config.path, config.document.text);
      clients.set(config.path, config.kind.client);
    }
  }
  if (only !== "configs" && options.values("client").length === 0 && roots.length > 0) {
    // Loaded here, so that an audit of configurations alone starts without the parsers.
    optimiseAsUsual();
    const { searchCallSites } = await import("./callSitesPart.ts");
    const result = await searchCallSites({ files, roots, ...(around && { around }) }, readWasm);
    rules.push(...CALL_SITE_RULES.filter((rule) => !rules.includes(rule)));
    const atTop = roots.map((root) => path.join(root, POLICY_NAME));
    ignores ??= await readIgnores(files, atTop);
    findings.push(...applyConfigIgnores(result.findings, ignores));
    problems.push(...result.problems);
    filesRead += result.filesSearched;
  }
  return { rules, findings, problems: withoutRepeats(problems), filesRead, texts, clients };
}

/** Leaves out what the command line does not ask for: other rules, other clients, files that did not change. */
async function select(found: Found, scope: Scope, options: ParsedOptions): Promise<Found> {
  const wanted = options.values("rule");
  const clients = options.values("client");
  const isWanted = ({ rule, primary }: Finding): boolean =>
    (wanted.length === 0 || wanted.includes(rule.id)) &&
    (clients.length === 0 || clients.includes(found.clients.get(primary.file) ?? "unknown"));
  const findings = found.findings.filter(isWanted);
  const rules = found.rules.filter((rule) => wanted.length === 0 || wanted.includes(rule.id));
  if (!scope.changed) return { ...found, findings, rules };
  const places = [...findings.map((one) => one.primary.file), ...found.problems.map((one) => one.file)];
  const files = [...places, ...found.clients.keys()];
  const differ = await scope.changed([...new Set(files.map(onDisk))]);
  const changed = new Set(files.filter((file) => differ.has(onDisk(file))));
  return {
    ...found,
    rules,
    findings: findings.filter((one) => changed.has(one.primary.file)),
    problems: found.problems.filter((one) => changed.has(one.file)),
    filesRead: found.filesRead - [...found.clients.keys()].filter((file) => !changed.has(file)).length,
  };
}

/** Findings with fingerprints, and the places of secrets among their texts. */
function identify({ findings, problems, texts }: Found): { findings: Finding[]; secrets: Map<string, SpanSet> } {
  const secrets = secretSpans(findings, problems, texts);
  const prints = new Places({ base: process.cwd(), home: realEnvironment().home, texts, secrets }).fingerprints(
    findings,
  );
  const identified = findings.map((one): Finding => {
    const fingerprint = prints.get(one);
    return fingerprint === undefined ? one : { ...one, fingerprint };
  });
  return { findings: identified, secrets };
}

/** Both parts, what the command line asks for of them, and what the baseline accepts of that. */
export async function auditAll(scope: Scope, options: ParsedOptions): Promise<Outcome> {
  const all = await runParts(scope, options);
  const places = all.findings.flatMap((found) => [
    found.primary.file,
    ...found.related.map((one) => one.file),
    ...found.fixes.flatMap((fix) => fix.edits.map((edit) => edit.file)),
  ]);
  const broken = all.problems.flatMap((problem) => (problem.span ? [problem.file] : []));
  await addTexts(scope.files, all.texts, new Set([...places, ...broken]));
  const { findings, secrets } = identify(all);
  const { rules, problems, filesRead, texts, ...asked } = await select({ ...all, findings }, scope, options);
  const outcome = { rules, findings: asked.findings, problems, filesRead, texts, secrets };
  return scope.baseline ? accept(outcome, scope, scope.baseline, all.rules) : outcome;
}

/** Marks what the baseline accepts, and tells its stale entries from those that this run could not see. */
function accept(outcome: Outcome, scope: Scope, { file, entries }: Baseline, run: readonly RuleInfo[]): Outcome {
  const environment = realEnvironment();
  const { findings, unused } = applyBaseline(outcome.findings, entries, (one) => nameIn(file, environment, one));
  const others = new Set(ALL_RULES.filter((rule) => !run.includes(rule)).map((rule) => rule.id));
  const whole = outcome.rules.length === run.length && !scope.changed && scope.files === diskFiles;
  const isSeen = ({ file: name, rule }: BaselineEntry): boolean => {
    if (!whole || others.has(rule)) return false;
    const absolute = fileIn(file, environment, name);
    const below = scope.roots.some((root) => root === absolute || belowFolder(root, absolute) !== undefined);
    return below || (scope.home && placeOf(absolute, environment).scope !== "workspace");
  };
  const stale = unused.filter(isSeen);
  return { ...outcome, findings, baseline: { file, stale, unseen: unused.filter((one) => !stale.includes(one)) } };
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
    options.flag("home") || scope.roots.some((root) => root === file || belowFolder(root, file) !== undefined);
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
