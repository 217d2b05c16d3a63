import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Severity } from "../../core/finding.ts";
import type { Span } from "../../core/text.ts";
import { type Launch, launchesOf, type Wrapper } from "../launch.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { uploads } from "../uploads.ts";
import { withoutShell } from "../withoutShell.ts";
import { programName } from "../words.ts";

const DOWNLOADERS = new Set([
  "curl",
  "wget",
  "iwr",
  "irm",
  "invoke-webrequest",
  "invoke-restmethod",
  "fetch",
  "aria2c",
]);
const SENDERS = new Set(["curl", "wget", "nc", "ncat", "netcat", "socat", "telnet", "iwr", "irm"]);
const READERS = new Set(["cat", "printenv", "env", "tar", "zip", "base64", "gpg", "head", "tail", "find", "history"]);
const RUNS_INPUT = /^(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|node|perl|ruby|php|iex|invoke-expression|pwsh|powershell)$/;
const DECODERS = new Set(["base64", "xxd", "openssl"]);
const NETWORK = new Set([...DOWNLOADERS, ...SENDERS, "ssh", "scp", "sftp", "rsync", "ftp"]);

interface Verdict {
  readonly severity: Severity;
  readonly what: string;
  readonly span: Span;
}

/** Something fetched or decoded that is run, or something of the machine that is sent away. */
function pipeline(launches: readonly Launch[]): string | undefined {
  const names = launches.map((launch) => programName(launch.program.text));
  for (const [i, launch] of launches.entries()) {
    if (uploads([launch.program, ...launch.args])) return "sends data of this machine away";
    if (!launch.piped) continue;
    const name = names[i] ?? "";
    let start = i;
    while (start > 0 && launches[start]?.piped) start--;
    const before = names.slice(start, i);
    if (RUNS_INPUT.test(name) && before.some((one) => DOWNLOADERS.has(one))) return "runs what it downloads";
    if (RUNS_INPUT.test(name) && before.some((one) => DECODERS.has(one))) return "runs what it decodes";
    if (SENDERS.has(name) && before.some((one) => READERS.has(one))) return "sends data of this machine away";
  }
  return undefined;
}

function scriptDanger(script: string): string | undefined {
  if (/\/dev\/(?:tcp|udp)\//.test(script)) return "opens a connection of its own";
  if (/\b(?:certutil\b.{0,40}-urlcache|mshta\b|bitsadmin\b)/i.test(script)) return "runs what it downloads";
  if (/(?:\$\(|`|<\()\s{0,10}(?:curl|wget)\b/i.test(script)) return "runs what it downloads";
  const fetches = /\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|downloadstring|net\.webclient)\b/i;
  if (/\b(?:iex|invoke-expression)\b/i.test(script) && fetches.test(script)) return "runs what it downloads";
  return undefined;
}

const OPERATORS = /&&|\|\||[|;<>`]|\$\(/;
const CODE_DANGER =
  /\b(?:exec|eval|system|popen|subprocess|urllib|urlopen|requests|socket|b64decode|child_process|fetch|atob)\b/;

function ofWrapper(wrapper: Wrapper, launches: readonly Launch[]): Verdict | undefined {
  const { kind, program, word, script } = wrapper;
  const span = script?.span ?? word.span;
  const text = script?.text ?? "";
  if (kind === "encoded") return { severity: "critical", what: `is started by an encoded script of ${program}`, span };
  if (kind === "code") {
    const severity = CODE_DANGER.test(text) ? "high" : "medium";
    return { severity, what: `is a program that ${program} is given as an argument`, span };
  }
  if (kind !== "shell" && kind !== "cmd") return undefined;
  const danger = pipeline(launches) ?? scriptDanger(text);
  if (danger !== undefined) return { severity: "critical", what: `${danger}, by a script of ${program}`, span };
  if (kind === "cmd") {
    // `cmd /c npx …` is how Windows starts npx.
    return OPERATORS.test(text)
      ? { severity: "medium", what: `is started by a script of ${program}`, span }
      : undefined;
  }
  const reaches = launches.some((launch) => NETWORK.has(programName(launch.program.text)));
  const obscure = /\$\(|`/.test(text) || launches.some((launch) => launch.piped);
  return { severity: reaches || obscure ? "high" : "medium", what: `is started through ${program}`, span };
}

/** Shell syntax, or all arguments, in the field that names the program. */
function ofCommand(entry: ServerEntry, launches: readonly Launch[]): Verdict | undefined {
  const { command } = entry;
  const [only] = launches;
  if (command && only?.wrappers.length === 0 && uploads([only.program, ...only.args])) {
    return { severity: "critical", what: "sends data of this machine away", span: command.node.span };
  }
  if (!command || !/\s/.test(command.value.trim())) return undefined;
  const { span } = command.node;
  if (OPERATORS.test(command.value)) {
    const danger = scriptDanger(command.value);
    if (danger !== undefined) return { severity: "critical", what: `${danger}, in its command`, span };
    return { severity: "medium", what: "has a script for its command, which clients start without a shell", span };
  }
  // A path may have blanks; a program that is known to take words was written together with them.
  const [first] = launches;
  const apart = first !== undefined && first.program.text !== command.value;
  const isWord = apart && !/[\\/]/.test(command.value.split(/\s/)[0] ?? "");
  return isWord || /\s--?[A-Za-z]/.test(command.value.slice(0, 4000))
    ? { severity: "low", what: "has its arguments in its command", span }
    : undefined;
}

const ORDER: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

function judge(file: ConfigFile, entry: ServerEntry): Verdict | undefined {
  const launches = launchesOf(file, entry);
  const wrappers = new Set(launches.flatMap((launch) => launch.wrappers));
  const verdicts = [...[...wrappers].map((wrapper) => ofWrapper(wrapper, launches)), ofCommand(entry, launches)];
  return verdicts
    .filter((verdict) => verdict !== undefined)
    .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))[0];
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const verdict = judge(file, entry);
    if (!verdict) continue;
    const { severity, span, what } = verdict;
    // What a dangerous script does it does without a shell too.
    const fixes = severity === "critical" ? [] : withoutShell(file, entry);
    yield {
      entry,
      severity,
      span,
      message: `The server ${JSON.stringify(entry.name)} ${what}`,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

export const shell: AuditRule = {
  info: {
    id: "shell",
    title: "Server started through a shell",
    summary:
      "Reports a server whose command is a shell, PowerShell or interpreter with its script as an argument, a script that runs what it downloads or sends data away (`cat … | curl`, `curl -d @file`, `scp file host:`, `nc host < file`), and shell syntax in the command itself. `cmd /c npx …`, as Windows needs it, is none; what stands behind a shell is audited by the other rules all the same.",
    why: "A script hides the real program from review and from allow-lists, and whatever is put into it becomes a command.",
    remedy: "Write the program under `command`, its arguments under `args`, and its folder under `cwd`.",
    severity: "medium",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP05:2025", "ASI05", "CWE-78", "CWE-494"],
  },
  fix: "Writes the program and its arguments where the script is one plain command that needs nothing of a shell. Start files of the shell then set nothing for it.",
  example: {
    before: `"command": "bash", "args": ["-c", "npx -y tavily-mcp@0.1.3"]`,
    after: `"command": "npx", "args": ["-y", "tavily-mcp@0.1.3"]`,
  },
  check,
};
