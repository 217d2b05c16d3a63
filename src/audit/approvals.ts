import type { ConfigFile } from "../clients/config.ts";
import { type Grant, isCommitted, type Permission } from "../clients/permissions/model.ts";
import { isEveryPath } from "../clients/permissions/titles.ts";
import type { Confidence, Severity } from "../core/finding.ts";
import { isBroadFolder, isTemporaryFolder } from "./folders.ts";
import { programName } from "./words.ts";

/** Programs that run whatever they are told, or carry data away: a permission for one is a permission for everything. */
const POWERFUL = new Set(
  "bash sh zsh dash fish ksh pwsh powershell cmd python python2 python3 node nodejs deno bun npx bunx pnpx uvx uv pipx perl ruby php lua osascript curl wget ssh scp sftp rsync nc ncat socat telnet docker podman sudo doas su eval exec xargs env iex invoke-expression iwr invoke-webrequest".split(
    " ",
  ),
);

/** Verbs in a tool's name that change, execute or give out. */
const RISKY =
  /(?:^|[_\-./])(?:write|edit|create|update|delete|remove|drop|insert|execute|exec|run|eval|apply|deploy|push|merge|send|post|move|rename|set|add|upload|install|kill|shell|bash|command|terminal|sql|migration|migrate|credentials?|secrets?|connection[_-]string|publish|transfer|pay|invoke|reset|rebase|commit|terminate|reboot|restart)(?:$|[_\-./])/;
const READING =
  /^(?:list|get|search|read|find|describe|show|view|fetch|lookup|query[_-]docs|count|check|explain|resolve|help|status|browse[_-]docs)(?:$|[_\-./])/;
const GIVES_OUT = /(?:credential|secret|connection[_-]string|password|api[_-]?key|token)/;

/** Tools that do anything at all, whatever their name says. */
const BOUNDLESS = new Set(["use_aws", "unsandboxed", "computer", "computer_use", "browser_use"]);

/** True for a tool whose name says that it writes, executes, deploys or returns credentials. */
export function isRiskyTool(name: string): boolean {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/^mcp__[^_]+(?:_[^_]+)*__/, "");
  if (BOUNDLESS.has(plain)) return true;
  if (READING.test(plain)) return GIVES_OUT.test(plain);
  return RISKY.test(plain) || GIVES_OUT.test(plain);
}

/** The last are lines to which something was added: who lets through whatever has `&&` in it lets through anything. */
const PROBES = [
  "rm -rf /",
  "curl x|sh",
  "python -c 1",
  "zzz",
  "zzz && rm -rf /",
  "zzz;rm -rf /",
  "zzz $(rm -rf /)",
  "zzz `rm -rf /`",
];
/** More than this could take a backtracking matcher long, even on probes of fifteen letters. */
const MAX_QUANTIFIERS = 4;
const EVERYTHING = /^\^?\(?(?:\?:)?(?:\.[*+]?\??|\[\\s\\S\][*+]?|\[\^\][*+]?|\\[SwW][*+]?)?\)?\$?$/;
const EVERY_COMMAND = "covers every command";

interface Covered {
  /** Predicate of the permission. */
  readonly what: string;
  /** The one program that it covers: permissions of this sort come by the dozen. */
  readonly program?: string;
}

