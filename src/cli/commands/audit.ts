import process from "node:process";
import { SallyportError } from "../../core/errors.ts";
import { atLeast, type Finding, type Severity } from "../../core/finding.ts";
import { nameIn } from "../../audit/baseline.ts";
import { discover } from "../../audit/discover.ts";
import { renderGithub } from "../../report/github.ts";
import { renderGitlab } from "../../report/gitlab.ts";
import { renderJson } from "../../report/json.ts";
import { renderJunit } from "../../report/junit.ts";
import { plainLine } from "../../report/plain.ts";
import { inOrder, type Report } from "../../report/report.ts";
import { renderSarif } from "../../report/sarif.ts";
import { count, summaryLines } from "../../report/summary.ts";
import { renderText } from "../../report/text.ts";
import { realEnvironment } from "../../system/environment.ts";
import { printInventory } from "../auditInventory.ts";
import { AUDIT_TABLE, NEVER, PERSONAS } from "../auditOptions.ts";
import { updateBaseline } from "../auditBaseline.ts";
import { clientIds, listFiles, listFilesJson } from "../auditFiles.ts";
import { ALL_RULES, explain, listRules } from "../auditRules.ts";
import { auditAll, fixAll, type Outcome, type Scope, scopeOf } from "../auditRun.ts";
import { optimiseLater } from "../optimising.ts";
import { helpOf, parseOptions, type ParsedOptions } from "../optionTable.ts";
import { isColoured, paintFor, plain, widthOf, write } from "../terminal.ts";
import { VERSION } from "../version.ts";
import { writeReport } from "../wholeFile.ts";

function checkCombinations(options: ParsedOptions): void {
  const refuse = (why: string): never => {
    throw new SallyportError("USAGE", why);
  };
  const staged = options.flag("staged");
  if (options.flag("home") && options.flag("no-home")) refuse("--home and --no-home exclude each other");
  if (staged && options.flag("home")) refuse("--staged looks at git's index only, so --home has no place beside it");
  if (staged && options.flag("fix")) refuse("--fix changes files on disk, which --staged does not look at");
  if (staged && options.flag("locked"))
    refuse("--locked holds the whole workspace against its lock, --staged is a part");
  const part = staged || options.value("since") !== undefined || options.value("only") === "callsites";
  if (options.value("tools") !== undefined && part) refuse("--tools audits a file on disk, whatever git says of it");
  if (options.flag("unsafe") && !options.flag("fix"))
    refuse("--unsafe says which fixes --fix makes; alone it does nothing");
  const since = options.value("since") !== undefined;
  if (since && staged) refuse("--since reads the files on disk, and --staged the index");
  if (since && options.flag("home")) refuse("--since looks at a repository only, so --home has no place beside it");
  checkIds(options);
  const rules = options.values("rule");
  const narrowed = since || options.values("client").length > 0 || (rules.length > 0 && !rules.includes("lock-drift"));
  if (options.flag("locked") && narrowed) refuse("--locked holds everything against the lock, and not a part of it");
  if (!options.flag("update-baseline")) return;
  if (options.value("baseline") === undefined) refuse("--update-baseline writes the file that --baseline names");
  for (const name of ["staged", "since", "rule", "client", "fix"]) {
    const given = options.flag(name) || options.value(name) !== undefined || options.values(name).length > 0;
    if (given) refuse(`--update-baseline writes down everything that is found, so --${name} has no place beside it`);
  }
}

/** The ids of --rule and --client, which must be some. */
function checkIds(options: ParsedOptions): void {
  const check = (option: string, known: readonly string[], where: string): void => {
    const wrong = options.values(option).find((one) => !known.includes(one));
    if (wrong === undefined) return;
    throw new SallyportError("USAGE", `there is no ${option} ${JSON.stringify(plainLine(wrong))}; ${where}`);
  };
  const rules = ALL_RULES.map((rule) => rule.id);
  check("rule", rules, "see sallyport audit --list-rules");
  if (options.values("client").length === 0) return;
  const clients = clientIds();
  check("client", clients, `there are ${clients.join(", ")}`);
  if (options.value("only") === "callsites")
    throw new SallyportError("USAGE", "--client selects configurations, and --only callsites looks at none");
}

/** Whether the persona that was asked for sees a finding: what is hidden fails no run and is accepted by no baseline. */
function isForPersona(options: ParsedOptions): (found: Finding) => boolean {
  const level = PERSONAS.findIndex((persona) => persona === options.value("persona"));
  return (found) => PERSONAS.indexOf(found.persona) <= level;
}

/** Leaves out what was not asked for, and counts it. */
function reportOf(outcome: Outcome, options: ParsedOptions): Report {
  const least = options.value("min-severity") as Severity | undefined;
  const ignored = outcome.findings.filter((found) => found.ignored);
  const open = outcome.findings.filter((found) => !found.ignored);
  const forPersona = open.filter(isForPersona(options));
  const shown = forPersona.filter((found) => least === undefined || atLeast(found.severity, least));
  return {
    version: VERSION,
    base: process.cwd(),
    home: realEnvironment().home,
    rules: outcome.rules,
    findings: inOrder(shown),
    ignored: inOrder(ignored),
    problems: outcome.problems,
    hidden: { severity: forPersona.length - shown.length, persona: open.length - forPersona.length },
    filesRead: outcome.filesRead,
    texts: outcome.texts,
    secrets: outcome.secrets,
    ...(outcome.baseline && { baseline: outcome.baseline }),
  };
}

