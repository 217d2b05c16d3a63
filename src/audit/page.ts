import { userFiles, WORKSPACE_FILES } from "../clients/clients.ts";
import type { Environment } from "../core/environment.ts";
import { POLICY_FILE, POLICY_NAME } from "./policyFile.ts";
import type { AuditRule } from "./rule.ts";

/** Where a reference of a rule is explained. */
function linkOf(reference: string): string {
  const cwe = /^CWE-(\d+)$/.exec(reference)?.[1];
  if (cwe !== undefined) return `[${reference}](https://cwe.mitre.org/data/definitions/${cwe}.html)`;
  if (reference.startsWith("CVE-")) return `[${reference}](https://www.cve.org/CVERecord?id=${reference})`;
  if (reference.startsWith("MCP")) return `[OWASP ${reference}](https://owasp.org/www-project-mcp-top-10/)`;
  if (reference.startsWith("ASI")) {
    return `[OWASP ${reference}](https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/)`;
  }
  return reference;
}

/** The docs page of a rule, as Markdown. The registry is its only source. */
export function rulePage(rule: AuditRule): string {
  const { info, fix, example } = rule;
  return `# ${info.id}: ${info.title}

| severity | shown to | works offline | quick fix |
|---|---|---|---|
| ${info.severity}; variants may differ | ${info.persona === "regular" ? "everyone" : info.persona} | yes | ${fix === undefined ? "no" : "yes"} |

## What it does

${info.summary}

## Why it is bad

${info.why}

## Remediation

${info.remedy}

Before:

\`\`\`jsonc
${example.before}
\`\`\`

After:

\`\`\`jsonc
${example.after}
\`\`\`
${fix === undefined ? "" : `\n**Quick fix.** ${fix}\n`}
To accept a finding, say why on its line or the line above: \`// sallyport-ignore: ${info.id} -- reason\`. ${
    info.needsOwnConsent
      ? "In a project it needs\nyour consent: it stays reported until you accept that very ignore in the editor, or say `--trusted`."
      : "In a folder that is\nnot trusted this hides nothing of severity high or critical."
  } [Other ways](../ignoring.md).

## References

${info.references.map((reference) => `- ${linkOf(reference)}`).join("\n")}
`;
}

/** The list of all rules, as Markdown. */
export function rulesPage(rules: readonly AuditRule[]): string {
  const rows = rules.map(
    ({ info, fix }) =>
      `| [${info.id}](rules/${info.id}.md) | ${info.title} | ${info.severity} | ${fix === undefined ? "" : "yes"} |`,
  );
  return `# Audit rules

\`sallyport audit\` reads the MCP configurations and agent settings of a workspace and of the person, and reports what these
rules find. All of them work offline and read files only: no server is started, nothing is asked of a registry.

A server that is switched off, and a file below a folder of tests or fixtures, weigh one step less. A repository's ignore
comments are counted in every output; in a folder that is not trusted they hide nothing of severity high or critical.

| rule | what it finds | severity | quick fix |
|---|---|---|---|
${rows.join("\n")}
`;
}

const MACHINES: readonly { readonly title: string; readonly environment: Environment }[] = [
  { title: "Linux", environment: { os: "linux", home: "~", cwd: "/", variable: () => undefined } },
  { title: "macOS", environment: { os: "macos", home: "~", cwd: "/", variable: () => undefined } },
  { title: "Windows", environment: { os: "windows", home: "%USERPROFILE%", cwd: "C:\\", variable: () => undefined } },
];

/** The files that are read, as Markdown. The clients are its only source. */
export function filesPage(): string {
  const workspace = [...WORKSPACE_FILES, { path: POLICY_NAME, kind: POLICY_FILE }];
  const rows = workspace.map((one) => `| \`${one.path}\` | ${one.kind.title} |`);
  const machines = MACHINES.map(({ title, environment }) => {
    const files = userFiles(environment).map((one) => `| \`${one.path}\` | ${one.kind.title} |`);
    return `### ${title}\n\n| file | what it is |\n|---|---|\n${files.join("\n")}\n`;
  });
  return `# Files that the audit reads

A file that is not there is no problem; one that is there and cannot be read or parsed is, and the exit code says so. Files
are at most 8 MiB; devices and pipes are never opened. Any other file is audited when it is named on the command line.

## Of a workspace

At the top of each folder that is audited, whatever \`.gitignore\` says, and in every project below it that is not ignored:

| file | what it is |
|---|---|
${rows.join("\n")}

## Of the person

Left out with \`--no-home\`. The home folder is that of the operating system's user record. \`XDG_CONFIG_HOME\`,
\`XDG_DATA_HOME\`, \`APPDATA\`, \`CLAUDE_CONFIG_DIR\` and \`VSCODE_PORTABLE\` are followed. A \`*\` stands for every folder.

${machines.join("\n")}`;
}
