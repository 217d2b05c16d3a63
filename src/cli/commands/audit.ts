import { writeFile } from "node:fs/promises";
import process from "node:process";
import { SallyportError } from "../../core/errors.ts";
import { atLeast, type Finding, type Severity } from "../../core/finding.ts";
import { renderJson } from "../../report/json.ts";
import { inOrder, type Report } from "../../report/report.ts";
import { renderSarif } from "../../report/sarif.ts";
import { secretSpans } from "../../report/secretSpans.ts";
import { renderText } from "../../report/text.ts";
import { realEnvironment } from "../../system/environment.ts";
import { AUDIT_TABLE, NEVER, PERSONAS } from "../auditOptions.ts";
import { explain, listRules } from "../auditRules.ts";
import { auditAll, fixAll, type Outcome, scopeOf } from "../auditRun.ts";
import { helpOf, parseOptions, type ParsedOptions } from "../optionTable.ts";
import { isColoured, widthOf, write } from "../terminal.ts";
import { VERSION } from "../version.ts";

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
  if (options.flag("unsafe") && !options.flag("fix"))
    refuse("--unsafe says which fixes --fix makes; alone it does nothing");
}

/** Leaves out what was not asked for, and counts it. */
function reportOf(outcome: Outcome, options: ParsedOptions): Report {
  const level = PERSONAS.findIndex((persona) => persona === options.value("persona"));
  const least = options.value("min-severity") as Severity | undefined;
  const ignored = outcome.findings.filter((found) => found.ignored);
  const open = outcome.findings.filter((found) => !found.ignored);
  const forPersona = open.filter((found) => PERSONAS.indexOf(found.persona) <= level);
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
    secrets: secretSpans(outcome.findings, outcome.problems, outcome.texts),
  };
}

function exitCode(outcome: Outcome, options: ParsedOptions): 0 | 1 | 3 {
  if (outcome.problems.length > 0) return 3;
  const drifted = ({ rule, ignored }: Finding): boolean => rule.id === "lock-drift" && !ignored;
  if (options.flag("locked") && outcome.findings.some(drifted)) return 1;
  const limit = options.value("fail-on");
  if (limit === NEVER) return 0;
  const fails = outcome.findings.some((found) => !found.ignored && atLeast(found.severity, limit as Severity));
  return fails ? 1 : 0;
}

function render(report: Report, options: ParsedOptions): string {
  const format = options.value("format");
  if (format === "json") return renderJson(report);
  if (format === "sarif") return renderSarif(report);
  const file = options.value("output") !== undefined;
  const colours = !file && isColoured(process.stdout);
  return renderText(report, { colours, width: file ? 100 : widthOf(process.stdout) });
}

async function deliver(text: string, output: string | undefined): Promise<void> {
  if (output === undefined || output === "-") return await write(process.stdout, text);
  try {
    await writeFile(output, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SallyportError("UNAVAILABLE", `${output} could not be written: ${why}`, { cause: error });
  }
}

/** `sallyport audit`: configurations, then call sites. Gives the exit code; throws for usage and for faults. */
export async function run(argv: readonly string[]): Promise<number> {
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
  let outcome = await auditAll(scope, options);
  if (options.flag("fix")) {
    const done = await fixAll(scope, outcome, options);
    outcome = done.outcome;
    const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
    await write(process.stderr, `Fixed ${count(done.fixed, "finding")} in ${count(done.files, "file")}.\n`);
  }
  await deliver(render(reportOf(outcome, options), options), options.value("output"));
  return exitCode(outcome, options);
}
