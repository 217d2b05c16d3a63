import path from "node:path";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import { auditConfigs, type AuditResult } from "../audit/run.ts";
import { analyseSource, findCallSites, type CallSitesResult } from "../callsites/run.ts";
import type { CallSite } from "../callsites/callSite.ts";
import type { ConfigFile } from "../clients/config.ts";
import { thisMachine } from "../system/machine.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import { MAX_CONFIG_BYTES } from "../core/files.ts";
import type { Finding, Problem } from "../core/finding.ts";
import { LineIndex, type Range } from "../core/text.ts";
import { decodeText } from "../documents/decode.ts";
import { parsePolicy } from "../policy/parse.ts";
import type { Grammars } from "../parsing/grammars.ts";
import {
  actionsOf,
  diagnosticOf,
  ignoreAction,
  policyDiagnostic,
  problemDiagnostic,
  rangeOf,
  type Places,
} from "./convert.ts";
import { readAcceptedIgnores } from "../link/acceptedIgnores.ts";
import type { OverlayFiles } from "./documents.ts";
import { fixAllOf } from "./fixAll.ts";
import { Baselines, identified } from "./baselines.ts";
import type { CallSiteItem, CallSitesAnswer, PendingIgnore } from "./protocol.ts";

export interface WorkspaceOptions {
  readonly files: OverlayFiles;
  readonly environment: Environment;
  readonly grammars: Grammars;
  readonly home: boolean;
  readonly callSites: boolean;
  /** The URI of a rule's page, where the pages are at hand. */
  readonly page: (rule: string) => string | undefined;
  readonly publish: (uri: string, diagnostics: Diagnostic[]) => void;
  readonly callSitesChanged: () => void;
  /** An audit is done: what `config` gives is new. */
  readonly audited: () => void;
}

