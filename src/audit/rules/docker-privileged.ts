import { pluginsOf } from "../../clients/permissions/permissions.ts";
import type { ConfigFile } from "../../clients/config.ts";
import type { Severity } from "../../core/finding.ts";
import { lower } from "../../core/finding.ts";
import { type ContainerSetting, containerSettings } from "../containers.ts";
import { belowHome, isBroadFolder } from "../folders.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** With these a program leaves its container, or reads and changes other programs of the machine. */
const CAPABILITIES = /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|DAC_READ_SEARCH|SYS_RAWIO|BPF)$/i;
/** Of the container's own network, unless that is the machine's. */
const OF_NETWORK = /^(?:CAP_)?NET_ADMIN$/i;
const SOCKET = /(?:^|[\\/])(?:docker|podman|containerd|crio)\.sock$|[\\/]pipe[\\/](?:docker|podman)[\w.-]{0,40}$/;
const SYSTEM = /^\/(?:etc|var|proc|sys|dev|run|var\/run|var\/lib\/docker)\/?$/;
/** Below a home folder. */
const CREDENTIALS =
  /^\.(?:ssh|aws|kube|gnupg|docker|azure|config(?:[\\/]gcloud)?|claude(?:\.json)?|cursor|codex|gemini|npmrc|netrc|git-credentials|sallyport)(?:[\\/].*)?$/;

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
    if (source === undefined || parts.includes("type=volume")) return undefined;
    return { source, readOnly: parts.some((p) => /^(?:ro|readonly)(?:=(?!false)|$)/.test(p)) };
  }
  if (name !== "-v" && name !== "--volume") return undefined;
  // A Windows drive has a colon of its own, and so has a variable.
  const match = /^([A-Za-z]:[^:]*|(?:\$\{[^}]*\}){1,3}[^:]*|\$env:[^:]*|[^:]*):(.*)$/.exec(value);
  return match?.[1] === undefined ? undefined : { source: match[1], readOnly: /[:,]ro(?:,|$)/.test(match[2] ?? "") };
}

function ofMount({ source, readOnly }: Mount, home: string): Verdict | undefined {
  const weigh = (severity: Severity): Severity => (readOnly ? lower(severity) : severity);
  // A socket that is mounted read-only is written to all the same.
  if (SOCKET.test(source)) return { severity: "critical", what: "is given the container engine's own socket" };
  const below = belowHome(source, home)?.replace(/[\\/]$/, "");
  if (below === "") return { severity: weigh("high"), what: "is given the whole home folder" };
  if (below !== undefined && CREDENTIALS.test(below)) {
    return { severity: readOnly ? "low" : "high", what: `is given ${source}, which holds credentials` };
  }
  if (isBroadFolder(source) || SYSTEM.test(source)) {
    const isAll = /^(?:[\\/]+|[A-Za-z]:[\\/]*)$/.test(source) || SYSTEM.test(source);
    return { severity: weigh(isAll ? "critical" : "high"), what: `is given ${source} of this machine` };
  }
  return undefined;
}

interface Surroundings {
  readonly home: string;
  readonly hostNetwork: boolean;
}

function judge({ name, value }: ContainerSetting, { home, hostNetwork }: Surroundings): Verdict | undefined {
  switch (name) {
    case "--privileged":
      return value === "false" ? undefined : { severity: "high", what: "runs privileged" };
    case "--cap-add": {
      const what = `has the capability ${value}`;
      if (CAPABILITIES.test(value)) return { severity: "high", what };
      return OF_NETWORK.test(value) ? { severity: hostNetwork ? "high" : "low", what } : undefined;
    }
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
      return mount && ofMount(mount, home);
    }
  }
}

/**
 * What a dev container is known to need weighs less: a debugger its SYS_PTRACE and its own seccomp profile, an engine
 * inside of the container its privileges.
 */
function needed(file: ConfigFile, { name, value }: ContainerSetting): Severity | undefined {
  const debugs = /^(?:CAP_)?SYS_PTRACE$/i.test(value) || /^seccomp[:=]unconfined$/.test(value);
  if ((name === "--cap-add" || name === "--security-opt") && debugs) return "medium";
  const hasEngine = pluginsOf(file).some((one) => one.kind === "feature" && /docker-in-docker/.test(one.name));
  return name === "--privileged" && hasEngine ? "medium" : undefined;
}

function* check({ file, environment }: RuleContext): Iterable<Found> {
  const settings = [...containerSettings(file)];
  for (const setting of settings) {
    const { entry, span, fixes } = setting;
    const hostNetwork = settings.some(
      (one) => one.entry === entry && /^--net(?:work)?$/.test(one.name) && one.value === "host",
    );
    const verdict = judge(setting, { home: environment.home, hostNetwork });
    if (!verdict) continue;
    const whose = entry ? `container of the server ${JSON.stringify(entry.name)}` : "dev container";
    yield {
      span,
      severity: (entry ? undefined : needed(file, setting)) ?? verdict.severity,
      message: `The ${whose} ${verdict.what}`,
      ...(entry && { entry }),
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

export const dockerPrivileged: AuditRule = {
  info: {
    id: "docker-privileged",
    title: "Container that is none",
    summary:
      "Reports a server's container, and a dev container (`privileged`, `capAdd`, `securityOpt`, `mounts`, `runArgs`), that runs privileged, has a dangerous capability or no confinement, is given the engine's socket, a system folder, the home folder or folders of credentials, or shares a namespace with this machine. What is mounted read-only weighs one step less; `NET_ADMIN` weighs little while the network is the container's own; and so does what a debugger or an engine in a dev container needs.",
    why: "The container is there to hold the server; with one of these it can leave it, or needs not to.",
    remedy:
      "Drop the option. Mount the project's folder alone, read-only where that is enough, and give credentials that are short-lived.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI05", "CWE-250", "CWE-668"],
  },
  fix: "Removes the option with its value, where it stands in a list of words. Look whether the server needs what it gave.",
  example: {
    before: `"args": ["run", "-i", "--privileged", "-v", "/var/run/docker.sock:/var/run/docker.sock", "example/server@sha256:…"]`,
    after: `"args": ["run", "-i", "--network", "none", "example/server@sha256:…"]`,
  },
  check,
};
