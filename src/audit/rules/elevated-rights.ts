import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Span } from "../../core/text.ts";
import { containerSettings } from "../containers.ts";
import { launchesOf, SUDO_VALUED } from "../launch.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/**
 * True where the elevator's own options name another user than root: `sudo -u nobody` gives rights away. The options end at
 * the first word that is none: what follows is the server's, which may have a `-u` of its own.
 */
function isForAnother({ args, command }: ServerEntry, elevator: Span): boolean {
  const holds = (node: { readonly span: Span } | undefined): boolean =>
    node !== undefined && node.span.start <= elevator.start && elevator.end <= node.span.end;
  let at = holds(command?.node) ? 0 : args.findIndex((arg) => holds(arg.node)) + 1;
  for (; at < args.length; at++) {
    const text = args[at]?.value ?? "";
    if (!text.startsWith("-") || text === "--") return false;
    const joined = /^(?:--user=|-u)(.+)$/.exec(text)?.[1];
    const user = text === "-u" || text === "--user" ? args[at + 1]?.value : joined;
    if (user !== undefined) return user !== "root" && user !== "#0";
    if (SUDO_VALUED.has(text)) at++;
  }
  return false;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const wrapper = launchesOf(file, entry)
      .flatMap((launch) => launch.wrappers)
      .find((one) => one.kind === "elevated");
    if (!wrapper || isForAnother(entry, wrapper.word.span)) continue;
    const message = `The server ${JSON.stringify(entry.name)} is started with elevated rights by ${wrapper.program}`;
    yield { entry, span: wrapper.word.span, message };
  }
  yield* ofContainers(file);
}

/** The administrator's account inside of a container, which without a namespace of its own is the machine's. */
function* ofContainers(file: ConfigFile): Iterable<Found> {
  for (const { name, value, span, entry, fixes } of containerSettings(file)) {
    if (!entry || (name !== "-u" && name !== "--user") || !/^(?:0|root)(?::|$)/.test(value)) continue;
    yield {
      entry,
      span,
      severity: "low",
      message: `The container of the server ${JSON.stringify(entry.name)} runs as root`,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

export const elevatedRights: AuditRule = {
  info: {
    id: "elevated-rights",
    title: "Server started with elevated rights",
    summary:
      "Reports a server that is started by `sudo`, `doas`, `pkexec`, `runas` or `gsudo`, unless for a user with fewer rights; and, at low severity, a container that is told to run as root.",
    why: "Every tool of the server, and everything that an agent can talk it into, has the rights of the administrator.",
    remedy: "Start it as yourself; give the one file or socket that it needs the rights for that.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI03", "CWE-250"],
  },
  fix: "Takes the user out of the options of a container, so that it runs as its image says. A server's `sudo` stays for a person to remove.",
  example: { before: `"command": "sudo", "args": ["server"]`, after: `"command": "server"` },
  check,
};