interface Reported {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

interface Shown {
  readonly finding: Finding;
  readonly diagnostic: Diagnostic;
}

/** A command of our own extension. */
const ACCEPT_IGNORES_COMMAND = "sallyport.acceptIgnores";

const NOTHING: Reported = { findings: [], problems: [] };

export function overlap(a: Range, b: Range): boolean {
  const before = (p: Range["start"], q: Range["start"]): boolean =>
    p.line < q.line || (p.line === q.line && p.character < q.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

function byFile(findings: readonly Finding[], problems: readonly Problem[]): Map<string, Reported> {
  const files = new Map<string, { findings: Finding[]; problems: Problem[] }>();
  const at = (file: string): { findings: Finding[]; problems: Problem[] } => {
    const known = files.get(file) ?? { findings: [], problems: [] };
    files.set(file, known);
    return known;
  };
  for (const one of findings) at(one.primary.file).findings.push(one);
  for (const one of problems) at(one.file).problems.push(one);
  return files;
}

function groupByFile(sites: readonly CallSite[]): Map<string, CallSite[]> {
  const files = new Map<string, CallSite[]>();
  for (const site of sites) {
    const known = files.get(site.file);
    if (known) known.push(site);
    else files.set(site.file, [site]);
  }
  return files;
}

/**
 * What is known of the workspace: the findings of the audit and the call sites of every file, the diagnostics that were
 * published for them, and the answers to an editor's questions about them. A newer run makes an older one's result void.
 */
export class Workspace implements Places {
  trusted: boolean;
  /** Absolute paths of the workspace's folders. */
  roots: readonly string[];
  readonly #options: WorkspaceOptions;
  #audit = new Map<string, Reported>();
  #configs = new Map<string, ConfigFile>();
  #problems: readonly Problem[] = [];
  readonly #baselines: Baselines;
  /** How many findings of each file are accepted. */
  readonly #accepted = new Map<string, number>();
  #audited = false;
  readonly #sources = new Map<string, Reported>();
  readonly #sites = new Map<string, readonly CallSite[]>();
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #lines = new Map<string, LineIndex>();
  #auditRun = 0;
  #searched = { complete: false, files: 0 };
  #search: AbortController | undefined;
  /** What the last search knows of other files: evidence may stand there. */
  #project: CallSitesResult["project"] | undefined;

  constructor(options: WorkspaceOptions, roots: readonly string[], trusted: boolean) {
    this.#options = options;
    this.#baselines = new Baselines(options.environment);
    this.roots = roots;
    this.trusted = trusted;
  }

  uri(file: string): string {
    return this.#options.files.uri(file);
  }

  lines(file: string): LineIndex | undefined {
    const open = this.#options.files.document(file);
    if (!open) return this.#lines.get(file);
    const text = open.getText();
    const known = this.#lines.get(file);
    if (known?.text === text) return known;
    const index = new LineIndex(text);
    this.#lines.set(file, index);
    return index;
  }

  /** Reads the texts that spans point into, so that `lines` knows them. */
  async #learn(files: Iterable<string>): Promise<void> {
    for (const file of new Set(files)) {
      try {
        const bytes = await this.#options.files.read(file, MAX_CONFIG_BYTES);
        this.#lines.set(file, new LineIndex(decodeText(file, bytes).text));
      } catch (error) {
        // A file that is gone meanwhile has no places; whoever points to it gets its start.
        if (!isSallyportError(error)) throw error;
        this.#lines.delete(file);
      }
    }
  }

  /** Audits the configurations of the workspace and the person anew, and publishes what changed. */
  async audit(): Promise<void> {
    const run = ++this.#auditRun;
    const { files, environment, home } = this.#options;
    const { roots } = this;
    const acceptedIgnores = new Set(readAcceptedIgnores(environment).map((one) => one.digest));
    const { trusted } = this;
    const result: AuditResult = await auditConfigs({
      files,
      environment,
      roots,
      home,
      trusted,
      acceptedIgnores,
      machine: thisMachine({ runsGit: trusted }),
    });
    if (run !== this.#auditRun) return;
    const places = result.findings.flatMap((one) => [one.primary.file, ...one.related.map((place) => place.file)]);
    await this.#learn([...places, ...result.problems.map((one) => one.file), ...result.filesRead]);
    const wrong = await this.#baselines.read(files, roots, { trusted, accepted: acceptedIgnores });
    if (run !== this.#auditRun) return;
    const problems = [...result.problems, ...wrong];
    const before = this.#audit;
    this.#audit = byFile(result.findings, problems);
    this.#configs = new Map(result.configs.map((config) => [config.path, config]));
    this.#problems = problems;
    this.#audited = true;
    for (const file of new Set([...before.keys(), ...this.#audit.keys(), ...this.#sources.keys()])) this.#publish(file);
    this.#options.audited();
  }

  /**
   * Searches the whole workspace for call sites. A second search ends the first; `cancelled` ends this one. False when it
   * was ended: what was known before stays.
   */
  async search(cancelled?: AbortSignal): Promise<boolean> {
    if (!this.#options.callSites) {
      this.#searched = { complete: true, files: 0 };
      this.#options.callSitesChanged();
      return true;
    }
    this.#search?.abort();
    const controller = new AbortController();
    this.#search = controller;
    cancelled?.addEventListener("abort", () => controller.abort(), { signal: controller.signal });
    if (cancelled?.aborted) controller.abort();
    const { files, grammars } = this.#options;
    const { roots } = this;
    const result = await findCallSites({ files, grammars, roots, signal: controller.signal });
    if (controller.signal.aborted) return false;
    this.#project = result.project;
    const reported = byFile(result.findings, result.problems);
    const sites = groupByFile(result.sites);
    const before = [...this.#sources.keys()];
    this.#sources.clear();
    this.#sites.clear();
    await this.#learn([...reported.keys(), ...sites.keys()]);
    for (const [file, one] of reported) this.#sources.set(file, this.#identified(file, one));
    for (const [file, list] of sites) this.#sites.set(file, list);
    for (const file of new Set([...before, ...reported.keys()])) this.#publish(file);
    this.#searched = { complete: true, files: result.filesSearched };
    this.#options.callSitesChanged();
    return true;
  }

  #identified(file: string, { findings, problems }: Reported): Reported {
    const text = this.#lines.get(file)?.text ?? "";
    return { findings: identified(findings, file, text, this.#options.environment), problems };
  }

  /** Analyses one source anew: its text changed in the editor or on the disk. */
  async source(file: string): Promise<void> {
    if (!this.#options.callSites) return;
    const { files, grammars } = this.#options;
    const project = this.#project;
    const had = this.#sites.has(file) || this.#sources.has(file);
    let text: string | undefined;
    try {
      text = files.document(file)?.getText() ?? decodeText(file, await files.read(file, MAX_CONFIG_BYTES)).text;
    } catch (error) {
      if (!isSallyportError(error)) throw error; // deleted: it has no sites any more
    }
    const result =
      text === undefined
        ? { sites: [], findings: [], problems: [] }
        : await analyseSource({ file, text, grammars, ...(project ? { project } : {}) });
    const now = files.document(file)?.getText();
    if (now !== undefined && now !== text) return; // it changed meanwhile: that change has its own run
    if (text !== undefined) this.#lines.set(file, new LineIndex(text));
    if (result.sites.length > 0) this.#sites.set(file, result.sites);
    else this.#sites.delete(file);
    if (result.findings.length + result.problems.length > 0) this.#sources.set(file, this.#identified(file, result));
    else this.#sources.delete(file);
    this.#publish(file);
    if (had || result.sites.length > 0) this.#options.callSitesChanged();
  }

  /** True for the person's own policy, whose mistakes are shown while it is open; the workspace's is part of the audit. */
  isUserPolicy(file: string): boolean {
    const { environment } = this.#options;
    const home = environment.variable("SALLYPORT_HOME") ?? path.join(environment.home, ".sallyport");
    return file === path.join(home, "policy.yaml");
  }

  userPolicy(file: string): void {
    const text = this.#options.files.document(file)?.getText();
    const lines = text === undefined ? undefined : new LineIndex(text);
    const issues = text === undefined ? [] : parsePolicy(text, "user").issues;
    this.#options.publish(this.uri(file), lines ? issues.map((issue) => policyDiagnostic(issue, lines)) : []);
  }

  /** A document was closed: its diagnostics are those of the disk, under the file's own URI. */
  forget(file: string): void {
    this.#lines.delete(file);
  }

  /** The person's own files show what is wrong with them while they are open; the view has them always. */
  #isShown(file: string): boolean {
    if (this.#options.files.document(file)) return true;
    return this.roots.some(
      (root) => file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep),
    );
  }

  #publish(file: string): void {
    const audit = this.#audit.get(file) ?? NOTHING;
    const source = this.#sources.get(file) ?? NOTHING;
    const found = this.#baselines.weigh(file, [...audit.findings, ...source.findings]);
    const open = found.filter((one) => !one.ignored);
    const shown = open.map((one) => ({ finding: one, diagnostic: diagnosticOf(one, this, this.#options.page) }));
    this.#accepted.set(file, found.length - open.length);
    this.#shown.set(file, shown);
    const problems = [...audit.problems, ...source.problems].map((one) => problemDiagnostic(one, this));
    const diagnostics = [...shown.map((one) => one.diagnostic), ...problems];
    this.#options.publish(this.uri(file), this.#isShown(file) ? diagnostics : []);
  }

  /** Publishes again what is known of a file: its URI or its text changed. */
  republish(file: string): void {
    if (this.#shown.has(file)) this.#publish(file);
  }

  /** Quick fixes for what is found in a range. */
  actions(file: string, range: Range): CodeAction[] {
    return (this.#shown.get(file) ?? [])
      .filter(({ diagnostic }) => overlap(diagnostic.range, range))
      .flatMap(({ finding, diagnostic }) => [
        ...actionsOf(finding, diagnostic, this),
        ...ignoreAction(finding, diagnostic, this),
      ]);
  }

  /** Every fix of a file's findings that needs no second look, in one edit; undefined where there is none. */
  fixAll(file: string): CodeAction | undefined {
    if (!this.#configs.has(file) && !this.#sources.has(file)) return undefined;
    return fixAllOf(
      (this.#shown.get(file) ?? []).map((one) => one.finding),
      this,
    );
  }

  /** How many findings comments, `sallyport.yaml` and baselines accept, in all files. */
  accepted(): number {
    return [...this.#accepted.values()].reduce((sum, one) => sum + one, 0);
  }

  /** What repositories say to ignore of what they make happen by themselves, not accepted yet; in the files' order. */
  pendingIgnores(): readonly Omit<PendingIgnore, "label">[] {
    return [...this.#shown].flatMap(([file, shown]) =>
      shown.flatMap(({ finding: { pendingIgnore, rule, message }, diagnostic }) => {
        if (!pendingIgnore) return [];
        const { digest, reason } = pendingIgnore;
        return [{ digest, reason, file, rule: rule.id, message, line: diagnostic.range.start.line }];
      }),
    );
  }

  /** Where a finding waits for the person to accept its ignore: the way to all of them, in our panel. */
  acceptActions(file: string, range: Range): CodeAction[] {
    const here = (this.#shown.get(file) ?? []).filter(
      ({ finding, diagnostic }) => finding.pendingIgnore && overlap(diagnostic.range, range),
    );
    if (here.length === 0) return [];
    const count = this.pendingIgnores().length;
    const title = count === 1 ? "Accept this repository's ignore…" : `Accept this repository's ${count} ignores…`;
    const diagnostics = here.map((one) => one.diagnostic);
    return [{ title, kind: "quickfix", diagnostics, command: { title, command: ACCEPT_IGNORES_COMMAND } }];
  }

  /** What is found and not ignored in a file. */
  findings(file: string): readonly Finding[] {
    return (this.#shown.get(file) ?? []).map((one) => one.finding);
  }

  /** The findings whose place touches a range, with their places. */
  findingsAt(file: string, range: Range): readonly { readonly finding: Finding; readonly range: Range }[] {
    return (this.#shown.get(file) ?? [])
      .filter(({ diagnostic }) => overlap(diagnostic.range, range))
      .map(({ finding, diagnostic }) => ({ finding, range: diagnostic.range }));
  }

  /** Everything that the last audit read, in its order; `complete` is false until there was one. */
  audited(): { complete: boolean; configs: readonly ConfigFile[]; problems: readonly Problem[] } {
    return { complete: this.#audited, configs: [...this.#configs.values()], problems: this.#problems };
  }

  /** What the last audit read from a file, if its text is still that. */
  config(file: string): ConfigFile | undefined {
    const config = this.#configs.get(file);
    const open = this.#options.files.document(file);
    return open && config && open.getText() !== config.document.text ? undefined : config;
  }

  /** Every call site, for the view. */
  callSites(): CallSitesAnswer {
    const items = [...this.#sites].flatMap(([file, sites]) => sites.map((site) => this.#item(file, site)));
    return { complete: this.#searched.complete, filesSearched: this.#searched.files, sites: items };
  }

  #item(file: string, site: CallSite): CallSiteItem {
    const evidence = site.evidence.map((one) => `${one.what} (line ${one.line})`);
    return {
      uri: this.uri(file),
      range: rangeOf(this, file, site.span),
      method: site.method,
      provider: site.provider,
      verdict: site.verdict,
      ...(site.model === undefined ? {} : { model: site.model }),
      evidence: [site.reason, ...evidence, ...site.notes],
      ...(site.fix === "" ? {} : { remedy: site.fix }),
    };
  }
}
