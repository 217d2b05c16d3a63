import type { Client } from "../clients/client.ts";
import { CLIENTS, filesOf } from "../clients/clients.ts";
import type { FileKind, Scope } from "../clients/config.ts";
import { editorFolders, serverFolders } from "../clients/editors.ts";
import { INSTRUCTION_FILES } from "../clients/instructions.ts";
import type { Environment } from "../core/environment.ts";
import { QUESTIONS, type Question } from "./data/questions.ts";
import { LOCK_NAME } from "./lock.ts";
import { POLICY_NAME } from "./policyFile.ts";
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

/** One question, with the rules that answer it. */
function questionRow({ asks, rules: ids, limits }: Question, rules: readonly AuditRule[]): string {
  const answering = rules.filter(({ info }) => ids.includes(info.id));
  const links = answering.map(({ info }) => `[${info.id}](rules/${info.id}.md)`).join(", ");
  const severities = [...new Set(answering.map(({ info }) => info.severity))].join(", ");
  const references = [...new Set(answering.flatMap(({ info }) => info.references))].join(", ");
  return `| ${asks} | ${links} | ${severities} | ${references} | ${limits ?? ""} |`;
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

## Which question which rule answers

| question | rules | severity | references | what is left open |
|---|---|---|---|---|
${QUESTIONS.map((one) => questionRow(one, rules)).join("\n")}
`;
}

const SYSTEMS = ["Linux", "macOS", "Windows"] as const;
const MACHINES: readonly Environment[] = [
  { os: "linux", home: "~", cwd: "/", variable: () => undefined },
  { os: "macos", home: "~", cwd: "/", variable: () => undefined },
  { os: "windows", home: "C:\\~", cwd: "C:\\", variable: () => undefined },
];

/** Windows' own names for the folders below a home folder, and `/` on every system. */
function shownPath(file: string): string {
  return file
    .replaceAll("\\", "/")
    .replace(/^C:\/~/, "~")
    .replace(/^~\/AppData\/Roaming\//, "%APPDATA%/")
    .replace(/^~\/AppData\/Local\//, "%LOCALAPPDATA%/")
    .replace(/^C:\/ProgramData\//, "%ProgramData%/")
    .replace(/^C:\/Program Files\//, "%ProgramFiles%/");
}

/** A client's files of one kind and scope, as paths for each system in turn. */
interface Row {
  readonly kind: FileKind;
  readonly scope: Scope;
  readonly paths: readonly (readonly string[])[];
}

/** Paths below a `User` or data folder of an editor by that folder's short name. */
function byFolder(file: string, environment: Environment): string {
  const own = editorFolders(environment).find(({ folder }) => file.startsWith(folder));
  if (own) return shownPath(`<User>${file.slice(own.folder.length)}`);
  const server = serverFolders(environment).find(({ folder }) => file.startsWith(folder));
  return shownPath(server ? `<Server>${file.slice(server.folder.length)}` : file);
}

function rowsOf(client: Client): Row[] {
  const rows = new Map<string, { kind: FileKind; scope: Scope; paths: string[][] }>();
  const rowFor = (kind: FileKind, scope: Scope): string[][] => {
    const key = `${scope} ${kind.id}`;
    const row = rows.get(key) ?? { kind, scope, paths: [[], [], []] };
    rows.set(key, row);
    return row.paths;
  };
  for (const { path, kind } of client.workspace) for (const one of rowFor(kind, "workspace")) one.push(path);
  for (const [i, machine] of MACHINES.entries()) {
    for (const { path, kind, scope } of filesOf(client, machine)) {
      const shown = byFolder(path, machine);
      // An editor's folder on a remote machine is one of its folders.
      const where = shown.startsWith("<User>") && scope === "remote" ? "user" : scope;
      const own = rowFor(kind, where)[i];
      if (own && !own.includes(shown)) own.push(shown);
    }
  }
  return [...rows.values()];
}

const code = (paths: readonly string[]): string => paths.map((one) => `\`${one}\``).join(", ");

/** What is the same on every system once, then what is not. */
function placesIn({ paths }: Row): string {
  const [linux = []] = paths;
  const everywhere = linux.filter((one) => paths.every((own) => own.includes(one)));
  const parts = everywhere.length > 0 ? [code(everywhere)] : [];
  const special = paths.map((own) => code(own.filter((one) => !everywhere.includes(one))));
  for (const [i, own] of special.entries()) {
    if (own === "" || special.indexOf(own) < i) continue;
    const systems = SYSTEMS.filter((_, j) => special[j] === own);
    parts.push(`${systems.join(", ")}: ${own}`);
  }
  return parts.join("; ");
}

/** What is read of a file: what it may hold, or that it instructs. */
const readOf = ({ holds, instructions }: FileKind): string =>
  instructions ? "instructions" : (holds ?? ["servers"]).join(", ");

/** One line for what a client reads alike: instruction files of one scope are one. */
function linesOf(client: Client): string[] {
  return rowsOf(client).map(
    (row) => `| ${client.title} | ${row.scope} | ${row.kind.title}: ${readOf(row.kind)} | ${placesIn(row)} |`,
  );
}

