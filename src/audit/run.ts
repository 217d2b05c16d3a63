import { readConfig } from "../clients/clients.ts";
import type { ConfigFile } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import { finding, type Finding, lower, type Problem } from "../core/finding.ts";
import type { Machine } from "../core/machine.ts";
import { decodeText } from "../documents/decode.ts";
import type { Detected } from "./detections.ts";
import { isBundle, readBundle } from "./bundle.ts";
import { hasDefinitions, SNAPSHOT_FILE, snapshotOf } from "./snapshot.ts";
import { discover, type Place, placeOf } from "./discover.ts";
import { type Facts, gatherFacts, NO_FACTS } from "./facts.ts";
import { withFingerprints } from "./fingerprint.ts";
import { applyIgnores, type ConfigIgnore, unusedIgnores } from "./ignores.ts";
import { instructionPassages, type Passage } from "./instructions.ts";
import { LOCK_FILE } from "./lock.ts";
import { lockOf } from "./lockRead.ts";
import { PACKAGE_MANIFEST } from "./packageManifest.ts";
import { followPlugins, lookingBelow } from "./pluginPaths.ts";
import { POLICY_FILE, policyConfig, type PolicyFiles, readPolicies } from "./policyFile.ts";
import type { AuditRule, Found, LockMode } from "./rule.ts";
import { AUDIT_RULES, rulesFor } from "./rules.ts";
import { findInstalled, type Installed, versionFor } from "./versions.ts";

export interface AuditOptions {
  readonly files: Files;
  readonly environment: Environment;
  /** Absolute paths of workspace folders, and of single files, which are audited whatever their name. */
  readonly roots: readonly string[];
  /** Whether the person's own files are audited too. */
  readonly home: boolean;
  /** False for a folder that the person has not trusted: its ignore comments then hide nothing of `high` or above. */
  readonly trusted?: boolean;
  /** Digests of ignores that the person has accepted (`Finding.pendingIgnore.digest`); "all": whatever is ignored. */
  readonly acceptedIgnores?: ReadonlySet<string> | "all";
  /** What is accepted beside what the `sallyport.yaml` files among the audited ones say. */
  readonly ignores?: readonly ConfigIgnore[];
  /** Further user-data folders of VS Code (`--user-data-dir`). */
  readonly userDataFolders?: readonly string[];
  /** Absolute paths of files that hold what a server offers, whatever their names. */
  readonly snapshots?: readonly string[];
  /** What rules may ask of the machine; without it those that do are silent. */
  readonly machine?: Machine;
  /** `off` where `files` is not the whole workspace; default `shown`. */
  readonly lock?: LockMode;
}

export interface AuditResult {
  /** By file in reading order, then by place. Ignored ones among them, marked. */
  readonly findings: Finding[];
  readonly problems: Problem[];
  /** Absolute paths of the files that could be read. */
  readonly filesRead: string[];
  /** What was read from them, for those who ask further. */
  readonly configs: ConfigFile[];
  /** Versions found on this machine, for `auditDocument`. */
  readonly installed: Installed;
  /** What the run found out about the machine, for `auditDocument`. */
  readonly facts: Facts;
  /** What the `sallyport.yaml` files accept, for `auditDocument` and for findings in source code. */
  readonly ignores: readonly ConfigIgnore[];
}

export interface DocumentOptions {
  /** Absolute path of the open document. */
  readonly file: string;
  readonly text: string;
  readonly environment: Environment;
  /** The workspace folder that it belongs to. */
  readonly root?: string;
  /** The other files that are known, for questions between files; one of the same path is left out. */
  readonly others?: readonly ConfigFile[];
  /** Versions that an earlier run found; without them an unpinned package has no fix. */
  readonly installed?: Installed;
  /** What an earlier run found out about the machine; without it the rules that ask about it are silent. */
  readonly facts?: Facts;
  readonly trusted?: boolean;
  readonly acceptedIgnores?: ReadonlySet<string> | "all";
  /** What an earlier run found in the `sallyport.yaml` files. */
  readonly ignores?: readonly ConfigIgnore[];
}

export interface DocumentResult {
  readonly findings: Finding[];
  readonly problems: Problem[];
  readonly config: ConfigFile;
}