function exitCode(outcome: Outcome, options: ParsedOptions): 0 | 1 | 3 {
  if (outcome.problems.length > 0) return 3;
  const drifted = ({ rule, ignored }: Finding): boolean => rule.id === "lock-drift" && !ignored;
  if (options.flag("locked") && outcome.findings.some(drifted)) return 1;
  const limit = options.value("fail-on");
  if (limit === NEVER) return 0;
  const seen = outcome.findings.filter((found) => !found.ignored).filter(isForPersona(options));
  return seen.some((found) => atLeast(found.severity, limit as Severity)) ? 1 : 0;
}

function render(report: Report, options: ParsedOptions): string {
  const format = options.value("format");
  if (format === "json") return renderJson(report);
  if (format === "sarif") return renderSarif(report);
  if (format === "github") return renderGithub(report);
  if (format === "gitlab") return renderGitlab(report);
  if (format === "junit") return renderJunit(report);
  const file = options.value("output") !== undefined;
  const colours = !file && isColoured(process.stdout);
  return renderText(report, { colours, width: file ? 100 : widthOf(process.stdout) });
}

async function deliver(report: Report, options: ParsedOptions): Promise<void> {
  const text = render(report, options);
  const output = options.value("output");
  if (output === undefined || output === "-") return await write(process.stdout, text);
  await writeReport(output, text);
  const problems = report.problems.length > 0 ? ` ${count(report.problems.length, "problem")}.` : "";
  await write(process.stdout, `${summaryLines(report)[0]}${problems} Written to ${plain(output)}.\n`);
}

/** Prints what is looked for and what is there, without reading it. */
async function printFiles(scope: Scope, options: ParsedOptions): Promise<number> {
  const format = options.value("format") ?? "text";
  if (format !== "text" && format !== "json") throw new SallyportError("USAGE", "--list-files prints text or json");
  const environment = realEnvironment();
  const all = await discover({ ...scope, environment });
  const clients = options.values("client");
  const looked = all.looked.filter(({ kind }) => clients.length === 0 || clients.includes(kind.client));
  const found = { ...all, looked };
  const places = { base: process.cwd(), home: environment.home };
  await write(
    process.stdout,
    format === "json" ? listFilesJson(found) : listFiles(found, places, paintFor(process.stdout)),
  );
  return all.problems.length > 0 ? 3 : 0;
}

/** Writes the baseline and says what changed in it. */
async function writeBaseline(scope: Scope, outcome: Outcome, options: ParsedOptions): Promise<number> {
  const { baseline } = scope;
  if (!baseline) throw new SallyportError("INTERNAL", "there is no baseline to write");
  const isSeen = isForPersona(options);
  const found = outcome.findings.filter((one) => (one.ignored ? one.ignored.by === "baseline" : isSeen(one)));
  const name = (file: string): string => nameIn(baseline.file, realEnvironment(), file);
  const { added, removed, total } = await updateBaseline(baseline, found, outcome.baseline?.unseen ?? [], name);
  const changes = `${added} new, ${removed} gone`;
  await write(process.stdout, `${count(total, "finding")} accepted in ${plain(baseline.file)}: ${changes}.\n`);
  for (const { file, message } of outcome.problems) {
    await write(process.stderr, `sallyport: ${plainLine(file)}: ${plainLine(message)}\n`);
  }
  return outcome.problems.length > 0 ? 3 : 0;
}

/** `sallyport audit`: configurations, then call sites. Gives the exit code; throws for usage and for faults. */
export async function run(argv: readonly string[]): Promise<number> {
  optimiseLater();
  const options = parseOptions(AUDIT_TABLE, argv);
  if (!options) {
    await write(process.stdout, helpOf(AUDIT_TABLE, widthOf(process.stdout)));
    return 0;
  }
  const rule = options.value("explain");
  if (rule !== undefined || options.flag("list-rules")) {
    await write(process.stdout, rule === undefined ? listRules() : explain(rule, widthOf(process.stdout)));
    return 0;
  }
  checkCombinations(options);
  const scope = await scopeOf(options);
  if (options.flag("list-files")) return await printFiles(scope, options);
  if (options.flag("inventory")) return await printInventory(scope, options);
  let outcome = await auditAll(scope, options);
  if (options.flag("update-baseline")) return await writeBaseline(scope, outcome, options);
  if (options.flag("fix")) {
    const done = await fixAll(scope, outcome, options);
    outcome = done.outcome;
    await write(process.stderr, `Fixed ${count(done.fixed, "finding")} in ${count(done.files, "file")}.\n`);
  }
  await deliver(reportOf(outcome, options), options);
  return exitCode(outcome, options);
}
