import type { Severity } from "../../core/finding.ts";
import { lower } from "../../core/finding.ts";
import { launchesOf } from "../launch.ts";
import { containerOptions } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const CAPABILITIES = /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|NET_ADMIN|DAC_READ_SEARCH|SYS_RAWIO)$/i;
const HOME = String.raw`(?:~|\$HOME|\$\{HOME\}|\$\{userHome\}|\$\{localEnv:HOME\}|\$\{env:HOME\}|%USERPROFILE%|/home/[^\\/]+|/Users/[^\\/]+|/root|[A-Za-z]:[\\/]Users[\\/][^\\/]+)`;
const SOCKET = /(?:^|\/)(?:docker|podman|containerd|crio)\.sock$/;
const SYSTEM = /^(?:\/|\/etc\/?|\/var\/?|\/root\/?|\/proc\/?|\/sys\/?|\/dev\/?|[A-Za-z]:[\\/]?)$/;
const WHOLE_HOME = new RegExp(`^(?:${HOME}|/home|/Users|[A-Za-z]:[\\\\/]Users)[\\\\/]?$`);
const CREDENTIALS = new RegExp(
  `^${HOME}[\\\\/]\\.(?:ssh|aws|kube|gnupg|docker|azure|config(?:[\\\\/]gcloud)?|claude|cursor|codex|npmrc|netrc|git-credentials|sallyport)(?:[\\\\/].*)?$`,
);

interface Verdict {
  readonly severity: Severity;
  readonly what: string;
}

interface Mount {
  readonly source: string;
  readonly readOnly: boolean;
}

function mountOf(name: string, value: string): Mount | undefined {
  if (name === "--mount") {
    const parts = value.split(",");
    const source = parts.find((part) => /^(?:src|source)=/.test(part))?.replace(/^\w+=/, "");
    return source === undefined
      ? undefined
      : { source, readOnly: parts.some((p) => /^(?:ro|readonly)(?:=|$)/.test(p)) };
  }
  if (name !== "-v" && name !== "--volume") return undefined;
  // A Windows drive has a colon of its own.
  const match = /^([A-Za-z]:[^:]*|\$\{[^}]*\}[^:]*|[^:]*):(.*)$/.exec(value);
  return match?.[1] === undefined ? undefined : { source: match[1], readOnly: /[:,]ro(?:,|$)/.test(match[2] ?? "") };
}

function ofMount({ source, readOnly }: Mount): Verdict | undefined {
  const weigh = (severity: Severity): Severity => (readOnly ? lower(severity) : severity);
  if (SOCKET.test(source)) return { severity: "critical", what: "is given the container engine's own socket" };
  if (SYSTEM.test(source)) return { severity: weigh("critical"), what: `is given ${source} of this machine` };
  if (WHOLE_HOME.test(source)) return { severity: weigh("high"), what: "is given the whole home folder" };
  if (CREDENTIALS.test(source)) {
    return { severity: readOnly ? "low" : "high", what: `is given ${source}, which holds credentials` };
  }
  return undefined;
}

function judge(name: string, value: string): Verdict | undefined {
  switch (name) {
    case "--privileged":
      return value === "false" ? undefined : { severity: "high", what: "runs privileged" };
    case "--cap-add":
      return CAPABILITIES.test(value) ? { severity: "high", what: `has the capability ${value}` } : undefined;
    case "--security-opt":
      return /unconfined|label[:=]disable/.test(value) ? { severity: "high", what: `runs with ${value}` } : undefined;
    case "--device":
      return { severity: "high", what: "is given a device of this machine" };
    case "--network":
    case "--net":
    case "--pid":
    case "--ipc":
    case "--userns":
    case "--uts":
      return value === "host" ? { severity: "medium", what: `shares ${name.slice(2)} with this machine` } : undefined;
    default: {
      const mount = mountOf(name, value);
      return mount && ofMount(mount);
    }
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const { name, value, word } of launchesOf(file, entry).flatMap(containerOptions)) {
      const verdict = judge(name, value);
      if (!verdict) continue;
      yield {
        entry,
        span: word.span,
        severity: verdict.severity,
        message: `The container of the server ${JSON.stringify(entry.name)} ${verdict.what}`,
      };
    }
  }
}

export const dockerPrivileged: AuditRule = {
  info: {
    id: "docker-privileged",
    title: "Container that is none",
    summary:
      "Reports a server's container that runs privileged, has a dangerous capability or no confinement, is given the engine's socket, a system folder, the home folder or folders of credentials, or shares a namespace with this machine. What is mounted read-only weighs one step less.",
    why: "The container is there to hold the server; with one of these it can leave it, or needs not to.",
    remedy:
      "Drop the option. Mount the project's folder alone, read-only where that is enough, and give credentials that are short-lived.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI05", "CWE-250", "CWE-668"],
  },
  example: {
    before: `"args": ["run", "-i", "--privileged", "-v", "/var/run/docker.sock:/var/run/docker.sock", "example/server@sha256:…"]`,
    after: `"args": ["run", "-i", "--network", "none", "example/server@sha256:…"]`,
  },
  check,
};