function asFinding(rule: AuditRule, file: ConfigFile, found: Found): Finding {
  const { span, note, entry, ...input } = found;
  let severity = input.severity ?? rule.info.severity;
  if (entry?.enabled === false) severity = lower(severity);
  if (file.fixture) severity = lower(severity);
  const primary = { file: file.path, span, ...(note !== undefined && { message: note }) };
  // Where a layout does not let an edit be made there is no fix.
  // Nor is there one in an archive.
  const fixes = file.archive ? [] : (input.fixes ?? []).filter((fix) => fix.edits.length > 0);
  return finding(rule.info, { ...input, severity, primary, fixes });
}

const RULE_IDS: ReadonlySet<string> = new Set(AUDIT_RULES.map((rule) => rule.info.id));

interface Surroundings {
  readonly all: readonly ConfigFile[];
  readonly environment: Environment;
  readonly installed: Installed;
  readonly policies: PolicyFiles;
  readonly passages: ReadonlyMap<string, readonly Passage[]>;
  readonly trusted: boolean;
  readonly accepted: ReadonlySet<string> | "all";
  readonly lock: LockMode;
  readonly detected: ReadonlyMap<string, readonly Detected[]>;
  /** Entries of the policies' ignores that accepted something. */
  readonly used: Set<ConfigIgnore>;
  readonly facts: Facts;
}

/** Runs every rule over one file. */
function auditFile(file: ConfigFile, surroundings: Surroundings): Finding[] {
  const { all, environment, installed, policies, trusted, accepted, lock, detected, passages, facts } = surroundings;
  const context = {
    file,
    all: file.kind.published ? [file] : all,
    environment,
    installed: (name: string) => versionFor(installed, file.root, name),
    locked: (name: string) => versionFor(installed, file.root, name, { own: true }),
    policyIssues: policies.issues.get(file.path) ?? [],
    lock,
    detected: detected.get(file.path) ?? [],
    facts,
    passages: passages.get(file.path) ?? [],
  };
  const found = rulesFor(file).flatMap((rule) =>
    Array.from(rule.check(context), (one) => ({ finding: asFinding(rule, file, one), entry: one.entry })),
  );
  const inOrder = found.toSorted((a, b) => a.finding.primary.span.start - b.finding.primary.span.start);
  const findings = withFingerprints(
    file,
    inOrder.map((one) => one.finding),
    inOrder.map((one) => one.entry),
  );
  const consent = { trusted, accepted };
  return applyIgnores(file, findings, { consent, config: policies.ignores, ids: RULE_IDS, used: surroundings.used });
}

async function readPlace(place: Place, text: string): Promise<ConfigFile> {
  return place.kind === POLICY_FILE ? policyConfig(place.path, text, place.root) : readConfig({ ...place, text });
}

/** A broken file has one cause: the first problem says it. A file of comments alone is as good as none where they may be. */
function problemIn(config: ConfigFile): Problem | undefined {
  const { document, kind } = config;
  if (kind === LOCK_FILE) {
    const result = lockOf(document);
    return "problem" in result ? result.problem : undefined;
  }
  if (kind === SNAPSHOT_FILE) return snapshotOf(config).problem;
  // It is no configuration: a broken one is its package manager's business.
  if (kind === PACKAGE_MANIFEST) return undefined;
  return document.blank && !kind.strict ? undefined : document.problems[0];
}

function problemOf(file: string, error: unknown): Problem {
  if (!isSallyportError(error)) throw error;
  const { code: known } = error;
  const code = known === "TOO_LARGE" || known === "MALFORMED" ? known : "UNREADABLE";
  const message = error.message.startsWith(`${file} `) ? error.message.slice(file.length + 1) : error.message;
  return { code, file, message };
}

interface Read {
  readonly config?: ConfigFile;
  readonly problem?: Problem;
}

async function read(files: Files, place: Place): Promise<Read> {
  try {
    if (isBundle(place)) {
      const { config, problem } = await readBundle(files, place);
      const first = problem ?? problemIn(config);
      return { config, ...(first && { problem: first }) };
    }
    const { text, problem } = decodeText(place.path, await files.read(place.path, MAX_CONFIG_BYTES));
    const config = await readPlace(place, text);
    if (config.kind.belongs?.(config.document.root) === false) return {};
    const first = problem ?? problemIn(config);
    return { config, ...(first && { problem: first }) };
  } catch (error) {
    return { problem: problemOf(place.path, error) };
  }
}

