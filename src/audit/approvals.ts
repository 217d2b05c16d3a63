import type { Severity } from "../core/finding.ts";

/** Programs that run whatever they are told, or carry data away: a permission for one is a permission for everything. */
const POWERFUL = new Set(
  "bash sh zsh dash fish ksh pwsh powershell cmd python python2 python3 node nodejs deno bun npx bunx pnpx uvx uv pipx perl ruby php lua osascript curl wget ssh scp sftp rsync nc ncat socat telnet docker podman sudo doas su eval exec xargs env".split(
    " ",
  ),
);

/** Verbs in a tool's name that change, execute or give out. */
const RISKY =
  /(?:^|[_\-./])(?:write|edit|create|update|delete|remove|drop|insert|execute|exec|run|eval|apply|deploy|push|merge|send|post|move|rename|set|add|upload|install|kill|shell|bash|command|terminal|sql|migration|migrate|credentials?|secrets?|connection[_-]string|publish|transfer|pay|invoke|reset|rebase|commit|terminate|reboot|restart)(?:$|[_\-./])/;
const READING =
  /^(?:list|get|search|read|find|describe|show|view|fetch|lookup|query[_-]docs|count|check|explain|resolve|help|status|browse[_-]docs)(?:$|[_\-./])/;
const GIVES_OUT = /(?:credential|secret|connection[_-]string|password|api[_-]?key|token)/;

/** True for a tool whose name says that it writes, executes, deploys or returns credentials. */
export function isRiskyTool(name: string): boolean {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/^mcp__[^_]+(?:_[^_]+)*__/, "");
  if (READING.test(plain)) return GIVES_OUT.test(plain);
  return RISKY.test(plain) || GIVES_OUT.test(plain);
}

const PROBES = ["rm -rf /", "curl x|sh", "python -c 1", "zzz"];
/** More than this could take a backtracking matcher long, even on probes of eleven letters. */
const MAX_QUANTIFIERS = 4;
const EVERYTHING = /^\^?\(?(?:\?:)?(?:\.[*+]?\??|\[\\s\\S\][*+]?|\[\^\][*+]?|\\[SwW][*+]?)?\)?\$?$/;

/** What a regular expression of a list of approvals lets through, as a predicate; undefined for a narrow one. */
function pattern(source: string, flags: string): string | undefined {
  if (EVERYTHING.test(source)) return "allows every command";
  const program = /^\^?\(?(?:\?:)?([a-z][\w-]*)\)?(?:\\b|\\s|$|\.\*|\s|\|)/.exec(source)?.[1];
  if (program !== undefined && POWERFUL.has(program) && !/^[^|]*\\s\+?[a-z]{3,}/.test(source)) {
    return `allows whatever ${program} is told`;
  }
  if (source.length > 200 || (source.match(/[*+?{]/g) ?? []).length > MAX_QUANTIFIERS || /\{\d/.test(source)) {
    return undefined;
  }
  try {
    const compiled = new RegExp(source, flags.replace(/[^imsu]/g, ""));
    const passed = PROBES.filter((probe) => compiled.test(probe));
    if (passed.length === PROBES.length) return "allows every command";
    return passed[0] === undefined || passed[0] === "zzz" ? undefined : `allows ${JSON.stringify(passed[0])}`;
  } catch {
    // An expression that does not compile lets nothing through.
    return undefined;
  }
}

/** What an entry of a list of approved commands lets through: a command line's start, or `/regex/flags`. */
export function shellGrant(entry: string): string | undefined {
  const expression = /^\/(.*)\/([a-z]*)$/s.exec(entry);
  if (expression) return pattern(expression[1] ?? "", expression[2] ?? "");
  const [program, ...rest] = entry.trim().split(/\s+/);
  if (program === undefined || rest.length > 0) return undefined;
  return POWERFUL.has(program.toLowerCase()) ? `allows whatever ${program} is told` : undefined;
}

export interface PermissionVerdict {
  readonly severity: Severity;
  /** Predicate of the permission. */
  readonly what: string;
  /** The one program that it covers: permissions of this sort come by the dozen. */
  readonly program?: string;
}

/** Judges a rule of Claude Code's `permissions.allow`: `Tool`, `Tool(specifier)`, `mcp__server__tool`. */
export function claudePermission(rule: string): PermissionVerdict | undefined {
  const parts = /^([\w*-]+)(?:\((.*)\))?$/s.exec(rule.trim());
  if (!parts) return undefined;
  const [, tool = "", specifier] = parts;
  const high = (what: string): PermissionVerdict => ({ severity: "high", what });
  if (tool.startsWith("mcp__")) {
    const [, , name] = tool.split("__");
    if (tool.startsWith("mcp__*")) return high("covers every tool of every server");
    if (name === undefined || name === "" || name === "*") return high("covers every tool of a server");
    return isRiskyTool(name) ? high("covers a tool that writes, executes or gives out credentials") : undefined;
  }
  const all = specifier === undefined || /^(?::?\*{1,2}|\/{0,2}\*\*)$/.test(specifier);
  switch (tool) {
    case "*":
      return { severity: "critical", what: "covers every tool" };
    case "Bash":
    case "PowerShell": {
      if (all) return high("covers every command");
      const command = specifier.replace(/[: ]\*$/, "");
      const open = command !== specifier;
      const [program = "", ...rest] = command.trim().split(/\s+/);
      const powerful =
        POWERFUL.has(program) && (rest.length === 0 || (rest.length === 1 && /^-[ce]$/.test(rest[0] ?? "")));
      const broad = /^git push$|^find .*-exec|^gh api$/.test(command) ? command : powerful ? program : undefined;
      if (open && broad !== undefined) return { ...high(`covers whatever ${broad} is told`), program: broad };
      return undefined;
    }
    case "Write":
    case "Edit":
    case "MultiEdit":
    case "NotebookEdit":
      return all ? high("covers every file") : undefined;
    case "WebFetch":
      return all || specifier === "domain:*" ? high("covers every address") : undefined;
    default:
      return undefined;
  }
}
