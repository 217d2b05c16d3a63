import type { RuleInfo } from "../core/finding.ts";
import type { Detection, Detector } from "./detector.ts";
import { notInspectedAt } from "./not-inspected.ts";
import { MAX_SCRIPT, readShell, type ShellScript } from "./shell.ts";
import { dangersOf } from "./shellDanger.ts";
import { shown } from "./shown.ts";

const rule: RuleInfo = {
  id: "command-injection",
  title: "A command where none belongs, or one that does harm",
  summary:
    "An argument that is a name, a path or an address and yet holds a shell command or an option; or an argument that is a command and runs downloads, sends secrets away, destroys or plants something. Both are parsed with a grammar of the shell.",
  why: "Many servers hand their arguments to a shell. Whoever controls an argument then controls the machine.",
  remedy: "Refuse the call. Report the server that needs such arguments.",
  severity: "high",
  persona: "regular",
  references: ["MCP05:2025", "ASI05", "CWE-78", "CWE-88"],
};

/** Arguments that are commands by what they are called. */
const COMMAND_KEY =
  /(?:^|[_-])(?:command|commands|cmd|cmdline|script|shell|bash|sh|exec|run|powershell|commandline|command_line|args|argv)$|^(?:input|stdin)$/i;
/** Arguments that hold prose or code of other languages. */
const FREE_KEY =
  /(?:^|[_-])(?:content|contents|text|body|message|messages|description|comment|comments|prompt|question|summary|code|sql|title|note|notes|diff|patch|markdown|html|template|reason|caption|answer|reply|subject|new_?string|old_?string|new_?str|old_?str|file_text|replacement|document|data|payload|value|instructions?|thought|thoughts|context|snippet|source|input|expression|formula|regex|pattern|jq|filter|selector|query|q|search|chunk|cell|lines?)$/i;
/** Longer values are no names. */
const MAX_NAME = 600;

export const commandInjection: Detector = {
  rule,
  scan(text, context) {
    if (context.place !== "argument" || text.length < 3) return [];
    const key = context.key ?? "";
    if (COMMAND_KEY.test(key)) return inCommand(text);
    if (key === "" || FREE_KEY.test(key)) return [];
    return text.length <= MAX_NAME ? inName(text) : [];
  },
};

function inCommand(text: string): Detection[] {
  const script = readShell(text);
  if (!script) return [notInspectedAt(0, text.length, "too-long", `a command of more than ${MAX_SCRIPT} characters`)];
  const span = { start: 0, end: text.length };
  const danger = dangersOf(script)[0];
  if (!danger) return [];
  const { variant, severity, why } = danger;
  return [
    { rule: rule.id, variant, severity, confidence: "medium", span, evidence: `The command ${why}: ${shown(text)}` },
  ];
}

/** Options by which programs run others: what a name that begins with a dash may be taken for. */
const OPTION =
  /^(?:-{1,2}(?:upload-pack|receive-pack|exec|ext-diff|proxycommand|use-askpass|checkpoint-action|to-command|rsh|config-env|output|open-files-in-pager|pager|eval|require|init-command|unsafe-perm)\b|-o\s?proxycommand|-c\s?core\.|ext::)/i;
const META = /[;&|`$<>\n\r]/;
/** Programs that a smuggled command most often is. */
const PROGRAMS = new Set(
  (
    "sh bash zsh dash cmd powershell pwsh curl wget nc ncat cat ls id whoami uname env printenv rm cp mv touch echo printf python python3 perl ruby node php " +
    "ping nslookup dig host ssh scp tar zip base64 chmod chown kill sleep mkdir tee dd find grep sed awk git npm npx pip open start calc calc.exe notepad type dir net reg certutil ifconfig ip hostname pwd ps eval exec source export set xargs sudo mkfifo osascript at crontab reboot shutdown docker kubectl aws"
  ).split(" "),
);

function inName(text: string): Detection[] {
  const span = { start: 0, end: text.length };
  const found = (variant: string, severity: "high" | "medium", why: string): Detection[] => [
    {
      rule: rule.id,
      variant,
      severity,
      confidence: severity === "high" ? "high" : "medium",
      span,
      evidence: `${why}: ${shown(text)}`,
    },
  ];
  if (OPTION.test(text))
    return found("option", "high", "A value that a program takes for an option which runs another");
  if (!META.test(text)) return [];
  // Addresses have their own use of `&`, `;` and `$`; templates and variables are filled in before anything runs.
  const isUrl = /^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i.test(text);
  if (isUrl && !/[`;|]|\$\(/.test(text)) return [];
  const script = readShell(text);
  if (!script) return [];
  // What is quoted by the server, too: `x'; id; '`, `x" && id #`.
  const closed = /["']/.test(text) ? readShell(text.replace(/^[^"']*["']/, "x")) : undefined;
  for (const one of [script, closed]) {
    const smuggled = one && smuggledIn(one);
    if (smuggled)
      return found(
        smuggled.variant,
        smuggled.known ? "high" : "medium",
        `A name that holds a command (${shown(smuggled.program)})`,
      );
  }
  return [];
}

function smuggledIn({ commands }: ShellScript): { program: string; variant: string; known: boolean } | undefined {
  for (const [i, command] of commands.entries()) {
    const isExtra = i > 0 || command.nested;
    if (!isExtra || !/^[a-z_.][\w.+-]{0,40}$/.test(command.program)) continue;
    const known = PROGRAMS.has(command.program);
    const variant = command.nested ? "substitution" : "separator";
    // `Q&A`, `A; B`: words, unless they are given something like a program is.
    if (known ? command.program.length > 2 || command.nested || command.args.length > 0 : command.nested)
      return { program: command.program, variant, known };
  }
  return undefined;
}