function foldersOfEditors(): string {
  const lines = MACHINES.map((machine, i) => {
    const folders = editorFolders(machine).filter(({ scope }) => scope === "user");
    return `- ${SYSTEMS[i] ?? ""}: ${code(folders.map(({ folder }) => shownPath(folder)))}`;
  });
  const [linux] = MACHINES;
  const servers = linux ? serverFolders(linux).map(({ folder }) => shownPath(folder)) : [];
  return `${lines.join("\n")}
- on a machine that an editor works on from elsewhere (SSH, WSL, containers): \`User\` in the folders \`<Server>\`, which
  are ${code(servers)}`;
}

/** The clients and their files, as Markdown. The clients are its only source. */
export function clientsPage(): string {
  return `# Clients and their files

What \`sallyport audit\` looks for and reads, for ${CLIENTS.length} clients. \`sallyport audit --list-files\` says what of it is there on
this machine. A file that is not there is no problem; one that is there and cannot be read or parsed is, and the exit code
says so. Files are at most 8 MiB; devices and pipes are never opened. Every other JSON, TOML or YAML file with the shape of a
map of servers is audited when it is named on the command line.

- **workspace**: at the top of each folder that is audited, whatever \`.gitignore\` says, and in every project below it that
  is not ignored. \`${POLICY_NAME}\` and \`${LOCK_NAME}\` are read there too.
- **user**, **profile**, **remote**, **plugin**, **managed**: of the person, of a profile of theirs, of the machine that an
  editor works on, of what a plugin or extension brought, of the administrator. Left out with \`--no-home\`.
- \`*\` stands for part of a name, \`**\` for any number of folders: at most 8 deep, 4,000 folders in all, links not followed.
- \`~\` is the home folder of the operating system's user record. Variables that move these places are followed where they
  hold an absolute path: \`XDG_CONFIG_HOME\`, \`XDG_DATA_HOME\`, \`APPDATA\`, \`LOCALAPPDATA\`, \`ProgramData\`, \`ProgramFiles\`,
  \`VSCODE_PORTABLE\`, \`CLAUDE_CONFIG_DIR\`, \`CLAUDE_CODE_PLUGIN_CACHE_DIR\`, \`CODEX_HOME\`, \`COPILOT_HOME\`,
  \`GEMINI_CLI_SYSTEM_SETTINGS_PATH\`, \`GEMINI_CLI_SYSTEM_DEFAULTS_PATH\`, \`CLINE_DATA_DIR\`, \`CLINE_MCP_SETTINGS_PATH\`,
  \`OPENCODE_CONFIG\`, \`OPENCODE_CONFIG_DIR\`, \`CONTINUE_GLOBAL_DIR\`, \`GROK_HOME\`, \`GROK_CONFIG\`.
- In WSL the Windows side is looked at too, below \`/mnt/c/Users\`: VS Code, Cursor and Claude Desktop. From Windows the Linux
  side is not, because to look there starts it: run the audit inside.

\`<User>\` is a client's own editor's folder, and for an extension every editor's:

${foldersOfEditors()}

Not read, because it is in no text file or in none of a known place: Cursor's auto-run switch and the approvals of other
editors, which are in their state databases; servers that an extension of VS Code provides by code; opencode's
\`OPENCODE_CONFIG_CONTENT\` and the defaults that an organisation serves.

Four of these programs are asked in the project's tests whether they read a file as this reader does, offline and in a home
of their own: Codex 0.169.0 (\`codex mcp list --json\`), Gemini CLI 0.61.0 (\`gemini mcp list\`), Claude Code 2.1.332
(\`claude mcp list\`) and opencode 1.18.33 (\`opencode mcp list\`). They agree on names, on what is started or reached, and on
what is switched off. Where such a program cannot be fetched the test is skipped with the reason. No other
program is asked: editors list their servers in a window alone, and further command lines (of Copilot, Qwen, Amp, Crush and
others) were not tried. What is known of their files is from their documentation, schemas and sources.

| client | scope | what it is: what is read | where |
|---|---|---|---|
${CLIENTS.flatMap(linesOf).join("\n")}

## What describes servers for others

A \`server.json\` of the MCP registry, the \`manifest.json\` of an MCP bundle, and the one inside a \`*.mcpb\` or \`*.dxt\` archive
(reported as \`x.mcpb!manifest.json\`) are audited in a workspace whatever client reads them; files of these names that are
something else are left alone. Of an archive only the manifest is unpacked: one that is broken, encrypted, of the ZIP64
format, too large (8 MiB for the manifest, 50,000 members, 4 GiB unpacked, 200 times its size), that has the manifest
twice, or members that would leave its folder, is a problem. Such servers are not locked, inventoried, inspected or
protected: nothing here starts them.

## Instruction files

Of a workspace, by whichever agent: ${code(INSTRUCTION_FILES.map((one) => one.path))}.
`;
}
