import { SEVERITIES } from "../core/finding.ts";
import type { CommandTable } from "./optionTable.ts";

/** Noise levels, quiet first: each shows what the ones before it show. */
export const PERSONAS = ["regular", "pedantic", "auditor"] as const;
export const FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"] as const;
export const PARTS = ["configs", "callsites"] as const;
/** Of `--fail-on`: findings never make the exit code 1. */
export const NEVER = "never";

/** Everything that `sallyport audit` takes. */
export const AUDIT_TABLE: CommandTable = {
  usage: "sallyport audit [path…] [options]",
  about: [
    "Audits MCP configurations and agent settings, then looks for calls to language models that leave no record. Reads; never starts a server; needs no network.",
  ],
  operands:
    "A path is a project folder or a single file; without one it is the current folder. Your own configurations (~/.cursor, ~/.claude.json, VS Code's user settings …) are audited too, unless --no-home.",
  options: [
    { name: "only", value: "PART", choices: PARTS, summary: "Do only one of the two parts" },
    { name: "staged", summary: "Audit what git would commit, not what is on disk (implies --no-home)" },
    {
      name: "since",
      value: "REV",
      summary: "Report only on files that differ from this commit, as they are on disk (implies --no-home)",
    },
    { name: "home", summary: "Audit your own configurations (the default); with --fix: change them too" },
    { name: "no-home", summary: "Leave your own configurations alone" },
    { name: "client", value: "ID", list: true, summary: "Only configurations of these clients: vscode, cursor …" },
    { name: "rule", value: "ID", list: true, summary: "Only findings of these rules" },
    { name: "min-severity", value: "SEVERITY", choices: SEVERITIES, summary: "Show nothing below this" },
    { name: "persona", value: "PERSONA", choices: PERSONAS, fallback: "regular", summary: "How much to show" },
    {
      name: "fail-on",
      value: "SEVERITY",
      choices: [...SEVERITIES, NEVER],
      fallback: "high",
      summary: "Exit with 1 on a finding as severe as this",
    },
    { name: "baseline", value: "FILE", summary: "Accept the findings that this file lists" },
    { name: "update-baseline", summary: "Write what is found now into the --baseline file, and drop what is gone" },
    { name: "trusted", summary: "Let the project's own ignores hide severe findings too, for this run" },
    { name: "format", value: "FORMAT", choices: FORMATS, fallback: "text", summary: "How to report" },
    { name: "output", value: "FILE", summary: "Write the report to a file, and print one line" },
    { name: "fix", summary: "Change the files under the paths: every fix that keeps your meaning" },
    { name: "unsafe", summary: "With --fix: also fixes that you have to look at" },
    { name: "locked", summary: "Fail on whatever is not as sallyport.lock has it, and where there is none" },
    { name: "inventory", summary: "Print what each server may act as: which credentials, and who shares them" },
    { name: "list-files", summary: "Print which files are looked for, and which of them are there" },
    {
      name: "tools",
      value: "FILE",
      summary: "Audit what a server offers: a saved tools/list, prompts/list, … or a snapshot",
    },
    { name: "list-rules", summary: "Print every rule" },
    { name: "explain", value: "RULE", summary: "Print what a rule is about" },
  ],
  notes: [
    "--client and --rule may be given more than once, or hold several ids with commas.",
    "Exit codes: 0 clean; 1 findings at or above --fail-on, shown or not; 2 usage; 3 something could not be read, which comes before 1, since the audit is then not complete; 4 internal error.",
  ],
};