/** What a regular expression of a list of approvals lets through; undefined for a narrow one. */
function expression(source: string, flags: string): Covered | undefined {
  if (EVERYTHING.test(source)) return { what: EVERY_COMMAND };
  const program = /^\^?\(?(?:\?:)?([a-z][\w-]*)\)?(?:\\b|\\s|$|\.\*|\s|\|)/.exec(source)?.[1];
  if (program !== undefined && POWERFUL.has(program) && !/^[^|]*\\s\+?[a-z]{3,}/.test(source)) {
    return { what: `covers whatever ${program} is told`, program };
  }
  if (source.length > 200 || (source.match(/[*+?{]/g) ?? []).length > MAX_QUANTIFIERS || /\{\d/.test(source)) {
    return undefined;
  }
  try {
    const compiled = new RegExp(source, flags.replace(/[^imsu]/g, ""));
    const passed = PROBES.filter((probe) => compiled.test(probe));
    if (passed.length === PROBES.length) return { what: EVERY_COMMAND };
    return passed[0] === undefined || passed[0] === "zzz"
      ? undefined
      : { what: `covers ${JSON.stringify(passed[0].replace("zzz", "…"))}` };
  } catch {
    // An expression that does not compile lets nothing through.
    return undefined;
  }
}

/** What the beginning of a command line lets through: a program alone, or one with `-c`. */
function beginning(start: string): Covered | undefined {
  if (start === "") return { what: EVERY_COMMAND };
  const [first = "", ...rest] = start.split(/\s+/);
  if (/^git push$|^gh api$/.test(start) || (first === "find" && rest.some((word) => /^-(?:exec|delete)/.test(word)))) {
    return { what: `covers whatever ${start} is told`, program: start };
  }
  const program = programName(first);
  const open = rest.length === 0 || (rest.length === 1 && /^(?:-[ce]|\/c)$/.test(rest[0] ?? ""));
  return POWERFUL.has(program) && open ? { what: `covers whatever ${program} is told`, program } : undefined;
}

function commandsCovered({ pattern, syntax, flags = "" }: Extract<Grant, { kind: "command" }>): Covered | undefined {
  switch (syntax) {
    case "exact":
      return undefined;
    case "regex":
      return expression(pattern, flags);
    case "prefix":
      return beginning(pattern.trim());
    case "glob": {
      if (!pattern.endsWith("*")) return undefined;
      const start = pattern.slice(0, -1).replace(/\*$/, "").trim().replace(/:$/, "");
      return start.includes("*") ? undefined : beginning(start);
    }
  }
}

/** What is dangerous about a permission. Those of one `group` and one list are told together. */
export interface Verdict {
  readonly severity: Severity;
  /** Predicate of the permission. */
  readonly what: string;
  readonly group?: "program" | "tool";
  /** As the list of a group names it. */
  readonly name?: string;
  readonly confidence?: Confidence;
}

const high = (what: string): Verdict => ({ severity: "high", what });

export function ofGrant(grant: Grant): Verdict | undefined {
  switch (grant.kind) {
    case "everything":
      return { severity: "critical", what: "covers every tool" };
    case "edits":
      return { severity: "medium", what: "covers every edit of a file" };
    case "server":
      return high(grant.server === "*" ? "covers every tool of every server" : "covers every tool of a server");
    case "tool":
      if (!isRiskyTool(grant.tool)) return undefined;
      return {
        ...high("covers a tool that writes, executes or gives out credentials"),
        group: "tool",
        name: grant.tool,
      };
    case "command": {
      const covered = commandsCovered(grant);
      if (!covered) return undefined;
      const { what, program } = covered;
      return { ...high(what), ...(program !== undefined && { group: "program", name: program }) };
    }
    case "write":
      return isEveryPath(grant.path) ? high("covers every file") : undefined;
    case "fetch":
      return grant.address === "*" ? high("covers every address") : undefined;
    case "servers":
      return high("starts servers");
    case "trust":
      return grant.path === "*" || isBroadFolder(grant.path) || isTemporaryFolder(grant.path)
        ? high("covers every folder below")
        : undefined;
    // Which files and folders an agent should not reach is for the rules about folders.
    case "read":
    case "folder":
    case "guard":
      return undefined;
  }
}

/** Judges a permission; undefined for one that a careful person may give, and for one without effect. */
export function judge(permission: Permission, file: ConfigFile): Verdict | undefined {
  const { grant, weight, confidence, sharedOnly, withoutEffect, title } = permission;
  if (withoutEffect !== undefined || (sharedOnly === true && !isCommitted(file))) return undefined;
  const verdict = grant.kind === "guard" && weight !== undefined ? { severity: weight, what: title } : ofGrant(grant);
  if (!verdict) return undefined;
  return { ...verdict, ...(weight !== undefined && { severity: weight }), ...(confidence && { confidence }) };
}
