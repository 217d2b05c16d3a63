import type { ServerEntry } from "../../clients/config.ts";
import type { Span } from "../../core/text.ts";
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
}

export const elevatedRights: AuditRule = {
  info: {
    id: "elevated-rights",
    title: "Server started with elevated rights",
    summary:
      "Reports a server that is started by `sudo`, `doas`, `pkexec`, `runas` or `gsudo`, unless for a user with fewer rights.",
    why: "Every tool of the server, and everything that an agent can talk it into, has the rights of the administrator.",
    remedy: "Start it as yourself; give the one file or socket that it needs the rights for that.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI03", "CWE-250"],
  },
  example: { before: `"command": "sudo", "args": ["server"]`, after: `"command": "server"` },
  check,
};