/** What the detectors see in what servers offer. They are loaded only where there is such a file: they are heavy. */
async function detectAll(files: readonly ConfigFile[]): Promise<ReadonlyMap<string, readonly Detected[]>> {
  const snapshots = files.filter(hasDefinitions);
  if (snapshots.length === 0) return new Map();
  const { detect } = await import("./detections.ts");
  return new Map(snapshots.map((file) => [file.path, detect(file)]));
}

/**
 * Audits every MCP configuration and agent setting below the roots and, if asked, of the person. A file that cannot be
 * read or parsed is a problem; the others are audited all the same, and so is what is legible in it.
 */
export async function auditConfigs(options: AuditOptions): Promise<AuditResult> {
  const { places, problems } = await discover(options);
  const results = await Promise.all(places.map((place) => read(options.files, place)));
  const found = results.map((one) => one.config).filter((config) => config !== undefined);
  const followed = await followPlugins(found, {
    look: lookingBelow(options.files),
    read: (place) => read(options.files, place),
    partial: options.lock === "off",
  });
  const configs = [...found, ...followed.configs];
  const { environment, files, home, trusted = true, lock = "shown" } = options;
  const accepted = options.acceptedIgnores ?? new Set<string>();
  const installed = await findInstalled(files, configs, home ? environment.home : undefined);
  const own = await readPolicies(configs);
  const policies = { issues: own.issues, ignores: [...(options.ignores ?? []), ...own.ignores] };
  const detected = await detectAll(configs);
  const passages = await instructionPassages(configs);
  const { machine } = options;
  const facts = await gatherFacts(configs, {
    files,
    environment,
    home,
    lock,
    pluginPaths: followed.troubles,
    ...(machine && { machine }),
  });
  const used = new Set<ConfigIgnore>();
  const surroundings = {
    all: configs.filter(({ kind }) => kind.published !== true),
    environment,
    installed,
    policies,
    trusted,
    accepted,
    lock,
    detected,
    passages,
    facts,
    used,
  };
  const findings = configs.flatMap((file) => auditFile(file, surroundings));
  // Where more is accepted than these files say, only a part of the files is looked at.
  if (!options.ignores) findings.push(...unusedIgnores(own.ignores, used, RULE_IDS));
  return {
    findings,
    problems: [
      ...problems,
      ...results.map((one) => one.problem).filter((problem) => problem !== undefined),
      ...followed.problems,
    ],
    filesRead: configs.map((config) => config.path),
    configs,
    installed,
    facts,
    ignores: policies.ignores,
  };
}

/** Audits the text of one open document, saved or not. */
export async function auditDocument(options: DocumentOptions): Promise<DocumentResult> {
  const { file, text, environment, root } = options;
  const named = placeOf(file, environment);
  // A file that only a manifest names is what an earlier run has read it as.
  const earlier = named.kind.id === "generic" ? options.others?.find((other) => other.path === file) : undefined;
  const { kind, scope } = earlier ?? named;
  const config = await readPlace({ path: file, kind, scope, ...(root !== undefined && { root }) }, text);
  const others = (options.others ?? []).filter((other) => other.path !== file);
  const foreign = config.kind.belongs?.(config.document.root) === false;
  if (foreign || isBundle(config)) return { findings: [], problems: [], config };
  const first = problemIn(config);
  const { issues, ignores } = await readPolicies([config]);
  return {
    findings: auditFile(config, {
      all: [...others, config].filter(({ kind }) => kind.published !== true),
      environment,
      installed: options.installed ?? new Map(),
      policies: { issues, ignores: [...(options.ignores ?? []), ...ignores] },
      passages: await instructionPassages([config]),
      trusted: options.trusted ?? true,
      accepted: options.acceptedIgnores ?? new Set(),
      lock: "shown",
      detected: await detectAll([config]),
      used: new Set(),
      facts: options.facts ?? NO_FACTS,
    }),
    problems: first ? [first] : [],
    config,
  };
}

/** True for a file that a client reads, by its path alone: whether an open document is one to audit. */
export function isAudited(file: string, environment: Environment): boolean {
  return placeOf(file, environment).kind.id !== "generic";
}
